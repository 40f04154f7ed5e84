"""Grid of labels: rows of a name and a value."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final, NamedTuple

from PySide6.QtCore import Qt
from PySide6.QtGui import QColor, QFont, QPalette
from PySide6.QtWidgets import QGridLayout, QLabel, QWidget

from wfsgui.gui.widgets.theme import mute, plain_tip

__all__ = ["GridRow", "LabelGrid"]

_SPACING: Final = 2


class GridRow(NamedTuple):
    """A row of a `LabelGrid`.

    Attributes
    ----------
    name, value : str
        Texts of the row.
    tip : str
        Tool tip.
    colour : QColor or None
        Colour of the name; None for that of secondary text.
    spoken : str
        Accessible name; empty if the name itself can be read.
    """

    name: str
    value: str
    tip: str = ""
    colour: QColor | None = None
    spoken: str = ""


class LabelGrid(QWidget):
    """Show rows of selectable text.

    Labels are reused: new labels would flicker and take longer.

    Parameters
    ----------
    label_name : str
        Object name of the value labels.
    name_font : QFont, optional
        Font of the names; by default that of the widget.
    """

    def __init__(self, label_name: str, name_font: QFont | None = None) -> None:
        super().__init__()
        self._label_name, self._name_font = label_name, name_font
        self._labels: list[tuple[QLabel, QLabel]] = []
        self._rows: tuple[GridRow, ...] = ()
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setVerticalSpacing(_SPACING)
        self._grid.setColumnStretch(1, 1)

    def show_rows(self, rows: Sequence[GridRow]) -> None:
        """Replace the rows."""
        if tuple(rows) == self._rows:
            return
        self._rows = tuple(rows)
        while len(self._labels) < len(rows):
            self._labels.append(self._new_row(len(self._labels)))
        for pair, row in zip(self._labels, rows, strict=False):
            _fill(*pair, row)
        for number, pair in enumerate(self._labels):
            for label in pair:
                label.setVisible(number < len(rows))

    def _new_row(self, number: int) -> tuple[QLabel, QLabel]:
        name, value = QLabel(), QLabel()
        mute(name)
        if self._name_font is not None:
            name.setFont(self._name_font)
        for column, label in enumerate((name, value)):
            label.setTextFormat(Qt.TextFormat.PlainText)
            label.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
            self._grid.addWidget(label, number, column, Qt.AlignmentFlag.AlignTop)
        value.setWordWrap(True)
        value.setObjectName(self._label_name)
        return name, value


def _fill(name: QLabel, value: QLabel, row: GridRow) -> None:
    name.setText(row.name)
    name.setAccessibleName(row.spoken)
    value.setText(row.value)
    tip = plain_tip(row.tip)
    for label in (name, value):
        label.setToolTip(tip)
    if row.colour is not None:
        # A style sheet would take ten times as long.
        palette = name.palette()
        palette.setColor(QPalette.ColorRole.PlaceholderText, row.colour)
        name.setPalette(palette)
