"""Plot of a number against time, in the colours of the theme."""

from __future__ import annotations

from collections.abc import Sequence
from math import isfinite
from typing import TYPE_CHECKING, Final

import numpy as np
import pyqtgraph as pg
from PySide6.QtCore import QEvent, Qt, Signal
from PySide6.QtGui import QColor, QPalette
from PySide6.QtWidgets import QSizePolicy, QVBoxLayout, QWidget
from typing_extensions import override

from wfsgui.core.trend.points import IN_FOCUS, LimitLine, Plotted, TrendPoint, limit_lines
from wfsgui.gui.trend.marks import JUDGEMENTS, defocus_colour, judgement_symbol, known_defocus
from wfsgui.gui.trend.point_text import describe
from wfsgui.gui.widgets.theme import muted_colour, plain_tip, text_colour
from wfsgui.gui.widgets.tokens import palette

if TYPE_CHECKING:
    from pyqtgraph.GraphicsScene.mouseEvents import MouseClickEvent

__all__ = ["TrendPlot"]

_SIZE: Final = 10
_CHOSEN_SIZE: Final = 18
_DAY_S: Final = 86400.0
# Free space around the points, as a share of their range.
_SPACE: Final = 0.06
_COLUMNS: Final = 3


class TrendPlot(QWidget):
    """Points with error bars and limits; the wheel zooms, a drag pans, a right click opens the menu of pyqtgraph.

    Attributes
    ----------
    chosen : Signal(int)
        A point was clicked: its place in the list.
    activated : Signal(int)
        A point was clicked twice: its place in the list.
    """

    chosen = Signal(int)
    activated = Signal(int)

    def __init__(self) -> None:
        super().__init__()
        self.setObjectName("trend_plot")
        self._points: tuple[TrendPoint, ...] = ()
        self._number: Plotted | None = None
        self._chosen: int | None = None
        self.graphics = pg.PlotWidget(axisItems={"bottom": pg.DateAxisItem("bottom", utcOffset=0)})
        self.graphics.setAccessibleName("Plot of the number against time; the table has the same points")
        self.graphics.getPlotItem().hideButtons()
        self._scatter = pg.ScatterPlotItem(size=_SIZE, hoverable=True, hoverSize=_SIZE + 4, tip=None)
        self._scatter.sigClicked.connect(self._click)
        self._scatter.sigHovered.connect(self._hover)
        self._ring = pg.ScatterPlotItem(size=_CHOSEN_SIZE, useCache=False)
        # Below the points: it would take their clicks.
        self._ring.setZValue(self._scatter.zValue() - 1)
        self._legend = pg.LegendItem(labelTextSize="8pt", colCount=_COLUMNS)
        # Above the plot, in the place of the title: over the plot it would hide points.
        item = self.graphics.getPlotItem()
        item.layout.removeItem(item.titleLabel)
        item.layout.addItem(self._legend, 0, 1)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self.graphics)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setMinimumHeight(10 * self.fontMetrics().height())

    def show_points(self, points: Sequence[TrendPoint], number: Plotted | None) -> None:
        """Plot points; those without a time or a value are left out.

        Parameters
        ----------
        points : sequence of TrendPoint
            The points.
        number : Plotted or None
            The number that they have; None without one.
        """
        self._points, self._number, self._chosen = tuple(points), number, None
        self._draw(dark_ink=False)
        self._fit()

    def choose(self, place: int | None) -> None:
        """Mark a point by its place in the list; None for no point."""
        self._chosen = place
        self._draw_ring()

    def set_printed(self, *, printed: bool) -> None:
        """Use dark ink on white, for a picture, or the colours of the theme."""
        self._draw(dark_ink=printed)

    def _drawn(self) -> list[int]:
        return [place for place, point in enumerate(self._points) if point.can_be_drawn]

    def _draw(self, *, dark_ink: bool) -> None:
        item = self.graphics.getPlotItem()
        item.clear()
        ink = QColor("black") if dark_ink else text_colour()
        self.graphics.setBackground("white" if dark_ink else self.palette().color(QPalette.ColorRole.Base))
        for name in ("left", "bottom"):
            item.getAxis(name).setPen(ink if dark_ink else muted_colour())
            item.getAxis(name).setTextPen(ink)
        item.setLabel("bottom", "Start of the exposure, UTC", color=ink)
        item.setLabel("left", self._number.text if self._number is not None else "", color=ink)
        for line in limit_lines(self._points):
            item.addItem(_limit_item(line, ink))
        self._draw_errors(ink)
        self._draw_points(printed=dark_ink)
        item.addItem(self._scatter)
        item.addItem(self._ring)
        self._draw_ring()
        self._draw_legend(ink, printed=dark_ink)

    def _draw_points(self, *, printed: bool) -> None:
        places = self._drawn()
        points = [self._points[place] for place in places]
        lenses = {point.record.defocus for point in points}
        # Shared by all points of a colour: to make one for each takes seconds for thousands of points.
        colours = {lens: defocus_colour(lens, printed=printed) for lens in lenses}
        pens = {lens: pg.mkPen(colour, width=2) for lens, colour in colours.items()}
        brushes = {lens: pg.mkBrush(colour) for lens, colour in colours.items()}
        x, y = np.transpose([_position(point) for point in points]) if points else ([], [])
        self._scatter.setData(
            x=x,
            y=y,
            symbol=[judgement_symbol(point.record.judgement) for point in points],
            pen=[pens[point.record.defocus] for point in points],
            brush=[brushes[point.record.defocus] for point in points],
            data=places,
            # On paper as lines; on screen as small images, which are drawn ten times as fast.
            useCache=not printed,
        )

    def _draw_errors(self, ink: QColor) -> None:
        known = [self._points[place] for place in self._drawn()]
        bars = [(*_position(point), _error(point)) for point in known if isfinite(_error(point))]
        if bars:
            x, y, error = np.transpose(bars)
            pen = pg.mkPen(ink, width=1)
            self.graphics.getPlotItem().addItem(pg.ErrorBarItem(x=x, y=y, top=error, bottom=error, beam=0, pen=pen))

    def _draw_legend(self, ink: QColor, *, printed: bool) -> None:
        records = [self._points[place].record for place in self._drawn()]
        lenses = {record.defocus or IN_FOCUS for record in records}
        judgements = {record.judgement for record in records}
        self._legend.clear()
        self._legend.setLabelTextColor(ink)
        for name in sorted(lenses, key=_defocus_order):
            self._legend.addItem(_sample("o", defocus_colour(name, printed=printed)), name)
        for name in sorted(judgements, key=_judgement_order):
            self._legend.addItem(_sample(judgement_symbol(name), ink), name)

    def _draw_ring(self) -> None:
        point = self._points[self._chosen] if self._chosen is not None else None
        spots = [{"pos": _position(point)}] if point is not None and point.can_be_drawn else []
        self._ring.setData(spots=spots, pen=pg.mkPen(palette().accent, width=2), brush=None)

    def _fit(self) -> None:
        """Show all points, their errors and their limits."""
        points = [self._points[place] for place in self._drawn()]
        if not points:
            return
        x = [point.record.start for point in points]
        y = [_position(point)[1] for point in points]
        errors = [error if isfinite(error) else 0.0 for error in map(_error, points)]
        ends = [value + side * error for value, error in zip(y, errors, strict=True) for side in (-1, 1)]
        ends += [line.value for line in limit_lines(points)]
        self.graphics.getPlotItem().getViewBox().setRange(
            xRange=_widened(min(x), max(x), _DAY_S),
            yRange=_widened(min(ends), max(ends), 0.0),
            padding=0,
        )

    def _click(self, _item: pg.ScatterPlotItem, spots: Sequence[pg.SpotItem], event: MouseClickEvent) -> None:
        if event.button() is not Qt.MouseButton.LeftButton or not len(spots):
            return
        place = spots[0].data()
        self.chosen.emit(place)
        if event.double():
            self.activated.emit(place)

    def _hover(self, _item: pg.ScatterPlotItem, spots: Sequence[pg.SpotItem], _event: object) -> None:
        name = self._number.name if self._number is not None else ""
        lines = describe(self._points[spots[0].data()], name) if len(spots) else ()
        more = (f"{len(spots) - 1} more here",) if len(spots) > 1 else ()
        self.graphics.getPlotItem().getViewBox().setToolTip(plain_tip("\n".join((*lines, *more))))

    @override
    def changeEvent(self, event: QEvent) -> None:
        """Redraw in the colours of the new theme."""
        super().changeEvent(event)
        if event.type() is QEvent.Type.PaletteChange:
            self._draw(dark_ink=False)


