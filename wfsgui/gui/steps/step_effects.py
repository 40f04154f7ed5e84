"""What the steps did, measured in a thread and kept."""

from __future__ import annotations

import weakref
from collections import deque
from collections.abc import Callable, Sequence
from functools import partial
from typing import Final

from PySide6.QtCore import QObject, Signal

from wfsgui.core.model.exposure import Exposure, StageState
from wfsgui.core.model.stages import STEPS
from wfsgui.core.model.step_image import StepImage
from wfsgui.core.regions.pixel_numbers import FROM_1, PixelNumbers
from wfsgui.core.step_checks.evidence import Evidence, Outcome, StepEffect
from wfsgui.gui.threads.worker_thread import Job, WorkerThread

__all__ = ["StepEffects"]

_MOST_KEPT: Final = 500

_Pair = tuple["weakref.ref[StepImage]", "weakref.ref[StepImage]"]


class StepEffects(QObject):
    """Find out what the steps of the exposure on screen did, that of the stage on screen first.

    Parameters
    ----------
    worker : WorkerThread
        Where it is measured.
    parent : QObject, optional
        Owner.

    Attributes
    ----------
    known : Signal(Exposure, str)
        What a stage of an exposure did is known now.
    caught_up : Signal()
        Everything that was noted is known.
    """

    known = Signal(object, str)
    caught_up = Signal()

    def __init__(self, worker: WorkerThread, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._worker = worker
        self._numbers = FROM_1
        self._looked_at: tuple[Exposure | None, str] = (None, "")
        self._effects: dict[_Pair, StepEffect] = {}
        self._jobs: dict[_Pair, Job] = {}
        self._failed: set[_Pair] = set()
        self._noted: deque[tuple[Exposure, str]] = deque()
        self._catching_up = False

    @property
    def is_behind(self) -> bool:
        """Whether something that was noted is not known yet."""
        return self._catching_up or bool(self._noted)

    def note(self, exposure: Exposure, stage: str) -> None:
        """Measure a stage of any exposure, one at a time, when nothing on screen waits to be measured."""
        self._noted.append((exposure, stage))
        self._catch_up()

    def forget(self, exposures: Sequence[Exposure]) -> None:
        """Measure nothing more of exposures that are gone."""
        self._noted = deque(noted for noted in self._noted if noted[0] not in exposures)

    def set_pixel_numbers(self, numbers: PixelNumbers) -> None:
        """Set how pixels are numbered; everything is measured anew, for findings name pixels."""
        if numbers == self._numbers:
            return
        self._numbers = numbers
        self._effects.clear()
        exposure, stage = self._looked_at
        # A measurement that has begun tells pixels by the former numbers.
        self.look_at(None, "")
        self.look_at(exposure, stage)

    def find(self, exposure: Exposure, stage: str) -> StepEffect | None:
        """Return what a stage did, where that is known."""
        evidence = self._evidence(exposure, stage)
        return self._effects.get(_pair(evidence)) if evidence is not None else None

    def is_awaited(self, exposure: Exposure, stage: str) -> bool:
        """Whether a stage can be measured, and has not been yet."""
        evidence = self._evidence(exposure, stage)
        return evidence is not None and not self._is_settled(_pair(evidence))

    def unmet(self, exposure: Exposure, stage: str) -> tuple[str, ...]:
        """Say what was expected of a stage and is not so, a sentence each."""
        effect = self.find(exposure, stage)
        expectations = effect.expectations if effect is not None else ()
        return tuple(f"{each.name}: {each.finding}" for each in expectations if each.outcome is Outcome.NOT_MET)

    def look_at(self, exposure: Exposure | None, stage: str) -> None:
        """Measure what is not known of an exposure; what was asked for before and is not wanted any more is dropped.

        To be called again whenever something has changed: what is in work goes on.
        """
        self._looked_at = exposure, stage
        wanted: dict[_Pair, Callable[[], Job]] = {}
        if exposure is not None:
            for name in sorted(STEPS, key=lambda step: step != stage):
                evidence = self._evidence(exposure, name)
                if evidence is not None and not self._is_settled(_pair(evidence)):
                    wanted[_pair(evidence)] = partial(self._measure, exposure, evidence)
        for pair, job in self._jobs.items():
            if pair not in wanted:
                job.cancel()
        self._jobs = {pair: self._jobs.get(pair) or begin() for pair, begin in wanted.items()}
        self._catch_up()

    def _catch_up(self) -> None:
        if self._catching_up or self._jobs:
            return
        while self._noted:
            exposure, stage = self._noted.popleft()
            evidence = self._evidence(exposure, stage)
            if evidence is not None and not self._is_settled(_pair(evidence)):
                self._measure_noted(exposure, evidence)
                return
        self.caught_up.emit()

    def _measure_noted(self, exposure: Exposure, evidence: Evidence) -> None:
        def give_up(error: BaseException) -> None:
            self._catching_up = False
            self._give_up(_pair(evidence), error)

        self._catching_up = True
        self._worker.submit(lambda: _effect(evidence), partial(self._take_noted, exposure, evidence), give_up)

    def _take_noted(self, exposure: Exposure, evidence: Evidence, effect: StepEffect) -> None:
        self._catching_up = False
        self._keep(_pair(evidence), effect)
        self.known.emit(exposure, evidence.stage)
        self._catch_up()

    def _give_up(self, pair: _Pair, error: BaseException) -> None:
        self._jobs.pop(pair, None)
        # What fails once fails again.
        self._failed.add(pair)
        self._worker.unhandled.emit(error)
        self._catch_up()

    def _is_settled(self, pair: _Pair) -> bool:
        return pair in self._effects or pair in self._failed

    def _measure(self, exposure: Exposure, evidence: Evidence) -> Job:
        def take(effect: StepEffect) -> None:
            self._jobs.pop(_pair(evidence), None)
            self._keep(_pair(evidence), effect)
            self.known.emit(exposure, evidence.stage)
            self._catch_up()

        return self._worker.submit(lambda: _effect(evidence), take, partial(self._give_up, _pair(evidence)))

    def _evidence(self, exposure: Exposure, name: str) -> Evidence | None:
        """Gather what is known of a step; None where there is nothing to compare."""
        stage, before = exposure.stages[name], exposure.before(name)
        if name not in STEPS or stage.image is None or before is None or before.image is None:
            return None
        return Evidence(
            stage=name,
            before=before.image,
            after=stage.image,
            skipped=stage.state is StageState.SKIPPED,
            metadata=stage.metadata,
            references=stage.references,
            backgrounds=tuple(member.path for member in exposure.product.backgrounds),
            numbers=self._numbers,
        )

    def _keep(self, pair: _Pair, effect: StepEffect) -> None:
        self._effects[pair] = effect
        if len(self._effects) > _MOST_KEPT:
            self._effects = {key: kept for key, kept in self._effects.items() if all(image() for image in key)}


def _effect(evidence: Evidence) -> StepEffect:
    # No image waits for what this imports.
    from wfsgui.core.step_checks.step_effect import step_effect

    return step_effect(evidence)


def _pair(evidence: Evidence) -> _Pair:
    """Name what is compared; a step that is run again has another image."""
    return weakref.ref(evidence.before), weakref.ref(evidence.after)
