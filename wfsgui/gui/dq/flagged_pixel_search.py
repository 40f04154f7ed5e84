"""Search for the next flagged pixel."""

from __future__ import annotations

from collections import deque

from PySide6.QtCore import QObject, Signal

from wfsgui.core.image.dq_flags import next_flagged
from wfsgui.core.model.step_image import StepImage
from wfsgui.gui.threads.worker_thread import Job, WorkerThread

__all__ = ["FlaggedPixelSearch"]


class FlaggedPixelSearch(QObject):
    """Find the next pixel that has one of some flags, starting from the pixel found last.

    Parameters
    ----------
    worker : WorkerThread
        Thread in which pixels are searched for.
    parent : QObject, optional
        Owner.

    Attributes
    ----------
    found : Signal(int, int)
        Column and row of the pixel, counted from 0.
    not_found : Signal()
        No pixel has any of the flags.
    failed : Signal(BaseException)
        The search has failed.
    """

    found = Signal(int, int)
    not_found = Signal()
    failed = Signal(object)

    def __init__(self, worker: WorkerThread, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._worker = worker
        self._image: StepImage | None = None
        self._place: tuple[int, int] | None = None
        self._job: Job | None = None
        self._centre: tuple[float, float] | None = None
        self._waiting: deque[tuple[int, int, bool]] = deque()

    def set_centre(self, centre: tuple[float, float] | None) -> None:
        """Set the pixel, x and y, from which the search goes outwards; None for the middle of the image."""
        self._centre = centre

    def set_image(self, image: StepImage | None) -> None:
        """Set the image to search; the position stays if the new image has it."""
        if image is self._image:
            return
        self._waiting.clear()
        if self._job is not None:
            self._job.cancel()
            self._job = None
        self._image = image
        if image is not None and self._place is not None:
            height, width = image.dq.shape
            if self._place[0] >= width or self._place[1] >= height:
                self._place = None

    def step(self, bits: int, *, without: int, forward: bool) -> None:
        """Go to the next pixel; steps asked for during a search are done after it.

        Parameters
        ----------
        bits : int
            Values of the flags, combined.
        without : int
            Values of the flags, combined, whose pixels are left out.
        forward : bool
            True to go outwards, False to go inwards.
        """
        self._waiting.append((bits, without, forward))
        if self._job is None:
            self._begin_next()

    def _begin_next(self) -> None:
        self._job = None
        if self._image is None or not self._waiting:
            self._waiting.clear()
            return
        bits, without, forward = self._waiting.popleft()
        dq, place = self._image.dq, self._place
        height, width = dq.shape
        x, y = self._centre or ((width - 1) / 2, (height - 1) / 2)
        centre = round(x), round(y)
        handed = [dq]
        self._job = self._worker.submit(
            lambda: next_flagged(handed.pop(), bits, place, centre=centre, forward=forward, without=without),
            self._take,
            self._fail,
        )

    def _take(self, place: tuple[int, int] | None) -> None:
        if place is None:
            self.not_found.emit()
        else:
            self._place = place
            self.found.emit(*place)
        self._begin_next()

    def _fail(self, error: BaseException) -> None:
        self._job = None
        self._waiting.clear()
        self.failed.emit(error)