def _position(point: TrendPoint) -> tuple[float, float]:
    return point.record.start, point.number.value if point.number is not None else float("nan")


def _error(point: TrendPoint) -> float:
    return point.number.error if point.number is not None else float("nan")


def _widened(least: float, greatest: float, narrowest: float) -> tuple[float, float]:
    """Add some space at both ends; a single value gets a range of its own size."""
    width = greatest - least
    space = _SPACE * width if width > 0 else max(narrowest, 0.1 * abs(least)) or 1.0
    return least - space, greatest + space


def _defocus_order(name: str) -> tuple[int, str]:
    known = known_defocus()
    return known.index(name) if name in known else len(known), name


def _judgement_order(name: str) -> tuple[int, str]:
    known = tuple(JUDGEMENTS)
    return known.index(name) if name in known else len(known), name


def _sample(symbol: str, colour: QColor) -> pg.ScatterPlotItem:
    return pg.ScatterPlotItem(size=_SIZE, symbol=symbol, pen=pg.mkPen(colour, width=2), brush=pg.mkBrush(colour))


def _limit_item(line: LimitLine, ink: QColor) -> pg.InfiniteLine:
    pen = pg.mkPen(ink, width=1, style=Qt.PenStyle.DashLine)
    label = {"color": ink, "position": 0.02, "anchors": [(0, 1), (0, 1)]}
    return pg.InfiniteLine(line.value, angle=0, pen=pen, label=line.text, labelOpts=label)
