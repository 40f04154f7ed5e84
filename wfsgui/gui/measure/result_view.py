"""View of a measurement: rows of text and a plot."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel, QVBoxLayout, QWidget

from wfsgui.core.measure.measured import Curve, Measured
from wfsgui.gui.measure.curve_plot import CurvePlot
from wfsgui.gui.widgets.label_grid import GridRow, LabelGrid
from wfsgui.gui.widgets.theme import mute

__all__ = ["ResultView"]


class ResultView(QWidget):
    """Show rows above a plot, or a message instead of both."""

    def __init__(self) -> None:
        super().__init__()
        self.setObjectName("measured_view")
        self._message, self._table = QLabel(), LabelGrid("measured_value")
        # Made for the first curve, because it takes as long as all other panels together.
        self._plot: CurvePlot | None = None
        self._message.setObjectName("measured_message")
        self._message.setWordWrap(True)
        self._message.setTextFormat(Qt.TextFormat.PlainText)
        mute(self._message)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self._message)
        layout.addWidget(self._table)
        layout.addStretch()
        self.show_message("")

    def show_message(self, text: str) -> None:
        """Show a message instead of a result."""
        self._message.setText(text)
        self._message.show()
        self._table.hide()
        self._show_curve(None)

    def show_measured(self, measured: Measured) -> None:
        """Show a result."""
        self._table.show_rows([GridRow(row.name, row.value, row.tip) for row in measured.rows])
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
