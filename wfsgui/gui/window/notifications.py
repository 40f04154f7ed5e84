"""Messages of the services, for the message bar and the status bar."""

from __future__ import annotations

import logging
from collections.abc import Callable
from pathlib import Path
from typing import Final

from PySide6.QtCore import QObject

from wfsgui.core.judgement.parity import ParityReport
from wfsgui.core.model.engine_info import EngineInfo
from wfsgui.core.model.exposure import Exposure, ExposureState
from wfsgui.core.model.exposure_text import state_text
from wfsgui.core.model.stages import STEPS
from wfsgui.core.visit.run_all import left_out_text
from wfsgui.gui.exposures.opener import Opening
from wfsgui.gui.messages.message_bar import MessageBar
from wfsgui.gui.messages.status_bar import Status
from wfsgui.gui.runs.run_summary import summarize
from wfsgui.gui.window.services import Services

__all__ = ["Notifications"]

# Topics of messages: a later message replaces an earlier one on the same topic.
_DECLINED: Final = "inputs that were declined"
_PASSED_OVER: Final = "inputs that were passed over"
_UNREAD: Final = "verdicts that could not be read"
_MISMATCHES: Final = "backgrounds that do not match and are used"
_LOADING: Final = "pipeline that cannot be loaded"
_RUN: Final = "end of a run"
_SAVED: Final = "what was saved"

_ENDED_WELL: Final = (ExposureState.DONE, ExposureState.WARNED, ExposureState.SAVED, ExposureState.UNUSABLE)


