"""Thumbnails of the stars of all exposures at one stretch, made in a worker thread."""

from __future__ import annotations

import logging
import weakref
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QObject, QTimer, Signal
from PySide6.QtGui import QColor, QImage

from wfsgui.core.files.planes import read_image
from wfsgui.core.image.display import NAN_INDEX
from wfsgui.core.model.exposure import Exposure
from wfsgui.core.model.stages import RATE
from wfsgui.core.model.step_image import StepImage
from wfsgui.core.visit.star_thumbnail import (
    StarThumbnail,
    ThumbnailScale,
    common_scale,
    star_thumbnail,
    thumbnail_index,
)
from wfsgui.gui.assess.assessments import Assessments
from wfsgui.gui.threads.worker_thread import Job, WorkerThread
from wfsgui.gui.widgets.theme import NAN_COLOUR

__all__ = ["StarThumbnails"]

log = logging.getLogger(__name__)

_MOVED: Final = 4.0
"""Distance of the star from its place in the thumbnail from which a new one is made, pixels."""

_VISIBLE: Final = 0.1
"""Relative change of the stretch that is visible."""

_Source = tuple[str, "weakref.ref[StepImage] | None"]


@dataclass(eq=False)
class _Entry:
    """What is known of one exposure."""

    source: _Source
    thumbnail: StarThumbnail | None = None
    picture: QImage | None = None
    scale: ThumbnailScale | None = None
    fault: str = ""


