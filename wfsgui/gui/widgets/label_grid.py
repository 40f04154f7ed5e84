"""Rows of two labels: what something is, and what was found."""

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
    """A row.

    Attributes
    ----------
    name, value : str
        Its texts.
    tip : str
        What they mean, for a tool tip.
    colour : QColor or None
        Of the name; None for that of secondary text.
    spoken : str
        What a screen reader says of the name; empty where that is the name itself.
    """

    name: str
    value: str
    tip: str = ""
    colour: QColor | None = None
    spoken: str = ""


class LabelGrid(QWidget):
    """Show rows of text that can be selected.

    Labels that stay are not made anew: that would flicker, and take longer.

    Parameters
    ----------
    label_name : str
        Object name of the labels with values.
    name_font : QFont, optional
        Font of the names, where it is another than the widget's.
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
        """Show other rows."""
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
        # A style sheet would do the same, and take ten times as long.
        palette = name.palette()
        palette.setColor(QPalette.ColorRole.PlaceholderText, row.colour)
        name.setPalette(palette)
