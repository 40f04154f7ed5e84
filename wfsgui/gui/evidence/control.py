"""Controller of the evidence: opens the dialog, and has the files made in a worker thread."""

from __future__ import annotations

import os
import threading
from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QMessageBox, QWidget

from wfsgui.core.errors import WfsguiError
from wfsgui.core.evidence.records import Report
from wfsgui.core.evidence.writing import ALL_FORMATS, Format, evidence_files
from wfsgui.core.model.exposure import Exposure
from wfsgui.gui.evidence.dialog import EvidenceDialog
from wfsgui.gui.evidence.gathering import EvidenceInput, EvidenceSources, gather
from wfsgui.gui.evidence.scope import Scope, scopes_of
from wfsgui.gui.evidence.work import EvidenceOrder, Written, make_evidence
from wfsgui.gui.threads.worker_thread import WorkerThread
from wfsgui.gui.widgets.dialogs import ask

__all__ = ["EvidenceControl", "Make"]

_Role = QMessageBox.ButtonRole

Make = Callable[[EvidenceInput, EvidenceOrder, Report], Written]
"""Function that makes a document; see `wfsgui.gui.evidence.work.make_evidence`."""


class _StoppedError(Exception):
    """The analyst has stopped the work."""


class _Work(QObject):
    """Making of one document in a thread of its own, which ends with it.

    Attributes
    ----------
    progress : Signal(str)
        What is being done.
    """

    progress = Signal(str)

    def __init__(self, make: Make, parent: QObject) -> None:
        super().__init__(parent)
        self._make = make
        self._worker = WorkerThread(self)
        self._stop = threading.Event()

    def stop(self) -> None:
        """Stop at the next report; no file has been written then, unless all have."""
        self._stop.set()

    def find_existing(self, files: Sequence[Path], done: Callable[[list[Path]], None]) -> None:
        """Find the files that exist; a network drive may take a while."""
        self._worker.submit(lambda: [path for path in files if os.path.lexists(path)], done)

    def make(
        self,
        given: EvidenceInput,
        order: EvidenceOrder,
        done: Callable[[Written], None],
        failed: Callable[[BaseException], None],
    ) -> None:
        """Make the document."""
        self._worker.submit(lambda: self._make(given, order, self._report), done, failed)

    def close(self) -> None:
        """End the thread, after its job."""
        self._worker.close()
        self.deleteLater()

    def _report(self, text: str) -> None:
        if self._stop.is_set():
            raise _StoppedError
        self.progress.emit(text)


