"""Page *Trend*: a number of many visits against time, as a plot and as a table."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from PySide6.QtCore import QModelIndex, Qt, Signal
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import (
    QAbstractItemView,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QSplitter,
    QStackedWidget,
    QTableView,
    QVBoxLayout,
    QWidget,
)

from wfsgui.core.trend.points import Plotted, TrendPoint, points_of
from wfsgui.core.trend.record import TrendRecord
from wfsgui.gui.trend.filters import TrendFilters
from wfsgui.gui.trend.plot import TrendPlot
from wfsgui.gui.trend.point_text import describe
from wfsgui.gui.trend.table_model import TrendTableModel
from wfsgui.gui.widgets.controls import message_label
from wfsgui.gui.widgets.theme import mute, plain_tip
from wfsgui.gui.widgets.tokens import GRID, MARGIN

__all__ = ["TrendPage"]

# Height of the plot and of the table, as parts of the whole.
_SHARES: Final = (600, 400)
_ABOUT_LINES: Final = 3
_ROWS_LOOKED_AT: Final = 50

_TIPS: Final = {
    "open": "Open the folder of the chosen exposure (Return in the table)",
    "export": "Save the decisions that are shown as ECSV, with all their numbers",
    "picture": "Save the plot as PNG, PDF or SVG",
}
_NOTHING: Final = "No decision has been stored yet: decide on an exposure in the panel Verdict."
_NONE_FITS: Final = "No decision fits this choice of field point, defocus and detector."


class TrendPage(QWidget):
    """Plot and table of the same points.

    Attributes
    ----------
    opened : Signal(TrendRecord)
        The visit of a decision is to be opened.
    export_clicked, picture_clicked : Signal()
        The table, or the picture, is to be saved.
    """

    opened = Signal(object)
    export_clicked = Signal()
    picture_clicked = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.setObjectName("trend_page")
        self._records: tuple[TrendRecord, ...] = ()
        self._points: tuple[TrendPoint, ...] = ()
        self.filters = TrendFilters()
        self.plot = TrendPlot()
        self._model = TrendTableModel(self)
        self.table = QTableView()
        self._message = message_label("trend_message")
        self._about = QLabel()
        self._stack = QStackedWidget()
        self._buttons = {
            "open": QPushButton("&Open the visit"),
            "export": QPushButton("E&xport..."),
            "picture": QPushButton("&Picture..."),
        }
        self._build_table()
        self._build()
        self._connect()
        self._update()

    @property
    def number(self) -> Plotted | None:
        """The number that is plotted; None if there is none."""
        return self.filters.number

    @property
    def shown(self) -> tuple[TrendRecord, ...]:
        """The decisions that are shown, in the order of time."""
        return tuple(point.record for point in self._points)

    @property
    def chosen(self) -> TrendRecord | None:
        """The decision that is chosen; None without one."""
        place = self._place(self.table.currentIndex())
        return self._points[place].record if place is not None else None

    def show_records(self, records: Sequence[TrendRecord]) -> None:
        """Show other decisions; number, filters and the chosen decision stay if they are still there."""
        chosen = self.chosen
        self._records = tuple(records)
        self.filters.offer(self._records)
        if chosen is not None:
            places = (place for place, point in enumerate(self._points) if point.record.uid == chosen.uid)
            self._choose(next(places, None))

    def _build_table(self) -> None:
        self.table.setObjectName("trend_table")
        self.table.setAccessibleName("Decisions with their number; Return opens the visit")
        self.table.setModel(self._model)
        self.table.setSortingEnabled(True)
        self.table.sortByColumn(0, Qt.SortOrder.AscendingOrder)
        self.table.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.table.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        # Tab leaves the table.
        self.table.setTabKeyNavigation(False)
        self.table.setWordWrap(False)
        self.table.verticalHeader().hide()
        self.table.verticalHeader().setDefaultSectionSize(self.table.fontMetrics().height() + 2 * GRID)
        self.table.horizontalHeader().setStretchLastSection(True)
        # Rows whose width is looked at.
        self.table.horizontalHeader().setResizeContentsPrecision(_ROWS_LOOKED_AT)

    def _build(self) -> None:
        splitter = QSplitter(Qt.Orientation.Vertical)
        splitter.addWidget(self.plot)
        splitter.addWidget(self.table)
        splitter.setSizes(list(_SHARES))
        splitter.setChildrenCollapsible(False)
        self._stack.addWidget(self._message)
        self._stack.addWidget(splitter)
        self._about.setObjectName("trend_about")
        self._about.setTextFormat(Qt.TextFormat.PlainText)
        self._about.setWordWrap(True)
        # Always the same height: otherwise a point would move away under the cursor that chooses it.
        self._about.setFixedHeight(_ABOUT_LINES * self._about.fontMetrics().lineSpacing())
        self._about.setAlignment(Qt.AlignmentFlag.AlignTop)
        mute(self._about)
        row = QHBoxLayout()
        row.setSpacing(GRID)
        row.addWidget(self.filters.history_box)
        row.addStretch(1)
        for name, button in self._buttons.items():
            button.setObjectName(f"trend_{name}")
            button.setToolTip(_TIPS[name])
            row.addWidget(button)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(MARGIN, MARGIN, MARGIN, MARGIN)
        layout.setSpacing(2 * GRID)
        layout.addWidget(self.filters)
        layout.addWidget(self._stack, stretch=1)
        layout.addWidget(self._about)
        layout.addLayout(row)

    def _connect(self) -> None:
        self.filters.changed.connect(self._update)
        self.plot.chosen.connect(self._choose)
        self.plot.activated.connect(self._open)
        self.table.selectionModel().currentRowChanged.connect(self._take_current)
        self.table.doubleClicked.connect(lambda _index: self._open_chosen())
        for key in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            shortcut = QShortcut(QKeySequence(key), self.table)
            shortcut.setContext(Qt.ShortcutContext.WidgetShortcut)
            shortcut.activated.connect(self._open_chosen)
        self._buttons["open"].clicked.connect(self._open_chosen)
        self._buttons["export"].clicked.connect(self.export_clicked)
        self._buttons["picture"].clicked.connect(self.picture_clicked)

    def _update(self) -> None:
        """Show the points of the present choice."""
        self._points = points_of(self.filters.choice.choose(self._records), self.filters.number)
        self._model.set_points(self._points, self.filters.number)
        self.plot.show_points(self._points, self.filters.number)
        self.table.resizeColumnsToContents()
        self._message.setText(_NONE_FITS if self._records else _NOTHING)
        self._stack.setCurrentIndex(bool(self._points))
        self.filters.setVisible(bool(self._records))
        self.filters.history_box.setVisible(bool(self._records))
        self._about.setVisible(bool(self._points))
        for name in ("export", "picture"):
            self._buttons[name].setEnabled(bool(self._points))
        self._take_current(self.table.currentIndex())

    def _take_current(self, index: QModelIndex, _former: QModelIndex | None = None) -> None:
        place = self._place(index)
        self.plot.choose(place)
        number = self.filters.number
        lines = describe(self._points[place], number.name if number is not None else "") if place is not None else ()
        self._about.setText("; ".join(lines))
        self._about.setToolTip(plain_tip("\n".join(lines)))
        self._buttons["open"].setEnabled(place is not None)

    def _place(self, index: QModelIndex) -> int | None:
        return self._model.place(index.row()) if index.isValid() else None

    def _choose(self, place: int | None) -> None:
        if place is None:
            return
        index = self._model.index(self._model.row_of(place), 0)
        self.table.setCurrentIndex(index)
        self.table.scrollTo(index)

    def _open(self, place: int) -> None:
        self.opened.emit(self._points[place].record)

    def _open_chosen(self) -> None:
        if self.chosen is not None:
            self.opened.emit(self.chosen)
