"""The Qt application, which is created before slow imports."""

from __future__ import annotations

import os
import sys
from typing import Final

from PySide6.QtWidgets import QApplication

from wfsgui import __version__

__all__ = ["NAME", "has_display", "make_application"]

NAME: Final = "wfsgui"
"""Name of the program for the desktop and in its folders."""


def has_display() -> bool:
    """Whether this machine can show a window."""
    if sys.platform in ("win32", "darwin"):
        return True
    return bool(os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY"))


def make_application() -> QApplication:
    """Create the Qt application, which follows the theme of the desktop.

    Returns
    -------
    QApplication
        The only one of the process.
    """
    QApplication.setApplicationName(NAME)
    QApplication.setApplicationVersion(__version__)
    QApplication.setDesktopFileName(NAME)
    application = QApplication(sys.argv[:1])
    # The only style that follows the colour scheme on every desktop.
    application.setStyle("Fusion")
    return application
