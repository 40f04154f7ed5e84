"""Table of what the exposures need of CRDS, with the files of one of them below."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QBrush, QColor
from PySide6.QtWidgets import QHeaderView, QTreeWidget, QTreeWidgetItem, QVBoxLayout, QWidget

from wfsgui.core.crds.needs import ExposureNeeds, FileState
from wfsgui.gui.crds.fitted_text import FittedText
from wfsgui.gui.crds.html import details_html
from wfsgui.gui.widgets.theme import plain_tip
from wfsgui.gui.widgets.tokens import GRID, palette

__all__ = ["NeedsTable"]

_COLUMNS: Final = ("Exposure", "Needed", "Cached", "State")
_NAME, _NEEDED, _CACHED, _STATE = range(4)
_ROWS: Final = 8
_RIGHT: Final = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter


class NeedsTable(QWidget):
    """Show a row for each exposure, and the files of the one that is chosen."""

    def __init__(self) -> None:
        super().__init__()
        self._needs: tuple[ExposureNeeds, ...] = ()
        self._details = FittedText("crds_details", "Reference files of the chosen exposure")
        self._table = QTreeWidget()
        self._table.setObjectName("crds_exposures")
        self._table.setAccessibleName("Exposures and their reference files")
        self._table.setHeaderLabels(list(_COLUMNS))
        self._table.setRootIsDecorated(False)
        self._table.setUniformRowHeights(True)
        self._table.setTextElideMode(Qt.TextElideMode.ElideMiddle)
        header = self._table.header()
        header.setStretchLastSection(False)
        header.setSectionResizeMode(QHeaderView.ResizeMode.ResizeToContents)
        header.setSectionResizeMode(_NAME, QHeaderView.ResizeMode.Stretch)
        for column in (_NEEDED, _CACHED):
            self._table.headerItem().setTextAlignment(column, _RIGHT)
        self._table.currentItemChanged.connect(self._show_details)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(2 * GRID)
        layout.addWidget(self._table)
        layout.addWidget(self._details)
        self.hide()

    @property
    def rows(self) -> list[tuple[str, ...]]:
        """Texts of the rows."""
        return [tuple(item.text(column) for column in range(len(_COLUMNS))) for item in self._items()]

    def show_needs(self, needs: tuple[ExposureNeeds, ...], names: Mapping[str, str]) -> None:
        """Replace the rows.

        Parameters
        ----------
        needs : tuple of ExposureNeeds
            A row each.
        names : mapping of str to str
            Name of the product, by the path of its exposure.
        """
        chosen = self._table.currentItem()
        before = chosen.text(_NAME) if chosen is not None else ""
        self._table.clear()
        self._needs = needs
        for exposure in needs:
            name = names.get(str(exposure.exposure), exposure.exposure.name)
            row = _row(name, exposure)
            row.setSizeHint(_NAME, QSize(0, self._row_height()))
            self._table.addTopLevelItem(row)
        rows, frame = min(len(needs), _ROWS), 2 * self._table.frameWidth()
        self._table.setFixedHeight(rows * self._row_height() + self._table.header().sizeHint().height() + frame)
        same = (item for item in self._items() if item.text(_NAME) == before)
        # The first one that is not ready: its files are wanted.
        unready = (item for item, need in zip(self._items(), needs, strict=True) if not need.is_ready)
        current = next(same, None) or next(unready, None) or next(iter(self._items()), None)
        if current is not None:
            self._table.setCurrentItem(current)
        self.setVisible(bool(needs))
        self._show_details()

    def repaint_states(self) -> None:
        """Show the states in the colours of another theme."""
        for item, need in zip(self._items(), self._needs, strict=True):
            item.setForeground(_STATE, QBrush(QColor(getattr(palette(), _state(need)[1]))))
        self._show_details()

    def _row_height(self) -> int:
        return self._table.fontMetrics().lineSpacing() + 2 * GRID

    def _items(self) -> list[QTreeWidgetItem]:
        items = (self._table.topLevelItem(row) for row in range(self._table.topLevelItemCount()))
        return [item for item in items if item is not None]

    def _show_details(self) -> None:
        item = self._table.currentItem()
        row = self._table.indexOfTopLevelItem(item) if item is not None else -1
        self._details.show_html(details_html(self._needs[row]) if 0 <= row < len(self._needs) else "")


def _row(name: str, needs: ExposureNeeds) -> QTreeWidgetItem:
    cached = len(needs.in_state(FileState.CACHED))
    text, colour = _state(needs)
    known = bool(needs.files)
    item = QTreeWidgetItem([name, str(len(needs.files)) if known else "", str(cached) if known else "", text])
    item.setToolTip(_NAME, plain_tip(f"{name}\n{needs.exposure}"))
    for column in (_NEEDED, _CACHED):
        item.setTextAlignment(column, _RIGHT)
    item.setForeground(_STATE, QBrush(QColor(getattr(palette(), colour))))
    return item


def _state(needs: ExposureNeeds) -> tuple[str, str]:
    """Return the state in a few words, and a colour of the palette."""
    damaged, missing = needs.in_state(FileState.DAMAGED), needs.in_state(FileState.MISSING)
    if needs.fault is not None:
        return ("✕ no match" if needs.not_found else "✕ not known"), "bad"
    if damaged:
        return f"✕ {len(damaged)} damaged", "bad"
    return (f"! {len(missing)} missing", "warn") if missing else ("✓ ready", "ok")
