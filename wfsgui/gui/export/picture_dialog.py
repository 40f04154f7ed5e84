"""Dialog that saves a recorded picture under a name of the analyst's."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QMessageBox, QWidget

from wfsgui.gui.export.view_recording import KINDS, ViewRecording
from wfsgui.gui.threads.worker_thread import WorkerThread
from wfsgui.gui.widgets.dialogs import ask, ask_new_file
from wfsgui.gui.widgets.error_text import file_error_text

__all__ = ["PictureDialog"]

_Role = QMessageBox.ButtonRole
_FILTERS: Final = {f"{name} (*{ending})": ending for ending, name in KINDS.items()}


class PictureDialog(QObject):
    """Ask for the name of a picture, and write it in a thread; an existing file is replaced after a question only.

    Parameters
    ----------
    window : QWidget
        Owner of the dialogs.
    worker : WorkerThread
        Thread in which files are written.
    what : str
        What is saved, for example ``view``.

    Attributes
    ----------
    message : Signal(str)
        Where the picture was saved, in one sentence.
    error : Signal(str)
        Why it was not saved, in one sentence.
    """

    message = Signal(str)
    error = Signal(str)

    def __init__(self, window: QWidget, worker: WorkerThread, what: str) -> None:
        super().__init__(window)
        self._window, self._worker, self._what = window, worker, what
        # Folder of the last export, suggested for the next one.
        self._folder: Path | None = None

    def save(self, recording: ViewRecording, suggestion: Path) -> None:
        """Ask for a name, and save a recording.

        Parameters
        ----------
        recording : ViewRecording
            The picture.
        suggestion : Path
            Suggested file; after the first export its name only.
        """
        folder = self._folder or suggestion.parent
        caption = f"Export the {self._what} as"
        dialog = ask_new_file(
            self._window,
            caption,
            folder / suggestion.name,
            ";;".join(_FILTERS),
            lambda path: self._take_name(recording, path),
            confirm_overwrite=False,
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
            lambda saved: self.message.emit(f"The {self._what} is saved as {saved}."),
            lambda error: self.error.emit(file_error_text(error, path)),
            lasts=True,
        )
