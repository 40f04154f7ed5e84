"""The desktop program: the window, its engine, and what surrounds them."""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Final

from platformdirs import user_cache_path, user_config_path, user_data_path
from PySide6.QtCore import QSettings, QTimer
from PySide6.QtWidgets import QApplication

from wfsgui import __version__
from wfsgui.commands.demo import demo_settings
from wfsgui.core.notebook import Notebook
from wfsgui.engine import JwstEngine
from wfsgui.gui.icons import application_icon
from wfsgui.gui.main_window import MainWindow, Surroundings
from wfsgui.gui.session_folder import SessionFolder
from wfsgui.gui.settings import Settings
from wfsgui.gui.theme import apply_scheme

__all__ = ["has_display", "make_application", "make_window", "run_window"]

_NAME: Final = "wfsgui"
# While jwst is imported everything else is slower: the first image goes first, but not for ever.
_LONGEST_WAIT_MS: Final = 2000


def has_display() -> bool:
    """Whether a window can be seen on this machine."""
    if sys.platform in ("win32", "darwin"):
        return True
    return bool(os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY"))


def make_application() -> QApplication:
    """Make the Qt application, which follows the desktop's theme."""
    QApplication.setApplicationName(_NAME)
    QApplication.setApplicationVersion(__version__)
    QApplication.setDesktopFileName(_NAME)
    application = QApplication(sys.argv[:1])
    # The same on every desktop, and the one style that follows the colour scheme everywhere.
    application.setStyle("Fusion")
    application.setWindowIcon(application_icon())
    return application


def make_window(settings: Settings, folder: Path, *, demonstration: bool = False) -> MainWindow:
    """Make the window on the real engine.

    Parameters
    ----------
    settings : Settings
        The analyst's choices.
    folder : Path
        The session's own folder.
    demonstration : bool, optional
        Whether the demonstration's reference files are used.

    Returns
    -------
    MainWindow
        Not shown yet.
    """
    crds = demo_settings if demonstration else lambda: _crds_settings(settings)
    engine = JwstEngine(crds).services(demonstration=demonstration)
    notebook = Notebook(user_data_path(_NAME, appauthor=False) / "notebook")
    return MainWindow(engine, Surroundings(settings, notebook, folder))


def run_window(paths: Sequence[Path], *, demonstration: bool = False) -> int:
    """Open the window and stay until it is closed.

    Parameters
    ----------
    paths : sequence of Path
        What to open at once.
    demonstration : bool, optional
        Whether to open the demonstration.

    Returns
    -------
    int
        Exit status.
    """
    application = make_application()
    settings = Settings(QSettings(str(user_config_path(_NAME, appauthor=False) / "wfsgui.ini"), QSettings.Format.IniFormat))
    apply_scheme(settings.theme)
    sessions = user_cache_path(_NAME, appauthor=False) / "sessions"
    session = SessionFolder(sessions)
    try:
        window = make_window(settings, session.path, demonstration=demonstration)
        window.show()
        window.begin(paths)
        return application.exec()
    finally:
        session.remove()
