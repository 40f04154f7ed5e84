"""Commands for strun and Python that make the result of the exposure on screen."""

from __future__ import annotations

from dataclasses import replace
from typing import Final

from PySide6.QtCore import Qt
from PySide6.QtGui import QFontDatabase, QGuiApplication, QShowEvent
from PySide6.QtWidgets import QHBoxLayout, QLabel, QPlainTextEdit, QPushButton, QVBoxLayout, QWidget
from typing_extensions import override

from wfsgui.core.errors import OptionError
from wfsgui.core.model.engine_info import EngineInfo
from wfsgui.core.model.exposure import Exposure
from wfsgui.gui.widgets.icons import icon
from wfsgui.gui.widgets.theme import alarm_style, heading_font
from wfsgui.gui.widgets.tokens import GRID

__all__ = ["CallView"]

_LINES: Final = 8
_CONTEXT: Final = "CRDS_CONTEXT"


class _Text(QWidget):
    """A heading, a button that copies the text, and the text."""

    def __init__(self, name: str, title: str) -> None:
        super().__init__()
        heading = QLabel(title)
        heading.setFont(heading_font())
        self._copy = QPushButton(icon("copy"), "Copy")
        self._copy.setObjectName(f"copy_{name}")
        self._copy.setAccessibleName(f"Copy the text for {title}")
        self._copy.clicked.connect(self._put_into_clipboard)
        self._field = QPlainTextEdit()
        self._field.setObjectName(f"text_{name}")
        self._field.setAccessibleName(f"Text for {title}")
        self._field.setReadOnly(True)
        self._field.setTabChangesFocus(True)
        self._field.setLineWrapMode(QPlainTextEdit.LineWrapMode.NoWrap)
        self._field.setFont(QFontDatabase.systemFont(QFontDatabase.SystemFont.FixedFont))
        self._field.setFixedHeight(_LINES * self._field.fontMetrics().lineSpacing() + 4 * GRID)
        row, layout = QHBoxLayout(), QVBoxLayout(self)
        row.addWidget(heading, stretch=1)
        row.addWidget(self._copy)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(GRID)
        layout.addLayout(row)
        layout.addWidget(self._field)

    def show_text(self, text: str) -> None:
        """Show a text; what is selected in the same text stays selected."""
        if text != self._field.toPlainText():
            self._field.setPlainText(text)
            self._copy.setText("Copy")
        self._copy.setEnabled(bool(text))

    def _put_into_clipboard(self) -> None:
        QGuiApplication.clipboard().setText(self._field.toPlainText())
        self._copy.setText("Copied")


class CallView(QWidget):
    """Show both texts, and what they cannot say; they follow the options of the exposure while they are visible."""

    def __init__(self) -> None:
        super().__init__()
        self.setObjectName("call_view")
        self._exposure: Exposure | None = None
        self._engine_info = EngineInfo()
        self._strun, self._python = _Text("strun", "strun"), _Text("python", "Python")
        self._hint, self._notes = QLabel(), QLabel()
        self._hint.setText("They make the same result with the official pipeline, in the current folder.")
        self._notes.setObjectName("call_notes")
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(2 * GRID)
        for label in (self._hint, self._notes):
            label.setWordWrap(True)
            label.setTextFormat(Qt.TextFormat.PlainText)
            layout.addWidget(label)
        layout.addWidget(self._strun)
        layout.addWidget(self._python)

    def show_exposure(self, exposure: Exposure | None, engine_info: EngineInfo) -> None:
        """Show the texts of an exposure; to be called again when its options have changed."""
        self._exposure, self._engine_info = exposure, engine_info
        self._fill()

    @override
    def showEvent(self, event: QShowEvent) -> None:
        """Make the texts."""
        super().showEvent(event)
        self._fill()

    def _fill(self) -> None:
        if self.isHidden():
            return
        strun, python, notes = _texts(self._exposure, self._engine_info) if self._exposure else ("", "", ())
        self._strun.show_text(strun)
        self._python.show_text(python)
        self._notes.setStyleSheet(alarm_style() if notes else "")
        self._notes.setText(" ".join(notes))
        self._notes.setVisible(bool(notes))


def _texts(exposure: Exposure, info: EngineInfo) -> tuple[str, str, tuple[str, ...]]:
    """Return the texts for strun and for Python, and what they cannot say."""
    # Not needed before they are asked for.
    from wfsgui.core.script.python_call import python_call
    from wfsgui.core.script.stock_call import stock_call
    from wfsgui.core.script.strun_line import strun_line

    # The context of the run, which the server may have replaced by another one meanwhile.
    crds = {**info.crds, _CONTEXT: exposure.context or info.crds.get(_CONTEXT, "")}
    try:
        call = stock_call(exposure.product, exposure.options, replace(info, crds=crds))
    except OptionError as error:
        return "", "", (str(error),)
    line = strun_line(call)
    return line.text, python_call(call), (*call.notes, *line.notes)