class Notifications(QObject):
    """Show what the services report.

    Parameters
    ----------
    services : Services
        Exposures, runs and files.
    messages : MessageBar
        For messages that must be read.
    status : Status
        For messages that need not be read.
    show_crds : callable
        Shows the panel of CRDS.
    parent : QObject
        Owner.
    """

    def __init__(
        self,
        services: Services,
        messages: MessageBar,
        status: Status,
        show_crds: Callable[[], object],
        parent: QObject,
    ) -> None:
        super().__init__(parent)
        self._show_crds = show_crds
        self._services = services
        self._messages = messages
        self._status = status
        self._paths: list[Path] = []
        self._not_written: list[str] = []
        self._ended: dict[str, Exposure] = {}
        self._role_left_out = ""
        services.opener.opened.connect(self._opened)
        services.opener.busy_changed.connect(self._opening)
        services.opener.failed.connect(self._report_error)
        services.verdict_not_kept.connect(self._report_error)
        services.opener.message.connect(status.show_work)
        services.runner.loaded.connect(self._loaded)
        services.runner.load_failed.connect(self._load_failed)
        services.control.failed.connect(self._failed)
        services.control.stopped.connect(self._stopped)
        services.control.run_ended.connect(self._run_ended)
        services.control.left_out.connect(self._not_run)
        services.control.role_left_out.connect(self._note_role_left_out)
        services.effects.caught_up.connect(self._report_run)
        services.open_exposures.changed.connect(self._forget_failure)
        services.open_exposures.reset.connect(self._forget_run)
        services.open_exposures.removed.connect(self._removed)
        services.control.state_changed.connect(self._progress)
        services.control.step_done.connect(self._progress)
        services.control.step_done.connect(self._show_alarm)
        services.parity.compared.connect(self._report_parity)
        services.saver.saved.connect(self._note_saved)
        services.saver.idle.connect(self._report_saved)
        services.saver.failed.connect(self._not_saved)

    def _opened(self, opening: Opening) -> None:
        for topic in (_DECLINED, _PASSED_OVER, _UNREAD, _MISMATCHES):
            self._messages.close_topic(topic)
        if opening.declined:
            declined = [(entry.what, entry.why) for entry in opening.declined]
            self._messages.show_declined(declined, self._ways_out(opening), topic=_DECLINED)
        if opening.mismatches:
            sentence, *rest = opening.mismatches
            self._messages.show_message(sentence, logging.WARNING, details="\n".join(rest), topic=_MISMATCHES)
        if opening.passed_over:
            notes = [entry.why for entry in opening.passed_over]
            more = "" if len(notes) == 1 else f" {len(notes) - 1} more were passed over."
            others = "\n".join(notes[1:])
            self._messages.show_message(f"{notes[0]}{more}", logging.INFO, details=others, topic=_PASSED_OVER)
        if opening.unread:
            sentence, *rest = opening.unread
            self._messages.show_message(sentence, logging.WARNING, details="\n".join(rest), topic=_UNREAD)

    def _ways_out(self, opening: Opening) -> list[tuple[str, Callable[[], object]]]:
        """Offer to open products all the same whose backgrounds do not match."""
        mismatching = [entry for entry in opening.declined if entry.mismatch_of is not None]
        if not mismatching:
            return []
        one = len(mismatching) == 1
        label = "Use it anyway" if one else f"Use the backgrounds of {len(mismatching)} products anyway"
        return [(label, lambda: self._services.opener.open_anyway(mismatching))]

    def _opening(self) -> None:
        self._status.show_work("Reading headers..." if self._services.opener.is_busy else "")

    def _report_error(self, sentence: str) -> None:
        self._messages.show_message(sentence, logging.ERROR)

    def _loaded(self, facts: EngineInfo) -> None:
        self._status.show_engine(facts)
        self._messages.close_topic(_LOADING)
        for notice in facts.notices:
            self._messages.show_message(notice, logging.INFO)

    def _load_failed(self, sentence: str) -> None:
        self._status.show_failure(sentence)
        ways = [("Show CRDS", self._show_crds)]
        self._messages.show_message(sentence, logging.ERROR, actions=ways, topic=_LOADING)

    def _failed(self, exposure: Exposure, sentence: str) -> None:
        lines = [line for line in exposure.log[exposure.run_begins_at :] if line.level >= logging.WARNING]
        # The failure first, then the warnings of the steps before it.
        details = "\n".join(line.text for line in sorted(lines, key=lambda line: -line.level))
        text = f"{exposure.label}: {sentence}"
        # The panel explains failures of CRDS, and has the ways out.
        ways = [("Show CRDS", self._show_crds)] if "CRDS" in sentence else []
        self._messages.show_message(text, logging.ERROR, details=details, actions=ways, topic=_failure_of(exposure))

    def _show_alarm(self, exposure: Exposure, stage: str) -> None:
        alarm, topic = exposure.stages[stage].alarm, _alarm_of(exposure, stage)
        if alarm:
            self._messages.show_message(f"{exposure.label}, {stage}: {alarm}", logging.ERROR, topic=topic)
        else:
            self._messages.close_topic(topic)

    def _forget_failure(self, exposure: Exposure) -> None:
        if exposure.state is ExposureState.RUNNING:
            self._messages.close_topic(_failure_of(exposure))

    def _forget_run(self, exposure: Exposure) -> None:
        """Close what was said about results that are gone."""
        self._ended.pop(exposure.key, None)
        for topic in (_failure_of(exposure), _saving_of(exposure), *(_alarm_of(exposure, step) for step in STEPS)):
            self._messages.close_topic(topic)

    def _removed(self, exposures: list[Exposure]) -> None:
        for exposure in exposures:
            self._ended.pop(exposure.key, None)
            self._messages.close_topic(_failure_of(exposure))

    def _not_run(self, exposures: list[Exposure]) -> None:
        names = "\n".join(f"{exposure.label}, {state_text(exposure)}" for exposure in exposures)
        one = len(exposures) == 1
        text = "One exposure was" if one else f"{len(exposures)} exposures were"
        self._messages.show_message(
            f"{text} not started again: {'it is' if one else 'they are'} running, or a step waits for your verdict.",
            logging.WARNING,
            details=names,
            topic=_RUN,
        )

    def _note_role_left_out(self, exposures: list[Exposure]) -> None:
        self._role_left_out = left_out_text(exposure.product for exposure in exposures)
        if not self._services.control.is_busy:
            self._tell_role_left_out()

    def _tell_role_left_out(self) -> None:
        """Say what a run of all left out, where no sentence about the end of a run says it."""
        text, self._role_left_out = self._role_left_out, ""
        if text:
            self._messages.show_message(text, logging.INFO, topic=_RUN)

    def _run_ended(self, exposures: list[Exposure]) -> None:
        self._ended |= {exposure.key: exposure for exposure in exposures}
        self._report_run()

    def _report_run(self) -> None:
        """Report the end of a run, as soon as the effects of its steps are measured."""
        if not self._ended or self._services.effects.is_behind:
            return
        exposures, self._ended = list(self._ended.values()), {}
        if len(exposures) == 1 and exposures[0].worst_state not in _ENDED_WELL:
            # Reported already: it failed, was stopped, or was rejected.
            self._tell_role_left_out()
            return
        summary = summarize(exposures)
        level = logging.ERROR if summary.is_alarm else logging.INFO if summary.is_clean else logging.WARNING
        sentence = " ".join(filter(None, (summary.sentence, self._role_left_out)))
        self._role_left_out = ""
        self._messages.show_message(sentence, level, details=summary.details, topic=_RUN, stays=True)

    def _report_parity(self, exposure: Exposure, report: ParityReport) -> None:
        level = logging.INFO if report.is_identical else logging.ERROR
        details = "\n".join(report.differences[1:])
        text = f"{exposure.label}: {report.sentence}"
        self._messages.show_message(text, level, details=details, topic=f"parity of {exposure.key}")

    def _stopped(self, exposure: Exposure) -> None:
        self._messages.show_message(
            f"{exposure.label} was stopped. Its finished steps are kept; run it again to continue.",
            logging.INFO,
        )

    def _progress(self) -> None:
        control, tasks = self._services.control, self._services.runner.tasks
        done, total = control.progress
        if not control.is_busy:
            self._status.hide_progress()
        elif control.is_held:
            self._status.show_waiting(done, total)
        elif total:
            share = sum(len(task.exposure.finished_steps) / len(task.exposure.steps) for task in tasks)
            stopping = self._services.runner.is_stopping
            self._status.show_progress(done, total, (done + share) / total, stopping=stopping)

    def _note_saved(self, exposure: Exposure, path: Path) -> None:
        self._paths.append(path)
        self._messages.close_topic(_saving_of(exposure))

    def note_left_out(self, left_out: list[tuple[Exposure, str]]) -> None:
        """Keep which exposures are not saved, and why, until the others are saved.

        Parameters
        ----------
        left_out : list of (Exposure, str)
            The exposures, and why each is not saved, for example "rejected".
        """
        self._not_written += [f"{exposure.label}: {why}" for exposure, why in left_out]

    def _report_saved(self) -> None:
        """Report in one message what was saved together, and what was not."""
        paths, self._paths = self._paths, []
        missing, self._not_written = self._not_written, []
        if not paths:
            # Each failure has been reported.
            return
        folders = ", ".join(sorted({str(path.parent) for path in paths}))
        text = f"Saved {paths[0]}" if len(paths) == 1 else f"Saved {len(paths)} results in {folders}"
        if missing:
            count = len(missing)
            text += f". {'One exposure was' if count == 1 else f'{count} exposures were'} not saved"
            text += f": {missing[0]}" if count == 1 else "."
        level = logging.WARNING if missing else logging.INFO
        details = "\n".join(missing) if len(missing) > 1 else ""
        self._messages.show_message(text, level, details=details, topic=_SAVED)

    def _not_saved(self, exposure: Exposure, sentence: str) -> None:
        self._not_written.append(f"{exposure.label}: {sentence}")
        text = f"{exposure.label} was not saved: {sentence}"
        self._messages.show_message(text, logging.ERROR, topic=_saving_of(exposure))


def _failure_of(exposure: Exposure) -> str:
    return f"failure of {exposure.key}"


def _alarm_of(exposure: Exposure, stage: str) -> str:
    return f"alarm of {exposure.key} {stage}"


def _saving_of(exposure: Exposure) -> str:
    return f"saving of {exposure.key}"
