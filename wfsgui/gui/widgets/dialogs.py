"""Dialogs: questions, files and folders. They do not block a run."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFileDialog, QMessageBox, QWidget

__all__ = ["ask", "ask_file", "ask_files", "ask_folder", "ask_kind_of_file", "ask_new_file", "ask_reference"]

_SHOWN = 12
_INPUTS = (
    "Exposures, associations, sessions, operation and parameter files "
    "(*_rate.fits *_rate.fits.gz *_asn.json *.wfsession *.xml *.asdf *.cfg);;All files (*)"
)


def ask(
    parent: QWidget,
    text: str,
    names: Sequence[str],
    answers: Sequence[tuple[str, QMessageBox.ButtonRole, Callable[[], None]]],
) -> QMessageBox:
    """Ask a question; the function returns at once.

    Parameters
    ----------
    parent : QWidget
        The window.
    text : str
        The question.
    names : sequence of str
        Items in question, one line each; the first dozen is shown, the others under *Show details*.
    answers : sequence of (str, ButtonRole, callable)
        Label, role and action of each button, the default first. Escape presses the button with the reject role.

    Returns
    -------
    QMessageBox
        The dialog, which is open.
    """
    box = QMessageBox(QMessageBox.Icon.Question, parent.windowTitle(), text, parent=parent)
    box.setObjectName("question")
    box.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    box.setTextFormat(Qt.TextFormat.PlainText)
    shown = [*names[:_SHOWN], *([f"... and {len(names) - _SHOWN} more"] if len(names) > _SHOWN else [])]
    box.setInformativeText("\n".join(shown))
    if len(names) > _SHOWN:
        box.setDetailedText("\n".join(names))
    actions = {}
    for label, role, action in answers:
        button = box.addButton(label, role)
        actions[button] = action
        if len(actions) == 1:
            box.setDefaultButton(button)
        if role is QMessageBox.ButtonRole.RejectRole:
            box.setEscapeButton(button)
    box.buttonClicked.connect(lambda button: actions.get(button, _nothing)())
    box.open()
    return box


def ask_file(parent: QWidget, caption: str, suggestion: Path, chosen: Callable[[Path], None]) -> QFileDialog:
    """Ask for the file name of a result."""
    return ask_new_file(parent, caption, suggestion, "FITS files (*.fits)", chosen)


def ask_new_file(
    parent: QWidget,
    caption: str,
    suggestion: Path,
    kinds: str,
    chosen: Callable[[Path], None],
    *,
    confirm_overwrite: bool = True,
) -> QFileDialog:
    """Ask for the name of a new file.

    Parameters
    ----------
    parent : QWidget
        The window.
    caption : str
        Title of the dialog.
    suggestion : Path
        Suggested name; its suffix is added to a name without a suffix.
    kinds : str
        Name filters of Qt.
    chosen : callable
        ``chosen(path)``: receives the answer.
    confirm_overwrite : bool, optional
        Whether the dialog itself asks before an existing file is chosen. Qt's question blocks the window: with False,
        `chosen` has to ask.

    Returns
    -------
    QFileDialog
        The dialog, which is open.
    """
    dialog = QFileDialog(parent, caption, str(suggestion.parent), kinds)
    dialog.setOption(QFileDialog.Option.DontConfirmOverwrite, not confirm_overwrite)
    dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
    dialog.setFileMode(QFileDialog.FileMode.AnyFile)
    dialog.setDefaultSuffix(suggestion.suffix.removeprefix("."))
    dialog.selectFile(suggestion.name)
    return _open(dialog, lambda files: chosen(files[0]))


def ask_kind_of_file(
    parent: QWidget, caption: str, folder: Path, kinds: str, chosen: Callable[[Path], None]
) -> QFileDialog:
    """Ask for a file to open; `kinds` are name filters of Qt."""
    dialog = QFileDialog(parent, caption, str(folder), kinds)
    dialog.setFileMode(QFileDialog.FileMode.ExistingFile)
    return _open(dialog, lambda files: chosen(files[0]))


def ask_files(
    parent: QWidget, caption: str, folder: Path, chosen: Callable[[list[Path]], None], *, kinds: str = _INPUTS
) -> QFileDialog:
    """Ask for files to open; `kinds` are name filters of Qt."""
    dialog = QFileDialog(parent, caption, str(folder), kinds)
    dialog.setFileMode(QFileDialog.FileMode.ExistingFiles)
    return _open(dialog, chosen)


def ask_folder(parent: QWidget, caption: str, folder: Path, chosen: Callable[[Path], None]) -> QFileDialog:
    """Ask for a folder."""
    dialog = QFileDialog(parent, caption, str(folder))
    dialog.setFileMode(QFileDialog.FileMode.Directory)
    dialog.setOption(QFileDialog.Option.ShowDirsOnly)
    return _open(dialog, lambda folders: chosen(folders[0]))


def ask_reference(parent: QWidget, kind: str, chosen: Callable[[Path], None]) -> QFileDialog:
    """Ask for a reference file of a type."""
    kinds = "References (*.fits *.asdf);;All files (*)"
    return ask_kind_of_file(parent, f"Choose a {kind} reference file", Path(), kinds, chosen)


def _open(dialog: QFileDialog, chosen: Callable[[list[Path]], None]) -> QFileDialog:
    dialog.setObjectName("file_dialog")
    dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    dialog.filesSelected.connect(lambda names: chosen([Path(name) for name in names]))
    dialog.open()
    return dialog


def _nothing() -> None:
    """Do nothing: the dialog was closed without an answer."""
