"""Keeps the panel *Verdict* in step with the exposure on screen."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from PySide6.QtCore import QObject, Signal

from wfsgui.core.assess.results import CheckResult, Level
from wfsgui.core.assess.sensing import SENSING_STAGES, sensing_stage
from wfsgui.core.assess.summary import count_text, overall_level, overall_text
from wfsgui.core.files.decision_store import Subject
from wfsgui.core.judgement.decision import Fitness
from wfsgui.core.model.exposure import Exposure
from wfsgui.core.model.stages import CAL, STEPS, title
from wfsgui.gui.assess.assessments import Assessments
from wfsgui.gui.assess.decisions import Decisions, subject_of
from wfsgui.gui.steps.step_effects import StepEffects
from wfsgui.gui.threads.deferred_work import DeferredWork
from wfsgui.gui.verdict.lines import Group, Line, assessment_lines, number_lines, pair_lines, step_lines
from wfsgui.gui.verdict.panel import VerdictPanel

__all__ = ["VerdictControl"]

_TASK: Final = "verdict"
_NOTHING: Final = "No exposure is chosen. Its verdict would be here."
_NO_CHECK: Final = "No check applies to this exposure."
_NOT_READ: Final = "The image has not been read yet."


@dataclass(frozen=True)
class _Pair:
    """Checks of a pair that an exposure belongs to."""

    title: str
    checks: tuple[CheckResult, ...]


@dataclass(frozen=True)
class _Question:
    """What the foot asks about; it counts until the foot is updated, even if another exposure is on screen by then."""

    subject: Subject = ()
    about: str = ""
    stage: str = ""


class VerdictControl(QObject):
    """Show the checks of the exposure on screen, and record the decisions of the analyst.

    Parameters
    ----------
    panel : VerdictPanel
        The panel.
    assessments : Assessments
        Assessments of the exposures.
    effects : StepEffects
        Effects of the steps.
    decisions : Decisions
        Decisions of the analyst.
    deferred : DeferredWork
        Defers the updates.
    parent : QObject
        Owner.

    Attributes
    ----------
    line_chosen : Signal(Exposure, Line)
        What a line is about is to be shown.
    """

    line_chosen = Signal(object, object)

    def __init__(
        self,
        panel: VerdictPanel,
        assessments: Assessments,
        effects: StepEffects,
        decisions: Decisions,
        deferred: DeferredWork,
        parent: QObject,
    ) -> None:
        super().__init__(parent)
        self._panel, self._deferred = panel, deferred
        self._assessments, self._effects, self._decisions = assessments, effects, decisions
        self._exposure: Exposure | None = None
        self._pairs: dict[Subject, _Pair] = {}
        self._pair_on_screen: tuple[Subject, str] | None = None
        self._asked = _Question()
        for signal in (assessments.known, assessments.failed, effects.known):
            signal.connect(self._take)
        assessments.choice_changed.connect(self._take)
        assessments.limits_changed.connect(self.refresh)
        decisions.changed.connect(self.refresh)
        panel.seen.connect(self.refresh)
        panel.line_chosen.connect(self._pass_line)
        panel.sensing_stage_chosen.connect(self._set_sensing_stage)
        panel.regions_reset.connect(self._reset_regions)
        panel.foot.decided.connect(self._decide)
        panel.foot.typed.connect(self._keep_note)

    def show_exposure(self, exposure: Exposure | None) -> None:
        """Show the checks of an exposure; to be called again when it has changed."""
        self._exposure = exposure
        self.refresh()

    def refresh(self) -> None:
        """Update the panel soon, if it can be seen."""
        if self._panel.is_seen:
            self._deferred.do(_TASK, self._show)

    def set_pair_checks(self, subject: Subject, title: str, checks: tuple[CheckResult, ...]) -> None:
        """Show the checks of a pair with those of its exposures.

        Parameters
        ----------
        subject : tuple of Path
            The science files of both exposures.
        title : str
            Name of the pair, for example ``WLP8 and WLM8``.
        checks : tuple of CheckResult
            The checks; empty to show none any more.
        """
        self._pairs.pop(tuple(sorted(subject)), None)
        if checks:
            self._pairs[tuple(sorted(subject))] = _Pair(title, checks)
        self.refresh()

    def show_pair(self, subject: Subject | None, title: str = "") -> None:
        """Ask for the decision on a pair while it is on screen.

        Parameters
        ----------
        subject : tuple of Path or None
            The science files of both exposures; None if no pair is on screen: the decision is on the exposure.
        title : str, optional
            Name of the pair.
        """
        self._pair_on_screen = (tuple(sorted(subject)), title) if subject is not None else None
        if subject is not None:
            self._decisions.load([subject])
        self.refresh()

    def _take(self, exposure: Exposure, _stage: str = "") -> None:
        if exposure is self._exposure:
            self.refresh()

    def _show(self) -> None:
        exposure = self._exposure
        self._show_foot()
        if exposure is None:
            self._panel.show_message(_NOTHING)
            return
        groups = self._groups(exposure)
        levels = [line.level for group in groups for line in group.lines if line.level is not None]
        if not levels:
            self._panel.show_message(self._why_nothing(exposure))
            return
        so_far = "" if exposure.stages[CAL].image is not None else " so far"
        measuring = "; measuring..." if self._is_awaited(exposure) else ""
        self._panel.show_checks(
            f"{overall_text(levels)}{so_far}", f"{count_text(levels)}{measuring}", overall_level(levels), groups
        )
        self._show_choices(exposure)

    def _groups(self, exposure: Exposure) -> list[Group]:
        assessment = self._assessments.latest(exposure)
        effects = {step: found for step in STEPS if (found := self._effects.find(exposure, step)) is not None}
        stage = assessment.stage if assessment is not None else exposure.latest.name
        failure = self._assessments.failure(exposure, exposure.latest.name)
        failed = (Line(Level.CANNOT_TELL, "Assessment", "failed", failure, failure),) if failure else ()
        checks = assessment_lines(assessment) if assessment is not None else ()
        return [
            Group(f"This exposure · {title(stage)}", (*failed, *checks)),
            Group("The steps", step_lines(exposure, effects)),
            *(
                Group(f"The pair · {pair.title}", pair_lines(pair.checks))
                for subject, pair in self._pairs.items()
                if exposure.product.science.path in subject
            ),
            Group("The numbers", number_lines(assessment) if assessment is not None else ()),
        ]

    def _is_awaited(self, exposure: Exposure) -> bool:
        latest = self._assessments.is_awaited(exposure, exposure.latest.name)
        return latest or any(self._effects.is_awaited(exposure, step) for step in exposure.finished_steps)

    def _why_nothing(self, exposure: Exposure) -> str:
        if self._is_awaited(exposure):
            return "Measuring..."
        return _NO_CHECK if exposure.latest.image is not None else exposure.error or _NOT_READ

    def _show_choices(self, exposure: Exposure) -> None:
        choice = self._assessments.choice(exposure)
        of_headers = sensing_stage(exposure.product.science.info, exposure.latest.metadata)
        self._panel.show_sensing_stages(SENSING_STAGES, choice.sensing_stage, of_headers.text)
        self._panel.show_region_state(by_analyst=choice.signal is not None or choice.background is not None)

    def _show_foot(self) -> None:
        asked = self._asked = self._question()
        subject = asked.subject
        self._panel.foot.ask(asked.about, self._decisions.find(subject), self._decisions.draft(subject))

    def _question(self) -> _Question:
        if self._pair_on_screen is not None:
            subject, name = self._pair_on_screen
            return _Question(subject, f"the pair {name}".strip())
        if self._exposure is None:
            return _Question()
        return _Question(subject_of(self._exposure), "this exposure", self._exposure.latest.name)

    def _decide(self, judgement: Fitness, note: str) -> None:
        if self._asked.subject:
            self._decisions.decide(self._asked.subject, judgement, note, self._asked.stage)

    def _keep_note(self, note: str) -> None:
        if self._asked.subject:
            self._decisions.set_draft(self._asked.subject, note)

    def _pass_line(self, line: Line) -> None:
        if self._exposure is not None:
            self.line_chosen.emit(self._exposure, line)

    def _set_sensing_stage(self, stage: str) -> None:
        if self._exposure is not None:
            self._assessments.set_sensing_stage(self._exposure, stage)

    def _reset_regions(self) -> None:
        if self._exposure is not None:
            self._assessments.set_regions(self._exposure)
