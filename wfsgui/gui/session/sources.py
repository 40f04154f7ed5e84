"""What a session is collected from, and given back to."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from pathlib import Path

    from PySide6.QtCore import SignalInstance
    from PySide6.QtWidgets import QDockWidget, QMainWindow

    from wfsgui.core.files.verdict_store import VerdictStore
    from wfsgui.core.model.exposure import Exposure
    from wfsgui.core.model.exposure_info import ExposureInfo
    from wfsgui.core.pair.results import PairLink
    from wfsgui.gui.assess.assessments import Assessments
    from wfsgui.gui.assess.decisions import Decisions
    from wfsgui.gui.exposures.open_exposures import OpenExposures
    from wfsgui.gui.exposures.opener import Opener
    from wfsgui.gui.exposures.stage_presenter import StagePresenter
    from wfsgui.gui.help.welcome_page import WelcomePage
    from wfsgui.gui.image.view import ImageView
    from wfsgui.gui.measure.region_list import RegionList
    from wfsgui.gui.messages.message_bar import MessageBar
    from wfsgui.gui.runs.engine_runner import EngineRunner
    from wfsgui.gui.steps.verdict_bar import VerdictBar
    from wfsgui.gui.threads.worker_thread import WorkerThread
    from wfsgui.gui.widgets.pages import Pages

__all__ = ["Links", "Panels", "SessionSources"]


class Panels(Protocol):
    """Panels around the image."""

    @property
    def all(self) -> Sequence[QDockWidget]:
        """Every panel."""

    def keep_widths(self) -> None:
        """Do not change the widths of the panels any more."""


class Links(Protocol):
    """Pairs of exposures."""

    @property
    def changed(self) -> SignalInstance:
        """There are other pairs."""

    @property
    def made(self) -> Sequence[PairLink]:
        """The pairs that the analyst has made."""

    @property
    def broken(self) -> Sequence[tuple[Path, Path]]:
        """The exposures of each pair that the analyst has broken."""

    def make(self, first: ExposureInfo, second: ExposureInfo) -> object:
        """Make a pair."""

    def break_apart(self, first: Path, second: Path) -> None:
        """Break a pair."""


@dataclass(frozen=True, kw_only=True)
class SessionSources:
    """Parts of the window whose state belongs to the session.

    Attributes
    ----------
    window : QMainWindow
        The window: place of the panels, parent of the dialogs.
    panels : Panels
        The panels.
    messages : MessageBar
        For questions and messages.
    welcome : WelcomePage
        Offers the last session.
    open_exposures, opener, runner : OpenExposures, Opener, EngineRunner
        Exposures, opening of files, folder of the results.
    file_worker : WorkerThread
        Thread that reads and writes files.
    verdict_store : VerdictStore
        Verdicts of all sessions.
    presenter : StagePresenter
        The stage on screen.
    select : callable
        ``select(exposure)``: selects an exposure in the list.
    verdict_bar : VerdictBar
        Has the notes on steps that are being typed.
    decisions : Decisions
        Decisions and the notes on them.
    assessments : Assessments
        Limits, and choices for the assessment of each exposure.
    regions : RegionList
        Regions of the session.
    image : ImageView
        Plane, levels and colours.
    pages : Pages
        Pages in the middle.
    links : callable
        ``links()``: the pairs; None while their page is not made.
    make_links : callable
        ``make_links()``: the pairs; makes their page.
    """

    window: QMainWindow
    panels: Panels
    messages: MessageBar
    welcome: WelcomePage
    open_exposures: OpenExposures
    opener: Opener
    runner: EngineRunner
    file_worker: WorkerThread
    verdict_store: VerdictStore
    presenter: StagePresenter
    select: Callable[[Exposure], None]
    verdict_bar: VerdictBar
    decisions: Decisions
    assessments: Assessments
    regions: RegionList
    image: ImageView
    pages: Pages
    links: Callable[[], Links | None]
    make_links: Callable[[], Links]
