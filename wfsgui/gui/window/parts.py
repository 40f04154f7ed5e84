"""The parts of the main window, for those that connect them."""

from __future__ import annotations

import logging
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QUrl
from PySide6.QtGui import QDesktopServices

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

    from PySide6.QtWidgets import QMainWindow

    from wfsgui.gui.actions.action_set import Actions
    from wfsgui.gui.compare.compare_control import CompareControl
    from wfsgui.gui.control.control_parts import ControlParts
    from wfsgui.gui.decision.decision import DecisionParts
    from wfsgui.gui.decision.evidence_opener import EvidenceOpener
    from wfsgui.gui.decision.late_pages import LatePages
    from wfsgui.gui.decision.record_parts import RecordParts
    from wfsgui.gui.evidence.control import EvidenceControl
    from wfsgui.gui.exposures.stage_presenter import StagePresenter
    from wfsgui.gui.help.welcome_page import WelcomePage
    from wfsgui.gui.messages.message_bar import MessageBar
    from wfsgui.gui.messages.status_bar import Status
    from wfsgui.gui.settings.settings import Settings
    from wfsgui.gui.visit.visit_parts import VisitParts
    from wfsgui.gui.widgets.pages import Pages
    from wfsgui.gui.window.docks import Docks
    from wfsgui.gui.window.inspection import Inspection
    from wfsgui.gui.window.services import Services
    from wfsgui.gui.window.workspace import Workspace

__all__ = ["WindowParts", "make_control", "make_decision", "make_evidence", "make_pages", "make_records", "make_visit"]


@dataclass(frozen=True, kw_only=True)
class WindowParts:
    """Everything that the main window is built from.

    Attributes
    ----------
    settings : Settings
        The analyst's choices.
    services : Services
        Exposures, runs, files and threads.
    table : Actions
        Menu, tool bar and shortcut actions.
    welcome : WelcomePage
        The page of the empty window.
    messages : MessageBar
        Messages above the image.
    status : Status
        The status bar.
    workspace : Workspace
        Step rail, verdict bar and image.
    pages : Pages
        The pages in the middle of the window: the workspace and others.
    docks : Docks
        The panels.
    presenter : StagePresenter
        The stage on screen.
    compare : CompareControl
        The comparison of that stage with another one.
    inspection : Inspection
        Pixels, flags, measurements and exports of that stage.
    """

    settings: Settings
    services: Services
    table: Actions
    welcome: WelcomePage
    messages: MessageBar
    status: Status
    workspace: Workspace
    pages: Pages
    docks: Docks
    presenter: StagePresenter
    compare: CompareControl
    inspection: Inspection


def make_decision(window: QMainWindow, parts: WindowParts, folder: Path) -> DecisionParts:
    """Make everything that helps to decide.

    Parameters
    ----------
    window : QMainWindow
        The window.
    parts : WindowParts
        Its parts.
    folder : Path
        Folder of the verdicts and decisions.

    Returns
    -------
    DecisionParts
        What was made; its label is in the status bar, its errors are in the message bar.
    """
    from wfsgui.core.files.decision_store import DecisionStore
    from wfsgui.gui.decision.decision import DecisionParts, Surroundings

    services = parts.services
    decision = DecisionParts(
        Surroundings(
            window=window,
            settings=parts.settings,
            store=DecisionStore(folder),
            table=parts.table,
            open_exposures=services.open_exposures,
            presenter=parts.presenter,
            assessments=services.assessments,
            effects=services.effects,
            deferred=services.deferred,
            file_worker=services.file_worker,
            canvas=parts.workspace.image.canvas,
            pages=parts.pages,
            panel=parts.docks.verdict,
            model=parts.docks.model,
            fly_to=parts.inspection.fly_to,
            bring_up=parts.docks.bring_up,
        )
    )
    window.statusBar().insertPermanentWidget(1, decision.status_label)
    decision.error.connect(lambda sentence: parts.messages.show_message(sentence, logging.WARNING))
    decision.begin()
    return decision


