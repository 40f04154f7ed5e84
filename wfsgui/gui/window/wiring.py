"""Who listens to whom in the window."""

from __future__ import annotations

import logging
from collections.abc import Callable
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QObject, QTimer, QUrl
from PySide6.QtGui import QDesktopServices

from wfsgui.core.model.engine_info import EngineInfo
from wfsgui.core.model.exposure import Exposure
from wfsgui.core.model.stages import CAL, STEPS
from wfsgui.core.model.verdicts import Judgement
from wfsgui.gui.header.reader import HeaderReader
from wfsgui.gui.window.action_handlers import ActionHandlers

if TYPE_CHECKING:
    from wfsgui.core.model.requests import StepOptions
    from wfsgui.gui.window.parts import WindowParts

__all__ = ["Wiring"]

# How long the headers wait for the next image, and then for it to be painted.
_PATIENCE_MS: Final = 60
_PAINT_MS: Final = 10


class Wiring(QObject):
    """Connect the parts of the window.

    Parameters
    ----------
    parts : WindowParts
        The parts of the window.
    actions : ActionHandlers
        What can be done.
    show_workspace : callable
        Shows the exposures, or the welcome page where there are none.
    parent : QObject
        Owner.
    """

    def __init__(
        self, parts: WindowParts, actions: ActionHandlers, show_workspace: Callable[[], None], parent: QObject
    ) -> None:
        super().__init__(parent)
        self._actions, self._show_workspace = actions, show_workspace
        self._services, self._docks, self._workspace = parts.services, parts.docks, parts.workspace
        self._presenter, self._status, self._welcome = parts.presenter, parts.status, parts.welcome
        self._inspection, self._messages = parts.inspection, parts.messages
        self._deferred = parts.services.deferred
        self._headers = HeaderReader(self._docks.header, self._services.read_worker, self)
        # Hundreds of lines take as long as the image to be laid out, and it is the image that the eye waits for.
        self._headers_due = QTimer(self)
        self._headers_due.setSingleShot(True)
        self._headers_due.timeout.connect(self._show_headers)
        self._docks.header.seen.connect(self._show_headers)
        self._connect_desk()
        self._connect_runs()
        self._connect_panels()

    def _connect_desk(self) -> None:
        open_exposures, model = self._services.open_exposures, self._docks.model
        open_exposures.added.connect(self._take_added)
        open_exposures.removed.connect(self._take_removed)
        open_exposures.changed.connect(model.refresh)
        open_exposures.changed.connect(self._actions.refresh)
        self._services.thumbnails.made.connect(model.set_thumbnail)

    def _connect_runs(self) -> None:
        control = self._services.control
        control.logged.connect(self._docks.log.append)
        control.state_changed.connect(self._actions.refresh)
        control.state_changed.connect(self._show_verdict_bar)
        control.verdict_needed.connect(self._bring_up)
        self._services.runner.loaded.connect(self._take_engine_info)
        self._services.opener.message.connect(self._welcome.set_status)

    def _connect_panels(self) -> None:
        exposures, rail = self._docks.exposures, self._workspace.rail
        exposures.current_changed.connect(self._presenter.show_exposure)
        exposures.selection_changed.connect(self._actions.refresh)
        exposures.remove_requested.connect(self._actions.remove)
        exposures.run_requested.connect(self._services.control.run)
        exposures.save_requested.connect(self._actions.save)
        exposures.reveal_requested.connect(_reveal)
        rail.stage_chosen.connect(self._presenter.show_stage)
        rail.run_to_requested.connect(self._actions.run_to)
        self._workspace.verdict_bar.decided.connect(self._take_verdict)
        self._workspace.image.rendered.connect(self._hurry_headers)
        self._workspace.image.hovered.connect(self._status.readout.show_hover)
        self._docks.step.options_changed.connect(self._take_options)
        inspection, tell = self._inspection, self._messages.show_message
        for said in (inspection.measures.said, inspection.tables.message, inspection.exports.said):
            said.connect(lambda text: tell(text, logging.INFO))
        for failed in (inspection.measures.error, inspection.tables.error, inspection.exports.failed):
            failed.connect(lambda text: tell(text, logging.WARNING))
        self._presenter.shown.connect(self._show)
        self._services.effects.known.connect(self._take_effect)

    def _take_added(self, exposures: list[Exposure]) -> None:
        self._docks.model.add(exposures)
        self._show_workspace()
        if self._presenter.exposure is None:
            self._docks.exposures.select(exposures[0])
        self._actions.refresh()

    def _take_removed(self, exposures: list[Exposure]) -> None:
        for exposure in exposures:
            self._docks.model.remove(exposure)
        if self._presenter.exposure in exposures:
            self._presenter.show_exposure(self._docks.exposures.current())
        self._show_workspace()
        self._actions.refresh()

    def _take_engine_info(self, facts: EngineInfo) -> None:
        self._inspection.set_engine_info(facts)
        self._docks.step.set_engine_info(facts)
        self._show(self._presenter.exposure, self._presenter.stage)
        self._welcome.set_status(f"Ready: jwst {facts.versions.get('jwst', '')}")

    def _take_verdict(self, judgement: Judgement, note: str) -> None:
        exposure, control = self._workspace.verdict_bar.exposure, self._services.control
        if exposure is None:
            return
        match judgement:
            case Judgement.ACCEPTED:
                control.accept(exposure, note)
            case Judgement.REJECTED:
                control.reject(exposure, note)
            case Judgement.REDONE:
                control.redo(exposure, control.awaited_stage(exposure) or self._presenter.stage, note)

    def _take_options(self, exposure: Exposure, options: StepOptions) -> None:
        if exposure in self._services.open_exposures.exposures:
            self._services.open_exposures.set_options(exposure, options)

    def _bring_up(self, exposure: Exposure) -> None:
        """Show an exposure that waits for a verdict, unless the analyst is busy with another one that does."""
        shown = self._presenter.exposure
        if shown is None or self._services.control.awaited_stage(shown) is None:
            self._docks.exposures.select(exposure)

    def _show(self, exposure: Exposure | None, stage: str) -> None:
        self._services.effects.look_at(exposure, stage)
        self._show_rail()
        self._workspace.rail.set_current(stage)
        self._deferred.do("step", self._show_step)
        self._deferred.do("effect", self._show_effect)
        self._docks.log.show_exposure(exposure)
        self._docks.log.set_stage(stage)
        if not self._headers_due.isActive():
            self._headers_due.start(_PATIENCE_MS)
        if exposure is not None:
            self._services.preview_memory.looked_at(exposure)
        self._status.show_context(exposure.context if exposure is not None else "")
        self._show_verdict_bar()
        self._actions.refresh()

    def _show_step(self) -> None:
        self._docks.step.show_stage(self._presenter.exposure, self._presenter.stage)

    def _show_headers(self) -> None:
        """Read and show them, unless nobody looks."""
        if self._docks.header.is_seen:
            self._headers.show_stage(self._presenter.exposure, self._presenter.stage)

    def _hurry_headers(self) -> None:
        """Fill their panel as soon as the image is painted."""
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
        awaited = self._services.control.awaited_stage(exposure) if exposure else None
        if exposure is not None and awaited is not None:
            bar.ask(exposure, awaited)
        else:
            bar.clear()


def _reveal(exposure: Exposure) -> None:
    path = exposure.saved or exposure.product.science.path
    QDesktopServices.openUrl(QUrl.fromLocalFile(str(path.parent)))
