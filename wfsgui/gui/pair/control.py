"""Has the two exposures of the page *Pair* compared in a worker thread, whenever something has changed."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QObject, Signal

from wfsgui.core.assess.limits import Limits
from wfsgui.core.assess.results import StarRegions
from wfsgui.core.errors import WfsguiError
from wfsgui.core.intake.read_info import read_exposure_info
from wfsgui.core.model.exposure import Exposure
from wfsgui.core.model.exposure_info import ExposureInfo
from wfsgui.core.model.stages import title
from wfsgui.core.pair.results import CompanionSearch, PairOptions
from wfsgui.gui.assess.assessments import Assessments
from wfsgui.gui.exposures.open_exposures import OpenExposures
from wfsgui.gui.pair.comparing import (
    ComparedPair,
    PairRequest,
    SideRequest,
    compare_sides,
    search_in,
    with_search,
)
from wfsgui.gui.pair.page import PairPage
from wfsgui.gui.pair.pair_choice import Chosen, PairChoice
from wfsgui.gui.pair.pair_links import PairLinks
from wfsgui.gui.pair.pair_member import LATEST, PairMember, common_stages, stages_of_pair
from wfsgui.gui.threads.worker_thread import Job, WorkerThread
from wfsgui.gui.widgets.dialogs import ask_kind_of_file

if TYPE_CHECKING:
    from wfsgui.core.model.step_image import StepImage

__all__ = ["PairControl"]

_FILES: Final = "Exposures (*_cal.fits *_rate.fits *_cal.fits.gz *_rate.fits.gz);;All files (*)"


@dataclass(frozen=True, eq=False)
class _Subject:
    """Everything that a comparison depends on."""

    chosen: Chosen
    stages: tuple[str, str]
    images: tuple[StepImage | None, StepImage | None]
    regions: tuple[StarRegions | None, StarRegions | None]
    options: PairOptions
    limits: Limits

    def is_same(self, other: _Subject | None) -> bool:
        """Whether a comparison of the other subject has the same result."""
        return other is not None and self.has_images_of(other) and _choices(self) == _choices(other)

    def has_images_of(self, other: _Subject) -> bool:
        """Whether the other subject has the same images and stars; companions do not depend on anything else."""
        same = all(mine is theirs for mine, theirs in zip(self.images, other.images, strict=True))
        return same and _sources(self) == _sources(other)

    def side(self, number: int) -> SideRequest:
        """Return the request for A (0) or B (1)."""
        member = self.chosen[number]
        return SideRequest(member.info, member.name, self.stages[number], self.images[number], self.regions[number])


class PairControl(QObject):
    """Show on the page the pair of the exposure on screen, or two that the analyst has chosen.

    Parameters
    ----------
    page : PairPage
        The page.
    open_exposures : OpenExposures
        Exposures to compare.
    links : PairLinks
        The pairs.
    assessments : Assessments
        Regions of the stars, and limits.
    worker, reader, searcher : WorkerThread
        Threads that compare, that read headers, and that search for companions; a comparison never waits for a search.

    Attributes
    ----------
    choice : PairChoice
        Which two are compared.
    compared : Signal(ComparedPair or None)
        Another comparison is on the page, or none.
    error : Signal(str)
        A file cannot be compared: why, in one sentence.
    """

    compared = Signal(object)
    error = Signal(str)

    def __init__(
        self,
        page: PairPage,
        open_exposures: OpenExposures,
        links: PairLinks,
        assessments: Assessments,
        worker: WorkerThread,
        reader: WorkerThread,
        searcher: WorkerThread,
    ) -> None:
        super().__init__(page)
        self.choice = PairChoice(open_exposures, links)
        self._page, self._assessments = page, assessments
        self._worker, self._reader, self._searcher = worker, reader, searcher
        self._on_screen: Exposure | None = None
        self._stage = LATEST
        self._options = PairOptions()
        self._subject: _Subject | None = None
        self._pair: ComparedPair | None = None
        self._job: Job | None = None
        self._search: tuple[_Subject, CompanionSearch] | None = None
        self._search_job: Job | None = None
        self._is_seen = False
        links.changed.connect(self._take_links)
        open_exposures.changed.connect(self._take_change)
        for signal in (assessments.known, assessments.failed, assessments.choice_changed):
            signal.connect(self._take_change)
        assessments.limits_changed.connect(self.refresh)
        self._connect_page()

    @property
    def pair(self) -> ComparedPair | None:
        """The comparison on the page; None while there is none."""
        return self._pair

    @property
    def is_comparing(self) -> bool:
        """Whether a comparison is not done yet."""
        return self._job is not None

    @property
    def is_searching(self) -> bool:
        """Whether companions are being searched, after the comparison is shown."""
        return self._search_job is not None

    def set_seen(self, *, seen: bool) -> None:
        """Note whether the page is visible; nothing is compared while it is not."""
        self._is_seen = seen
        self.refresh()

    def show_exposure(self, exposure: Exposure | None) -> None:
        """Show the pair of the exposure on screen, unless it is one of the two already."""
        if exposure is not self._on_screen:
            self._on_screen = exposure
            if exposure is not None:
                self.choice.show(exposure)
            self.refresh()

    def refresh(self) -> None:
        """Compare again if what the comparison depends on has changed."""
        if not self._is_seen:
            return
        self._show_choice()
        chosen = self.choice.both
        if chosen is None:
            self._page.choice.set_stages((), LATEST, "")
            self._drop()
            self._page.show_message(self.choice.why_nothing)
            return
        subject = self._subject_of(chosen)
        self._page.choice.set_stages(common_stages(*chosen), self._stage, subject.stages[0])
        if not subject.is_same(self._subject):
            self._compare(subject)

    def compare_with_file(self, path: Path) -> None:
        """Compare A with a file; its headers are read in a thread."""
        self._reader.submit(lambda: read_exposure_info(path), self._take_file, self._report_file)

    def _connect_page(self) -> None:
        bar = self._page.choice
        bar.first_chosen.connect(lambda number: self._choose(lambda: self.choice.choose_first(number)))
        bar.second_chosen.connect(lambda number: self._choose(lambda: self.choice.choose_second(number)))
        bar.stage_chosen.connect(self._take_stage)
        bar.options_chosen.connect(self._take_options)
        bar.make_asked.connect(self.choice.make)
        bar.break_asked.connect(self.choice.break_pair)
        bar.file_asked.connect(self._ask_file)
        self._page.images.failed.connect(lambda error: self._fail(f"The images cannot be drawn: {error}"))

    def _choose(self, choose: Callable[[], None]) -> None:
        choose()
        self.refresh()

    def _take_links(self) -> None:
        self.choice.refresh()
        self.refresh()

    def _take_change(self, exposure: Exposure) -> None:
        if self.choice.holds(exposure):
            self.refresh()

    def _take_stage(self, stage: str) -> None:
        self._stage = stage
        self.refresh()

    def _take_options(self, options: PairOptions) -> None:
        self._options = options
        self.refresh()

    def _show_choice(self) -> None:
        choice, bar = self.choice, self._page.choice
        firsts, seconds = choice.firsts, choice.seconds
        bar.set_choices(
            choice.names(firsts), choice.names(seconds), _place(choice.first, firsts), _place(choice.second, seconds)
        )
        link = choice.link
        bar.set_state(choice.state, can_make=choice.both is not None and link is None, can_break=link is not None)

    def _subject_of(self, chosen: Chosen) -> _Subject:
        first, second = stages_of_pair(*chosen, self._stage)
        return _Subject(
            chosen,
            (first, second),
            (chosen.first.image(first), chosen.second.image(second)),
            (self._regions(chosen.first, first), self._regions(chosen.second, second)),
            self._options,
            self._assessments.limits,
        )

    def _regions(self, member: PairMember, stage: str) -> StarRegions | None:
        found = self._assessments.find(member.exposure, stage) if member.exposure is not None else None
        return found.regions if found is not None else None

    def _compare(self, subject: _Subject) -> None:
        former = self._subject
        self._cancel()
        if former is None or former.chosen != subject.chosen or self._pair is None:
            self._drop()
            self._page.show_message(f"Comparing {subject.chosen.first.name} with {subject.chosen.second.name}...")
        self._subject = subject
        request = PairRequest(subject.side(0), subject.side(1), subject.options, subject.limits)
        # The thread may keep its last job; the job must not keep the images in memory.
        handed = [request]
        self._job = self._worker.submit(lambda: compare_sides(handed.pop()), self._take_pair, self._report)

    def _cancel(self) -> None:
        for job in (self._job, self._search_job):
            if job is not None:
                job.cancel()
        self._job = self._search_job = None

    def _drop(self) -> None:
        """Have no comparison."""
        self._cancel()
        self._subject = self._search = None
        if self._pair is not None:
            self._pair = None
            self.compared.emit(None)

    def _take_pair(self, pair: ComparedPair) -> None:
        self._job = None
        subject, found = self._subject, self._search
        if subject is not None and found is not None and found[0].has_images_of(subject):
            self._show(with_search(pair, found[1]))
            return
        self._show(pair, " Companions are being searched...")
        handed = [pair]
        self._search_job = self._searcher.submit(
            lambda: search_in(handed.pop()), self._take_search, self._report_search
        )

    def _take_search(self, search: CompanionSearch) -> None:
        self._search_job = None
        if self._subject is not None and self._pair is not None:
            self._search = self._subject, search
            self._show(with_search(self._pair, search))

    def _show(self, pair: ComparedPair, more: str = "") -> None:
        self._pair = pair
        self._page.show_pair(pair, f"{_heading(pair)}{more}")
        self.compared.emit(pair)

    def _report_search(self, error: BaseException) -> None:
        self._search_job = None
        if self._pair is not None:
            self._show(self._pair, f" Companions could not be searched: {error}")
        if not isinstance(error, WfsguiError):
            self._worker.unhandled.emit(error)

    def _report(self, error: BaseException) -> None:
        self._job = None
        if isinstance(error, WfsguiError):
            self._fail(str(error))
            return
        self._fail(f"The comparison failed ({error}); the log of the program has the details.")
        self._worker.unhandled.emit(error)

    def _fail(self, sentence: str) -> None:
        # The subject stays: it would fail again.
        if self._pair is not None:
            self._pair = None
            self.compared.emit(None)
        self._page.show_message(sentence)

    def _ask_file(self) -> None:
        first = self.choice.first
        if first is not None:
            ask_kind_of_file(
                self._page.window(), "Compare with a file", first.path.parent, _FILES, self.compare_with_file
            )

    def _take_file(self, info: ExposureInfo) -> None:
        if len(info.shape) != 2:
            self.error.emit(f"{info.path.name} has {len(info.shape)} dimensions; choose a _cal or _rate file.")
        elif not self.choice.choose_file(info):
            self.error.emit(f"{info.path.name} is exposure A itself; choose another file.")

    def _report_file(self, error: BaseException) -> None:
        if not isinstance(error, WfsguiError):
            raise error
        self.error.emit(str(error))


def _sources(subject: _Subject) -> tuple[object, ...]:
    return subject.chosen, subject.stages, subject.regions


def _choices(subject: _Subject) -> tuple[object, ...]:
    return subject.options, tuple(sorted(subject.limits.changed.items()))


def _place(member: PairMember | None, members: tuple[PairMember, ...]) -> int:
    return members.index(member) if member in members else -1


def _heading(pair: ComparedPair) -> str:
    first, second = pair.request.first, pair.request.second
    return f"A: {first.name}, {title(first.stage)}. B: {second.name}, {title(second.stage)}."
