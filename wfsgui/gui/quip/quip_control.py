"""Operation files of QUIP that are open, and the files that are written for them."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QMessageBox, QWidget

from wfsgui.core.errors import WfsguiError
from wfsgui.core.judgement.decision import Decision
from wfsgui.core.model.exposure import Exposure
from wfsgui.core.quip.log_entries import EntryKind, LogEntry, exposure_entries
from wfsgui.core.quip.operation_file import OperationFile
from wfsgui.core.quip.operations import OperationIntake
from wfsgui.core.quip.output import existing_targets, write_quip_files
from wfsgui.gui.exposures.open_exposures import OpenExposures
from wfsgui.gui.exposures.opener import Opening
from wfsgui.gui.threads.worker_thread import WorkerThread
from wfsgui.gui.widgets.dialogs import ask

__all__ = ["QuipControl"]

_Role = QMessageBox.ButtonRole


class QuipControl(QObject):
    """Set the stage of the sensing as operation files say, and write QUIP_OUT and QUIP_ACTIVITY_LOG.

    Parameters
    ----------
    intake : OperationIntake
        Has the operation files.
    open_exposures : OpenExposures
        The exposures.
    decisions : callable
        ``decisions(exposure)``: the analyst's decisions on an exposure, oldest first.
    worker : WorkerThread
        Thread that reads and writes files.
    window : QWidget
        Parent of the questions.

    Attributes
    ----------
    stage_known : Signal(Exposure, str)
        An operation file says the stage of the sensing of an exposure.
    message : Signal(str)
        What was written, in one sentence.
    warning : Signal(str)
        What was not written, in one sentence.
    """

    stage_known = Signal(object, str)
    message = Signal(str)
    warning = Signal(str)

    def __init__(
        self,
        intake: OperationIntake,
        open_exposures: OpenExposures,
        decisions: Callable[[Exposure], Sequence[Decision]],
        worker: WorkerThread,
        window: QWidget,
    ) -> None:
        super().__init__(window)
        self._intake, self._open_exposures = intake, open_exposures
        self._decisions, self._worker, self._window = decisions, worker, window

    def take_opening(self, opening: Opening) -> None:
        """Set the stage of the sensing of the exposures of operation files that were opened."""
        for path in opening.given:
            operation = self._intake.operations.get(path)
            if operation is None:
                continue
            for exposure in self._exposures(operation):
                self.stage_known.emit(exposure, operation.operation_type)

    def write(self) -> None:
        """Write the files of every operation that has an open exposure; ask before files are replaced."""
        for operation in self._intake.operations.values():
            exposures = self._exposures(operation)
            if not exposures:
                continue
            if not any(exposure.saved is not None for exposure in exposures):
                self.warning.emit(f"No result of {operation.path.name} is saved; save the results first.")
                continue
            self._worker.submit(partial(existing_targets, operation), partial(self._write_or_ask, operation))

    def _write_or_ask(self, operation: OperationFile, existing: tuple[Path, ...]) -> None:
        if not existing:
            self._write(operation, overwrite=False)
            return
        one = len(existing) == 1
        ask(
            self._window,
            "This file exists. Replace it?" if one else f"These {len(existing)} files exist. Replace them?",
            [str(path) for path in existing],
            [
                ("Cancel", _Role.RejectRole, lambda: None),
                ("Replace", _Role.DestructiveRole, lambda: self._write(operation, overwrite=True)),
            ],
        )

    def _write(self, operation: OperationFile, *, overwrite: bool) -> None:
        exposures = self._exposures(operation)
        images = [exposure.saved for exposure in exposures if exposure.saved is not None]
        entries = list(self._entries(operation, exposures))
        left_out = [exposure.product.name for exposure in exposures if exposure.saved is None]

        def done(written: tuple[Path, Path]) -> None:
            self.message.emit(f"Saved {written[0]} and {written[1]}.")
            if left_out:
                self.warning.emit(
                    f"{', '.join(left_out)} {'is' if len(left_out) == 1 else 'are'} not saved and not in "
                    f"{written[0].name}; save the results, and write the files of QUIP again."
                )

        self._worker.submit(
            lambda: write_quip_files(operation, images, entries, overwrite=overwrite), done, self._report, lasts=True
        )

    def _entries(self, operation: OperationFile, exposures: Sequence[Exposure]) -> Iterator[LogEntry]:
        now = datetime.now(UTC)
        for exposure in exposures:
            yield from exposure_entries(exposure, self._decisions(exposure), now)
            if exposure.saved is None:
                yield LogEntry(EntryKind.WARNING, now, exposure.product.name, ("the result is not saved",))
        missing = len(operation.images) - len(exposures)
        if missing > 0:
            yield LogEntry(EntryKind.WARNING, now, operation.path.name, (f"{missing} images were not calibrated",))

    def _exposures(self, operation: OperationFile) -> list[Exposure]:
        exposures = self._open_exposures.exposures
        return [exposure for exposure in exposures if self._intake.lists(operation, exposure.product)]

    def _report(self, error: BaseException) -> None:
        if isinstance(error, WfsguiError):
            self.warning.emit(str(error))
        else:
            self._worker.unhandled.emit(error)