class EvidenceControl(QObject):
    """Write evidence of the exposure on screen, of one of its pairs, or of its visit.

    Parameters
    ----------
    window : QWidget
        Parent of the dialogs.
    sources : EvidenceSources
        What the evidence is made from.
    exposures : callable
        ``exposures() -> sequence of Exposure``: the open exposures.
    current : callable
        ``current() -> Exposure or None``: the exposure on screen.
    folder : callable
        ``folder() -> Path or None``: the output folder of the settings.
    make : callable, optional
        Makes a document in the worker thread.

    Attributes
    ----------
    written : Signal(str, Path)
        Evidence was written: a sentence, and its folder.
    visit_written : Signal(Written)
        The evidence of `write_visit` was written.
    visit_failed : Signal(str)
        The evidence of `write_visit` was not written: why, in one sentence.
    crashed : Signal(BaseException)
        An unexpected exception in the worker thread.
    """

    written = Signal(str, object)
    visit_written = Signal(object)
    visit_failed = Signal(str)
    crashed = Signal(object)

    def __init__(
        self,
        window: QWidget,
        sources: EvidenceSources,
        exposures: Callable[[], Sequence[Exposure]],
        current: Callable[[], Exposure | None],
        folder: Callable[[], Path | None],
        make: Make = make_evidence,
    ) -> None:
        super().__init__(window)
        self._window, self._sources = window, sources
        self._exposures, self._current, self._output_folder = exposures, current, folder
        # Those of the last evidence, suggested for the next one.
        self._folder: Path | None = None
        self._formats: tuple[Format, ...] = ALL_FORMATS
        self._make_document = make
        self._work: _Work | None = None

    @property
    def is_busy(self) -> bool:
        """Whether files are being made."""
        return self._work is not None

    def open(self) -> EvidenceDialog | None:
        """Open the dialog; None without an exposure on screen."""
        exposure = self._current()
        if exposure is None:
            return None
        links = self._sources.links()
        self._sources.decisions.load((link.first, link.second) for link in links)
        scopes = scopes_of(exposure, self._exposures(), links)
        dialog = EvidenceDialog(scopes, self._folder or self._suggestion(exposure), self._formats, self._window)
        dialog.ordered.connect(partial(self._take_order, dialog))
        dialog.open()
        return dialog

    def write_visit(self, folder: Path, *, overwrite: bool) -> None:
        """Write the evidence of the visit on screen in all formats, without a dialog.

        Parameters
        ----------
        folder : Path
            Folder of the files.
        overwrite : bool
            Whether existing files may be replaced.
        """
        exposure = self._current()
        if exposure is None:
            self.visit_failed.emit("There is no evidence: no exposure is on screen.")
            return
        # The last scope is the largest.
        scope = scopes_of(exposure, self._exposures(), self._sources.links())[-1]
        self._work = work = _Work(self._make_document, self)
        order = EvidenceOrder(folder, ALL_FORMATS, overwrite)
        work.make(gather(scope, self._sources), order, self._take_visit, self._fail_visit)

    def _take_visit(self, written: Written) -> None:
        self._end_work()
        self.visit_written.emit(written)

    def _fail_visit(self, error: BaseException) -> None:
        self._end_work()
        self.visit_failed.emit(_sentence(error))
        if not isinstance(error, WfsguiError):
            self.crashed.emit(error)

    def _suggestion(self, exposure: Exposure) -> Path:
        if exposure.saved is not None:
            return exposure.saved.parent
        return self._output_folder() or exposure.product.science.path.parent

    def _take_order(self, dialog: EvidenceDialog, scope: Scope, order: EvidenceOrder) -> None:
        self._folder, self._formats = order.folder, order.formats
        self._work = work = _Work(self._make_document, self)
        work.progress.connect(dialog.show_progress)
        dialog.stopped.connect(work.stop)
        dialog.set_busy(busy=True)
        files = evidence_files(order.folder, scope.name, order.formats)
        work.find_existing(files, lambda existing: self._with_consent(dialog, scope, order, existing))

    def _with_consent(
        self, dialog: EvidenceDialog, scope: Scope, order: EvidenceOrder, existing: Sequence[Path]
    ) -> None:
        if not existing:
            self._make(dialog, scope, order)
            return
        one = len(existing) == 1
        ask(
            dialog,
            "This file exists. Replace it?" if one else f"These {len(existing)} files exist. Replace them?",
            [str(path) for path in existing],
            [
                ("Cancel", _Role.RejectRole, lambda: self._end(dialog, "")),
                (
                    "Replace",
                    _Role.DestructiveRole,
                    lambda: self._make(dialog, scope, replace(order, overwrite=True)),
                ),
            ],
        )

    def _make(self, dialog: EvidenceDialog, scope: Scope, order: EvidenceOrder) -> None:
        if self._work is None:
            raise AssertionError("the work has begun")
        given = gather(scope, self._sources)
        self._work.make(
            given, order, lambda written: self._take(dialog, written), lambda error: self._fail(dialog, error)
        )

    def _take(self, dialog: EvidenceDialog, written: Written) -> None:
        self._end(dialog, "")
        dialog.accept()
        folder = written.files[0].parent
        count = f"{len(written.files)} files" if len(written.files) > 1 else written.files[0].name
        self.written.emit(" ".join((f"The evidence is written: {count} in {folder}.", *written.notes)), folder)

    def _fail(self, dialog: EvidenceDialog, error: BaseException) -> None:
        if isinstance(error, _StoppedError):
            self._end(dialog, "Stopped: no file was written.")
            return
        self._end(dialog, _sentence(error))
        if not isinstance(error, WfsguiError):
            self.crashed.emit(error)

    def _end_work(self) -> None:
        if self._work is not None:
            self._work.close()
            self._work = None

    def _end(self, dialog: EvidenceDialog, fault: str) -> None:
        self._end_work()
        dialog.set_busy(busy=False)
        dialog.show_fault(fault)


def _sentence(error: BaseException) -> str:
    return str(error) if isinstance(error, WfsguiError) else f"The evidence was not written: {error}"
