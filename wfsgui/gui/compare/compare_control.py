"""Choice of the image that the image on screen is compared with."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import QObject

from wfsgui.core.files.planes import read_image
from wfsgui.core.image.compare import Link, Mode, Offset, sky_offset
from wfsgui.core.model.exposure import Exposure, Stage
from wfsgui.core.model.exposure_text import short_names
from wfsgui.core.model.stages import CAL, RATE, STAGES, title
from wfsgui.core.model.step_image import StepImage, WcsReader
from wfsgui.gui.compare.compare_bar import CompareBar, CompareTarget, TargetEntry
from wfsgui.gui.exposures.branch_rows import branch_title
from wfsgui.gui.exposures.open_exposures import OpenExposures
from wfsgui.gui.exposures.stage_presenter import StagePresenter
from wfsgui.gui.image.comparison import Comparison, OffsetAt
from wfsgui.gui.image.view import ImageView
from wfsgui.gui.measure.star_finder import StarFinder
from wfsgui.gui.threads.worker_thread import Job, WorkerThread

__all__ = ["CompareControl"]

_BEFORE = CompareTarget()


@dataclass(frozen=True)
class _ConstantOffset:
    """Constant offset."""

    dx: float = 0.0
    dy: float = 0.0

    def __call__(self, _x: float, _y: float) -> Offset:
        return self.dx, self.dy


@dataclass(frozen=True)
class _SkyOffset:
    """Offset between the pixels of two exposures with the same sky position."""

    wcs: WcsReader
    other: WcsReader

    def __call__(self, x: float, y: float) -> Offset | None:
        return sky_offset(self.wcs, self.other, (x, y))


class CompareControl(QObject):
    """Compare the image on screen with another one; the choices stay from image to image.

    Parameters
    ----------
    open_exposures : OpenExposures
        Exposures to compare with.
    presenter : StagePresenter
        Exposure and stage on screen.
    image : ImageView
        View of the image.
    bar : CompareBar
        Controls of the comparison.
    stars : StarFinder
        Positions of the stars.
    worker : WorkerThread
        Thread in which files are read.

    Attributes
    ----------
    mode : Mode
        Mode of the comparison.
    """

    def __init__(
        self,
        open_exposures: OpenExposures,
        presenter: StagePresenter,
        image: ImageView,
        bar: CompareBar,
        stars: StarFinder,
        worker: WorkerThread,
    ) -> None:
        super().__init__(image)
        self.mode = Mode.VALUE
        self._link = Link.PIXEL
        self._target = _BEFORE
        self._open_exposures, self._presenter, self._image, self._bar = open_exposures, presenter, image, bar
        self._stars, self._worker = stars, worker
        self._reading: Job | None = None
        self._shown: tuple[object, ...] = ()
        image.plane_changed.connect(self.refresh)
        stars.found.connect(self.refresh)
        open_exposures.changed.connect(self._take_change)
        open_exposures.added.connect(self.refresh)
        open_exposures.branch_added.connect(self.refresh)
        open_exposures.removed.connect(self._take_removed)
        bar.mode_chosen.connect(self.set_mode)
        bar.target_chosen.connect(self._take_target)
        bar.link_chosen.connect(self._take_link)
        bar.rate_chosen.connect(image.pair.set_blink_rate)

    def set_mode(self, mode: Mode) -> None:
        """Set the mode of the comparison."""
        self.mode = mode
        self.refresh()

    def toggle(self, mode: Mode) -> None:
        """Set the mode, or end the comparison if the mode is set already."""
        self.set_mode(Mode.VALUE if self.mode is mode else mode)

    def compare_with(self, other: Exposure) -> None:
        """Compare with another exposure or branch: in the present mode, by the difference if there was none."""
        self._target = CompareTarget(exposure=other.key)
        self.set_mode(self.mode if self.mode is not Mode.VALUE else Mode.DIFFERENCE)

    def refresh(self) -> None:
        """Compare the image on screen; to be called when image or choices have changed."""
        if self._reading is not None:
            # It may be another file by now; what is still missing is read again.
            self._reading.cancel()
            self._reading = None
        self._bar.show_mode(self.mode, self._link)
        exposure, stage = self._presenter.exposure, self._presenter.stage
        if self.mode is Mode.VALUE or exposure is None:
            self._set_comparison(None, "")
            return
        self._list_targets(exposure)
        step_image = exposure.stages[stage].image
        found = self._find(exposure, stage)
        if step_image is None:
            self._set_comparison(None, "")
        elif found is None:
            self._set_comparison(None, "There is no step before this one.")
        else:
            self._compare(exposure, step_image, *found)

    def _compare(self, exposure: Exposure, step_image: StepImage, other: Exposure, stage: Stage) -> None:
        if stage.image is None:
            self._set_comparison(None, f"Reading {other.product.science.path.name}...")
            self._read(other, stage)
            return
        name, other_name = title(self._presenter.stage), title(stage.name)
        if other is not exposure:
            is_branch = other in self._open_exposures.branches_of(exposure)
            other_name = f"{branch_title(other) if is_branch else other.product.name} {other_name}"
        plane = self._image.plane
        if plane not in stage.image.planes:
            self._set_comparison(None, f"{other_name} has no {plane}.")
        elif self.mode is Mode.DIFFERENCE and step_image.unit != stage.image.unit:
            units = f"{step_image.unit or 'no unit'} and {stage.image.unit or 'no unit'}"
            self._set_comparison(None, f"There is no difference between {units}: use the ratio.")
        else:
            link = Link.PIXEL if other is exposure else self._link
            offset_at = self._offset_at(link, exposure, other)
            offset = _at_centre(offset_at, step_image) if offset_at is not None else None
            if offset_at is None or offset is None:
                self._set_comparison(None, self._why_not_linked(link, exposure, other))
                return
            comparison = Comparison(self.mode, stage.image, other.key, name, other_name, link, offset, offset_at)
            self._set_comparison(
                comparison,
                comparison.offset_text,
                (self.mode, id(step_image), id(stage.image), other_name, link, offset_at),
            )

    def _find(self, exposure: Exposure, stage: str) -> tuple[Exposure, Stage] | None:
        """Return the exposure and the stage to compare with; None if there is none."""
        if self._target.exposure:
            other = next(each for each in self._open_exposures.everything if each.key == self._target.exposure)
            same = other.stages[stage]
            return other, same if same.image is not None else other.latest
        if self._target.stage:
            return exposure, exposure.stages[self._target.stage]
        before = exposure.before(stage)
        return (exposure, before) if before is not None else None

    def _offset_at(self, link: Link, exposure: Exposure, other: Exposure) -> OffsetAt | None:
        """Return the offset between matching pixels; None if it is not known."""
        if link is Link.PIXEL:
            return _ConstantOffset()
        if link is Link.SKY:
            return _SkyOffset(exposure.wcs, other.wcs) if exposure.wcs is not None and other.wcs is not None else None
        here, there = self._stars.place(exposure), self._stars.place(other)
        return (
            _ConstantOffset(there[0] - here[0], there[1] - here[1]) if here is not None and there is not None else None
        )

    def _why_not_linked(self, link: Link, exposure: Exposure, other: Exposure) -> str:
        """Return why the pixels cannot be matched."""
        if link is Link.STAR:
            missing = exposure if self._stars.place(exposure) is None else other
            return f"Not compared by star: {self._stars.why_none(missing)}"
        if exposure.wcs is None or other.wcs is None:
            return "Not compared by sky: there is no WCS before assign_wcs."
        return "Not compared by sky: the WCS have no value at the centre of the image; choose another link."

    def _list_targets(self, exposure: Exposure) -> None:
        """List the previous step, the stages that have an image, and the other exposures."""
        targets = [_before_entry(exposure, self._presenter.stage)]
        targets += [
            TargetEntry(CompareTarget(stage=name), title(name))
            for name in STAGES
            if exposure.stages[name].image is not None
        ]
        branches = self._open_exposures.branches_of(exposure)
        targets += [
            TargetEntry(CompareTarget(exposure=other.key), f"branch: {branch_title(other)}", self._branch_text(other))
            for other in branches
            if other is not exposure
        ]
        exposures = self._open_exposures.exposures
        names = [other.product.name for other in exposures]
        targets += [
            TargetEntry(CompareTarget(exposure=other.key), short, name)
            for other, short, name in zip(exposures, short_names(names), names, strict=True)
            if other not in branches
        ]
        if self._target not in [entry.target for entry in targets]:
            self._target = _BEFORE
        self._bar.set_targets(targets, self._target)

    def _branch_text(self, branch: Exposure) -> str:
        result = " (the result)" if self._open_exposures.is_marked(branch) else ""
        return f"branch {branch_title(branch)}{result}"

    def _set_comparison(self, comparison: Comparison | None, hint: str, key: tuple[object, ...] = ()) -> None:
        self._bar.set_hint(hint)
        # An unchanged comparison is not drawn again.
        key = key or (hint,)
        if key != self._shown:
            self._shown = key
            self._image.set_comparison(comparison, hint)

    def _read(self, exposure: Exposure, stage: Stage) -> None:
        """Read an input file that has not been on screen yet; all other images are in memory."""
        path = exposure.product.science.path

        def take(step_image: StepImage) -> None:
            self._reading = None
            if stage.image is None:
                stage.image = step_image
            self.refresh()

        if stage.name == RATE:
            self._reading = self._worker.submit(
                lambda: read_image(path), take, lambda error: self._set_comparison(None, str(error))
            )

    def _take_target(self, target: CompareTarget) -> None:
        self._target = target
        self.refresh()

    def _take_link(self, link: Link) -> None:
        self._link = link
        self.refresh()

    def _take_change(self, exposure: Exposure) -> None:
        # Changes of the exposure on screen are reported by the presenter.
        if self._target.exposure == exposure.key:
            self.refresh()

    def _take_removed(self, exposures: list[Exposure]) -> None:
        if self._target.exposure in {exposure.key for exposure in exposures}:
            self._target = _BEFORE
        self.refresh()


def _before_entry(exposure: Exposure, stage: str) -> TargetEntry:
    """Return the list entry of the previous step."""
    before = exposure.before(stage)
    name = title(before.name) if before is not None else "none"
    return TargetEntry(_BEFORE, f"before: {name}", f"{'before the chain' if stage == CAL else 'step before'}: {name}")


def _at_centre(offset_at: OffsetAt, step_image: StepImage) -> Offset | None:
    height, width = step_image.sci.shape
    return offset_at((width - 1) / 2, (height - 1) / 2)
