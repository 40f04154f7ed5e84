"""Position, panels and image display of the window, kept from session to session, and what a session is made of."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, Protocol

from PySide6.QtCore import QByteArray
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QMainWindow

from wfsgui.gui.settings.settings import Settings

if TYPE_CHECKING:
    from wfsgui.gui.decision.decision import DecisionParts
    from wfsgui.gui.decision.late_pages import LatePages
    from wfsgui.gui.exposures.stage_presenter import StagePresenter
    from wfsgui.gui.help.welcome_page import WelcomePage
    from wfsgui.gui.image.view import ImageView
    from wfsgui.gui.messages.message_bar import MessageBar
    from wfsgui.gui.session.sources import SessionSources
    from wfsgui.gui.widgets.pages import Pages
    from wfsgui.gui.window.docks import Docks
    from wfsgui.gui.window.services import Services
    from wfsgui.gui.window.workspace import Workspace

__all__ = ["LayoutState", "restore_place", "session_sources"]

_GEOMETRY: Final = "window_geometry"
_PANELS: Final = "window_panels"
_IMAGE: Final = "image_view"
# To be raised when panels are added or removed: the state of other panels is of no use.
_VERSION: Final = 3
_FIRST_SIZE: Final = (1440, 900)


def restore_place(window: QMainWindow, settings: Settings) -> None:
    """Restore position and size of a window; the first time, choose a size that fits the screen."""
    geometry = settings.load_state(_GEOMETRY, QByteArray())
    if not geometry.isEmpty():
        window.restoreGeometry(geometry)
    else:
        room = QGuiApplication.primaryScreen().availableSize()
        window.resize(min(_FIRST_SIZE[0], room.width()), min(_FIRST_SIZE[1], room.height()))


class SessionParts(Protocol):
    """Parts of the window whose state belongs to the session, see `wfsgui.gui.window.parts.WindowParts`."""

    @property
    def services(self) -> Services:
        """Exposures, runs, files and threads."""

    @property
    def welcome(self) -> WelcomePage:
        """The page of the empty window."""

    @property
    def messages(self) -> MessageBar:
        """Messages above the image."""

    @property
    def workspace(self) -> Workspace:
        """Step rail, verdict bar and image."""

    @property
    def pages(self) -> Pages:
        """The pages in the middle."""

    @property
    def docks(self) -> Docks:
        """The panels."""

    @property
    def presenter(self) -> StagePresenter:
        """The stage on screen."""


def session_sources(
    window: QMainWindow, parts: SessionParts, decision: DecisionParts, pages: LatePages
) -> SessionSources:
    """Return the parts of a window whose state belongs to the session.

    Parameters
    ----------
    window : QMainWindow
        The window.
    parts : SessionParts
        Its parts.
    decision : DecisionParts
        Assessments and decisions.
    pages : LatePages
        Has the pairs.

    Returns
    -------
    SessionSources
        The parts.
    """
    from wfsgui.gui.session.sources import SessionSources

    services, docks = parts.services, parts.docks
    return SessionSources(
        window=window,
        panels=docks,
        messages=parts.messages,
        welcome=parts.welcome,
        open_exposures=services.open_exposures,
        opener=services.opener,
        runner=services.runner,
        file_worker=services.file_worker,
        verdict_store=services.verdict_store,
        presenter=parts.presenter,
        select=docks.exposures.select,
        verdict_bar=parts.workspace.verdict_bar,
        decisions=decision.decisions,
        assessments=services.assessments,
        regions=docks.regions,
        image=parts.workspace.image,
        pages=parts.pages,
        links=lambda: pages.made.links if pages.made is not None else None,
        make_links=lambda: pages.parts.links,
    )


class LayoutState:
    """Restore and keep the layout of the window.

    Parameters
    ----------
    window : QMainWindow
        The window.
    settings : Settings
        Keeps the layout.
    docks : Docks
        The panels; they are hidden while no exposure is open.
    image : ImageView
        The image.
    """

    def __init__(self, window: QMainWindow, settings: Settings, docks: Docks, image: ImageView) -> None:
        self._window = window
        self._settings = settings
        self._docks = docks
        self._image = image
        # None until panels were shown or hidden: there is no layout to keep yet.
        self._panels_shown: bool | None = None

    def restore(self) -> None:
        """Restore how images are displayed; the panels are restored when the first exposure is open."""
        self._image.display.restore(self._settings.load_state(_IMAGE, {}))

    def show_panels(self, *, shown: bool) -> None:
        """Show the panels in their last layout, or hide them all."""
        if shown == self._panels_shown:
            return
        if not shown:
            if self._panels_shown:
                self._keep_panels()
            self._docks.set_shown(shown=False)
        else:
            panels = self._settings.load_state(_PANELS, QByteArray())
            if panels.isEmpty() or not self._window.restoreState(panels, _VERSION):
                self._docks.reset()
            else:
                self._docks.keep_widths()
        self._panels_shown = shown

    def reset(self) -> None:
        """Restore the first layout of the panels."""
        self._docks.reset()
        self._keep_panels()

    def keep(self) -> None:
        """Keep the present layout."""
        self._settings.save_state(_GEOMETRY, self._window.saveGeometry())
        self._settings.save_state(_IMAGE, self._image.display.state())
        if self._panels_shown:
            self._keep_panels()

    def _keep_panels(self) -> None:
        self._settings.save_state(_PANELS, self._window.saveState(_VERSION))
