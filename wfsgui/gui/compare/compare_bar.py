"""Row of controls for the comparison: mode, other image and link of the pixels."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QButtonGroup,
    QComboBox,
    QDoubleSpinBox,
    QHBoxLayout,
    QLabel,
    QSizePolicy,
    QToolButton,
    QWidget,
)

from wfsgui.core.image.compare import Link, Mode
from wfsgui.gui.widgets.controls import combo_box, tool_button
from wfsgui.gui.widgets.theme import mute

__all__ = ["CompareBar", "CompareTarget", "TargetEntry"]

_TEXTS: Final = {
    Mode.VALUE: ("Value", "Show the image by itself"),
    Mode.DIFFERENCE: ("Difference", "Show this image minus the other"),
    Mode.RATIO: ("Ratio", "Show this image divided by the other"),
    Mode.SWIPE: ("Swipe", "Divide the two images by a line that can be dragged"),
    Mode.BLINK: ("Blink", "Show the two images alternately"),
    Mode.SIDE_BY_SIDE: ("Beside", "Show the two images side by side; they move together"),
}
_LINK_TIP: Final = "How pixels are matched: by position on the detector, on the sky, or relative to the star"
_TARGET_TIP: Final = "Compared with"
_LONG_TARGET: Final = "before: assign_wcs"
_LEAST_LETTERS: Final = 14
_RATES: Final = (0.5, 10.0)
_FIRST_RATE: Final = 2.0


@dataclass(frozen=True)
class CompareTarget:
    """Image to compare with.

    Attributes
    ----------
    exposure : str
        Key of another exposure; empty for the one on screen.
    stage : str
        Stage of the exposure on screen; empty for the previous step, or the same stage of another exposure.
    """

    exposure: str = ""
    stage: str = ""


@dataclass(frozen=True)
class TargetEntry:
    """Entry of the list of images to compare with.

    Attributes
    ----------
    target : CompareTarget
        The image.
    text : str
        Short name.
    full : str
        Full name, if it differs from the short one.
    """

    target: CompareTarget
    text: str
    full: str = ""


class CompareBar(QWidget):
    """Choose the mode, and for all but the first mode the other image.

    Parameters
    ----------
    parent : QWidget, optional
        Owner.

    Attributes
    ----------
    mode_chosen : Signal(Mode)
        Mode chosen by the analyst.
    target_chosen : Signal(CompareTarget)
        Other image chosen by the analyst.
    link_chosen : Signal(Link)
        Link chosen by the analyst.
    rate_chosen : Signal(float)
        Images in a second, chosen by the analyst.
    """

    mode_chosen = Signal(object)
    target_chosen = Signal(object)
    link_chosen = Signal(object)
    rate_chosen = Signal(float)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("compare_bar")
        self._targets: tuple[CompareTarget, ...] = ()
        self._group = QButtonGroup(self)
        self._buttons = {mode: self._button(mode) for mode in Mode}
        self._target = combo_box("compare_target", "Compare with", _TARGET_TIP)
        self._target.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        self._target.setMinimumContentsLength(len(_LONG_TARGET))
        # Narrower in a narrow window: it must not make the image wider.
        self._target.setMinimumWidth(_LEAST_LETTERS * self.fontMetrics().averageCharWidth())
        self._link = combo_box("compare_link", "Linked", _LINK_TIP, [str(link) for link in Link])
        self._rate = QDoubleSpinBox()
        self._rate.setObjectName("blink_rate")
        self._rate.setAccessibleName("Images in a second")
        self._rate.setToolTip("Number of images shown in a second")
        self._rate.setRange(*_RATES)
        self._rate.setSingleStep(_RATES[0])
        self._rate.setDecimals(1)
        self._rate.setSuffix("/s")
        self._rate.setValue(_FIRST_RATE)
        self._hint = QLabel()
        self._hint.setObjectName("compare_hint")
        # Cut off in a narrow window: it must not make the image wider.
        self._hint.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        mute(self._hint)
        self._arrange()
        self._target.activated.connect(lambda number: self.target_chosen.emit(self._targets[number]))
        self._link.activated.connect(lambda number: self.link_chosen.emit(list(Link)[number]))
        self._rate.valueChanged.connect(self.rate_chosen)
        self.show_mode(Mode.VALUE, Link.PIXEL)

    def show_mode(self, mode: Mode, link: Link) -> None:
        """Show the chosen mode and link."""
        self._buttons[mode].setChecked(True)
        self._link.setCurrentIndex(list(Link).index(link))
        for widget in (self._target, self._link):
            widget.setVisible(mode is not Mode.VALUE)
        self._rate.setVisible(mode is Mode.BLINK)

    def set_targets(self, entries: Sequence[TargetEntry], current: CompareTarget) -> None:
        """Set the list of images to compare with, and the chosen one."""
        self._targets = tuple(entry.target for entry in entries)
        self._target.clear()
        for number, entry in enumerate(entries):
            self._target.addItem(entry.text)
            self._target.setItemData(number, entry.full or entry.text, Qt.ItemDataRole.ToolTipRole)
        chosen = self._targets.index(current)
        self._target.setCurrentIndex(chosen)
        self._target.setToolTip(f"{_TARGET_TIP}: {entries[chosen].full or entries[chosen].text}")

    def set_hint(self, text: str) -> None:
        """Show why there is no comparison; empty if there is one."""
        self._hint.setText(text)
        self._hint.setToolTip(text)

    def set_shortcuts(self, shortcuts: Mapping[Mode, str]) -> None:
        """Name the keys in the tool tips."""
        for mode, keys in shortcuts.items():
            tip = _TEXTS[mode][1]
            self._buttons[mode].setToolTip(f"{tip} ({keys})" if keys else tip)

    def _button(self, mode: Mode) -> QToolButton:
        text, tip = _TEXTS[mode]
        button = tool_button(f"compare_{mode.name.lower()}", text, tip, checkable=True)
        button.clicked.connect(lambda: self.mode_chosen.emit(mode))
        self._group.addButton(button)
        return button

    def _arrange(self) -> None:
        gap = self.fontMetrics().averageCharWidth()
        layout = QHBoxLayout(self)
        layout.setContentsMargins(gap, gap // 2, gap, gap // 2)
        layout.setSpacing(0)
        for button in self._buttons.values():
            layout.addWidget(button)
        layout.addSpacing(gap)
        layout.addWidget(self._hint, stretch=1)
        for widget in (self._rate, self._target, self._link):
            layout.addWidget(widget)
            layout.addSpacing(gap // 2)
