"""Overlay of coordinate grid, compass and target."""

from __future__ import annotations

import logging
from typing import Final

from PySide6.QtCore import QElapsedTimer, QEvent, QObject, QRectF, QTimer
from typing_extensions import override

from wfsgui.core.model.step_image import WcsReader
from wfsgui.core.sky.geometry import Target
from wfsgui.core.sky.grid import Part
from wfsgui.gui.canvas.image_canvas import ImageCanvas
from wfsgui.gui.sky.compass_item import CompassItem
from wfsgui.gui.sky.grid_item import SkyGridItem
from wfsgui.gui.sky.sky_query import SkyAnswer, SkyQuery
from wfsgui.gui.sky.target_marker import TargetMarker
from wfsgui.gui.threads.worker_thread import Job, WorkerThread

__all__ = ["SkyLayer"]

log = logging.getLogger(__name__)

_REST_MS: Final = 60
_LONGEST_MS: Final = 500
_GRID_HEIGHT: Final = 20.0
_TARGET_HEIGHT: Final = 30.0
_COMPASS_HEIGHT: Final = 40.0


class SkyLayer(QObject):
    """Draw grid, compass and target over an image; nothing without a WCS.

    Parameters
    ----------
    canvas : ImageCanvas
        Canvas of the image.
    worker : WorkerThread
        Thread that computes them for each visible part of the image.
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
    def is_pending(self) -> bool:
        """Whether an update of the overlay is pending."""
        return self._timer.isActive() or self._job is not None

    def set_wcs(self, wcs: WcsReader | None, shape: tuple[int, int]) -> None:
        """Set the WCS of the image on screen.

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
        self._clear()
        self._begin()

    def set_target(self, target: Target | None) -> None:
        """Set the target of the exposure on screen; None if it is not known."""
        if target != self._target:
            self._target = target
            self.marker.show_target(None, "")
            self._ask()

    def set_grid_shown(self, *, shown: bool) -> None:
        """Show or hide the grid."""
        self._set_shown(self.grid, shown=shown)

    def set_compass_shown(self, *, shown: bool) -> None:
        """Show or hide the compass."""
        self._set_shown(self.compass, shown=shown)

    def set_target_shown(self, *, shown: bool) -> None:
        """Show or hide the mark of the target."""
        self._set_shown(self.marker, shown=shown)

    def _set_shown(self, item: SkyGridItem | TargetMarker | CompassItem, *, shown: bool) -> None:
        item.setVisible(shown)
        if shown:
            self._ask()

    def _clear(self) -> None:
        """Remove the overlay, which belongs to another image."""
        if self._job is not None:
            self._job.cancel()
            self._job = None
        self.grid.show_grid(None, self._shape)
        self.compass.show_compass(None)
        self.marker.show_target(None, "")

    def _ask(self, _view: QRectF | None = None) -> None:
        """Compute the overlay when the view stops moving, or at long intervals while it moves."""
        if not self._timer.isActive():
            self._waiting.start()
        self._timer.start(max(0, min(_REST_MS, _LONGEST_MS - self._waiting.elapsed())))

    def _begin(self) -> None:
        # Not on a hidden canvas, nor in a closed window.
        if self._wcs is None or not self._canvas.isVisible() or not any(item.isVisible() for item in self._items):
            return
        self._is_due = self._job is not None
        if self._is_due:
            return
        view = self._canvas.view
        # Canvas coordinates are integers at the corners of pixels, those of the WCS at the centres.
        part = Part(view.left() - 0.5, view.top() - 0.5, view.right() - 0.5, view.bottom() - 0.5)
        query = SkyQuery(self._wcs, self._shape, part, self._target, with_grid=self.grid.isVisible())
        self._job = self._worker.submit(query.answer, lambda answer: self._take(query, answer), self._report_error)

    def _take(self, query: SkyQuery, answer: SkyAnswer) -> None:
        self.grid.show_grid(answer.grid, self._shape)
        self.compass.show_compass(answer.compass)
        if query.target is self._target:
            self.marker.show_target(answer.place, self._target.name if self._target else "")
        self._continue()

    def _report_error(self, error: BaseException) -> None:
        # A WCS may fail with any exception outside of its domain.
        log.debug("No grid.", exc_info=error)
        self._clear()
        self._continue()

    def _continue(self) -> None:
        self._job = None
        if self._is_due:
            self._begin()

    @override
    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Update the overlay when the canvas is shown."""
        if watched is self._canvas and event.type() is QEvent.Type.Show:
            self._ask()
        return super().eventFilter(watched, event)
