"""Assessments of the open exposures, measured in a worker thread and kept."""

from __future__ import annotations

import weakref
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final, TypeVar

from PySide6.QtCore import QObject, Signal

from wfsgui.core.assess.inputs import AssessInput
from wfsgui.core.assess.limits import Limits
from wfsgui.core.assess.results import Assessment
from wfsgui.core.errors import WfsguiError
from wfsgui.core.model.exposure import Exposure
from wfsgui.core.model.stages import STAGES
from wfsgui.core.model.step_image import StepImage
from wfsgui.core.regions.shapes import Annulus, Circle
from wfsgui.gui.threads.worker_thread import WorkerThread

__all__ = ["AnalystChoice", "Assessments"]

_MOST_KEPT: Final = 2000


@dataclass(frozen=True)
class AnalystChoice:
    """What the analyst has chosen for the assessment of one exposure.

    Attributes
    ----------
    sensing_stage : str
        Stage of the sensing; empty to take it from the headers.
    signal : Circle or Annulus or None
        Signal region; None for the automatic one.
    background : Annulus or None
        Background annulus; None for the automatic one.
    """

    sensing_stage: str = ""
    signal: Circle | Annulus | None = None
    background: Annulus | None = None


_Kept = TypeVar("_Kept")
_Image = weakref.ref[StepImage]
_Key = tuple[_Image, AnalystChoice, tuple[tuple[str, float], ...]]


@dataclass(frozen=True, eq=False)
class _Request:
    """Stage of an exposure that is to be measured."""

    exposure: Exposure
    key: _Key
    input: AssessInput


class _Task:
    """Job of the worker thread; it may be given a more urgent request until it begins."""

    def __init__(self, request: _Request, assess: Callable[[AssessInput], Assessment]) -> None:
        self.wanted: _Request | None = request
        self.begun: _Request | None = None
        self._assess = assess

    def work(self) -> Assessment | None:
        """Measure the request that is wanted now; called in the worker thread."""
        self.begun = self.wanted
        return self._assess(self.begun.input) if self.begun is not None else None


