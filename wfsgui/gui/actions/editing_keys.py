"""Lets the text field that has the focus handle editing keys before the shortcuts of the window."""

from __future__ import annotations

from typing import Final

from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtGui import QKeyEvent, QKeySequence
from PySide6.QtWidgets import (
    QAbstractSpinBox,
    QApplication,
    QComboBox,
    QLabel,
    QLineEdit,
    QPlainTextEdit,
    QTextEdit,
    QWidget,
)
from typing_extensions import override

__all__ = ["EditingKeys", "is_editing_key"]

_Standard = QKeySequence.StandardKey
_Modifier = Qt.KeyboardModifier

_COMMANDS: Final = (
    _Standard.Undo,
    _Standard.Redo,
    _Standard.Cut,
    _Standard.Copy,
    _Standard.Paste,
    _Standard.SelectAll,
    _Standard.Deselect,
    _Standard.MoveToStartOfLine,
    _Standard.MoveToEndOfLine,
    _Standard.MoveToStartOfBlock,
    _Standard.MoveToEndOfBlock,
    _Standard.DeleteEndOfLine,
    _Standard.DeleteCompleteLine,
    _Standard.DeleteEndOfWord,
    _Standard.DeleteStartOfWord,
)
# With any modifier: systems differ in those for words, lines and documents.
_KEYS: Final = frozenset(
    {
        Qt.Key.Key_Backspace,
        Qt.Key.Key_Delete,
        Qt.Key.Key_Insert,
        Qt.Key.Key_Home,
        Qt.Key.Key_End,
        Qt.Key.Key_Left,
        Qt.Key.Key_Right,
        Qt.Key.Key_Up,
        Qt.Key.Key_Down,
        Qt.Key.Key_PageUp,
        Qt.Key.Key_PageDown,
    }
)
# Letters that text fields of Linux, Windows or macOS use with Ctrl; the same on all systems, as the shortcuts are.
_LETTERS: Final = frozenset(map(ord, "ACEKUVXYZ"))


class EditingKeys(QObject):
    """Send editing keys to the text field that has the focus, before shortcuts are searched.

    Parameters
    ----------
    parent : QObject
        Owner.
    """

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        application = QApplication.instance()
        if isinstance(application, QApplication):
            application.focusChanged.connect(self._watch)

    def _watch(self, _before: QWidget | None, now: QWidget | None) -> None:
        if now is not None and _shows_text(now):
            now.installEventFilter(self)

    @override
    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Accept a key for the field, so that it triggers no shortcut."""
        if isinstance(event, QKeyEvent) and event.type() is QEvent.Type.ShortcutOverride and _takes(watched, event):
            event.accept()
            return True
        return super().eventFilter(watched, event)


def is_editing_key(event: QKeyEvent) -> bool:
    """Whether a key moves the cursor, selects, deletes, copies, pastes or undoes in a text field.

    Parameters
    ----------
    event : QKeyEvent
        The key and its modifiers.

    Returns
    -------
    bool
        True also for keys that only text fields of another system use; False for typed characters.
    """
    if event.key() in _KEYS or any(event.matches(command) for command in _COMMANDS):
        return True
    modifiers = event.modifiers() & ~_Modifier.KeypadModifier
    undone = event.key() == Qt.Key.Key_Z and modifiers == _Modifier.ControlModifier | _Modifier.ShiftModifier
    return undone or (modifiers == _Modifier.ControlModifier and event.key() in _LETTERS)


def _is_typed(event: QKeyEvent) -> bool:
    """Whether a key types a character."""
    modifiers = event.modifiers() & ~(_Modifier.KeypadModifier | _Modifier.GroupSwitchModifier)
    return modifiers in (_Modifier.NoModifier, _Modifier.ShiftModifier) and event.key() < Qt.Key.Key_Escape


def _takes(field: QObject, event: QKeyEvent) -> bool:
    return is_editing_key(event) or (_is_typed(event) and (_is_writable(field) or _has_selection(field)))


def _shows_text(widget: QWidget) -> bool:
    if isinstance(widget, QLabel):
        return bool(widget.textInteractionFlags() & Qt.TextInteractionFlag.TextSelectableByKeyboard)
    if isinstance(widget, QComboBox):
        return widget.isEditable()
    return isinstance(widget, (QLineEdit, QAbstractSpinBox, QPlainTextEdit, QTextEdit))


def _is_writable(field: QObject) -> bool:
    if isinstance(field, (QLineEdit, QAbstractSpinBox, QPlainTextEdit, QTextEdit)):
        return not field.isReadOnly()
    return isinstance(field, QComboBox)


def _has_selection(field: QObject) -> bool:
    if isinstance(field, QLabel):
        return field.hasSelectedText()
    return isinstance(field, (QPlainTextEdit, QTextEdit)) and field.textCursor().hasSelection()
