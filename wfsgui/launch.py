"""Starting the window: first look for one that is there, then show a sign of life, then import what takes long."""

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
    """Open files in the window that is there, or else in a new one.

    Parameters
    ----------
    paths : sequence of Path
        Files and folders; may be empty.
    prefetch : Prefetch
        Reads them meanwhile.
    demonstration : Kind, optional
        The visit of the demonstration to open, which has a window of its own.
    alone : bool, optional
        Whether to open a new window even if there is one.

    Returns
    -------
    int
        Exit status.

    Raises
    ------
    OSError
        If the session's own folder cannot be made.
    """
    where = "" if demonstration else _meeting_point()
    if where and not alone and hand_over(paths, where):
        return 0
    application = make_application()
    splash = Splash()
    splash.appear()
    # What is imported stays: to look for garbage among it takes a tenth of the time until the window is there.
    gc.disable()
    # Now that there is something to look at.
    from wfsgui.app import run_window

    return run_window(application, paths, splash, prefetch, demonstration=demonstration, where=where, alone=alone)


def _meeting_point() -> str:
    try:
        return meeting_point()
    except OSError as error:
        log.warning("Every start of the program opens a window of its own: %s.", error)
        return ""
