"""Check that a splash screen comes before the first window, and times of the package and of the source."""

from __future__ import annotations

import statistics
import subprocess
import time
from collections.abc import Callable
from pathlib import Path
from typing import Final

from proof.desktop import Desktop, ProofError, wait_for
from proof.window_events import NARROWEST

__all__ = ["compare_starts"]

_ROUNDS: Final = 5


def compare_starts(desktop: Desktop, source: Path, folder: Path) -> str:
    """Start the package and the source alternately, and list their windows.

    The times depend on the machine and its load: they are printed and not checked.
    `make bench` is for times.

    Parameters
    ----------
    desktop : Desktop
        With the package installed, and no window open.
    source : Path
        The program as it is started from source.
    folder : Path
        Home directory of the program from source.

    Returns
    -------
    str
        A sentence.

    Raises
    ------
    ProofError
        If a window comes without a splash screen before it.
    """
    packed: list[tuple[float, float]] = []
    unpacked: list[tuple[float, float]] = []
    # The first round of each fills caches.
    for _ in range(_ROUNDS + 1):
        packed.append(_start(desktop, lambda: desktop.start("wfsgui")))
        unpacked.append(_start(desktop, lambda: desktop.start_outside(str(source), home=folder)))
    splash, first = (statistics.median(times) for times in zip(*packed[1:], strict=True))
    second = statistics.median(window for _, window in unpacked[1:])
    return (
        f"a splash screen comes before the window: after {splash:.2f} s and {first:.2f} s, from source the window "
        f"after {second:.2f} s (medians of {_ROUNDS})"
    )


def _start(desktop: Desktop, start: Callable[[], subprocess.Popen[str]]) -> tuple[float, float]:
    """Return the seconds until the splash screen and until the first window."""
    began: list[float] = []

    def begin() -> subprocess.Popen[str]:
        began.append(time.monotonic())
        return start()

    process, seen = desktop.watch(begin)
    if seen[0].width >= NARROWEST:
        raise ProofError("The first window came without a splash screen before it.")
    wait_for(lambda: len(desktop.windows()) == 1, "the first window")
    (window,) = desktop.windows()
    desktop.press_until(window, "ctrl+q", lambda: process.poll() is not None)
    return seen[0].time - began[0], seen[-1].time - began[0]
