"""Effects of the steps, measured in a worker thread and kept."""

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
    """Measure the effects of the steps of the exposure on screen, the stage on screen first.

    Parameters
    ----------
    worker : WorkerThread
        Thread that measures.
    parent : QObject, optional
        Owner.

    Attributes
    ----------
    known : Signal(Exposure, str)
        The effect of a stage has been measured.
    caught_up : Signal()
        The effects of all noted stages have been measured.
    """

    known = Signal(object, str)
    caught_up = Signal()

    def __init__(self, worker: WorkerThread, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._worker = worker
        self._numbers = FROM_1
        self._on_screen: tuple[Exposure | None, str] = (None, "")
        self._effects: dict[_Pair, StepEffect] = {}
        self._jobs: dict[_Pair, Job] = {}
        self._failed: set[_Pair] = set()
        self._noted: deque[tuple[Exposure, str]] = deque()
        self._catching_up = False

    @property
    def is_behind(self) -> bool:
        """Whether the effect of a noted stage has not been measured yet."""
        return self._catching_up or bool(self._noted)

    def note(self, exposure: Exposure, stage: str) -> None:
        """Measure a stage of any exposure after those of the exposure on screen, one at a time."""
        self._noted.append((exposure, stage))
        self._catch_up()

    def forget(self, exposures: Sequence[Exposure]) -> None:
        """Do not measure exposures that were removed."""
        self._noted = deque(noted for noted in self._noted if noted[0] not in exposures)

    def set_pixel_numbers(self, numbers: PixelNumbers) -> None:
        """Set how pixels are numbered, and measure again, because the results name pixels."""
        if numbers == self._numbers:
            return
        self._numbers = numbers
        self._effects.clear()
        exposure, stage = self._on_screen
        # A running measurement uses the former numbers.
        self.show_stage(None, "")
        self.show_stage(exposure, stage)

    def find(self, exposure: Exposure, stage: str) -> StepEffect | None:
        """Return the effect of a stage; None if it is not known."""
        evidence = self._evidence(exposure, stage)
        return self._effects.get(_pair(evidence)) if evidence is not None else None

    def is_awaited(self, exposure: Exposure, stage: str) -> bool:
        """Whether a stage can be measured and has not been measured."""
        evidence = self._evidence(exposure, stage)
        return evidence is not None and not self._is_settled(_pair(evidence))

    def unmet(self, exposure: Exposure, stage: str) -> tuple[str, ...]:
        """Return the expectations that a stage does not meet, a sentence each."""
        effect = self.find(exposure, stage)
        expectations = effect.expectations if effect is not None else ()
        return tuple(f"{each.name}: {each.told}" for each in expectations if each.outcome is Outcome.NOT_MET)

    def show_stage(self, exposure: Exposure | None, stage: str) -> None:
        """Measure the stages of an exposure, and cancel the measurements for the former one.

        Must be called again whenever the exposure has changed; running measurements are kept.
        """
        self._on_screen = exposure, stage
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
        # It would fail again.
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
        """Return the input of the measurement of a step; None if there are no two images to compare."""
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
    # Imported here, so that the first image is not delayed.
    from wfsgui.core.step_checks.step_effect import step_effect

    return step_effect(evidence)


def _pair(evidence: Evidence) -> _Pair:
    """Return a key for two images; a step that is run again has another image."""
    return weakref.ref(evidence.before), weakref.ref(evidence.after)