def make_pages(window: QMainWindow, parts: WindowParts, decision: DecisionParts) -> LatePages:
    """Make the pages *Pair* and *Visit*.

    Parameters
    ----------
    window : QMainWindow
        The window.
    parts : WindowParts
        Its parts.
    decision : DecisionParts
        Assessments and decisions.

    Returns
    -------
    LatePages
        The pages, which are among those of the window.
    """
    from wfsgui.core.regions.pixel_numbers import PixelNumbers
    from wfsgui.gui.assess.decisions import subject_of
    from wfsgui.gui.decision.late_pages import LatePages
    from wfsgui.gui.decision.page_context import PageContext

    services, decisions = parts.services, decision.decisions
    pages = LatePages(
        PageContext(
            window=window,
            pages=parts.pages,
            open_exposures=services.open_exposures,
            presenter=parts.presenter,
            assessments=services.assessments,
            decision=lambda exposure: decisions.latest(subject_of(exposure)),
            select=parts.docks.exposures.select,
            ask_forecast=services.runner.ask_forecast,
            render_worker=services.render_worker,
            measure_worker=services.measure_worker,
            file_worker=services.file_worker,
            thumbnail_worker=services.small_worker,
            search_worker=services.search_worker,
        )
    )
    pages.error.connect(lambda sentence: parts.messages.show_message(sentence, logging.WARNING))
    pages.message.connect(lambda sentence: parts.messages.show_message(sentence, logging.INFO))

    def number_pixels(key: str = "first_pixel") -> None:
        if key == "first_pixel":
            pages.set_pixel_numbers(PixelNumbers(int(parts.settings.text("first_pixel"))))

    number_pixels()
    parts.settings.changed.connect(number_pixels)
    decisions.changed.connect(lambda _subject: pages.refresh_tiles())
    pages.pair_checked.connect(decision.verdict.set_pair_checks)
    pages.pair_shown.connect(decision.verdict.show_pair)
    return pages


def make_records(window: QMainWindow, parts: WindowParts, decision: DecisionParts, database: Path) -> RecordParts:
    """Make the page *Trend* and the control of QUIP.

    Parameters
    ----------
    window : QMainWindow
        The window.
    parts : WindowParts
        Its parts.
    decision : DecisionParts
        Assessments and decisions.
    database : Path
        File of the trend database.

    Returns
    -------
    RecordParts
        What was made; the page is among those of the window, messages are in the message bar.
    """
    from wfsgui.gui.decision.record_parts import RecordContext, RecordParts

    services, messages = parts.services, parts.messages

    def versions() -> Mapping[str, str]:
        info = services.runner.engine_info
        return info.versions if info is not None else {}

    records = RecordParts(
        RecordContext(
            window=window,
            database=database,
            pages=parts.pages,
            open_exposures=services.open_exposures,
            opener=services.opener,
            saver=services.saver,
            operations=services.operations,
            assessments=services.assessments,
            decisions=decision.decisions,
            versions=versions,
            file_worker=services.file_worker,
        )
    )
    records.message.connect(lambda sentence: messages.show_message(sentence, logging.INFO))
    records.warning.connect(lambda sentence: messages.show_message(sentence, logging.WARNING))
    return records


def make_evidence(
    window: QMainWindow,
    parts: WindowParts,
    decision: DecisionParts,
    pages: LatePages,
    folder: Callable[[], Path | None],
) -> EvidenceOpener:
    """Make what opens the dialog of the evidence.

    Parameters
    ----------
    window : QMainWindow
        The window.
    parts : WindowParts
        Its parts.
    decision : DecisionParts
        Assessments and decisions.
    pages : LatePages
        Has the pairs.
    folder : callable
        ``folder() -> Path or None``: the output folder of the settings.

    Returns
    -------
    EvidenceOpener
        What was made; its messages are in the message bar.
    """
    from wfsgui.gui.decision.evidence_opener import EvidenceOpener

    return EvidenceOpener(partial(_evidence_control, window, parts, decision, pages, folder))


