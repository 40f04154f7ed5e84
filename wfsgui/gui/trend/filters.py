"""Choice of the number and of the decisions that the trend shows."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from PySide6.QtCore import QSignalBlocker, Signal
from PySide6.QtWidgets import QCheckBox, QComboBox, QGridLayout, QLabel, QWidget

from wfsgui.core.trend.points import IN_FOCUS, Plotted, TrendFilter, plotted
from wfsgui.core.trend.record import TrendRecord
from wfsgui.gui.trend.marks import known_defocus
from wfsgui.gui.widgets.controls import combo_box
from wfsgui.gui.widgets.tokens import GRID

__all__ = ["TrendFilters"]

_ALL: Final = "all"
_FIRST: Final = "sbr"
_LETTERS: Final = 9


class TrendFilters(QWidget):
    """Boxes for number, field point, defocus and detector.

    Attributes
    ----------
    history_box : QCheckBox
        Whether earlier decisions are shown, too; the page places it.
    changed : Signal()
        Something else is chosen.
    """

    changed = Signal()

    def __init__(self) -> None:
        super().__init__()
        self._numbers: tuple[Plotted, ...] = ()
        self._number = combo_box("trend_number", "Number", "Number that is plotted")
        self._aperture = combo_box("trend_aperture", "Field point", "Show one field point (APERNAME) only")
        self._defocus = combo_box("trend_defocus", "Defocus", "Show one defocus only")
        self._detector = combo_box("trend_detector", "Detector", "Show one detector only")
        self.history_box = QCheckBox("Earlier &decisions")
        self.history_box.setObjectName("trend_history")
        self.history_box.setToolTip("Show all decisions on an exposure; otherwise the newest one counts")
        grid = QGridLayout(self)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setSpacing(GRID)
        boxes = (
            ("&Number", self._number),
            ("F&ield point", self._aperture),
            ("De&focus", self._defocus),
            ("De&tector", self._detector),
        )
        for column, (title, box) in enumerate(boxes):
            label = QLabel(title)
            label.setBuddy(box)
            box.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
            box.setMinimumContentsLength(_LETTERS)
            box.currentIndexChanged.connect(self.changed)
            grid.addWidget(label, 0, column)
            grid.addWidget(box, 1, column)
            grid.setColumnStretch(column, 1)
        self.history_box.toggled.connect(self.changed)

    @property
    def number(self) -> Plotted | None:
        """The number that is plotted; None if no decision has one."""
        index = self._number.currentIndex()
        return self._numbers[index] if 0 <= index < len(self._numbers) else None

    @property
    def choice(self) -> TrendFilter:
        """The decisions that are shown."""
        return TrendFilter(
            aperture=_chosen(self._aperture),
            detector=_chosen(self._detector),
            defocus=_chosen(self._defocus),
            history=self.history_box.isChecked(),
        )

    def offer(self, records: Sequence[TrendRecord]) -> None:
        """Offer what the records have; what is chosen stays chosen if it is still there."""
        former = self.number
        self._numbers = plotted(records)
        keys = [(number.key, number.unit) for number in self._numbers]
        wanted = (former.key, former.unit) if former is not None else (_FIRST, "")
        with QSignalBlocker(self._number):
            self._number.clear()
            self._number.addItems([number.text for number in self._numbers])
            if keys:
                self._number.setCurrentIndex(keys.index(wanted) if wanted in keys else 0)
        _fill(self._aperture, sorted({record.aperture for record in records if record.aperture}))
        _fill(self._detector, sorted({record.detector for record in records if record.detector}))
        _fill(self._defocus, _ordered({record.defocus or IN_FOCUS for record in records}))
        self.changed.emit()


def _fill(box: QComboBox, names: Sequence[str]) -> None:
    former = _chosen(box)
    with QSignalBlocker(box):
        box.clear()
        box.addItem(_ALL, "")
        for name in names:
            box.addItem(name, name)
        box.setCurrentIndex(max(box.findData(former), 0))


def _chosen(box: QComboBox) -> str:
    return str(box.currentData() or "")


def _ordered(names: set[str]) -> list[str]:
    known = [name for name in known_defocus() if name in names]
    return [*known, *sorted(names.difference(known))]
