"""Counting the flags of images in a worker thread, with a cache of the latest counts."""

from __future__ import annotations

import weakref
from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final, Protocol

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QObject, Signal

from wfsgui.core.image.dq_flags import FlagRow, flag_rows
from wfsgui.core.model.engine_info import EngineInfo
from wfsgui.core.model.step_image import StepImage
from wfsgui.gui.threads.worker_thread import Job, WorkerThread

__all__ = ["CountRequest", "FlagCount", "FlagCounter", "StarRegion"]

_COUNTS_KEPT: Final = 24


class StarRegion(Protocol):
    """Region around the star."""

    @property
    def x(self) -> float:
        """Column of its centre, pixels."""

    @property
    def y(self) -> float:
        """Row of its centre, pixels."""

    def cutout(self, shape: tuple[int, int]) -> tuple[tuple[slice, slice], NDArray[np.bool_]]:
        """Return its box in an image of shape (y, x), and a mask of the box: True within the region."""


@dataclass(frozen=True)
class CountRequest:
    """Image whose flags are to be counted.

    Attributes
    ----------
    image : StepImage
        The image.
    before : StepImage or None
        Image before the step, to count gained and lost flags.
    star : StarRegion or None
        Region in which the flags are counted separately.
    info : EngineInfo
        Meanings of the flags.
    """

    image: StepImage
    before: StepImage | None
    star: StarRegion | None
    info: EngineInfo


@dataclass(frozen=True, eq=False)
class FlagCount:
    """Counted flags of an image.

    Attributes
    ----------
    rows : tuple of FlagRow
        Counts of each flag.
    flagged : int
        Number of pixels that have any flag.
    size : int
        Number of pixels of the image.
    """

    rows: tuple[FlagRow, ...]
    flagged: int
    size: int


class FlagCounter(QObject):
    """Count the flags of the latest request.

    Parameters
    ----------
    worker : WorkerThread
        Thread in which flags are counted.
    parent : QObject, optional
        Owner.

    Attributes
    ----------
    counted : Signal(FlagCount)
        Result of the latest request.
    failed : Signal(BaseException)
        The latest request has failed.
    """

    counted = Signal(object)
    failed = Signal(object)

    def __init__(self, worker: WorkerThread, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._worker = worker
        self._job: Job | None = None
        self._asked: _Key | None = None
        self._known: deque[tuple[_Key, FlagCount]] = deque(maxlen=_COUNTS_KEPT)

    def count(self, request: CountRequest) -> None:
        """Count, and send `counted`, at once if the result is cached; an earlier request is dropped."""
        if self._job is not None and self._asked is not None and self._asked.is_of(request):
            return
        self.cancel()
        known = next((count for key, count in self._known if key.is_of(request)), None)
        if known is not None:
            self.counted.emit(known)
            return
        self._asked = key = _Key.of(request)
        # The thread may keep its last job; the job must not keep the images in memory.
        handed = [request]
        self._job = self._worker.submit(lambda: _count(handed.pop()), lambda count: self._take(key, count), self._fail)

    def cancel(self) -> None:
        """Drop the request."""
        if self._job is not None:
            self._job.cancel()
            self._job = None

    def _take(self, key: _Key, count: FlagCount) -> None:
        self._job = None
        self._known.append((key, count))
        self.counted.emit(count)

    def _fail(self, error: BaseException) -> None:
        self._job = None
        self.failed.emit(error)


@dataclass(frozen=True)
class _Key:
    """Key of a request that does not keep its images in memory."""

    images: tuple[weakref.ref[StepImage], ...]
    star: StarRegion | None
    info: EngineInfo

    @classmethod
    def of(cls, request: CountRequest) -> _Key:
        return cls(tuple(weakref.ref(image) for image in _images(request)), request.star, request.info)

    def is_of(self, request: CountRequest) -> bool:
        images, wanted = [known() for known in self.images], list(_images(request))
        same = len(images) == len(wanted) and all(map(_is_same, images, wanted))
        return same and self.star == request.star and self.info is request.info


def _images(request: CountRequest) -> Iterator[StepImage]:
    yield request.image
    if request.before is not None:
        yield request.before


def _is_same(known: StepImage | None, wanted: StepImage) -> bool:
    return known is wanted


def _count(request: CountRequest) -> FlagCount:
    dq = request.image.dq
    rows = flag_rows(
        dq,
        meanings=request.info.flag_meanings,
        under=request.star.cutout(dq.shape) if request.star is not None else None,
        before=request.before.dq if request.before is not None else None,
    )
    return FlagCount(rows, int(np.count_nonzero(dq)), dq.size)
