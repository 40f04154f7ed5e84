"""Badge in the status bar: whether the result is that of the official pipeline."""

from __future__ import annotations

from PySide6.QtCore import QEvent
from PySide6.QtWidgets import QLabel
from typing_extensions import override

from wfsgui.core.judgement.parity import ParityReport
from wfsgui.core.model.exposure import Exposure
from wfsgui.gui.runs.parity_control import ParityControl
from wfsgui.gui.widgets.tokens import badge_style

__all__ = ["ParityBadge"]

_MOST_DIFFERENCES = 12


class ParityBadge(QLabel):
    """Show the comparison of the exposure on screen; hidden if there is none.

    Parameters
    ----------
    control : ParityControl
        Compares the results.
    """

    def __init__(self, control: ParityControl) -> None:
        super().__init__()
        self._control = control
        self._exposure: Exposure | None = None
        self.setObjectName("parity_badge")
        self.hide()
        control.changed.connect(self._refresh)

    def show_exposure(self, exposure: Exposure | None) -> None:
        """Show the comparison of another exposure, or of one that has changed."""
        self._exposure = exposure
        self._refresh(exposure)

    def _refresh(self, changed: Exposure | None) -> None:
        if changed is not self._exposure:
            return
        exposure = self._exposure
        if exposure is not None and self._control.is_running(exposure):
            self._show("comparing with the official pipeline...", "", "mute")
        elif exposure is not None and exposure.parity is not None:
            self._show(*_words(exposure.parity))
        else:
            self.hide()

    def _show(self, text: str, tip: str, colour: str) -> None:
        self.setText(text)
        self.setToolTip(tip)
        self.setProperty("colour", colour)
        self.setStyleSheet(badge_style(colour))
        self.show()

    @override
    def changeEvent(self, event: QEvent) -> None:
        """Take the colours of another theme."""
        super().changeEvent(event)
        style = badge_style(str(self.property("colour") or "mute"))
        if event.type() is QEvent.Type.PaletteChange and self.styleSheet() != style:
            self.setStyleSheet(style)


def _words(report: ParityReport) -> tuple[str, str, str]:
    """Return text, tool tip and colour of the badge."""
    if report.failure:
        return "not compared with the official pipeline", report.sentence, "warn"
    if report.is_identical:
        return "identical to the official pipeline", report.sentence, "ok"
    listed = list(report.differences[:_MOST_DIFFERENCES])
    more = len(report.differences) - len(listed)
    return (
        "differs from the official pipeline",
        "\n".join([report.sentence, *listed, *([f"and {more} more"] if more else [])]),
        "bad",
    )
