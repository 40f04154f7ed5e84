"""Plot of a curve with its error band and its marks, in the colours of the theme."""

from __future__ import annotations

from typing import Final

import numpy as np
import pyqtgraph as pg
from PySide6.QtCore import QEvent
from PySide6.QtGui import QColor, QPalette
from PySide6.QtWidgets import QSizePolicy, QVBoxLayout, QWidget
from typing_extensions import override

from wfsgui.core.measure.measured import Curve
from wfsgui.gui.widgets.theme import is_dark, muted_colour, text_colour

__all__ = ["CurvePlot"]

_LINE: Final = ("#0072b2", "#56b4e9")
_BAND_ALPHA: Final = 70


class CurvePlot(QWidget):
    """Plot one curve; the wheel zooms, a drag pans, a right click opens the menu of pyqtgraph."""

    def __init__(self) -> None:
        super().__init__()
        self.setObjectName("curve_plot")
        self._curve: Curve | None = None
        self._plot = pg.PlotWidget()
        self._plot.setMenuEnabled(enableMenu=True)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self._plot)
        # Takes the free height of the panel instead of its size hint, which is too large.
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Ignored)
        self.setMinimumHeight(14 * self.fontMetrics().height())

    def show_curve(self, curve: Curve | None) -> None:
        """Plot another curve, or none."""
        self._curve = curve
        self._draw()

    def _draw(self) -> None:
        item = self._plot.getPlotItem()
        item.clear()
        palette = self.palette()
        self._plot.setBackground(palette.color(QPalette.ColorRole.Base))
        for name in ("left", "bottom"):
            item.getAxis(name).setPen(muted_colour())
            item.getAxis(name).setTextPen(text_colour())
        # Without a finite value, the axes would keep the range of the previous curve.
        if self._curve is None or not np.isfinite(self._curve.y).any():
            item.getViewBox().setRange(xRange=(0, 1), yRange=(0, 1))
            return
        item.setLabel("bottom", self._curve.x_label)
        item.setLabel("left", self._curve.y_label)
        self._draw_curve(self._curve)
        for number, (place, name) in enumerate(self._curve.marks):
            # Each label at its own height, because marks may be near each other.
            options = {"color": text_colour(), "position": 0.08 * (number + 1)}
            line = pg.InfiniteLine(place, angle=90, pen=pg.mkPen(muted_colour()), label=name, labelOpts=options)
            item.addItem(line)
        item.enableAutoRange()

    def _draw_curve(self, curve: Curve) -> None:
        item = self._plot.getPlotItem()
        colour = QColor(_LINE[is_dark()])
        if curve.x.size == curve.y.size + 1:
            item.plot(curve.x, curve.y, stepMode="center", fillLevel=0, brush=_faint(colour), pen=pg.mkPen(colour))
            return
        # The band needs finite values.
        if curve.error is not None and np.isfinite(curve.error).any():
            known = np.isfinite(curve.y) & np.isfinite(curve.error)
            edges = [pg.PlotCurveItem(curve.x[known], (curve.y + side * curve.error)[known]) for side in (-1, 1)]
            item.addItem(pg.FillBetweenItem(*edges, brush=_faint(colour)))
        item.plot(curve.x, curve.y, pen=pg.mkPen(colour, width=2), connect="finite")

    @override
    def changeEvent(self, event: QEvent) -> None:
        """Redraw in the colours of the new theme."""
        super().changeEvent(event)
        if event.type() is QEvent.Type.PaletteChange:
            self._draw()


def _faint(colour: QColor) -> QColor:
    faint = QColor(colour)
    faint.setAlpha(_BAND_ALPHA)
    return faint
