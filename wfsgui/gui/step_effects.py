"""What the steps did, measured in a thread and kept."""

from __future__ import annotations

import weakref
from collections.abc import Callable
from functools import partial
from typing import Final

from PySide6.QtCore import QObject, Signal

from wfsgui.core.events import StepFrame
from wfsgui.core.pixel_numbers import FROM_1, PixelNumbers
from wfsgui.core.stages import STEPS
from wfsgui.core.step_evidence import Evidence, Outcome, StepEffect
from wfsgui.core.worklist import Exposure, StageState
from wfsgui.gui.workers import Job, Lane

__all__ = ["StepEffects"]

_MOST_KEPT: Final = 500

_Pair = tuple["weakref.ref[StepFrame]", "weakref.ref[StepFrame]"]


class StepEffects(QObject):
    """Find out what the steps of the exposure on screen did, that of the stage on screen first.

    Parameters
    ----------
    lane : Lane
        Where it is measured.
    parent : QObject, optional
        Owner.

    Attributes
    ----------
    known : Signal(Exposure, str)
        What a stage of an exposure did is known now.
    """

    known = Signal(object, str)

    def __init__(self, lane: Lane, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._lane = lane
        self._numbers = FROM_1
        self._looked_at: tuple[Exposure | None, str] = (None, "")
        self._effects: dict[_Pair, StepEffect] = {}
        self._jobs: dict[_Pair, Job] = {}

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
        return evidence is not None and _pair(evidence) not in self._effects

    def unmet(self, exposure: Exposure, stage: str) -> tuple[str, ...]:
        """Say what was expected of a stage and is not so, a sentence each."""
        effect = self.find(exposure, stage)
        expectations = effect.expectations if effect is not None else ()
        return tuple(f"{each.name}: {each.told}" for each in expectations if each.outcome is Outcome.NOT_MET)

    def look_at(self, exposure: Exposure | None, stage: str) -> None:
        """Measure what is not known of an exposure; what was asked for before and is not wanted any more is dropped.

        To be called again whenever something has changed: what is in work goes on.
        """
        self._looked_at = exposure, stage
        wanted: dict[_Pair, Callable[[], Job]] = {}
        if exposure is not None:
            for name in sorted(STEPS, key=lambda step: step != stage):
                evidence = self._evidence(exposure, name)
                if evidence is not None and _pair(evidence) not in self._effects:
                    wanted[_pair(evidence)] = partial(self._measure, exposure, evidence)
        for pair, job in self._jobs.items():
            if pair not in wanted:
                job.cancel()
        self._jobs = {pair: self._jobs.get(pair) or begin() for pair, begin in wanted.items()}

    def _measure(self, exposure: Exposure, evidence: Evidence) -> Job:
        def take(effect: StepEffect) -> None:
            self._jobs.pop(_pair(evidence), None)
            self._keep(_pair(evidence), effect)
            self.known.emit(exposure, evidence.stage)

        return self._lane.submit(lambda: _effect(evidence), take)

    def _evidence(self, exposure: Exposure, name: str) -> Evidence | None:
        """Gather what is known of a step; None where there is nothing to compare."""
        stage, before = exposure.stages[name], exposure.before(name)
        if name not in STEPS or stage.frame is None or before is None or before.frame is None:
            return None
        return Evidence(
            stage=name,
            before=before.frame,
            after=stage.frame,
            skipped=stage.state is StageState.SKIPPED,
            metadata=stage.metadata,
            references=stage.references,
            backgrounds=tuple(member.path for member in exposure.product.backgrounds),
            numbers=self._numbers,
        )

    def _keep(self, pair: _Pair, effect: StepEffect) -> None:
        self._effects[pair] = effect
        if len(self._effects) > _MOST_KEPT:
            self._effects = {key: kept for key, kept in self._effects.items() if all(frame() for frame in key)}


def _effect(evidence: Evidence) -> StepEffect:
    # No image waits for what this imports.
    from wfsgui.core.step_effect import step_effect

    return step_effect(evidence)


def _pair(evidence: Evidence) -> _Pair:
    """Name what is compared; a step that is run again has another image."""
    return weakref.ref(evidence.before), weakref.ref(evidence.after)
