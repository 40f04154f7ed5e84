"""What was measured: rows to read, and a plot."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QGridLayout, QLabel, QVBoxLayout, QWidget

from wfsgui.core.measurement import Curve, Measured
from wfsgui.gui.curve_plot import CurvePlot
from wfsgui.gui.theme import mute, plain_tip

__all__ = ["MeasuredView"]


class MeasuredView(QWidget):
    """Show rows above a plot, or a sentence instead of both."""

    def __init__(self) -> None:
        super().__init__()
        self.setObjectName("measured_view")
        self._message, self._table = QLabel(), QWidget()
        # Made when there is a curve: that takes as long as all other panels together.
        self._plot: CurvePlot | None = None
        self._message.setObjectName("measured_message")
        self._message.setWordWrap(True)
        self._message.setTextFormat(Qt.TextFormat.PlainText)
        mute(self._message)
        self._grid = QGridLayout(self._table)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setVerticalSpacing(2)
        self._grid.setColumnStretch(1, 1)
        self._labels: list[tuple[QLabel, QLabel]] = []
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self._message)
        layout.addWidget(self._table)
        layout.addStretch()
        self.show_message("")

    def show_message(self, text: str) -> None:
        """Say why there is nothing to show."""
        self._message.setText(text)
        self._message.show()
        self._table.hide()
        self._show_curve(None)

    def show_measured(self, measured: Measured) -> None:
        """Show what was measured; rows that stay are not built anew, so that nothing flickers."""
        while len(self._labels) < len(measured.rows):
            self._labels.append(self._new_row(len(self._labels)))
        for number, pair in enumerate(self._labels):
            for label in pair:
                label.setVisible(number < len(measured.rows))
        for (name, value), row in zip(self._labels, measured.rows, strict=False):
            name.setText(row.name)
            value.setText(row.value)
            for label in (name, value):
                label.setToolTip(plain_tip(row.tip))
        self._show_curve(measured.curve)
        self._message.hide()
        self._table.show()

    def _show_curve(self, curve: Curve | None) -> None:
        layout = self.layout()
        if self._plot is None and curve is not None and isinstance(layout, QVBoxLayout):
            self._plot = CurvePlot()
            layout.insertWidget(layout.indexOf(self._table) + 1, self._plot, stretch=1)
        if self._plot is not None:
            self._plot.show_curve(curve)
            self._plot.setVisible(curve is not None)

    def _new_row(self, number: int) -> tuple[QLabel, QLabel]:
        name, value = QLabel(), QLabel()
        mute(name)
        for column, label in enumerate((name, value)):
            label.setTextFormat(Qt.TextFormat.PlainText)
            label.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
            self._grid.addWidget(label, number, column, Qt.AlignmentFlag.AlignTop)
        value.setWordWrap(True)
        value.setObjectName("measured_value")
        return name, value
