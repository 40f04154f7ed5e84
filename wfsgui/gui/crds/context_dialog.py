"""Dialog that chooses a CRDS context from a list, or by its name."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QDialog,
    QDialogButtonBox,
    QLabel,
    QLineEdit,
    QListWidget,
    QListWidgetItem,
    QVBoxLayout,
    QWidget,
)

from wfsgui.core.crds.sentences import bad_context, unknown_context
from wfsgui.core.crds.state import CrdsContexts
from wfsgui.gui.widgets.theme import alarm_style, mute
from wfsgui.gui.widgets.tokens import GRID, MARGIN

__all__ = ["ContextDialog", "context_fault", "described_contexts"]

_NAME: Final = Qt.ItemDataRole.UserRole
_ENDING: Final = ".pmap"
# Width in letters, so that it fits the font.
_WIDTH: Final = 68


def context_fault(name: str, contexts: CrdsContexts) -> str:
    """Return in one sentence why a context cannot be chosen; empty if it can.

    Parameters
    ----------
    name : str
        What was entered; empty for the context in operation.
    contexts : CrdsContexts
        What can be chosen.
    """
    if not name or name in {*contexts.cached, *contexts.known, *contexts.named}:
        return ""
    is_name = name.startswith("jwst_") and name.endswith(_ENDING) and not any(map(str.isspace, name))
    return (unknown_context(name) if is_name else bad_context(name)).sentence


def described_contexts(contexts: CrdsContexts) -> Iterator[tuple[str, str]]:
    """Yield the name of each context, the newest first, and what is known of it."""
    names = {context: name for name, context in contexts.named.items()}
    cached = set(contexts.cached)
    for context in sorted({*contexts.cached, *contexts.known}, reverse=True):
        notes = (
            "in force" if context == contexts.current else "",
            names.get(context, ""),
            "in the cache" if context in cached else "",
        )
        yield context, ", ".join(filter(None, notes))


class ContextDialog(QDialog):
    """Choose a context.

    Parameters
    ----------
    contexts : CrdsContexts
        What can be chosen.
    chosen : str
        The context of the settings; empty for the one in operation.
    parent : QWidget
        The window.

    Attributes
    ----------
    accepted_context : Signal(str)
        The choice was confirmed; empty for the context in operation.
    """

    accepted_context = Signal(str)

    def __init__(self, contexts: CrdsContexts, chosen: str, parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName("context_dialog")
        self.setWindowTitle("Choose a CRDS context")
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self._contexts = contexts
        self._entry, self._list, self._fault = QLineEdit(), QListWidget(), QLabel()
        self._buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Ok | QDialogButtonBox.StandardButton.Cancel)
        self._build()
        self._fill()
        self._entry.setText(chosen)
        self._check()

    def _build(self) -> None:
        self._entry.setObjectName("context_entry")
        self._entry.setAccessibleName("Name of the context")
        self._entry.setPlaceholderText("the one in operation")
        self._entry.setClearButtonEnabled(True)
        self._entry.textChanged.connect(self._check)
        self._list.setObjectName("context_list")
        self._list.setAccessibleName("Contexts")
        self._list.currentItemChanged.connect(self._take)
        self._list.itemDoubleClicked.connect(self._confirm)
        self._fault.setObjectName("context_fault")
        self._fault.setWordWrap(True)
        self._fault.setStyleSheet(alarm_style())
        self._buttons.accepted.connect(self._confirm)
        self._buttons.rejected.connect(self.reject)
        how = QLabel(
            "A context says which reference files each exposure gets. It is kept in the settings; empty: the one in "
            "operation, which changes with time."
        )
        how.setWordWrap(True)
        mute(how)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(MARGIN, MARGIN, MARGIN, MARGIN)
        layout.setSpacing(2 * GRID)
        for part in (how, self._entry, self._fault, self._list, self._buttons):
            layout.addWidget(part)
        letter = self.fontMetrics().averageCharWidth()
        self.resize(_WIDTH * letter, _WIDTH * letter)

    def _fill(self) -> None:
        for context, note in described_contexts(self._contexts):
            item = QListWidgetItem(f"{context}    {note}" if note else context)
            item.setData(_NAME, context)
            self._list.addItem(item)
        if not self._list.count():
            item = QListWidgetItem("No context is in the cache, and the server lists none; check the server first.")
            item.setFlags(Qt.ItemFlag.NoItemFlags)
            self._list.addItem(item)

    def _take(self, item: QListWidgetItem | None) -> None:
        if item is not None and item.data(_NAME):
            self._entry.setText(item.data(_NAME))

    def _check(self) -> None:
        fault = context_fault(self._entry.text().strip(), self._contexts)
        self._fault.setText(fault)
        self._fault.setVisible(bool(fault))
        self._buttons.button(QDialogButtonBox.StandardButton.Ok).setEnabled(not fault)

    def _confirm(self) -> None:
        name = self._entry.text().strip()
        if not context_fault(name, self._contexts):
            self.accepted_context.emit(name)
            self.accept()
