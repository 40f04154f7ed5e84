"""Drawing planes as index images in a worker thread; a later request replaces an earlier one."""

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

__all__ = ["DQ", "SCI", "Operand", "RenderRequest", "RenderedImage", "Renderer"]

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
    """Second operand of the difference or the ratio of two images.

    Attributes
    ----------
    image : StepImage
        The other image.
    mode : Mode
        DIFFERENCE or RATIO.
    offset : tuple of float
        What to add to a pixel of the image for that of the other image.
    """

    image: StepImage
    mode: Mode
    offset: Offset


@dataclass(frozen=True, eq=False)
class RenderRequest:
    """Plane to draw, with levels and stretch.

    Attributes
    ----------
    image : StepImage
        The image.
    plane : str
        Name of its plane.
    levels : Levels or None
        Values of the darkest and the brightest colour; None to have them computed by `rule`.
    rule : str
        One of `wfsgui.core.image.display.LIMITS`.
    stretch : str
        One of `wfsgui.core.image.display.STRETCHES`.
    may_remake : bool
        Whether the levels are computed again where nearly all pixels would be outside of them.
    operand : Operand or None
        Second operand of the difference or ratio; None to draw the values themselves.
    """

    image: StepImage
    plane: str
    levels: Levels | None
    rule: str
    stretch: str
    may_remake: bool = False
    operand: Operand | None = None

    @property
    def key(self) -> RenderKey:
        """Key of the values that are drawn; it does not keep the images in memory."""
        if self.operand is None:
            return RenderKey(weakref.ref(self.image), self.plane)
        operand = self.operand
        dx, dy = operand.offset
        return RenderKey(
            weakref.ref(self.image), self.plane, weakref.ref(operand.image), operand.mode, (round(dx), round(dy))
        )


class RenderKey(NamedTuple):
    """Key of the values that are drawn.

    Attributes
    ----------
    image, plane
        The image and the name of its plane.
    other, mode, offset
        The other image of a difference or ratio, and by how many pixels it is moved.
    """

    image: weakref.ref[StepImage]
    plane: str
    other: weakref.ref[StepImage] | None = None
    mode: Mode = Mode.VALUE
    offset: tuple[int, int] = (0, 0)

    @property
    def is_alive(self) -> bool:
        """Whether its images are still in memory."""
        return self.image() is not None and (self.other is None or self.other() is not None)


@dataclass(frozen=True, eq=False)
class RenderedImage:
    """A plane as an index image.

    Attributes
    ----------
    index : ndarray of uint8, shape (y, x)
        Entries of the colour table.
    levels : Levels or None
        Values of the darkest and the brightest colour; None for flags.
    made_by : str
        Rule that computed the levels; empty where they were given.
    histogram : Histogram or None
        Histogram of the values; None for flags.
    shares : mapping of int to float
        Share of the pixels with an index, 0 to 1: of each class of flags, or of NaN.
    """

    index: NDArray[np.uint8]
    levels: Levels | None
    made_by: str
    histogram: Histogram | None
    shares: Mapping[int, float]


