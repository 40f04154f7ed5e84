"""Counting the flags of frames off the GUI thread; what has been counted lately is known."""

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

__all__ = ["CountRequest", "FlagCount", "FlagCounter", "Star"]

_COUNTS_KEPT: Final = 24


class Star(Protocol):
    """A region around the star."""

    @property
    def x(self) -> float:
        """Column of its centre, pixels."""

    @property
    def y(self) -> float:
        """Row of its centre, pixels."""

    def cutout(self, shape: tuple[int, int]) -> tuple[tuple[slice, slice], NDArray[np.bool_]]:
        """Return its box in an image of a shape, and which pixels of the box are within."""


@dataclass(frozen=True)
class CountRequest:
    """What to count.

    Attributes
    ----------
    image : StepImage
        Whose flags.
    before : StepImage or None
        What to compare with.
    star : Star or None
        Where to count once more.
    facts : EngineInfo
        Names and meanings of the flags.
    """

    image: StepImage
    before: StepImage | None
    star: Star | None
    facts: EngineInfo


@dataclass(frozen=True, eq=False)
class FlagCount:
    """The flags of a frame.

    Attributes
    ----------
    rows : tuple of FlagRow
        Flag by flag.
    flagged : int
        Pixels that have any.
    size : int
        Pixels of the frame.
    """

    rows: tuple[FlagRow, ...]
    flagged: int
    size: int


class FlagCounter(QObject):
    """Count what was asked for last.

    Parameters
    ----------
    worker : WorkerThread
        Where it is counted.
    parent : QObject, optional
        Owner.

    Attributes
    ----------
    counted : Signal(FlagCount)
        What was asked for last is counted.
    failed : Signal(BaseException)
        It could not be counted.
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
        """Tell by `counted`, at once where it is known; what was asked before is dropped."""
        if self._job is not None and self._asked is not None and self._asked.is_of(request):
            return
        self.cancel()
        known = next((count for key, count in self._known if key.is_of(request)), None)
        if known is not None:
            self.counted.emit(known)
            return
        self._asked = key = _Key.of(request)
        # The lane may hold on to its last job; it must not hold the frames with it.
        handed = [request]
        self._job = self._worker.submit(lambda: _count(handed.pop()), lambda count: self._take(key, count), self._fail)

    def cancel(self) -> None:
        """Drop what is being counted."""
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
    """Tell requests from each other without holding their frames."""

    images: tuple[weakref.ref[StepImage], ...]
    star: Star | None
    facts: EngineInfo

    @classmethod
    def of(cls, request: CountRequest) -> _Key:
        return cls(tuple(weakref.ref(image) for image in _images(request)), request.star, request.facts)

    def is_of(self, request: CountRequest) -> bool:
        images, wanted = [known() for known in self.images], list(_images(request))
        same = len(images) == len(wanted) and all(map(_is_same, images, wanted))
        return same and self.star == request.star and self.facts is request.facts


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
        meanings=request.facts.flag_meanings,
        under=request.star.cutout(dq.shape) if request.star is not None else None,
        before=request.before.dq if request.before is not None else None,
    )
    return FlagCount(rows, int(np.count_nonzero(dq)), dq.size)
