"""Step rail: the stages of the exposure on screen, with state, time and warnings."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from PySide6.QtCore import QPoint, Qt, QTimer, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QButtonGroup, QHBoxLayout, QLabel, QMenu, QSizePolicy, QWidget
from typing_extensions import override

from wfsgui.core.model.exposure import Exposure, Stage
from wfsgui.core.model.stages import CAL, NEVER_RUN, RATE, STAGES, title
from wfsgui.gui.steps.rail_chip import RailChip
from wfsgui.gui.widgets.theme import mute

__all__ = ["StepRail"]

_ANIMATION_MS: Final = 400
_WHY_NEVER = (
    "resample is not run, by design: phase retrieval needs the original, unrectified pixels. "
    "The pipeline itself leaves it out only where a CRDS parameter reference says so; here no _i2d is ever made."
)


class StepRail(QWidget):
    """The stages of an exposure, in order.

    Attributes
    ----------
    stage_chosen : Signal(str)
        A stage was clicked.
    run_to_requested : Signal(str)
        "Run to here" was chosen for a stage.
    """

    stage_chosen = Signal(str)
    run_to_requested = Signal(str)

    def __init__(self) -> None:
        super().__init__()
        self.setObjectName("step_rail")
        self.setAccessibleName("Steps")
        self._chips = {name: RailChip(name, str(number), self) for number, name in enumerate(STAGES, start=1)}
        self._doubts: Mapping[str, tuple[str, ...]] = {}
        self._group = QButtonGroup(self)
        self._timer = QTimer(self)
        self._timer.setInterval(_ANIMATION_MS)
        self._timer.timeout.connect(self._turn)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(4, 6, 4, 6)
        layout.setSpacing(1)
        for name, chip in self._chips.items():
            if name == CAL:
                layout.addWidget(_arrow())
                layout.addWidget(_never_run())
            if name != RATE:
                layout.addWidget(_arrow())
            layout.addWidget(chip, stretch=1)
            self._group.addButton(chip)
            self._connect(chip, name)
        self.show_exposure(None)

    def show_exposure(self, exposure: Exposure | None, doubts: Mapping[str, tuple[str, ...]] | None = None) -> None:
        """Show the states of the stages; must be called again when they have changed.

        Parameters
        ----------
        exposure : Exposure or None
            The exposure.
        doubts : mapping of str to tuple of str, optional
            Expectations that are not met, by stage.
        """
        self.setEnabled(exposure is not None)
        self._doubts = doubts or {}
        for name, chip in self._chips.items():
            download = exposure.download if exposure and name == exposure.awaited_step else None
            chip.show_stage(exposure.stages[name] if exposure else Stage(name), self._doubts.get(name, ()), download)
        running = any(chip.is_running for chip in self._chips.values())
        if running and not self._timer.isActive():
            self._timer.start()
        elif not running:
            self._timer.stop()

    def show_download(self, exposure: Exposure) -> None:
        """Show how far the download is that the exposure on screen waits for; repaints one chip."""
        name = exposure.awaited_step
        self._chips[name].show_stage(exposure.stages[name], self._doubts.get(name, ()), exposure.download)

    def set_current(self, stage: str) -> None:
        """Mark the stage that is on screen."""
        self._chips[stage].setChecked(True)

    def _connect(self, chip: RailChip, name: str) -> None:
        chip.clicked.connect(lambda: self.stage_chosen.emit(name))
        if name != RATE:
            chip.menu_requested.connect(lambda place: self._show_menu(name, place))

    def _show_menu(self, name: str, place: QPoint) -> None:
        menu = QMenu(self)
        menu.setObjectName("rail_menu")
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        menu.addAction(f"Show {title(name)}", lambda: self.stage_chosen.emit(name))
        menu.addAction("Run to here", lambda: self.run_to_requested.emit(name))
        menu.popup(place)

    def _turn(self) -> None:
        for chip in self._chips.values():
            if chip.is_running:
                chip.turn()

    @override
    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Move between the stages with the arrow keys, choose one with Enter."""
        steps = {Qt.Key.Key_Left: -1, Qt.Key.Key_Right: 1}
        chips = [chip for chip in self._chips.values() if chip.isEnabled()]
        focused = self.focusWidget()
        if event.key() in steps and isinstance(focused, RailChip) and focused in chips:
            place = chips.index(focused) + steps[Qt.Key(event.key())]
            chips[min(max(place, 0), len(chips) - 1)].setFocus()
        elif event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and isinstance(focused, RailChip):
            focused.click()
        else:
            super().keyPressEvent(event)


def _arrow() -> QLabel:
    arrow = QLabel(">")
    mute(arrow)
    return arrow


def _never_run() -> QLabel:
    label = QLabel(f"<s>{NEVER_RUN}</s>")
    label.setObjectName("never_run")
    label.setAccessibleName(f"{NEVER_RUN}, not run, by design")
    label.setToolTip(_WHY_NEVER)
    mute(label)
    label.setContentsMargins(3, 0, 3, 0)
    label.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Expanding)
    return label
