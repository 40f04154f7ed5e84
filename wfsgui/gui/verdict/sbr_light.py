"""SBR of the exposures in the list and in the status bar."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Final

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QLabel

from wfsgui.core.assess.results import Assessment, CheckResult
from wfsgui.core.model.exposure import Exposure
from wfsgui.gui.assess.assessments import Assessments
from wfsgui.gui.exposures.list_model import Badge, ListModel
from wfsgui.gui.widgets.levels import level_colour
from wfsgui.gui.widgets.theme import plain_tip
from wfsgui.gui.widgets.tokens import GRID, RADIUS, palette

__all__ = ["SbrLight"]

_CHECK: Final = "sbr"


class SbrLight(QObject):
    """Keep badges and label in step with the assessments.

    Parameters
    ----------
    model : ListModel
        The exposure list.
    assessments : Assessments
        Assessments of the exposures.
    exposures : callable
        ``exposures()``: the open exposures.
    parent : QObject
        Owner.

    Attributes
    ----------
    label : QLabel
        SBR of the stage on screen, for the status bar; hidden if there is none.
    """

    def __init__(
        self,
        model: ListModel,
        assessments: Assessments,
        exposures: Callable[[], Iterable[Exposure]],
        parent: QObject,
    ) -> None:
        super().__init__(parent)
        self._model, self._assessments, self._exposures = model, assessments, exposures
        self._on_screen: tuple[Exposure | None, str] = (None, "")
        self.label = QLabel()
        self.label.setObjectName("sbr_light")
        self.label.hide()
        for signal in (assessments.known, assessments.failed, assessments.choice_changed):
            signal.connect(self.refresh)
        assessments.limits_changed.connect(self.refresh_all)

    def show_stage(self, exposure: Exposure | None, stage: str) -> None:
        """Show the SBR of a stage in the status bar."""
        self._on_screen = exposure, stage
        self._show_label()

    def refresh(self, exposure: Exposure, _stage: str = "") -> None:
        """Show the present SBR of an exposure."""
        check = _check(self._assessments.latest(exposure))
        badge = Badge(_text(check), check.level, check.finding) if check is not None else None
        self._model.set_badge(exposure, badge)
        if exposure is self._on_screen[0]:
            self._show_label()

    def refresh_all(self) -> None:
        """Show the present SBR of every exposure, after a change of the limits."""
        for exposure in self._exposures():
            self.refresh(exposure)
        self._show_label()

    def _show_label(self) -> None:
        exposure, stage = self._on_screen
        check = _check(self._assessments.find(exposure, stage)) if exposure is not None else None
        self.label.setVisible(check is not None)
        if check is not None:
            colour = level_colour(check.level)
            self.label.setText(_text(check))
            self.label.setAccessibleName(f"{_text(check)}, {check.level}")
            self.label.setToolTip(plain_tip(check.finding))
            self.label.setStyleSheet(
                f"QLabel {{ color: {colour}; background: {palette().panel}; border: 1px solid {colour};"
                f" border-radius: {RADIUS}px; padding: 0 {2 * GRID}px; }}"
            )


def _check(assessment: Assessment | None) -> CheckResult | None:
    """Return the check of the SBR; None if it was not made or there is no number."""
    check = assessment.check(_CHECK) if assessment is not None else None
    return check if check is not None and check.value else None


def _text(check: CheckResult) -> str:
    return f"SBR {check.value}"
