"""What happened, in sentences: into the message bar and the status bar."""

from __future__ import annotations

import logging
from pathlib import Path

from PySide6.QtCore import QObject

from wfsgui.core.engine_facts import EngineFacts
from wfsgui.core.worklist import Exposure
from wfsgui.gui.message_bar import MessageBar
from wfsgui.gui.opener import Opening
from wfsgui.gui.services import Services
from wfsgui.gui.status import Status

__all__ = ["Announcer"]


class Announcer(QObject):
    """Tell the analyst what the services did.

    Parameters
    ----------
    services : Services
        What is listened to.
    messages : MessageBar
        For what must be read.
    status : Status
        For what may be read.
    parent : QObject
        Owner.
    """

    def __init__(self, services: Services, messages: MessageBar, status: Status, parent: QObject) -> None:
        super().__init__(parent)
        self._services = services
        self._messages = messages
        self._status = status
        self._paths: list[Path] = []
        services.opener.opened.connect(self._opened)
        services.opener.busy_changed.connect(self._opening)
        services.opener.failed.connect(self._complain)
        services.note_lost.connect(self._complain)
        services.opener.said.connect(status.show_work)
        services.runner.loaded.connect(self._loaded)
        services.runner.load_failed.connect(self._load_failed)
        services.control.failed.connect(self._failed)
        services.control.stopped.connect(self._stopped)
        services.control.state_changed.connect(self._progress)
        services.control.step_done.connect(self._progress)
        services.saver.saved.connect(self._note_saved)
        services.saver.idle.connect(self._tell_saved)
        services.saver.failed.connect(self._not_saved)

    def _opened(self, opening: Opening) -> None:
        if opening.declined:
            self._messages.show_declined([(entry.what, entry.why) for entry in opening.declined])
        if opening.passed_over:
            notes = [entry.why for entry in opening.passed_over]
            more = "" if len(notes) == 1 else f" {len(notes) - 1} more were passed over."
            self._messages.show_message(f"{notes[0]}{more}", logging.INFO, details="\n".join(notes[1:]))

        for sentence in opening.unread:
            self._messages.show_message(sentence, logging.WARNING)

    def _opening(self) -> None:
        self._status.show_work("Reading headers..." if self._services.opener.is_busy else "")

    def _complain(self, sentence: str) -> None:
        self._messages.show_message(sentence, logging.ERROR)

    def _loaded(self, facts: EngineFacts) -> None:
        self._status.show_facts(facts)
        for notice in facts.notices:
            self._messages.show_message(notice, logging.INFO)

    def _load_failed(self, sentence: str) -> None:
        self._status.show_failure(sentence)
        self._messages.show_message(sentence, logging.ERROR)

    def _failed(self, exposure: Exposure, sentence: str) -> None:
        details = "\n".join(line.text for line in exposure.log if line.level >= logging.WARNING)
        self._messages.show_message(f"{exposure.product.name}: {sentence}", logging.ERROR, details=details)

    def _stopped(self, exposure: Exposure) -> None:
        self._messages.show_message(
            f"{exposure.product.name} was stopped; its finished steps can be looked at, and the run can go on.",
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

    def _note_saved(self, _exposure: Exposure, path: Path) -> None:
        self._paths.append(path)

    def _tell_saved(self) -> None:
        """Tell once of all that was saved together."""
        paths, self._paths = self._paths, []
        if len(paths) == 1:
            self._messages.show_message(f"Saved {paths[0]}", logging.INFO)
        elif paths:
            folders = sorted({str(path.parent) for path in paths})
            self._messages.show_message(f"Saved {len(paths)} results in {', '.join(folders)}", logging.INFO)

    def _not_saved(self, exposure: Exposure, sentence: str) -> None:
        self._messages.show_message(f"{exposure.product.name} was not saved: {sentence}", logging.ERROR)
