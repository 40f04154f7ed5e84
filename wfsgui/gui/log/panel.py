"""Log panel: the log of the pipeline for an exposure, filtered by level, step and text."""

from __future__ import annotations

import logging
import time
from typing import Final

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, Qt, QTimer
from PySide6.QtGui import QGuiApplication, QKeySequence
from PySide6.QtWidgets import (
    QAbstractItemView,
    QComboBox,
    QHBoxLayout,
    QLineEdit,
    QPlainTextEdit,
    QPushButton,
    QSplitter,
    QTableView,
    QVBoxLayout,
    QWidget,
)

from wfsgui.core.model.events import LogLine
from wfsgui.core.model.exposure import Exposure
from wfsgui.core.model.stages import title
from wfsgui.gui.log.model import LogFilter, LogModel
from wfsgui.gui.widgets.controls import focus_key

__all__ = ["LogPanel"]

_BATCH_MS: Final = 100
_COMBO_LETTERS: Final = 8
_THIS_STEP: Final = 1
_LEVELS: Final = {"Everything": logging.NOTSET, "Warnings and errors": logging.WARNING, "Errors": logging.ERROR}


class LogPanel(QWidget):
    """Show the log of the pipeline for an exposure."""

    def __init__(self) -> None:
        super().__init__()
        self.setObjectName("log_panel")
        self._exposure: Exposure | None = None
        self._stage = ""
        self._shown = 0
        self._is_seen = self._at_end = True
        self._model = LogModel(self)
        self._filter = LogFilter(self._model, self)
        self._level = QComboBox()
        self._level.setObjectName("log_level")
        self._level.setAccessibleName("Level")
        for name, level in _LEVELS.items():
            self._level.addItem(name, level)
        self._level.currentIndexChanged.connect(self._apply)
        self._step = QComboBox()
        self._step.setObjectName("log_step")
        self._step.setAccessibleName("Step")
        self._step.addItems(["All steps", "This step"])
        self._step.currentIndexChanged.connect(self._apply)
        self._search = QLineEdit()
        self._search.setObjectName("log_search")
        self._search.setAccessibleName("Search the log")
        self._search.setPlaceholderText("Search the log (Ctrl+F)")
        self._search.setClearButtonEnabled(True)
        self._search.textChanged.connect(self._apply)
        self._copy = QPushButton("Copy")
        self._copy.setObjectName("log_copy")
        self._copy.setToolTip("Copy the selected lines, or all shown lines if none is selected")
        self._copy.clicked.connect(self.copy)
        self._view = self._make_view()
        self._detail = QPlainTextEdit()
        self._detail.setObjectName("log_detail")
        self._detail.setReadOnly(True)
        self._detail.setPlaceholderText("Select a line to read the whole record.")
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(_BATCH_MS)
        self._timer.timeout.connect(self._show_new)
        for combo in (self._level, self._step):
            # The combo boxes must not widen the panel.
            combo.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
            combo.setMinimumContentsLength(_COMBO_LETTERS)
        self._lay_out()

    def show_exposure(self, exposure: Exposure | None) -> None:
        """Show the log of an exposure."""
        if exposure is self._exposure:
            self._show_new()
            return
        self._exposure = exposure
        self._shown = 0
        self._model.clear()
        self._detail.clear()
        self._show_new()

    def set_seen(self, seen: object) -> None:
        """Set whether the panel is in front; a hidden panel shows new lines later."""
        self._is_seen = bool(seen)
        self._show_new()

    def set_stage(self, stage: str) -> None:
        """Set the step of the choice *This step*."""
        if stage == self._stage:
            return
        self._stage = stage
        self._step.setItemText(_THIS_STEP, f"Only {title(stage)}")
        if self._step.currentIndex() == _THIS_STEP:
            self._apply()

    def append(self, exposure: Exposure, _line: LogLine) -> None:
        """Schedule the display of a new line; lines are shown in batches, because there may be thousands."""
        if exposure is self._exposure and self._is_seen and not self._timer.isActive():
            self._timer.start()

    def focus_search(self) -> None:
        """Move the keyboard focus to the search field."""
        self._search.setFocus()
        self._search.selectAll()

    def copy(self) -> None:
        """Copy the selected lines, or all shown lines if none is selected."""
        rows = self._view.selectionModel().selectedRows()
        chosen = rows or [self._filter.index(row, 0) for row in range(self._filter.rowCount())]
        lines = [_as_text(self._filter.line_at(row)) for row in sorted(chosen, key=lambda row: row.row())]
        QGuiApplication.clipboard().setText("\n".join(lines))

    def _lay_out(self) -> None:
        self._view.verticalScrollBar().valueChanged.connect(self._note_position)
        self._view.verticalScrollBar().rangeChanged.connect(self._keep_at_end)
        tools, finding = QHBoxLayout(), QHBoxLayout()
        tools.addWidget(self._level, stretch=1)
        tools.addWidget(self._step, stretch=1)
        finding.addWidget(self._search, stretch=1)
        finding.addWidget(self._copy)
        parts = QSplitter(Qt.Orientation.Vertical)
        parts.addWidget(self._view)
        parts.addWidget(self._detail)
        parts.setStretchFactor(0, 4)
        parts.setStretchFactor(1, 1)
        parts.setChildrenCollapsible(False)
        layout = QVBoxLayout(self)
        layout.addLayout(tools)
        layout.addLayout(finding)
        layout.addWidget(parts, stretch=1)

    def _make_view(self) -> QTableView:
        view = QTableView()
        view.setObjectName("log_view")
        view.setAccessibleName("Log")
        view.setModel(self._filter)
        view.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        view.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        view.setShowGrid(False)
        view.setWordWrap(False)
        view.verticalHeader().hide()
        view.verticalHeader().setDefaultSectionSize(view.fontMetrics().lineSpacing() + 4)
        view.horizontalHeader().setStretchLastSection(True)
        letter = view.fontMetrics().averageCharWidth()
        for column, width in enumerate((10, 5, 13)):
            view.setColumnWidth(column, width * letter)
        view.selectionModel().currentChanged.connect(self._show_detail)
        focus_key(view, QKeySequence.StandardKey.Copy, self.copy)
        return view

    def _show_new(self) -> None:
        if self._exposure is None or not self._is_seen:
            return
        new = self._exposure.log[self._shown :]
        self._shown += len(new)
        self._model.append(new)

    def _note_position(self, value: int) -> None:
        self._at_end = value >= self._view.verticalScrollBar().maximum()

    def _keep_at_end(self, _minimum: int, maximum: int) -> None:
        """Follow the end unless the view is scrolled up; the range may change long after the lines were added."""
        if self._at_end:
            self._view.verticalScrollBar().setValue(maximum)

    def _apply(self) -> None:
        step = self._stage if self._step.currentIndex() == _THIS_STEP else ""
        self._filter.choose(int(self._level.currentData()), step, self._search.text())

    def _show_detail(self, index: QModelIndex | QPersistentModelIndex) -> None:
        self._detail.setPlainText(_as_text(self._filter.line_at(index)) if index.isValid() else "")


def _as_text(line: LogLine) -> str:
    when = time.strftime("%H:%M:%S", time.localtime(line.time))
    return f"{when} {logging.getLevelName(line.level)} {line.logger}: {line.text}"
