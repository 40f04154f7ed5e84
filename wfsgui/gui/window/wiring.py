"""Signal connections between the parts of the window."""

from __future__ import annotations

import logging
from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QUrl
from PySide6.QtGui import QDesktopServices

from wfsgui.core.judgement.verdicts import Judgement, Verdict
from wfsgui.core.model.engine_info import EngineInfo
from wfsgui.core.model.exposure import Exposure, ExposureState
from wfsgui.gui.window.action_handlers import ActionHandlers
from wfsgui.gui.window.stage_panels import StagePanels

if TYPE_CHECKING:
    from wfsgui.core.model.requests import StepOptions
    from wfsgui.gui.window.parts import WindowParts

__all__ = ["Wiring"]


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
        self._panels = StagePanels(parts, self)
        self._connect_exposures()
        self._connect_runs()
        self._connect_panels()

    def _connect_exposures(self) -> None:
        open_exposures, model = self._services.open_exposures, self._docks.model
        open_exposures.added.connect(self._take_added)
        open_exposures.removed.connect(self._take_removed)
        open_exposures.branch_added.connect(self._take_branches)
        open_exposures.marked.connect(self._take_branches)
        open_exposures.changed.connect(model.refresh)
        open_exposures.changed.connect(self._actions.refresh)
        self._services.thumbnails.made.connect(model.set_thumbnail)

    def _connect_runs(self) -> None:
        control = self._services.control
        control.logged.connect(self._docks.log.append)
        control.downloads.connect(self._show_download)
        control.state_changed.connect(self._actions.refresh)
        control.verdict_needed.connect(self._bring_up)
        self._services.verdicts.redo_withdrawn.connect(self._restore_note)
        self._services.runner.loaded.connect(self._take_engine_info)
        self._services.opener.message.connect(self._welcome.set_status)

    def _connect_panels(self) -> None:
        exposures, rail = self._docks.exposures, self._workspace.rail
        exposures.current_changed.connect(self._presenter.show_exposure)
        exposures.selection_changed.connect(self._actions.refresh)
        exposures.remove_requested.connect(self._actions.remove)
        exposures.run_requested.connect(self._actions.run)
        exposures.save_requested.connect(self._actions.save)
        exposures.reveal_requested.connect(_reveal)
        rail.stage_chosen.connect(self._presenter.show_stage)
        rail.run_to_requested.connect(self._actions.run_to)
        self._workspace.verdict_bar.decided.connect(self._take_verdict)
        self._workspace.image.hovered.connect(self._status.readout.show_hover)
        self._docks.step.options_changed.connect(self._take_options)
        self._docks.step.value_refused.connect(lambda text: self._messages.show_message(text, logging.WARNING))
        inspection, show = self._inspection, self._messages.show_message
        for message in (inspection.measures.message, inspection.tables.message, inspection.exports.message):
            message.connect(lambda text: show(text, logging.INFO))
        for error in (inspection.measures.error, inspection.tables.error, inspection.exports.error):
            error.connect(lambda text: show(text, logging.WARNING))
        self._presenter.shown.connect(self._panels.show_stage)
        self._presenter.shown.connect(self._actions.refresh)

    def _take_added(self, exposures: list[Exposure]) -> None:
        self._docks.model.add(exposures)
        self._show_workspace()
        if self._presenter.exposure is None:
            self._docks.exposures.select(exposures[0])
        self._actions.refresh()

    def _take_branches(self, exposure: Exposure) -> None:
        opened = self._services.open_exposures
        self._docks.exposures.set_branches(opened.branches_of(exposure), opened.result_of(exposure))
        self._actions.refresh()

    def _take_removed(self, exposures: list[Exposure]) -> None:
        self._docks.exposures.remove(exposures)
        if self._presenter.exposure in exposures:
            self._presenter.show_exposure(self._docks.exposures.current())
        self._show_workspace()
        self._actions.refresh()

    def _take_engine_info(self, facts: EngineInfo) -> None:
        self._inspection.set_engine_info(facts)
        self._docks.step.set_engine_info(facts)
        self._panels.refresh()
        self._actions.refresh()
        self._welcome.set_status(f"Ready: jwst {facts.versions.get('jwst', '')}")

    def _take_verdict(self, judgement: Judgement, note: str) -> None:
        exposure, verdicts = self._workspace.verdict_bar.exposure, self._services.verdicts
        if exposure is None:
            return
        match judgement:
            case Judgement.ACCEPTED:
                verdicts.accept(exposure, note)
            case Judgement.REJECTED:
                verdicts.reject(exposure, note)
            case Judgement.REDONE:
                verdicts.redo(exposure, self._services.stops.awaited_stage(exposure) or self._presenter.stage, note)

    def _take_options(self, exposure: Exposure, options: StepOptions) -> None:
        if self._services.open_exposures.holds(exposure):
            self._services.open_exposures.set_options(exposure, options)

    def _show_download(self, exposure: Exposure) -> None:
        if exposure is self._presenter.exposure:
            self._workspace.rail.show_download(exposure)

    def _bring_up(self, exposure: Exposure) -> None:
        """Show an exposure that waits for a verdict, unless the analyst is at work on the one on screen."""
        shown = self._presenter.exposure
        if shown is None or not (self._services.stops.awaited_stage(shown) or _is_failed_redo(shown)):
            self._docks.exposures.select(exposure)

    def _restore_note(self, exposure: Exposure, verdict: Verdict) -> None:
        self._workspace.verdict_bar.restore_note(exposure, verdict.stage, verdict.note)


def _is_failed_redo(exposure: Exposure) -> bool:
    """Whether the last verdict asked for a redo that failed: its parameters and references are to be corrected."""
    redone = bool(exposure.verdicts) and exposure.verdicts[-1].judgement is Judgement.REDONE
    return redone and exposure.state is ExposureState.FAILED


def _reveal(exposure: Exposure) -> None:
    path = exposure.saved or exposure.product.science.path
    QDesktopServices.openUrl(QUrl.fromLocalFile(str(path.parent)))
