"""Dialog that exports the view as a file."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from PySide6.QtCore import QObject, QTimer, Signal
from PySide6.QtWidgets import QWidget

from wfsgui.gui.export.colour_key import Key
from wfsgui.gui.export.picture_dialog import PictureDialog
from wfsgui.gui.export.view_recording import record_view
from wfsgui.gui.threads.worker_thread import WorkerThread

__all__ = ["ExportContent", "ExportDialog"]

_WAIT_MS: Final = 20


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
        self._view = view
        self._describe = describe
        self._is_settled = is_settled
        self._dialog = PictureDialog(window, worker, "view")
        self._dialog.message.connect(self.message)
        self._dialog.error.connect(self.error)
        self._waiting = QTimer(self)
        self._waiting.setSingleShot(True)
        self._waiting.setInterval(_WAIT_MS)
        self._waiting.timeout.connect(self.export)

    def export(self) -> None:
        """Record the view once everything in it is drawn, ask for a name, and save it."""
        if not self._is_settled():
            self._waiting.start()
            return
        content = self._describe()
        if content is None:
            return
        self._dialog.save(record_view(self._view, content.caption, content.key), content.suggestion)
