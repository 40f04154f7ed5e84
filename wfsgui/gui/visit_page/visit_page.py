"""Page *Visit*: thumbnails of all exposures at one stretch, with what is known of each."""

from __future__ import annotations

from enum import StrEnum
from typing import Final, TypeVar

from PySide6.QtCore import QModelIndex, QSize, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import (
    QAbstractItemView,
    QLabel,
    QListView,
    QPushButton,
    QSizePolicy,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)
from typing_extensions import override

from wfsgui.core.assess.results import Level
from wfsgui.core.judgement.decision import Fitness
from wfsgui.core.visit.roles import Role
from wfsgui.gui.visit_page.visit_delegate import VisitDelegate
from wfsgui.gui.visit_page.visit_model import Order, VisitFilter
from wfsgui.gui.visit_page.visit_tile import TILE
from wfsgui.gui.widgets.controls import combo_box, message_label
from wfsgui.gui.widgets.flow_layout import FlowLayout
from wfsgui.gui.widgets.theme import mute
from wfsgui.gui.widgets.tokens import GRID

__all__ = ["VisitPage"]

_Kind = TypeVar("_Kind", bound=StrEnum)

_EMPTY: Final = "No exposure is open: open a visit to see its exposures side by side."
_FILTERED: Final = "No exposure passes the filters: set them to all."
_WITHOUT: Final = "no verdict"
_ENTER: Final = (Qt.Key.Key_Return, Qt.Key.Key_Enter)


class VisitPage(QWidget):
    """Show the exposures; one is opened by a double click or the Enter key.

    Parameters
    ----------
    rows : VisitFilter
        The exposures.

    Attributes
    ----------
    opened : Signal(Exposure)
        The analyst wants to see an exposure.
    export_asked : Signal()
        The page is to be exported as a picture.
    """

    opened = Signal(object)
    export_asked = Signal()

    def __init__(self, rows: VisitFilter) -> None:
        super().__init__()
        self.setObjectName("visit_page")
        self._rows = rows
        self._order = combo_box("visit_order", "Order", "Order of the exposures", list(Order))
        self._role = combo_box("visit_role", "Role", "Show exposures of one role only", ["all roles", *Role])
        self._level = combo_box("visit_level", "Checks", "Show one result of the checks only", ["all checks", *Level])
        verdicts = ["all verdicts", *Fitness, _WITHOUT]
        self._verdict = combo_box("visit_verdict", "Verdict", "Show exposures with one verdict only", verdicts)
        self._export = QPushButton("&Export as a picture...")
        self._export.setObjectName("visit_export")
        self._export.setToolTip("Save the thumbnails that are shown as PNG, PDF or SVG")
        self._export.setAutoDefault(False)
        self._scale = QLabel()
        self._scale.setObjectName("visit_scale")
        self._scale.setWordWrap(True)
        self._scale.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        mute(self._scale)
        self._view = _TileView()
        self._view.setModel(rows)
        self._view.setItemDelegate(VisitDelegate(self._view))
        self._message = message_label("visit_message")
        self._pages = QStackedWidget()
        self._pages.addWidget(self._message)
        self._pages.addWidget(self._view)
        self._arrange()
        self._connect()
        self._show_content()

    @property
    def view(self) -> QListView:
        """The view of the tiles."""
        return self._view

    def show_scale(self, text: str) -> None:
        """Say with which stretch the thumbnails are shown."""
        self._scale.setText(text)

    def refresh_tiles(self) -> None:
        """Paint the tiles again, which asks for their pictures; sort and filter by what is known now."""
        self._rows.invalidate()
        self._view.viewport().update()

    def _arrange(self) -> None:
        controls = FlowLayout()
        controls.setContentsMargins(2 * GRID, GRID, 2 * GRID, GRID)
        for widget in (self._order, self._role, self._level, self._verdict, self._export):
            controls.addWidget(widget)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addLayout(controls)
        layout.addWidget(self._pages, stretch=1)
        layout.addWidget(self._scale)
        self._scale.setContentsMargins(2 * GRID, GRID, 2 * GRID, GRID)

    def _connect(self) -> None:
        self._order.activated.connect(lambda number: self._rows.set_order(list(Order)[number]))
        self._role.activated.connect(lambda number: self._rows.set_role(_chosen(Role, number)))
        self._level.activated.connect(lambda number: self._rows.set_level(_chosen(Level, number)))
        self._verdict.activated.connect(self._take_verdict)
        self._export.clicked.connect(self.export_asked)
        self._view.activated.connect(self._open)
        self._view.entered_by_key.connect(self._open)
        for signal in (self._rows.modelReset, self._rows.rowsInserted, self._rows.rowsRemoved):
            signal.connect(self._show_content)
        self._rows.layoutChanged.connect(self._show_content)

    def _take_verdict(self, number: int) -> None:
        without = self._verdict.itemText(number) == _WITHOUT
        self._rows.set_verdict(None if without else _chosen(Fitness, number), without=without)

    def _show_content(self) -> None:
        some = self._rows.rowCount() > 0
        is_open = self._rows.sourceModel().rowCount() > 0
        self._message.setText(_FILTERED if is_open else _EMPTY)
        self._pages.setCurrentWidget(self._view if some else self._message)
        self._export.setEnabled(some)

    def _open(self, index: QModelIndex) -> None:
        exposure = self._rows.exposure_at(index)
        if exposure is not None:
            self.opened.emit(exposure)


class _TileView(QListView):
    """Tiles in rows."""

    entered_by_key = Signal(QModelIndex)

    def __init__(self) -> None:
        super().__init__()
        self.setObjectName("visit_view")
        self.setAccessibleName("Exposures of the visit")
        self.setViewMode(QListView.ViewMode.IconMode)
        self.setResizeMode(QListView.ResizeMode.Adjust)
        self.setMovement(QListView.Movement.Static)
        self.setUniformItemSizes(True)
        self.setGridSize(TILE + QSize(GRID, GRID))
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setFrameShape(QListView.Shape.NoFrame)

    @override
    def keyPressEvent(self, event: QKeyEvent, /) -> None:
        """Open the current exposure by the Enter key, which some systems use to rename."""
        if event.key() in _ENTER and self.currentIndex().isValid():
            self.entered_by_key.emit(self.currentIndex())
            return
        super().keyPressEvent(event)


def _chosen(kinds: type[_Kind], number: int) -> _Kind | None:
    """Return the entry of a box whose first entry stands for all; None for that."""
    return None if number == 0 else list(kinds)[number - 1]
