"""Dialog that exports the view as a file."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from PySide6.QtCore import QObject, QTimer, Signal
from PySide6.QtWidgets import QMessageBox, QWidget

from wfsgui.gui.export.colour_key import Key
from wfsgui.gui.export.view_recording import KINDS, ViewRecording, record_view
from wfsgui.gui.threads.worker_thread import WorkerThread
from wfsgui.gui.widgets.dialogs import ask, ask_new_file
from wfsgui.gui.widgets.error_text import file_error_text

__all__ = ["ExportContent", "ExportDialog"]

_WAIT_MS: Final = 20
_Role = QMessageBox.ButtonRole
_FILTERS: Final = {f"{name} (*{ending})": ending for ending, name in KINDS.items()}


@dataclass(frozen=True, eq=False)
class ExportContent:
    """File name, caption and colour key of an exported view.

    Attributes
    ----------
    suggestion : Path
        Suggested file.
    caption : tuple of str
        Paragraphs beneath the image.
    key : Key or None
        Meaning of the colours.
    """

    suggestion: Path
    caption: tuple[str, ...]
    key: Key | None


class ExportDialog(QObject):
    """Export the view as it is when the analyst asks for it; a run may go on meanwhile.

    Parameters
    ----------
    window : QWidget
        Owner of the dialogs.
    view : QWidget
        A canvas, or a widget that contains one.
    describe : callable
        ``describe() -> ExportContent | None``: describes the view; None without an image.
    worker : WorkerThread
        Thread in which files are written.
    is_settled : callable
        ``is_settled() -> bool``: whether everything in the view belongs to the stage that `describe` names; the export
        waits until it does.

    Attributes
    ----------
    message : Signal(str)
        Where the view was saved, in one sentence.
    error : Signal(str)
        Why it was not saved, in one sentence.
    """

    message = Signal(str)
    error = Signal(str)

    def __init__(
        self,
        window: QWidget,
        view: QWidget,
        describe: Callable[[], ExportContent | None],
        worker: WorkerThread,
        is_settled: Callable[[], bool] = lambda: True,
    ) -> None:
        super().__init__(window)
        self._window = window
        self._view = view
        self._describe = describe
        self._worker = worker
        self._is_settled = is_settled
        self._waiting = QTimer(self)
        self._waiting.setSingleShot(True)
        self._waiting.setInterval(_WAIT_MS)
        self._waiting.timeout.connect(self.export)
        # Folder of the last export, suggested for the next one.
        self._folder: Path | None = None

    def export(self) -> None:
        """Record the view once everything in it is drawn, ask for a name, and save it."""
        if not self._is_settled():
            self._waiting.start()
            return
        content = self._describe()
        if content is None:
            return
        recording = record_view(self._view, content.caption, content.key)
        folder = self._folder or content.suggestion.parent
        self._ask_name(folder / content.suggestion.name, lambda path: self._take_name(recording, path))

    def _ask_name(self, suggestion: Path, chosen: Callable[[Path], None]) -> None:
        dialog = ask_new_file(
            self._window, "Export the view as", suggestion, ";;".join(_FILTERS), chosen, confirm_overwrite=False
        )
        dialog.setObjectName("export_dialog")

        def take_kind(name: str) -> None:
            dialog.setDefaultSuffix(_FILTERS[name])
            dialog.selectFile(Path(dialog.selectedFiles()[0]).with_suffix(_FILTERS[name]).name)

        dialog.filterSelected.connect(take_kind)

    def _take_name(self, recording: ViewRecording, path: Path) -> None:
        self._folder = path.parent
        if not path.exists():
            self._save(recording, path)
            return
        answers = [
            ("Cancel", _Role.RejectRole, lambda: None),
            ("Replace", _Role.DestructiveRole, lambda: self._save(recording, path)),
        ]
        ask(self._window, "This file exists. Replace it?", [str(path)], answers)

    def _save(self, recording: ViewRecording, path: Path) -> None:
        self._worker.submit(
            lambda: recording.save(path),
            lambda saved: self.message.emit(f"The view is saved as {saved}."),
            lambda error: self.error.emit(file_error_text(error, path)),
            lasts=True,
        )
