"""Drawing planes as index images in a worker thread; the latest request wins."""

from __future__ import annotations

import weakref
from collections import deque
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final, NamedTuple

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QObject, Signal

from wfsgui.core.image.compare import Mode, Offset, compared
from wfsgui.core.image.display import (
    FLAGGED,
    NAN_INDEX,
    NO_FLAG,
    NOT_TO_BE_USED,
    Histogram,
    Levels,
    Sample,
    dq_classes,
    index_image,
)
from wfsgui.core.image.predrawn import Predrawn, predrawn
from wfsgui.core.model.step_image import StepImage
from wfsgui.gui.threads.worker_thread import Job, WorkerThread

__all__ = ["DQ", "Operand", "RenderRequest", "RenderedImage", "Renderer"]

DQ: Final = "DQ"
"""Plane of the data-quality flags, which is drawn by classes."""

SCI: Final = "SCI"
"""Plane of the science values."""

_SAMPLES_KEPT: Final = 16
_DERIVED_KEPT: Final = 2
_DRAWN_KEPT: Final = 12
_LEAST_SHARE: Final = 0.02


@dataclass(frozen=True, eq=False)
class Operand:
    """What an image is set operand, to draw the difference or the ratio.

    Attributes
    ----------
    image : StepImage
        The other image.
    mode : Mode
        DIFFERENCE or RATIO.
    offset : tuple of float
        What to add to a pixel of the image to have that of the other.
    """

    image: StepImage
    mode: Mode
    offset: Offset


@dataclass(frozen=True, eq=False)
class RenderRequest:
    """What to draw, and how.

    Attributes
    ----------
    image : StepImage
        The image.
    plane : str
        Which of its planes.
    levels : Levels or None
        Between which values; None to have them made by `rule`.
    rule : str
        One of `wfsgui.core.image.display.LIMITS`.
    stretch : str
        One of `wfsgui.core.image.display.STRETCHES`.
    may_remake : bool
        Whether the levels are made anew where they would leave next to nothing to see.
    operand : Operand or None
        What the difference or the ratio is taken to; None to draw the values themselves.
    """

    image: StepImage
    plane: str
    levels: Levels | None
    rule: str
    stretch: str
    may_remake: bool = False
    operand: Operand | None = None

    @property
    def subject(self) -> RenderKey:
        """Tell which values are drawn; what they belong to may be gone by the time that this is compared."""
        if self.operand is None:
            return RenderKey(weakref.ref(self.image), self.plane)
        operand = self.operand
        dx, dy = operand.offset
        return RenderKey(
            weakref.ref(self.image), self.plane, weakref.ref(operand.image), operand.mode, (round(dx), round(dy))
        )


class RenderKey(NamedTuple):
    """Values that are drawn.

    Attributes
    ----------
    frame, plane
        Whose, and which.
    other, mode, offset
        What they are set operand and how, and by how many pixels that is moved.
    """

    image: weakref.ref[StepImage]
    plane: str
    other: weakref.ref[StepImage] | None = None
    mode: Mode = Mode.VALUE
    offset: tuple[int, int] = (0, 0)

    @property
    def is_alive(self) -> bool:
        """Whether its images are still there."""
        return self.image() is not None and (self.other is None or self.other() is not None)


@dataclass(frozen=True, eq=False)
class RenderedImage:
    """A plane as it is shown.

    Attributes
    ----------
    index : ndarray of uint8, shape (y, x)
        Entries of the colour table.
    levels : Levels or None
        Between which values; None for classes.
    made_by : str
        The rule that made the levels; empty where they were given.
    histogram : Histogram or None
        Of the values; None for classes.
    shares : mapping of int to float
        Share of the pixels with an index: each class, or those without a value.
    """

    index: NDArray[np.uint8]
    levels: Levels | None
    made_by: str
    histogram: Histogram | None
    shares: Mapping[int, float]


