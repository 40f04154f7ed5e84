"""Model of log records, and a filter by level, step and text."""

from __future__ import annotations

import logging
import time
from collections.abc import Sequence
from typing import Final

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QObject, QPersistentModelIndex, QSortFilterProxyModel, Qt
from typing_extensions import override

from wfsgui.core.model.events import LogLine
from wfsgui.core.model.stages import title
from wfsgui.gui.widgets.icons import pixmap
from wfsgui.gui.widgets.theme import level_colour

__all__ = ["LogFilter", "LogModel"]

_COLUMNS: Final = ("Time", "", "Step", "Message")
_LEVEL, _MESSAGE = 1, 3
_ICON_SIZE: Final = 32

_Index = QModelIndex | QPersistentModelIndex
_ROOT: Final = QModelIndex()


class LogModel(QAbstractTableModel):
    """Log records, oldest first.

    Parameters
    ----------
    parent : QObject
        Owner.
    """

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self._lines: list[LogLine] = []

    def append(self, lines: Sequence[LogLine]) -> None:
        """Add records at the end."""
        if lines:
            self.beginInsertRows(QModelIndex(), len(self._lines), len(self._lines) + len(lines) - 1)
            self._lines.extend(lines)
            self.endInsertRows()

    def clear(self) -> None:
        """Remove all records."""
        self.beginResetModel()
        self._lines = []
        self.endResetModel()

    def line(self, row: int) -> LogLine:
        """Return the record of a row."""
        return self._lines[row]

    @override
    def rowCount(self, parent: _Index = _ROOT) -> int:
        """Count the records."""
        return 0 if parent.isValid() else len(self._lines)

    @override
    def columnCount(self, parent: _Index = _ROOT) -> int:
        """Count the columns."""
        return 0 if parent.isValid() else len(_COLUMNS)

    @override
    def headerData(
        self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole
    ) -> str | None:
        """Return the name of a column."""
        is_name = orientation == Qt.Orientation.Horizontal and role == Qt.ItemDataRole.DisplayRole
        return _COLUMNS[section] if is_name else None

    @override
    def data(self, index: _Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        """Return the data of a cell for a role."""
        line = self._lines[index.row()]
        important = line.level >= logging.WARNING
        match role:
            case Qt.ItemDataRole.DisplayRole:
                return _texts(line)[index.column()]
            case Qt.ItemDataRole.ToolTipRole:
                return f"{logging.getLevelName(line.level)}, {line.logger}\n{line.text}"
            case Qt.ItemDataRole.ForegroundRole if important:
                return level_colour(line.level)
            case Qt.ItemDataRole.DecorationRole if important and index.column() == _LEVEL:
                name = "error" if line.level >= logging.ERROR else "warning"
                return pixmap(name, _ICON_SIZE, level_colour(line.level))
            case Qt.ItemDataRole.AccessibleTextRole:
                return f"{logging.getLevelName(line.level)}: {line.text}"
            case _:
                return None


class LogFilter(QSortFilterProxyModel):
    """Records of a minimum level, of one or all steps, that contain a text.

    Parameters
    ----------
    model : LogModel
        Model with all records.
    parent : QObject
        Owner.
    """

    def __init__(self, model: LogModel, parent: QObject) -> None:
        super().__init__(parent)
        self._lines = model
        self._level = logging.NOTSET
        self._step = ""
        self._text = ""
        self.setSourceModel(model)

    def choose(self, level: int, step: str, text: str) -> None:
        """Set the filter.

        Parameters
        ----------
        level : int
            Minimum level, as in `logging`.
        step : str
            Step to show; empty for all steps.
        text : str
            Text that logger or message must contain, in any case; empty for no condition.
        """
        self._level, self._step, self._text = level, step, text.strip().casefold()
        self.invalidate()

    def line_at(self, index: _Index) -> LogLine:
        """Return the record of a row of the filter."""
        return self._lines.line(self.mapToSource(self.index(index.row(), 0)).row())

    @override
    def filterAcceptsRow(self, source_row: int, source_parent: _Index) -> bool:
        """Decide whether a record is shown."""
        line = self._lines.line(source_row)
        return (
            line.level >= self._level
            and self._step in ("", line.step)
            and self._text in f"{line.logger} {line.text}".casefold()
        )


def _texts(line: LogLine) -> tuple[str, str, str, str]:
    first = line.text.split("\n", 1)[0]
    return time.strftime("%H:%M:%S", time.localtime(line.time)), "", title(line.step) if line.step else "", first
