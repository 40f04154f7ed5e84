"""What the window remembers from one session to the next: its place, its panels, how images are shown."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QByteArray
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QMainWindow

from wfsgui.gui.settings.settings import Settings

if TYPE_CHECKING:
    from wfsgui.gui.image.view import ImageView
    from wfsgui.gui.window.docks import Docks

__all__ = ["LayoutState", "restore_place"]

_GEOMETRY: Final = "window_geometry"
_PANELS: Final = "window_panels"
_IMAGE: Final = "image_view"
# To be raised when panels come or go: an arrangement of other panels is of no use.
_VERSION: Final = 2
_FIRST_SIZE: Final = (1440, 900)


def restore_place(window: QMainWindow, settings: Settings) -> None:
    """Put a window where it was when the program was last closed; at first, give it a size that fits the screen."""
    geometry = settings.load_state(_GEOMETRY, QByteArray())
    if not geometry.isEmpty():
        window.restoreGeometry(geometry)
    else:
        room = QGuiApplication.primaryScreen().availableSize()
        window.resize(min(_FIRST_SIZE[0], room.width()), min(_FIRST_SIZE[1], room.height()))


class LayoutState:
    """Put the window as it was, and remember how it is.

    Parameters
    ----------
    window : QMainWindow
        The window.
    settings : Settings
        Where it is remembered.
    docks : Docks
        The panels; they are shown only while there is something to show.
    image : ImageView
        The image.
    """

    def __init__(self, window: QMainWindow, settings: Settings, docks: Docks, image: ImageView) -> None:
        self._window = window
        self._settings = settings
        self._docks = docks
        self._image = image
        # Neither, before the first time: there is nothing worth keeping yet.
        self._panels_shown: bool | None = None

    def restore(self) -> None:
        """Show images as they were shown when the program was last closed; panels follow once there is anything."""
        self._image.display.restore(self._settings.load_state(_IMAGE, {}))

    def show_panels(self, *, shown: bool) -> None:
        """Show the panels as they were last, or hide them all."""
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
        self._panels_shown = shown

    def reset(self) -> None:
        """Put every panel where it was at first."""
        self._docks.reset()
        self._keep_panels()

    def keep(self) -> None:
        """Remember how everything is."""
        self._settings.save_state(_GEOMETRY, self._window.saveGeometry())
        self._settings.save_state(_IMAGE, self._image.display.state())
        if self._panels_shown:
            self._keep_panels()

    def _keep_panels(self) -> None:
        self._settings.save_state(_PANELS, self._window.saveState(_VERSION))