class Renderer(QObject):
    """Draw the latest request.

    Parameters
    ----------
    worker : WorkerThread
        Thread in which planes are drawn.
    parent : QObject, optional
        Owner.

    Attributes
    ----------
    drawn : Signal(RenderedImage)
        The image and plane of the latest request are drawn, with its levels or slightly older ones.
    failed : Signal(BaseException)
        A plane could not be drawn: its file is gone, or memory is short.
    """

    drawn = Signal(object)
    failed = Signal(object)

    def __init__(self, worker: WorkerThread, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._worker = worker
        self._painter = _PlanePainter()
        self._next: RenderRequest | None = None
        self._job: Job | None = None
        self._key: RenderKey | None = None

    @property
    def is_drawing(self) -> bool:
        """Whether a request is not drawn yet."""
        return self._job is not None

    def draw(self, request: RenderRequest) -> None:
        """Draw as soon as possible; an earlier request that waits is dropped.

        A request for the same plane that is being drawn is finished and shown: so the image follows a dragged level.
        """
        if request.key != self._key:
            self.cancel()
        self._key = request.key
        self._next = request
        if self._job is None:
            self._begin()

    def cancel(self) -> None:
        """Drop all requests."""
        self._next = None
        if self._job is not None:
            self._job.cancel()
            self._job = None

    def _begin(self) -> None:
        request, self._next = self._next, None
        # The thread may keep its last job; the job must not keep the image in memory.
        handed = [request] if request is not None else []
        self._job = self._worker.submit(lambda: self._painter.render(handed.pop()), self._take, self._report_error)

    def _take(self, rendered: RenderedImage) -> None:
        self._go_on()
        self.drawn.emit(rendered)

    def _report_error(self, error: BaseException) -> None:
        self._go_on()
        self.failed.emit(error)

    def _go_on(self) -> None:
        self._job = None
        if self._next is not None:
            self._begin()


class _PlanePainter:
    """Draw planes, with a cache of the latest ones; used in the worker thread only."""

    def __init__(self) -> None:
        self._samples: deque[tuple[RenderKey, Sample]] = deque(maxlen=_SAMPLES_KEPT)
        self._derived: deque[tuple[RenderKey, NDArray[Any]]] = deque(maxlen=_DERIVED_KEPT)
        self._drawn: deque[tuple[RenderKey, tuple[Levels, str], NDArray[np.uint8]]] = deque(maxlen=_DRAWN_KEPT)
        self._histograms: deque[tuple[Sample, Histogram]] = deque(maxlen=_SAMPLES_KEPT)

    def render(self, request: RenderRequest) -> RenderedImage:
        """Return a plane as an index image."""
        values = self._values(request)
        if request.plane == DQ:
            return _rendered_flags(values)
        sample = self._sample(request, values)
        kept = request.levels
        if kept is not None and request.may_remake and sample.share_within(kept) < _LEAST_SHARE:
            # Levels of an earlier step: the background was most of its signal.
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
        key = request.key
        # Values of images that are gone are released.
        kept = [(known, values) for known, values in self._derived if known.is_alive]
        for known, values in kept:
            if known == key:
                return values
        made = compared(request.image, operand.image, request.plane, operand.mode, operand.offset)
        self._derived = deque([*kept, (key, made)], maxlen=_DERIVED_KEPT)
        return made

    def _sample(self, request: RenderRequest, values: NDArray[np.float32]) -> Sample:
        key = request.key
        for known, sample in self._samples:
            if known == key:
                return sample
        ahead = _predrawn(request)
        if ahead is not None:
            self._histograms.append((ahead.sample, ahead.histogram))
        made = ahead.sample if ahead is not None else Sample.of(values)
        self._samples.append((key, made))
        return made

    def _index(self, request: RenderRequest, values: NDArray[np.floating[Any]], levels: Levels) -> NDArray[np.uint8]:
        """Return a cached index image or draw it: analysts switch between images to see the differences."""
        key, style = request.key, (levels, request.stretch)
        others = [drawn for drawn in self._drawn if drawn[0].is_alive and drawn[0] != key]
        same = (index for known, its_style, index in self._drawn if known == key and its_style == style)
        found, ahead = next(same, None), _predrawn(request)
        if found is None and ahead is not None:
            found = ahead.index_for(*style)
        index = index_image(values, *style) if found is None else found
        # One for each key: images of a level that is dragged must not displace the others.
        self._drawn = deque([*others, (key, style, index)], maxlen=_DRAWN_KEPT)
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


def _rendered_flags(dq: NDArray[np.uint32]) -> RenderedImage:
    index = dq_classes(dq)
    flagged = np.count_nonzero(index) / index.size
    not_used = np.count_nonzero(index == NOT_TO_BE_USED) / index.size
    shares = {NO_FLAG: 1 - flagged, FLAGGED: flagged - not_used, NOT_TO_BE_USED: not_used}
    return RenderedImage(index, None, "", None, shares)
