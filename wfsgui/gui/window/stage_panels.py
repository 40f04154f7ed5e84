"""Shows the stage on screen in every panel."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QObject, QTimer

from wfsgui.core.model.exposure import Exposure
from wfsgui.core.model.stages import CAL, STEPS
from wfsgui.gui.header.reader import HeaderReader

if TYPE_CHECKING:
    from wfsgui.gui.window.parts import WindowParts

__all__ = ["StagePanels"]

# How long the header panel waits for the next stage, and after that for the image to be painted.
_NEXT_STAGE_MS: Final = 60
_PAINT_MS: Final = 10


class StagePanels(QObject):
    """Update the panels when another stage is on screen, or when this one has changed.

    Parameters
    ----------
    parts : WindowParts
        The parts of the window.
    parent : QObject
        Owner.
    """

    def __init__(self, parts: WindowParts, parent: QObject) -> None:
        super().__init__(parent)
        self._services, self._docks, self._workspace = parts.services, parts.docks, parts.workspace
        self._presenter, self._compare, self._inspection = parts.presenter, parts.compare, parts.inspection
        self._status = parts.status
        self._deferred = parts.services.deferred
        self._headers = HeaderReader(self._docks.header, self._services.read_worker, self)
        # Laying out hundreds of header lines takes as long as drawing the image, and the image comes first.
        self._headers_due = QTimer(self)
        self._headers_due.setSingleShot(True)
        self._headers_due.timeout.connect(self._show_headers)
        self._docks.header.seen.connect(self._show_headers)
        self._workspace.image.rendered.connect(self._hurry_headers)
        self._services.effects.known.connect(self._take_effect)
        self._services.control.state_changed.connect(self._show_verdict_bar)

    def refresh(self) -> None:
        """Show the stage on screen again."""
        self.show_stage(self._presenter.exposure, self._presenter.stage)

    def show_stage(self, exposure: Exposure | None, stage: str) -> None:
        """Show a stage, which the presenter has put on screen."""
        self._compare.refresh()
        self._inspection.show_stage(exposure, stage)
        self._services.effects.show_stage(exposure, stage)
        self._show_rail()
        self._workspace.rail.set_current(stage)
        self._deferred.do("step", self._show_step)
        self._deferred.do("effect", self._show_effect)
        self._docks.log.show_exposure(exposure)
        self._docks.log.set_stage(stage)
        if not self._headers_due.isActive():
            self._headers_due.start(_NEXT_STAGE_MS)
        if exposure is not None:
            self._services.preview_memory.looked_at(exposure)
        self._status.show_context(exposure.context if exposure is not None else "")
        self._show_verdict_bar()

    def _show_step(self) -> None:
        self._docks.step.show_stage(self._presenter.exposure, self._presenter.stage)

    def _show_headers(self) -> None:
        if self._docks.header.is_seen:
            self._headers.show_stage(self._presenter.exposure, self._presenter.stage)

    def _hurry_headers(self) -> None:
        """Fill the header panel as soon as the image is painted."""
        if self._headers_due.isActive():
            self._headers_due.start(_PAINT_MS)

    def _take_effect(self, exposure: Exposure, stage: str) -> None:
        if exposure is self._presenter.exposure:
            self._show_rail()
            if stage == self._presenter.stage:
                self._show_effect()

    def _show_rail(self) -> None:
        exposure = self._presenter.exposure
        doubts = {stage: exposure.stages[stage].doubts for stage in STEPS} if exposure is not None else {}
        if exposure is not None and exposure.stages[CAL].state.has_run:
            doubts[CAL] = exposure.findings
        self._workspace.rail.show_exposure(exposure, doubts)

    def _show_effect(self) -> None:
        exposure, stage = self._presenter.exposure, self._presenter.stage
        effect = self._services.effects.find(exposure, stage) if exposure is not None else None
        awaited = exposure is not None and self._services.effects.is_awaited(exposure, stage)
        self._docks.step.show_effect(effect, is_awaited=awaited)

    def _show_verdict_bar(self) -> None:
        exposure, bar = self._presenter.exposure, self._workspace.verdict_bar
        awaited = self._services.stops.awaited_stage(exposure) if exposure else None
        if exposure is not None and awaited is not None:
            bar.ask(exposure, awaited)
        else:
            bar.clear()