class Assessments(QObject):
    """Assess the exposures, the stage on screen first.

    A stage is measured again if its image, the limits or the choices of the analyst change.

    Parameters
    ----------
    worker : WorkerThread
        Thread that measures.
    parent : QObject, optional
        Owner.
    assess : callable, optional
        ``assess(request) -> Assessment``; by default `wfsgui.core.assess.assess.assess_exposure`.

    Attributes
    ----------
    known : Signal(Exposure, str)
        A stage has been assessed, or its assessment has more numbers.
    failed : Signal(Exposure, str)
        A stage could not be assessed; `failure` says why.
    choice_changed : Signal(Exposure)
        The analyst has chosen another sensing stage or other regions.
    limits_changed : Signal()
        Other limits are in force.
    caught_up : Signal()
        Everything that was wanted has been measured.
    """

    known = Signal(object, str)
    failed = Signal(object, str)
    choice_changed = Signal(object)
    limits_changed = Signal()
    caught_up = Signal()

    def __init__(
        self,
        worker: WorkerThread,
        parent: QObject | None = None,
        assess: Callable[[AssessInput], Assessment] | None = None,
    ) -> None:
        super().__init__(parent)
        self._worker, self._assess = worker, assess or _assess_exposure
        self._limits = Limits()
        self._on_screen: tuple[Exposure | None, str] = (None, "")
        self._noted: dict[tuple[Exposure, str], None] = {}
        self._choices: dict[Exposure, AnalystChoice] = {}
        self._assessed: dict[Exposure, None] = {}
        self._results: dict[_Key, Assessment] = {}
        self._failures: dict[_Key, str] = {}
        self._most_kept = 0
        self._removed: weakref.WeakSet[Exposure] = weakref.WeakSet()
        self._task: _Task | None = None

    @property
    def limits(self) -> Limits:
        """Limits that are in force."""
        return self._limits

    @property
    def is_behind(self) -> bool:
        """Whether something that is wanted has not been measured yet."""
        return self._task is not None

    def find(self, exposure: Exposure, stage: str) -> Assessment | None:
        """Return the assessment of a stage by the present limits and choices; None if it is not known."""
        key = self._key(exposure, stage)
        found = self._results.get(key) if key is not None else None
        # The result has the same image as the last step.
        return found if found is None or found.stage == stage else replace(found, stage=stage)

    def latest(self, exposure: Exposure) -> Assessment | None:
        """Return the assessment of the last stage that has one; None without any."""
        found = (self.find(exposure, stage) for stage in reversed(STAGES))
        return next((assessment for assessment in found if assessment is not None), None)

    def failure(self, exposure: Exposure, stage: str) -> str:
        """Return why a stage could not be assessed, one sentence; empty if it could, or has not been tried."""
        key = self._key(exposure, stage)
        return self._failures.get(key, "") if key is not None else ""

    def is_awaited(self, exposure: Exposure, stage: str) -> bool:
        """Whether a stage has an image and has not been assessed."""
        key = self._key(exposure, stage)
        return key is not None and not self._is_settled(key)

    def input_of(self, exposure: Exposure, stage: str) -> AssessInput | None:
        """Return what a stage is measured from; None without an image."""
        key = self._key(exposure, stage)
        request = self._request(exposure, stage, key) if key is not None else None
        return request.input if request is not None else None

    def complete(self, exposure: Exposure, stage: str, completed: Assessment) -> None:
        """Replace the assessment of a stage, if it is still kept, by the same one with more numbers."""
        # Copies of an assessment have the same regions.
        for key, kept in self._results.items():
            if kept.regions is completed.regions:
                self._results[key] = replace(completed, stage=kept.stage)
        self.known.emit(exposure, stage)

    def choice(self, exposure: Exposure) -> AnalystChoice:
        """Return what the analyst has chosen for an exposure."""
        return self._choices.get(exposure, AnalystChoice())

    def show_stage(self, exposure: Exposure | None, stage: str) -> None:
        """Measure this stage first, then the other stages of the exposure.

        Must be called again whenever the exposure has changed.
        """
        self._on_screen = exposure, stage
        self._proceed()

    def note(self, exposure: Exposure, stage: str = "") -> None:
        """Measure a stage of any exposure after the stage on screen; by default the one that is the latest by then."""
        self._noted[exposure, stage] = None
        self._proceed()

    def forget(self, exposures: Sequence[Exposure]) -> None:
        """Do not measure exposures that were removed, and drop what was chosen for them."""
        for exposure in exposures:
            self._removed.add(exposure)
            self._choices.pop(exposure, None)
            self._assessed.pop(exposure, None)
        self._noted = {noted: None for noted in self._noted if noted[0] not in exposures}
        if self._on_screen[0] in exposures:
            self._on_screen = None, ""
        self._proceed()

    def set_regions(
        self, exposure: Exposure, signal: Circle | Annulus | None = None, background: Annulus | None = None
    ) -> None:
        """Set the regions in which an exposure is measured; None for an automatic one."""
        self._choose(exposure, replace(self.choice(exposure), signal=signal, background=background))

    def set_sensing_stage(self, exposure: Exposure, sensing_stage: str) -> None:
        """Set the stage of the sensing, which decides the limits; empty to take it from the headers."""
        self._choose(exposure, replace(self.choice(exposure), sensing_stage=sensing_stage))

    def set_limits(self, limits: Limits) -> None:
        """Set the limits, and check the latest stage of every assessed exposure against them."""
        if _changes(limits) == _changes(self._limits):
            return
        self._limits = limits
        self._noted.update({(exposure, ""): None for exposure in self._assessed})
        self.limits_changed.emit()
        self._proceed()

    def take_moved(self, before: Sequence[StepImage], after: Sequence[StepImage]) -> None:
        """Keep the results of images that were replaced by equal ones, whose planes are on disk."""
        places = {weakref.ref(old): weakref.ref(new) for old, new in zip(before, after, strict=True)}
        _move(self._results, places)
        _move(self._failures, places)

    def _choose(self, exposure: Exposure, choice: AnalystChoice) -> None:
        if choice == self.choice(exposure):
            return
        self._choices[exposure] = choice
        self._noted[exposure, ""] = None
        self.choice_changed.emit(exposure)
        self._proceed()

    def _proceed(self) -> None:
        """Measure the most urgent stage next."""
        request = next(self._wanted(), None)
        if self._task is not None:
            self._task.wanted = request
        elif request is not None:
            self._task = task = _Task(request, self._assess)
            self._worker.submit(task.work, self._take, self._take_error)

    def _wanted(self) -> Iterator[_Request]:
        """Yield what is to be measured, the most urgent first."""
        for exposure, name in self._by_urgency():
            key = self._key(exposure, name)
            request = self._request(exposure, name, key) if key is not None and not self._is_settled(key) else None
            if request is not None:
                yield request

    def _by_urgency(self) -> Iterator[tuple[Exposure, str]]:
        shown, stage = self._on_screen
        if shown is not None:
            yield from ((shown, stage), (shown, shown.latest.name))
        yield from ((exposure, name or exposure.latest.name) for exposure, name in self._noted)
        if shown is not None:
            yield from ((shown, name) for name in reversed(STAGES))

    def _take(self, assessment: Assessment | None) -> None:
        request = self._end_task()
        if request is not None and assessment is not None:
            self._results[request.key] = assessment
            self._assessed[request.exposure] = None
            self._drop_old()
            self.known.emit(request.exposure, request.input.stage)
        self._go_on()

    def _take_error(self, error: BaseException) -> None:
        request = self._end_task()
        if request is not None:
            # It would fail again.
            self._failures[request.key] = str(error) or type(error).__name__
            self.failed.emit(request.exposure, request.input.stage)
        if not isinstance(error, WfsguiError):
            self._worker.unhandled.emit(error)
        self._go_on()

    def _end_task(self) -> _Request | None:
        """End the task, and return what it has measured, unless that exposure was removed meanwhile."""
        task, self._task = self._task, None
        begun = task.begun if task is not None else None
        return begun if begun is not None and begun.exposure not in self._removed else None

    def _go_on(self) -> None:
        while self._noted:
            exposure, stage = first = next(iter(self._noted))
            key = self._key(exposure, stage or exposure.latest.name)
            if key is not None and not self._is_settled(key):
                break
            del self._noted[first]
        self._proceed()
        if self._task is None:
            self.caught_up.emit()

    def _is_settled(self, key: _Key) -> bool:
        return key in self._results or key in self._failures

    def _key(self, exposure: Exposure, stage: str) -> _Key | None:
        image = exposure.stages[stage].image
        return (weakref.ref(image), self.choice(exposure), _changes(self._limits)) if image is not None else None

    def _request(self, exposure: Exposure, stage: str, key: _Key) -> _Request | None:
        found, choice = exposure.stages[stage], self.choice(exposure)
        if found.image is None:
            return None
        return _Request(
            exposure,
            key,
            AssessInput(
                product=exposure.product,
                stage=stage,
                image=found.image,
                metadata=found.metadata,
                limits=self._limits,
                sensing_stage=choice.sensing_stage,
                signal=choice.signal,
                background=choice.background,
            ),
        )

    def _drop_old(self) -> None:
        """Drop results of images that are gone and of former limits, when they have become many."""
        if len(self._results) > self._most_kept:
            limits = _changes(self._limits)
            self._results = {key: kept for key, kept in self._results.items() if key[0]() and key[2] == limits}
            self._most_kept = max(_MOST_KEPT, 2 * len(self._results))


def _assess_exposure(request: AssessInput) -> Assessment:
    # Imported here, so that the first image is not delayed.
    from wfsgui.core.assess.assess import assess_exposure

    return assess_exposure(request)


def _changes(limits: Limits) -> tuple[tuple[str, float], ...]:
    return tuple(sorted(limits.changed.items()))


def _move(kept: dict[_Key, _Kept], places: Mapping[_Image, _Image]) -> None:
    moved = [key for key in kept if key[0] in places]
    for image, choice, limits in moved:
        kept[places[image], choice, limits] = kept[image, choice, limits]
