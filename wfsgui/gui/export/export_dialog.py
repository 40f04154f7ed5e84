"""Letting the analyst export the view: the name, a question before anything is replaced, and what came of it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from PySide6.QtCore import QObject, QTimer, Signal
from PySide6.QtWidgets import QFileDialog, QMessageBox, QWidget

from wfsgui.core.errors import WfsguiError
from wfsgui.gui.export.colour_key import Key
from wfsgui.gui.export.view_recording import KINDS, Drawing, draw_view
from wfsgui.gui.threads.worker_thread import WorkerThread
from wfsgui.gui.widgets.dialogs import ask

__all__ = ["ExportDialog", "ExportSubject"]

_WAIT_MS: Final = 20
_Role = QMessageBox.ButtonRole
_FILTERS: Final = {f"{name} (*{ending})": ending for ending, name in KINDS.items()}


@dataclass(frozen=True, eq=False)
class ExportSubject:
    """What is on screen, as far as its export needs it.

    Attributes
    ----------
    suggestion : Path
        File that is offered.
    caption : tuple of str
        Paragraphs to write beneath.
    key : Key or None
        What the colours mean.
    """

    suggestion: Path
    caption: tuple[str, ...]
    key: Key | None


class ExportDialog(QObject):
    """Let the analyst export the view as it is when asked for; a run may go on meanwhile.

    Parameters
    ----------
    window : QWidget
        Where questions are asked.
    view : QWidget
        A canvas, or what one is in.
    describe : callable
        ``describe() -> ExportSubject | None``: what is on screen; None where there is no image.
    worker : WorkerThread
        Where files are written.
    is_settled : callable
        ``is_settled() -> bool``: whether all that is drawn belongs to what `describe` says; until then an export waits.

    Attributes
    ----------
    said : Signal(str)
        Where the view was saved, in one sentence.
    failed : Signal(str)
        Why it was not, in one sentence.
    """

    said = Signal(str)
    failed = Signal(str)

    def __init__(
        self,
        window: QWidget,
        view: QWidget,
        describe: Callable[[], ExportSubject | None],
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
        # Where the last one went: the next one is offered there, too.
        self._folder: Path | None = None

    def export(self) -> None:
        """Ask for a name, and save the view as it is once everything in it is drawn."""
        if not self._is_settled():
            self._waiting.start()
            return
        subject = self._describe()
        if subject is None:
            return
        drawing = draw_view(self._view, subject.caption, subject.key)
        folder = self._folder or subject.suggestion.parent
        self._ask_name(folder / subject.suggestion.name, lambda path: self._take_name(drawing, path))

    def _ask_name(self, suggestion: Path, chosen: Callable[[Path], None]) -> None:
        dialog = QFileDialog(self._window, "Export the view as", str(suggestion.parent), ";;".join(_FILTERS))
        dialog.setObjectName("export_dialog")
        dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
        dialog.setFileMode(QFileDialog.FileMode.AnyFile)
        # It would ask in a way that blocks everything; that is done here.
        dialog.setOption(QFileDialog.Option.DontConfirmOverwrite)
        dialog.setDefaultSuffix(suggestion.suffix)
        dialog.selectFile(suggestion.name)

        def take_kind(name: str) -> None:
            dialog.setDefaultSuffix(_FILTERS[name])
            dialog.selectFile(Path(dialog.selectedFiles()[0]).with_suffix(_FILTERS[name]).name)

        dialog.filterSelected.connect(take_kind)
        dialog.fileSelected.connect(lambda name: chosen(Path(name)))
        dialog.finished.connect(dialog.deleteLater)
        dialog.open()

    def _take_name(self, drawing: Drawing, path: Path) -> None:
        self._folder = path.parent
        if not path.exists():
            self._save(drawing, path)
            return
        answers = [
            ("Cancel", _Role.RejectRole, lambda: None),
            ("Replace", _Role.DestructiveRole, lambda: self._save(drawing, path)),
        ]
        ask(self._window, "This file exists. Replace it?", [str(path)], answers)

    def _save(self, drawing: Drawing, path: Path) -> None:
        def complain(error: BaseException) -> None:
            known = isinstance(error, WfsguiError)
            self.failed.emit(str(error) if known else f"{path.name} could not be written: {error}")

        self._worker.submit(
            lambda: drawing.save(path),
            lambda saved: self.said.emit(f"The view is saved as {saved}."),
            complain,
            lasts=True,
        )
