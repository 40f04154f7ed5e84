"""Dialog with the limits of the checks."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from PySide6.QtCore import QEvent, QObject, Qt, Signal
from PySide6.QtWidgets import (
    QDialog,
    QDialogButtonBox,
    QHeaderView,
    QLabel,
    QLineEdit,
    QPushButton,
    QTableWidget,
    QTableWidgetItem,
    QVBoxLayout,
    QWidget,
)
from typing_extensions import override

from wfsgui.core.assess.limits import DEFAULT_LIMITS, Limit, Limits
from wfsgui.core.errors import WfsguiError
from wfsgui.gui.widgets.theme import alarm_style, mute

__all__ = ["LimitsDialog"]

_COLUMNS: Final = ("Check", "Good is", "Limit", "Unit", "Source", "")
_NAME, _RELATION, _VALUE, _UNIT, _SOURCE, _DEFAULT = range(len(_COLUMNS))
_WIDTH: Final = 165
_LINES: Final = 36
_VALUE_WIDTH: Final = 12
_INTRODUCTION: Final = (
    "A check is marked if its number is beyond the limit. The source of a limit that you change is “the analyst”, in "
    "the panel and in the evidence."
)


class _Row:
    """Editor of one limit.

    Parameters
    ----------
    limit : Limit
        The limit that is in force.
    table : QTableWidget
        The table.
    number : int
        Row of the table.
    changed : callable
        Called after each change of the text.
    """

    def __init__(self, limit: Limit, table: QTableWidget, number: int, changed: Callable[[], None]) -> None:
        self.default = DEFAULT_LIMITS[limit.key]
        self._source = QTableWidgetItem(limit.source)
        self.field = QLineEdit(f"{limit.value:.12g}")
        self.field.setObjectName(f"limit_{limit.key}")
        self.field.setAccessibleName(f"Limit of {limit.name}, {limit.relation}, {limit.unit}".rstrip(", "))
        self.field.setMinimumWidth(_VALUE_WIDTH * self.field.fontMetrics().averageCharWidth())
        self.reset = QPushButton("Default")
        self.reset.setObjectName(f"default_{limit.key}")
        self.reset.setToolTip(f"Back to {self.default.text} ({self.default.source})")
        self.reset.clicked.connect(lambda: self.field.setText(f"{self.default.value:.12g}"))
        for column, text in ((_NAME, limit.name), (_RELATION, limit.relation), (_UNIT, limit.unit)):
            item = QTableWidgetItem(text)
            item.setToolTip(text)
            table.setItem(number, column, item)
        table.setItem(number, _SOURCE, self._source)
        table.setCellWidget(number, _VALUE, self.field)
        table.setCellWidget(number, _DEFAULT, self.reset)
        self.field.textChanged.connect(changed)

    def apply(self, limits: Limits) -> Limits:
        """Return limits with the value of this row; raises WfsguiError with one sentence if it is no limit."""
        text = self.field.text().strip().replace(",", ".")
        try:
            value = float(text)
        except ValueError as error:
            raise WfsguiError(f"{self.default.name}: “{text}” is no number; give one, for example 1500.") from error
        return limits.with_value(self.default.key, value)

    def show_source(self, limit: Limit) -> None:
        """Show whose limit it is."""
        self._source.setText(limit.source)
        self._source.setToolTip(limit.source)
        self.reset.setEnabled(limit.value != self.default.value)


class LimitsDialog(QDialog):
    """Show the limits with their sources, and change them.

    Parameters
    ----------
    limits : Limits
        Limits that are in force.
    parent : QWidget
        The window.

    Attributes
    ----------
    chosen : Signal(Limits)
        The dialog was closed with these limits.
    """

    chosen = Signal(object)

    def __init__(self, limits: Limits, parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName("limits_dialog")
        self.setWindowTitle("Limits of the checks")
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self._limits = limits
        introduction = QLabel(_INTRODUCTION)
        introduction.setWordWrap(True)
        mute(introduction)
        self._table = _table(len(DEFAULT_LIMITS))
        self._rows = [_Row(limits[key], self._table, number, self._check) for number, key in enumerate(DEFAULT_LIMITS)]
        self._fault = QLabel()
        self._fault.setObjectName("limits_fault")
        self._fault.setWordWrap(True)
        self._fault.setStyleSheet(alarm_style())
        self._buttons = QDialogButtonBox(
            QDialogButtonBox.StandardButton.Ok
            | QDialogButtonBox.StandardButton.Cancel
            | QDialogButtonBox.StandardButton.RestoreDefaults
        )
        self._buttons.accepted.connect(self.accept)
        self._buttons.rejected.connect(self.reject)
        defaults = self._buttons.button(QDialogButtonBox.StandardButton.RestoreDefaults)
        defaults.setText("All defaults")
        defaults.clicked.connect(self._restore_defaults)
        layout = QVBoxLayout(self)
        for part in (introduction, self._table, self._fault, self._buttons):
            layout.addWidget(part)
        for row in self._rows:
            row.field.installEventFilter(self)
            row.reset.installEventFilter(self)
        self._fit_columns()
        letter = self.fontMetrics().averageCharWidth()
        self.resize(_WIDTH * letter, _LINES * self.fontMetrics().lineSpacing())
        self._check()

    @override
    def accept(self) -> None:
        """Close, and pass the limits on."""
        self._check()
        if not self._fault.text():
            self.chosen.emit(self._limits)
            super().accept()

    @override
    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Scroll to the row that gets the focus."""
        if event.type() is QEvent.Type.FocusIn:
            for number, row in enumerate(self._rows):
                if watched in (row.field, row.reset):
                    self._table.scrollTo(self._table.model().index(number, _VALUE))
        return super().eventFilter(watched, event)

    def _restore_defaults(self) -> None:
        for row in self._rows:
            row.reset.click()

    def _check(self) -> None:
        """Take the values, and say what is wrong with the first one that is no limit."""
        limits, fault = self._limits, ""
        for row in self._rows:
            try:
                limits = row.apply(limits)
                row.show_source(limits[row.default.key])
            except WfsguiError as error:
                fault = fault or str(error)
        self._fault.setText(fault)
        self._fault.setVisible(bool(fault))
        self._buttons.button(QDialogButtonBox.StandardButton.Ok).setEnabled(not fault)
        if not fault:
            self._limits = limits

    def _fit_columns(self) -> None:
        header = self._table.horizontalHeader()
        header.setSectionResizeMode(QHeaderView.ResizeMode.ResizeToContents)
        for column in (_NAME, _SOURCE):
            header.setSectionResizeMode(column, QHeaderView.ResizeMode.Stretch)


def _table(rows: int) -> QTableWidget:
    table = QTableWidget(rows, len(_COLUMNS))
    table.setObjectName("limits_table")
    table.setAccessibleName("Limits")
    table.setHorizontalHeaderLabels(_COLUMNS)
    table.verticalHeader().hide()
    table.setEditTriggers(QTableWidget.EditTrigger.NoEditTriggers)
    table.setSelectionMode(QTableWidget.SelectionMode.NoSelection)
    # Tab goes from field to field.
    table.setTabKeyNavigation(False)
    table.setFocusPolicy(Qt.FocusPolicy.NoFocus)
    table.setWordWrap(False)
    return table