class StarThumbnails(QObject):
    """Make thumbnails one after the other, those that are looked at first.

    All images in one unit have one stretch. While further images are measured, pictures are drawn again only if it
    changes visibly; at the end all pictures have the same one.

    Parameters
    ----------
    assessments : Assessments
        Places of the stars, where they are known.
    worker : WorkerThread
        Thread that reads and draws.
    parent : QObject, optional
        Owner.

    Attributes
    ----------
    made : Signal(Exposure)
        There is another picture of an exposure, or the reason why there is none.
    scale_changed : Signal()
        The stretch is another one: pictures on screen must be asked for again.
    """

    made = Signal(object)
    scale_changed = Signal()

    def __init__(self, assessments: Assessments, worker: WorkerThread, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._assessments, self._worker = assessments, worker
        self._entries: dict[Exposure, _Entry] = {}
        self._wanted: dict[Exposure, None] = {}
        self._to_measure: dict[Exposure, None] = {}
        self._looked_at: dict[Exposure, None] = {}
        self._scales: dict[str, ThumbnailScale] = {}
        self._job: Job | None = None
        # A picture is asked for while the view is painted.
        self._due = QTimer(self)
        self._due.setSingleShot(True)
        self._due.setInterval(0)
        self._due.timeout.connect(self._proceed)

    @property
    def is_behind(self) -> bool:
        """Whether an image is not measured, or a picture that was asked for is not drawn."""
        return self._job is not None or bool(self._to_measure) or bool(self._looked_at)

    @property
    def scales(self) -> Mapping[str, ThumbnailScale]:
        """The stretch of the pictures in each unit."""
        return self._scales

    def set_wanted(self, exposures: Sequence[Exposure]) -> None:
        """Set the exposures of which pictures are wanted; none while nobody looks at them."""
        self._wanted = dict.fromkeys(exposures)
        self._to_measure = {exposure: None for exposure in exposures if self._is_unmeasured(exposure)}
        self._looked_at = {exposure: None for exposure in self._looked_at if exposure in self._wanted}
        self._due.start()

    def forget(self, exposures: Sequence[Exposure]) -> None:
        """Drop what is known of exposures that were removed."""
        for exposure in exposures:
            for known in (self._entries, self._wanted, self._to_measure, self._looked_at):
                known.pop(exposure, None)

    def note(self, exposure: Exposure) -> None:
        """Measure an exposure again if it has another image, or if its star is somewhere else."""
        if exposure in self._wanted and self._is_unmeasured(exposure):
            self._to_measure[exposure] = None
            self._due.start()

    def picture(self, exposure: Exposure) -> QImage | None:
        """Return the picture of an exposure, which may be an older one; None if there is none yet."""
        entry = self._entries.get(exposure)
        if exposure in self._wanted and (exposure in self._to_measure or entry is None or self._is_stale(entry)):
            self._looked_at[exposure] = None
            self._due.start()
        return entry.picture if entry is not None else None

    def thumbnail(self, exposure: Exposure) -> StarThumbnail | None:
        """Return the thumbnail that the picture was made of; None if there is none yet."""
        entry = self._entries.get(exposure)
        return entry.thumbnail if entry is not None else None

    def fault(self, exposure: Exposure) -> str:
        """Return why there is no picture, one sentence; empty otherwise."""
        entry = self._entries.get(exposure)
        return entry.fault if entry is not None else ""

    def _proceed(self) -> None:
        if self._job is not None:
            return
        for exposure in list(self._looked_at):
            entry = self._entries.get(exposure)
            if exposure in self._to_measure or entry is None:
                self._measure(exposure)
                return
            if entry.thumbnail is not None and self._is_stale(entry):
                self._draw(exposure, entry, entry.thumbnail)
                return
            del self._looked_at[exposure]
        for exposure in self._to_measure:
            self._measure(exposure)
            return

    def _is_stale(self, entry: _Entry) -> bool:
        if entry.thumbnail is None:
            return False
        now = self._scales[entry.thumbnail.unit]
        if entry.scale is None or entry.picture is None:
            return True
        return not _looks_alike(entry.scale, now) if self._to_measure else entry.scale != now

    def _is_unmeasured(self, exposure: Exposure) -> bool:
        entry = self._entries.get(exposure)
        if entry is None or entry.source != _source(exposure):
            return True
        place = self._place(exposure)
        if place is None or entry.thumbnail is None:
            return False
        before = entry.thumbnail.place
        return before is None or max(abs(place[0] - before[0]), abs(place[1] - before[1])) > _MOVED

    def _place(self, exposure: Exposure) -> tuple[float, float] | None:
        found = self._assessments.latest(exposure)
        regions = found.regions if found is not None else None
        return (regions.x, regions.y) if regions is not None else None

    def _measure(self, exposure: Exposure) -> None:
        self._to_measure.pop(exposure, None)
        path, place = exposure.product.science.path, self._place(exposure)
        # The thread may keep its last job; the job must not keep the image in memory.
        handed = [exposure.latest.image]
        # The former picture stays until the new one is there.
        former = self._entries.get(exposure)
        entry = _Entry(_source(exposure), picture=former.picture if former is not None else None)

        def work() -> StarThumbnail:
            found = handed.pop() or read_image(path)
            return star_thumbnail(found.sci, found.dq, found.unit, place)

        def take(thumbnail: StarThumbnail) -> None:
            entry.thumbnail = thumbnail
            self._keep(exposure, entry)

        def report(error: BaseException) -> None:
            log.info("No thumbnail of %s: %s", exposure.product.name, error)
            entry.fault, entry.picture = str(error) or type(error).__name__, None
            self._keep(exposure, entry)

        self._job = self._worker.submit(work, take, report)

    def _keep(self, exposure: Exposure, entry: _Entry) -> None:
        self._job = None
        if exposure in self._wanted:
            self._entries[exposure] = entry
            if entry.thumbnail is not None:
                self._set_scale(entry.thumbnail.unit)
            self._drop_scales()
            self.made.emit(exposure)
        self._proceed()

    def _set_scale(self, unit: str) -> None:
        known = (entry.thumbnail for entry in self._entries.values())
        scale = common_scale(thumbnail for thumbnail in known if thumbnail is not None and thumbnail.unit == unit)
        before = self._scales.get(unit)
        self._scales[unit] = scale
        if before is None or not self._to_measure or not _looks_alike(before, scale):
            self.scale_changed.emit()

    def _drop_scales(self) -> None:
        """Forget the stretch of a unit that no exposure has any more."""
        units = {entry.thumbnail.unit for entry in self._entries.values() if entry.thumbnail is not None}
        gone = [unit for unit in self._scales if unit not in units]
        for unit in gone:
            del self._scales[unit]
        if gone:
            self.scale_changed.emit()

    def _draw(self, exposure: Exposure, entry: _Entry, thumbnail: StarThumbnail) -> None:
        scale = self._scales[thumbnail.unit]

        def take(picture: QImage) -> None:
            self._job = None
            entry.picture, entry.scale = picture, scale
            self._looked_at.pop(exposure, None)
            self.made.emit(exposure)
            self._proceed()

        self._job = self._worker.submit(lambda: _picture(thumbnail_index(thumbnail, scale)), take)


def _looks_alike(one: ThumbnailScale, other: ThumbnailScale) -> bool:
    """Whether two stretches cannot be told apart at a glance."""
    pairs = ((one.knee, other.knee), (one.high, other.high))
    return all(abs(mine - theirs) <= _VISIBLE * max(mine, theirs) for mine, theirs in pairs)


def _source(exposure: Exposure) -> _Source:
    """Return what the thumbnail is made of; the image of the input is the same whether it is read or not."""
    stage = exposure.latest
    return stage.name, weakref.ref(stage.image) if stage.image is not None and stage.name != RATE else None


def _picture(index: NDArray[np.uint8]) -> QImage:
    height, width = index.shape
    # Row 0 of an exposure is at the bottom.
    upright = np.ascontiguousarray(index[::-1])
    picture = QImage(upright.tobytes(), width, height, width, QImage.Format.Format_Indexed8)
    greys = [QColor(level, level, level).rgb() for level in range(NAN_INDEX)]
    picture.setColorTable([*greys, QColor(NAN_COLOUR).rgb()])
    # A copy, because the image uses the memory of numpy.
    return picture.convertToFormat(QImage.Format.Format_RGB32)