def _evidence_control(
    window: QMainWindow,
    parts: WindowParts,
    decision: DecisionParts,
    pages: LatePages,
    folder: Callable[[], Path | None],
) -> EvidenceControl:
    from wfsgui.core.regions.pixel_numbers import PixelNumbers
    from wfsgui.gui.evidence.control import EvidenceControl
    from wfsgui.gui.evidence.gathering import EvidenceSources

    services, settings = parts.services, parts.settings
    exposures = services.open_exposures
    sources = EvidenceSources(
        assessments=services.assessments,
        effects=services.effects,
        decisions=decision.decisions,
        links=lambda: pages.parts.links.links,
        engine=lambda: services.runner.engine_info,
        numbers=lambda: PixelNumbers(int(settings.text("first_pixel"))),
        model_star=services.model_star,
    )
    control = EvidenceControl(window, sources, lambda: exposures.exposures, lambda: parts.presenter.exposure, folder)

    def tell(sentence: str, place: Path) -> None:
        show_folder = partial(QDesktopServices.openUrl, QUrl.fromLocalFile(str(place)))
        parts.messages.show_message(sentence, logging.INFO, actions=[("Open the folder", show_folder)])

    control.written.connect(tell)
    control.crashed.connect(services.crashed)
    return control


def make_control(window: QMainWindow, parts: WindowParts, decision: DecisionParts, pages: LatePages) -> ControlParts:
    """Make branches, references, the panel of CRDS and sessions.

    Parameters
    ----------
    window : QMainWindow
        The window.
    parts : WindowParts
        Its parts.
    decision : DecisionParts
        Assessments and decisions.
    pages : LatePages
        Has the pairs.

    Returns
    -------
    ControlParts
        What was made; its messages are in the message bar.
    """
    from wfsgui.gui.control.context import ControlContext
    from wfsgui.gui.control.control_parts import ControlParts
    from wfsgui.gui.window.layout_state import session_sources

    docks, messages = parts.docks, parts.messages
    control = ControlParts(
        ControlContext(
            window=window,
            services=parts.services,
            settings=parts.settings,
            presenter=parts.presenter,
            image=parts.workspace.image,
            compare=parts.compare,
            exposures=docks.exposures,
            step=docks.step,
            selected=docks.exposures.selected,
            session=session_sources(window, parts, decision, pages),
            add_panel=docks.add,
            bring_up=docks.bring_up,
        )
    )
    parts.services.closing.connect(control.stop)
    control.message.connect(lambda sentence: messages.show_message(sentence, logging.INFO))
    control.warning.connect(lambda sentence: messages.show_message(sentence, logging.WARNING))
    return control


def make_visit(window: QMainWindow, parts: WindowParts, folder: Callable[[], Path | None]) -> VisitParts:
    """Make the badges of the status bar, the preflight card, and what adds backgrounds and parameter files.

    Parameters
    ----------
    window : QMainWindow
        The window.
    parts : WindowParts
        Its parts.
    folder : callable
        ``folder() -> Path | None``: the output folder that the analyst has set.

    Returns
    -------
    VisitParts
        Backgrounds and parameter files.
    """
    from wfsgui.gui.runs.parity_badge import ParityBadge
    from wfsgui.gui.visit.pointing_badge import PointingBadge
    from wfsgui.gui.visit.preflight_control import PreflightControl
    from wfsgui.gui.visit.visit_parts import VisitParts

    services, presenter = parts.services, parts.presenter
    pointing, parity = PointingBadge(), ParityBadge(services.parity)
    window.statusBar().insertPermanentWidget(1, pointing)
    window.statusBar().insertPermanentWidget(2, parity)
    presenter.shown.connect(pointing.show_exposure)
    presenter.shown.connect(parity.show_exposure)
    preflight = PreflightControl(parts.docks.preflight, services.runner, services.measure_worker, folder, window)
    presenter.shown.connect(preflight.show_exposure)
    parts.docks.preflight.crds_wanted.connect(parts.table["crds"].trigger)
    visit = VisitParts(window, services, parts.messages, parts.docks.exposures, parts.docks.step)
    preflight.set_parameter_files(visit.parameter_files.known)
    parts.settings.changed.connect(preflight.retry)
    return visit