class Renderer(QObject):
    """Draw what was asked for last.

    Parameters
    ----------
    worker : WorkerThread
        Where it is drawn.
    parent : QObject, optional
        Owner.

    Attributes
    ----------
    drawn : Signal(RenderedImage)
        The frame and plane asked for last are drawn, as asked or as asked shortly before.
    failed : Signal(BaseException)
        It could not be drawn: its file has gone, or there is no memory.
    """

    drawn = Signal(object)
    failed = Signal(object)

    def __init__(self, worker: WorkerThread, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._worker = worker
        self._painter = _PlanePainter()
        self._next: RenderRequest | None = None
        self._job: Job | None = None
        self._subject: RenderKey | None = None

    @property
    def is_drawing(self) -> bool:
        """Whether what was asked for is not drawn yet."""
        return self._job is not None

    def draw(self, request: RenderRequest) -> None:
        """Draw as soon as may be; what was asked before and is not drawn yet is dropped.

        What is being drawn is finished and shown where it is of the same plane: a level that is dragged is followed.
        """
        if request.subject != self._subject:
            self.cancel()
        self._subject = request.subject
        self._next = request
        if self._job is None:
            self._begin()

    def cancel(self) -> None:
        """Drop what waits and what is being drawn."""
        self._next = None
        if self._job is not None:
            self._job.cancel()
            self._job = None

    def _begin(self) -> None:
        request, self._next = self._next, None
        # The lane may hold on to its last job; it must not hold the frame with it.
        handed = [request] if request is not None else []
        self._job = self._worker.submit(lambda: self._painter.picture(handed.pop()), self._take, self._report_error)

    def _take(self, picture: RenderedImage) -> None:
        self._go_on()
        self.drawn.emit(picture)

    def _report_error(self, error: BaseException) -> None:
        self._go_on()
        self.failed.emit(error)

    def _go_on(self) -> None:
        self._job = None
        if self._next is not None:
            self._begin()


class _PlanePainter:
    """Draw, with what is remembered of the planes drawn lately; used in the lane's thread alone."""

    def __init__(self) -> None:
        self._samples: deque[tuple[RenderKey, Sample]] = deque(maxlen=_SAMPLES_KEPT)
        self._derived: deque[tuple[RenderKey, NDArray[Any]]] = deque(maxlen=_DERIVED_KEPT)
        self._drawn: deque[tuple[RenderKey, tuple[Levels, str], NDArray[np.uint8]]] = deque(maxlen=_DRAWN_KEPT)
        self._histograms: deque[tuple[Sample, Histogram]] = deque(maxlen=_SAMPLES_KEPT)

    def picture(self, request: RenderRequest) -> RenderedImage:
        """Draw a plane."""
        values = self._values(request)
        if request.plane == DQ:
            return _picture_of_flags(values)
        sample = self._sample(request, values)
        kept = request.levels
        if kept is not None and request.may_remake and sample.share_within(kept) < _LEAST_SHARE:
            # Those of another step: the background was most of the signal.
            kept = None
        levels = kept or sample.levels(request.rule)
        return RenderedImage(
            index=self._index(request, values, levels),
            levels=levels,
            made_by="" if kept else request.rule,
            histogram=self._histogram_of(sample, sample.span.union(levels)),
            shares={NAN_INDEX: sample.missing},
        )

    def _values(self, request: RenderRequest) -> NDArray[Any]:
        operand = request.operand
        if operand is None:
            return request.image.planes[request.plane]
        subject = request.subject
        # What belongs to images that are gone is let go of.
        kept = [(known, values) for known, values in self._derived if known.is_alive]
        for known, values in kept:
            if known == subject:
                return values
        made = compared(request.image, operand.image, request.plane, operand.mode, operand.offset)
        self._derived = deque([*kept, (subject, made)], maxlen=_DERIVED_KEPT)
        return made

    def _sample(self, request: RenderRequest, values: NDArray[np.float32]) -> Sample:
        subject = request.subject
        for known, sample in self._samples:
            if known == subject:
                return sample
        ahead = _predrawn(request)
        if ahead is not None:
            self._histograms.append((ahead.sample, ahead.histogram))
        made = ahead.sample if ahead is not None else Sample.of(values)
        self._samples.append((subject, made))
        return made

    def _index(self, request: RenderRequest, values: NDArray[np.floating[Any]], levels: Levels) -> NDArray[np.uint8]:
        """Draw, unless that was done: analysts go to and fro between images, to see what differs."""
        subject, look = request.subject, (levels, request.stretch)
        others = [drawn for drawn in self._drawn if drawn[0].is_alive and drawn[0] != subject]
        same = (index for known, its_look, index in self._drawn if known == subject and its_look == look)
        found, ahead = next(same, None), _predrawn(request)
        if found is None and ahead is not None:
            found = ahead.index_for(*look)
        index = index_image(values, *look) if found is None else found
        # One for each subject: those of a level that is dragged do not drive out the others.
        self._drawn = deque([*others, (subject, look, index)], maxlen=_DRAWN_KEPT)
        return index

    def _histogram_of(self, sample: Sample, span: Levels) -> Histogram:
        for known, histogram in self._histograms:
            if known is sample and histogram.span == span:
                return histogram
        made = sample.histogram(span)
        self._histograms.append((sample, made))
        return made


def _predrawn(request: RenderRequest) -> Predrawn | None:
    is_image = request.plane == SCI and request.operand is None
    return predrawn(request.image) if is_image else None


def _picture_of_flags(dq: NDArray[np.uint32]) -> RenderedImage:
    index = dq_classes(dq)
    flagged = np.count_nonzero(index) / index.size
    not_used = np.count_nonzero(index == NOT_TO_BE_USED) / index.size
    shares = {NO_FLAG: 1 - flagged, FLAGGED: flagged - not_used, NOT_TO_BE_USED: not_used}
    return RenderedImage(index, None, "", None, shares)
