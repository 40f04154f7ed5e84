"""How long it takes to look at something else: another step, another plane, another way to compare."""

from __future__ import annotations

import time
from contextlib import ExitStack
from pathlib import Path
from typing import Final

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from tests.benchmarks.window_eye import Eye
from tests.benchmarks.window_frames import calibrate
from tests.benchmarks.window_stage import rest, until, window
from wfsgui.gui.window.main_window import MainWindow

__all__ = ["window_switches"]

_ROUNDS: Final = 5
_KEYS: Final = {
    "step": "1354",
    "plane": "EEEEEE",
    "compare mode": "DRSBWV",
}
"""What is pressed, by what it switches: steps, the last being flat_field, whose planes and differences
are looked at then."""

_QUIET_S: Final = 0.3


def window_switches(rate: Path) -> dict[str, list[float]]:
    """Measure how long the window takes to show something else.

    Parameters
    ----------
    rate : Path
        The exposure; it is calibrated first.

    Returns
    -------
    dict of str to list of float
        By what is switched: from the key to the end of the painting that it causes, ms.
    """
    with ExitStack() as stack:
        eye = Eye(stack)
        shown = stack.enter_context(window())
        calibrate(shown, rate)
        return {what: [_switch(eye, shown, key) for key in keys * _ROUNDS] for what, keys in _KEYS.items()}


def _switch(eye: Eye, shown: MainWindow, key: str) -> float:
    begin = time.perf_counter()
    QTest.keyClick(shown.workspace.image.canvas.surface, Qt.Key(ord(key)))
    eye.wait(lambda: eye.seen > begin)
    # Two images may come one after the other: it is over when nothing new has come for a while.
    until(lambda: time.perf_counter() > eye.seen + _QUIET_S and not shown.services.render_worker.is_busy)
    taken = 1000 * (eye.seen - begin)
    rest(_QUIET_S)
    return taken
