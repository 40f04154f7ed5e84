"""The sky over the image: coordinate grid, compass and target."""

from __future__ import annotations

import logging
from dataclasses import dataclass
from typing import Final

from PySide6.QtCore import QElapsedTimer, QEvent, QObject, QRectF, QTimer
from typing_extensions import override

from wfsgui.core.model.step_image import WcsReader
from wfsgui.core.sky.geometry import Compass, Target, compass, pixel_of
from wfsgui.core.sky.grid import Part, SkyGrid, grid_lines
from wfsgui.gui.canvas.image_canvas import ImageCanvas
from wfsgui.gui.canvas.overlay import Lettering
from wfsgui.gui.sky.compass_item import CompassItem
from wfsgui.gui.sky.grid_item import SkyGridItem
from wfsgui.gui.sky.target_marker import TargetMarker
from wfsgui.gui.threads.worker_thread import Job, WorkerThread

__all__ = ["SkyLayer"]

log = logging.getLogger(__name__)

_REST_MS: Final = 60
_LONGEST_MS: Final = 500
_GRID_HEIGHT: Final = 20.0
_TARGET_HEIGHT: Final = 30.0
_COMPASS_HEIGHT: Final = 40.0


@dataclass(frozen=True, eq=False)
class _Question:
    """What the lane works out.

    Attributes
    ----------
    wcs : WcsReader
        The WCS.
    shape : tuple of int
        Height and width of the image.
    part : Part
        The part in view.
    target : Target or None
        Whose place is wanted.
    """

    wcs: WcsReader
    shape: tuple[int, int]
    part: Part
    target: Target | None

    def answer(self, *, with_grid: bool) -> _Answer:
        """Work it out."""
        height, width = self.shape
        # Over what is in view; beside the image, over the nearest place of it.
        x = min(max((self.part.left + self.part.right) / 2, 0.0), width - 1.0)
        y = min(max((self.part.bottom + self.part.top) / 2, 0.0), height - 1.0)
        grid = grid_lines(self.wcs, self.shape, self.part) if with_grid else None
        for line in grid.lines if grid else ():
            # So that the GUI thread finds it done.
            Lettering.of(line.label)
        return _Answer(
            grid,
            compass(self.wcs, (x, y)),
            pixel_of(self.wcs, self.target, self.shape) if self.target else None,
        )


@dataclass(frozen=True, eq=False)
class _Answer:
    """What the lane has worked out."""

    grid: SkyGrid | None
    compass: Compass | None
    place: tuple[float, float] | None


class SkyLayer(QObject):
    """Draw what the WCS tells over an image; without a WCS there is nothing to draw.

    Parameters
    ----------
    canvas : ImageCanvas
        Over which image.
    worker : WorkerThread
        Where it is worked out, anew for each part that comes into view.
    """

    def __init__(self, canvas: ImageCanvas, worker: WorkerThread) -> None:
        super().__init__(canvas)
        self._canvas = canvas
        self._worker = worker
        self._wcs: WcsReader | None = None
        self._shape = (0, 0)
        self._target: Target | None = None
        self._job: Job | None = None
        self._is_due = False
        self.compass = CompassItem(canvas, _COMPASS_HEIGHT)
        self.grid = SkyGridItem(canvas, _GRID_HEIGHT, self.compass)
        self.marker = TargetMarker(canvas, _TARGET_HEIGHT)
        self._items = (self.grid, self.marker, self.compass)
        for item in self._items:
            item.setVisible(False)
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._waiting = QElapsedTimer()
        self._timer.timeout.connect(self._begin)
        canvas.view_changed.connect(self._ask)
        canvas.installEventFilter(self)

    @property
    def is_available(self) -> bool:
        """Whether there is a WCS."""
        return self._wcs is not None

    @property
    def wcs(self) -> WcsReader | None:
        """The WCS."""
        return self._wcs

    @property
    def is_pending(self) -> bool:
        """Whether what is drawn is about to be drawn anew."""
        return self._timer.isActive() or self._job is not None

    def set_wcs(self, wcs: WcsReader | None, shape: tuple[int, int]) -> None:
        """Take the WCS of the image on screen.

        Parameters
        ----------
        wcs : WcsReader or None
            None before assign_wcs.
        shape : tuple of int
            Height and width of the image, pixels.
        """
        if wcs is self._wcs and shape == self._shape:
            return
        self._wcs, self._shape = wcs, shape
        self._forget()
        self._begin()

    def set_target(self, target: Target | None) -> None:
        """Take the target of the exposure on screen, where it is known."""
        if target != self._target:
            self._target = target
            self.marker.show_target(None, "")
            self._ask()

    def set_grid_shown(self, *, shown: bool) -> None:
        """Draw the grid, or do not."""
        self._set_shown(self.grid, shown=shown)

    def set_compass_shown(self, *, shown: bool) -> None:
        """Draw the compass, or do not."""
        self._set_shown(self.compass, shown=shown)

    def set_target_shown(self, *, shown: bool) -> None:
        """Mark the target, or do not."""
        self._set_shown(self.marker, shown=shown)

    def _set_shown(self, item: SkyGridItem | TargetMarker | CompassItem, *, shown: bool) -> None:
        item.setVisible(shown)
        if shown:
            self._ask()

    def _forget(self) -> None:
        """Draw nothing: what is drawn belongs to another image."""
        if self._job is not None:
            self._job.cancel()
            self._job = None
        self.grid.show_grid(None, self._shape)
        self.compass.show_compass(None)
        self.marker.show_target(None, "")

    def _ask(self, _view: QRectF | None = None) -> None:
        """Work it out once the view rests, or at long intervals while it does not: moving it comes first."""
        if not self._timer.isActive():
            self._waiting.start()
        self._timer.start(max(0, min(_REST_MS, _LONGEST_MS - self._waiting.elapsed())))

    def _begin(self) -> None:
        # On a canvas that cannot be seen, and in a window that is closed, there is nothing to do.
        if self._wcs is None or not self._canvas.isVisible() or not any(item.isVisible() for item in self._items):
            return
        self._is_due = self._job is not None
        if self._is_due:
            return
        view = self._canvas.view
        # On the canvas a pixel's corner is whole, here its centre.
        part = Part(view.left() - 0.5, view.top() - 0.5, view.right() - 0.5, view.bottom() - 0.5)
        question, with_grid = _Question(self._wcs, self._shape, part, self._target), self.grid.isVisible()
        self._job = self._worker.submit(
            lambda: question.answer(with_grid=with_grid),
            lambda answer: self._take(question, answer),
            self._report_error,
        )

    def _take(self, question: _Question, answer: _Answer) -> None:
        self.grid.show_grid(answer.grid, self._shape)
        self.compass.show_compass(answer.compass)
        if question.target is self._target:
            self.marker.show_target(answer.place, self._target.name if self._target else "")
        self._go_on()

    def _report_error(self, error: BaseException) -> None:
        # Whatever a WCS fails with, there is nothing to draw then.
        log.debug("No grid.", exc_info=error)
        self._forget()
        self._go_on()

    def _go_on(self) -> None:
        self._job = None
        if self._is_due:
            self._begin()

    @override
    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Catch up when the canvas comes into sight."""
        if watched is self._canvas and event.type() is QEvent.Type.Show:
            self._ask()
        return super().eventFilter(watched, event)
