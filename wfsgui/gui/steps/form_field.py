"""One value of the form: its name, its origin, a field, and a button that gives it back to the origin below."""

from __future__ import annotations

from typing import Final

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QFont, QPalette, QResizeEvent, QWheelEvent
from PySide6.QtWidgets import QComboBox, QHBoxLayout, QLabel, QLineEdit, QSizePolicy, QToolButton, QVBoxLayout, QWidget
from typing_extensions import override

from wfsgui.core.model.parameters import OVERRIDE
from wfsgui.gui.widgets.icons import icon
from wfsgui.gui.widgets.theme import alarm_style, plain_tip
from wfsgui.gui.widgets.tokens import GRID, ROW, TYPE

__all__ = ["ChoiceBox", "ElidedLabel", "FormField"]

_YOU: Final = "you"


class ElidedLabel(QLabel):
    """A line of text at the right edge, whose middle is left out where it does not fit."""

    def __init__(self) -> None:
        super().__init__()
        self._full = ""
        self.setTextFormat(Qt.TextFormat.PlainText)
        self.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)

    def show_text(self, text: str) -> None:
        """Show a text."""
        self._full = text
        self.setAccessibleName(text)
        self._elide()

    @property
    def full_text(self) -> str:
        """The text with its middle."""
        return self._full

    @override
    def resizeEvent(self, event: QResizeEvent) -> None:
        """Leave out as much as the width asks for."""
        super().resizeEvent(event)
        self._elide()

    def _elide(self) -> None:
        self.setText(self.fontMetrics().elidedText(self._full, Qt.TextElideMode.ElideMiddle, self.width()))


class ChoiceBox(QComboBox):
    """A combo box that does not take the mouse wheel."""

    @override
    def wheelEvent(self, event: QWheelEvent) -> None:
        """Let the page scroll: scrolling must not change a value."""
        event.ignore()


class FormField(QWidget):
    """Edit one value.

    Parameters
    ----------
    key : str
        Name of the parameter; the object names end with it.
    title : str
        Name on the screen.
    tip : str
        What the value is for.
    editor : QComboBox or QLineEdit
        The field; the data of the entries of a combo box are the values, the first one is empty.
    extra : QWidget, optional
        A button beside the field.

    Attributes
    ----------
    entered : Signal(str)
        A value was entered; empty to leave it to the pipeline.
    edited : Signal(str)
        The text changes while it is being typed.
    """

    entered = Signal(str)
    edited = Signal(str)

    def __init__(
        self, key: str, title: str, tip: str, editor: QComboBox | QLineEdit, extra: QWidget | None = None
    ) -> None:
        super().__init__()
        self._key, self._tip, self._editor = key, tip, editor
        self._name, self._origin, self._fault = QLabel(title), ElidedLabel(), QLabel()
        self._name.setBuddy(editor)
        self._origin.setObjectName(f"origin_{key}")
        self._back = QToolButton()
        self._prepare_editor()
        self._prepare_back()
        self._fault.setObjectName(f"fault_{key.removeprefix(OVERRIDE)}")
        self._fault.setWordWrap(True)
        self._fault.setTextFormat(Qt.TextFormat.PlainText)
        self._fault.hide()
        self._lay_out(extra)
        for widget in (self._name, editor):
            widget.setToolTip(tip)

    def _prepare_editor(self) -> None:
        editor = self._editor
        editor.setObjectName(f"parameter_{self._key}")
        editor.setAccessibleName(self._key)
        if isinstance(editor, QComboBox):
            editor.activated.connect(lambda: self.entered.emit(self.value))
        else:
            editor.setAcceptDrops(False)
            editor.editingFinished.connect(self._finish)
            editor.textEdited.connect(self.edited)

    def _prepare_back(self) -> None:
        back = self._back
        back.setObjectName(f"back_{self._key}")
        back.setIcon(icon("back"))
        back.setAutoRaise(True)
        policy = back.sizePolicy()
        # The field keeps its width when the button comes.
        policy.setRetainSizeWhenHidden(True)
        back.setSizePolicy(policy)
        back.setFixedSize(ROW, ROW)
        back.clicked.connect(self._give_back)
        back.hide()

    def _lay_out(self, extra: QWidget | None) -> None:
        small = QFont(self._origin.font())
        small.setPixelSize(TYPE["second"].size)
        self._origin.setFont(small)
        above, row, layout = QHBoxLayout(), QHBoxLayout(), QVBoxLayout(self)
        above.addWidget(self._name)
        above.addSpacing(GRID)
        above.addWidget(self._origin, stretch=1)
        # In one line with the end of the field, under which the button is.
        above.addSpacing(ROW + GRID)
        row.setSpacing(GRID)
        row.addWidget(self._editor, stretch=1)
        if extra is not None:
            row.addWidget(extra)
        row.addWidget(self._back)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(GRID // 2)
        layout.addLayout(above)
        layout.addLayout(row)
        layout.addWidget(self._fault)
        self.setTabOrder(self._editor, self._back)

    @property
    def value(self) -> str:
        """What is in the field; empty where the choice is left to the pipeline."""
        if isinstance(self._editor, QComboBox):
            return str(self._editor.currentData())
        return self._editor.text().strip()

    @property
    def fault(self) -> str:
        """Why the value is refused, in one sentence; empty if it is not."""
        return self._fault.text()

    def finish(self) -> None:
        """Take the text of a field that still has the cursor."""
        if isinstance(self._editor, QLineEdit) and self._editor.isModified():
            self._finish()

    def show_value(self, value: str) -> None:
        """Show a value; empty for that of the pipeline."""
        if isinstance(self._editor, QComboBox):
            self._editor.setCurrentIndex(max(self._editor.findData(value), 0))
        else:
            self._editor.setText(value)

    def show_below(self, below: str, value: str, origin: str, chain: str, *, is_set: bool) -> None:
        """Show the value that is used without the analyst, and the origin.

        Parameters
        ----------
        below : str
            Text of the field while the analyst has set nothing.
        value : str
            The value without the analyst.
        origin : str
            Where that value comes from; empty while this is not known.
        chain : str
            Every value that is set, a line each.
        is_set : bool
            Whether the analyst has set another value.
        """
        if isinstance(self._editor, QComboBox):
            self._editor.setItemText(0, below)
        else:
            self._editor.setPlaceholderText(below)
        self._origin.show_text(_YOU if is_set else origin)
        role = QPalette.ColorRole.WindowText if is_set else QPalette.ColorRole.PlaceholderText
        self._origin.setForegroundRole(role)
        without = f"{value} ({origin})" if origin else value
        again = f"Use {without} again" if is_set else ""
        self._origin.setToolTip(plain_tip(chain))
        self._editor.setAccessibleDescription(f"{self._tip}. Origin: {_YOU if is_set else origin or 'not known yet'}.")
        self._back.setToolTip(plain_tip(again))
        self._back.setAccessibleName(f"{self._key}: {again}")
        self._back.setVisible(is_set)

    def show_fault(self, fault: str) -> None:
        """Show why the value is refused; empty if it is not."""
        self._fault.setStyleSheet(alarm_style() if fault else "")
        self._fault.setText(fault)
        self._fault.setVisible(bool(fault))

    def allow_back(self) -> None:
        """Offer the way back also while a refused value is in the field."""
        self._back.setVisible(True)

    def _finish(self) -> None:
        if isinstance(self._editor, QLineEdit):
            self._editor.setModified(False)
        self.entered.emit(self.value)

    def _give_back(self) -> None:
        self.show_value("")
        self._editor.setFocus()
        self.entered.emit("")
