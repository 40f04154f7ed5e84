"""Start of the window: use one that is open, or show a splash screen and import the window."""

from __future__ import annotations

import gc
import logging
from collections.abc import Sequence
from pathlib import Path

from wfsgui.core.prefetch import Prefetch
from wfsgui.demo.visit.kinds import Kind
from wfsgui.gui.startup.application import make_application
from wfsgui.gui.startup.instance import hand_over, meeting_point
from wfsgui.gui.startup.splash import Splash

__all__ = ["open_window"]

log = logging.getLogger(__name__)


def open_window(
    paths: Sequence[Path], prefetch: Prefetch, *, demonstration: Kind | None = None, alone: bool = False
) -> int:
    """Open files in the window that is open, or in a new one.

    Parameters
    ----------
    paths : sequence of Path
        Files and folders; may be empty.
    prefetch : Prefetch
        Reads them during the imports.
    demonstration : Kind, optional
        The visit of the demonstration to open, always in a new window.
    alone : bool, optional
        Whether to open a new window even if one is open.

    Returns
    -------
    int
        Exit status.

    Raises
    ------
    OSError
        If the folder of the session cannot be created.
    """
    where = "" if demonstration else _meeting_point()
    if where and not alone and hand_over(paths, where):
        return 0
    application = make_application()
    splash = Splash()
    splash.appear()
    # Imported objects are never garbage: collecting among them takes a tenth of the start.
    gc.disable()
    # After the splash screen is shown, because this takes long.
    from wfsgui.app import run_window

    return run_window(application, paths, splash, prefetch, demonstration=demonstration, where=where, alone=alone)


def _meeting_point() -> str:
    try:
        return meeting_point()
    except OSError as error:
        log.warning("Every start of the program opens its own window: %s.", error)
        return ""
