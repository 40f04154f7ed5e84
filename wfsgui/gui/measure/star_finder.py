"""Where the star is in each exposure."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from wfsgui.core.errors import WfsguiError
from wfsgui.core.files.planes import read_image
from wfsgui.core.model.exposure import Exposure
from wfsgui.core.model.stages import RATE
from wfsgui.core.regions.shapes import Circle
from wfsgui.gui.exposures.open_exposures import OpenExposures
from wfsgui.gui.threads.worker_thread import WorkerThread

if TYPE_CHECKING:
    from wfsgui.core.measure.star_extent import StarCircles

__all__ = ["StarFinder"]


class StarFinder(QObject):
    """Find the star of an exposure once, when it is first asked for.

    Parameters
    ----------
    open_exposures : OpenExposures
        Where the exposures are.
    worker : WorkerThread
        Where images are searched.
    parent : QObject, optional
        Owner.

    Attributes
    ----------
    found : Signal(Exposure)
        The star of an exposure has been found, or it is known that there is none.
    """

    found = Signal(object)

    def __init__(self, open_exposures: OpenExposures, worker: WorkerThread, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._worker = worker
        self._circles: dict[str, StarCircles] = {}
        self._reasons: dict[str, str] = {}
        self._asked: set[str] = set()
        open_exposures.removed.connect(self._forget)

    def place(self, exposure: Exposure) -> tuple[float, float] | None:
        """Return the star's pixel, x and y; None while it is looked for, and where there is none."""
        circle = self.circle(exposure)
        return (circle.x, circle.y) if circle is not None else None

    def circle(self, exposure: Exposure) -> Circle | None:
        """Return the circle that holds most of the star's light; None as for `place`."""
        found = self.circles(exposure)
        return found.light if found is not None else None

    def circles(self, exposure: Exposure) -> StarCircles | None:
        """Return the star's circle, and where its flux is measured; None as for `place`."""
        if exposure.key not in self._asked:
            self._asked.add(exposure.key)
            self._look(exposure)
        return self._circles.get(exposure.key)

    def is_known(self, exposure: Exposure) -> bool:
        """Whether it is known where the star is, or that there is none."""
        return exposure.key in self._circles or exposure.key in self._reasons

    def why_none(self, exposure: Exposure) -> str:
        """Say why there is no place."""
        return self._reasons.get(exposure.key, "the star is looked for...")

    def _look(self, exposure: Exposure) -> None:
        rate, path = exposure.stages[RATE], exposure.product.science.path

        def look() -> StarCircles:
            # No image waits for what this imports.
            from wfsgui.core.measure.star_extent import star_circles

            # By now it may have been read.
            return star_circles(rate.image or read_image(path))

        self._worker.submit(
            look,
            lambda found: self._take(exposure, found),
            lambda error: self._report_error(exposure, error),
        )

    def _take(self, exposure: Exposure, found: StarCircles) -> None:
        self._circles[exposure.key] = found
        self.found.emit(exposure)

    def _report_error(self, exposure: Exposure, error: BaseException) -> None:
        if not isinstance(error, WfsguiError):
            raise error
        self._reasons[exposure.key] = str(error)
        self.found.emit(exposure)

    def _forget(self, exposures: list[Exposure]) -> None:
        for exposure in exposures:
            self._asked.discard(exposure.key)
            self._circles.pop(exposure.key, None)
            self._reasons.pop(exposure.key, None)
