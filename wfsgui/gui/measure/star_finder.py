"""Search for the star of each exposure, in a worker thread."""

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
    """Find the star of each exposure once, on the first request.

    Parameters
    ----------
    open_exposures : OpenExposures
        The open exposures; the results of removed ones are deleted.
    worker : WorkerThread
        Thread that searches the images.
    parent : QObject, optional
        Owner.

    Attributes
    ----------
    found : Signal(Exposure)
        The search of an exposure has ended, with a star or without.
    """

    found = Signal(object)

    def __init__(self, open_exposures: OpenExposures, worker: WorkerThread, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._worker = worker
        self._circles: dict[str, StarCircles] = {}
        self._reasons: dict[str, str] = {}
        # The exposure of each search: one that is removed and opened again has the same key.
        self._searched: dict[str, Exposure] = {}
        open_exposures.removed.connect(self._forget)

    def place(self, exposure: Exposure) -> tuple[float, float] | None:
        """Return the star's pixel, x and y; None during the search, and if there is no star."""
        circle = self.circle(exposure)
        return (circle.x, circle.y) if circle is not None else None

    def circle(self, exposure: Exposure) -> Circle | None:
        """Return the circle that holds most of the star's flux; None as for `place`."""
        found = self.circles(exposure)
        return found.extent if found is not None else None

    def circles(self, exposure: Exposure) -> StarCircles | None:
        """Return the star's circle, aperture and annulus; None as for `place`."""
        if exposure.key not in self._searched:
            self._searched[exposure.key] = exposure
            self._search(exposure)
        return self._circles.get(exposure.key)

    def is_known(self, exposure: Exposure) -> bool:
        """Whether the search has ended, with a star or without."""
        return exposure.key in self._circles or exposure.key in self._reasons

    def why_none(self, exposure: Exposure) -> str:
        """Return why there is no star."""
        return self._reasons.get(exposure.key, "the search for the star has not ended...")

    def _search(self, exposure: Exposure) -> None:
        rate, path = exposure.stages[RATE], exposure.product.science.path

        def search() -> StarCircles:
            # Imported in the worker thread: photutils takes seconds.
            from wfsgui.core.measure.star_extent import star_circles

            # The image may have been read in the meantime.
            return star_circles(rate.image or read_image(path))

        self._worker.submit(
            search,
            lambda found: self._take(exposure, found),
            lambda error: self._report_error(exposure, error),
        )

    def _take(self, exposure: Exposure, found: StarCircles) -> None:
        if self._searched.get(exposure.key) is exposure:
            self._circles[exposure.key] = found
            self.found.emit(exposure)

    def _report_error(self, exposure: Exposure, error: BaseException) -> None:
        if not isinstance(error, WfsguiError):
            raise error
        if self._searched.get(exposure.key) is exposure:
            self._reasons[exposure.key] = str(error)
            self.found.emit(exposure)

    def _forget(self, exposures: list[Exposure]) -> None:
        for exposure in exposures:
            self._searched.pop(exposure.key, None)
            self._circles.pop(exposure.key, None)
            self._reasons.pop(exposure.key, None)
