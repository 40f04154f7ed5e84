"""What many exposures in one session leave in the window: memory, threads and file handles."""

from __future__ import annotations

import os
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Final

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from tests.benchmarks.errors import BenchmarkError
from tests.benchmarks.tree import proportional_memory
from tests.benchmarks.window_stage import rest, until, window
from wfsgui.core.model.exposure import ExposureState
from wfsgui.gui.exposures.open_exposures import OpenExposures

__all__ = ["Footing", "window_growth"]

_EVERY: Final = 20
_SELF: Final = Path("/proc/self")
# What is being drawn and measured when an exposure ends is not what it leaves.
_SETTLE_S: Final = 1.0


@dataclass(frozen=True)
class Footing:
    """What the window's process holds after a number of exposures.

    Attributes
    ----------
    exposures : int
        How many are done.
    memory : int
        Bytes.
    threads, handles : int
        Of the process, by the system's count.
    """

    exposures: int
    memory: int
    threads: int
    handles: int


def window_growth(rates: list[Path], jobs: int) -> list[Footing]:
    """Open many exposures and have them calibrated, some at a time.

    Parameters
    ----------
    rates : list of Path
        The exposures.
    jobs : int
        How many at a time; one is calibrated by the process of the engine, more by processes of their own.

    Returns
    -------
    list of Footing
        After each twenty.

    Raises
    ------
    BenchmarkError
        If one cannot be calibrated.
    """
    with window() as shown:
        shown.settings.set("jobs", jobs)
        shown.begin(rates)
        open_exposures, services = shown.services.open_exposures, shown.services
        until(lambda: services.runner.engine_info is not None and len(open_exposures.exposures) == len(rates))
        QTest.keyClick(shown.workspace.image.canvas.surface, Qt.Key.Key_F5)
        found = []
        for number in range(_EVERY, len(rates) + 1, _EVERY):
            until(partial(_are_done, open_exposures, number))
            found.append(_footing(number))
        until(lambda: not services.control.is_busy)
        if not _are_done(open_exposures, len(rates)):
            raise BenchmarkError("an exposure could not be calibrated in the window")
        rest(_SETTLE_S)
        return [*found[:-1], _footing(len(rates))]


def _are_done(open_exposures: OpenExposures, number: int) -> bool:
    return sum(exposure.state is ExposureState.DONE for exposure in open_exposures.exposures) >= number


def _footing(exposures: int) -> Footing:
    threads, handles = (len(list((_SELF / kind).iterdir())) for kind in ("task", "fd"))
    return Footing(exposures, proportional_memory(os.getpid()), threads, handles)
