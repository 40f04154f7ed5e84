"""Badge in the status bar for an exposure whose pointing is planned, not measured."""

from __future__ import annotations

from PySide6.QtCore import QEvent
from PySide6.QtWidgets import QLabel
from typing_extensions import override

from wfsgui.core.model.exposure import Exposure
from wfsgui.core.visit.pointing import PLANNED_POINTING, pointing_is_planned
from wfsgui.gui.widgets.tokens import badge_style

__all__ = ["PointingBadge"]


class PointingBadge(QLabel):
    """Warn as long as such an exposure is on screen."""

    def __init__(self) -> None:
        super().__init__(PLANNED_POINTING)
        self.setObjectName("pointing_badge")
        self.setToolTip("ENGQLPTG is PLANNED: the WCS is the plan, and positions on the sky can be far off.")
        self.setStyleSheet(badge_style())
        self.hide()

    def show_exposure(self, exposure: Exposure | None) -> None:
        """Show or hide the badge, as the exposure on screen needs it."""
        self.setVisible(exposure is not None and pointing_is_planned(exposure.product.science.info))

    @override
    def changeEvent(self, event: QEvent) -> None:
        """Take the colours of another theme."""
        super().changeEvent(event)
        if event.type() is QEvent.Type.PaletteChange and self.styleSheet() != badge_style():
            self.setStyleSheet(badge_style())
