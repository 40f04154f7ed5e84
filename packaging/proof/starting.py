"""How soon there is something to see, and how long the first window takes: the package and the source, in turns."""

from __future__ import annotations

import statistics
import subprocess
import time
from collections.abc import Callable
from pathlib import Path
from typing import Final

from proof.desktop import Desktop, ProofError, wait_for

__all__ = ["compare_starts"]

_ROUNDS: Final = 5
_SLOWEST: Final = 1.3
_SPLASH_S: Final = 0.5
# Each look starts a program.
_PAUSE_S: Final = 0.01


def compare_starts(desktop: Desktop, source: Path, folder: Path) -> str:
    """Time the first window of the package and that of the source, in turns.

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
        If the package takes more than 1.3 times as long, or shows nothing within half a second.
    """
    packed: list[tuple[float, float]] = []
    unpacked: list[tuple[float, float]] = []
    # The first round of each fills caches.
    for _ in range(_ROUNDS + 1):
        packed.append(_time(desktop, lambda: desktop.start("wfsgui")))
        unpacked.append(_time(desktop, lambda: desktop.start_outside(str(source), home=folder)))
    splashes, first = (statistics.median(times) for times in zip(*packed[1:], strict=True))
    second = statistics.median(window for _, window in unpacked[1:])
    told = (
        f"splash screen after {splashes:.2f} s, first window after {first:.2f} s, from source {second:.2f} s: "
        f"{first / second:.2f} (medians of {_ROUNDS})"
    )
    if first > _SLOWEST * second or splashes > _SPLASH_S:
        raise ProofError(told)
    return told


def _time(desktop: Desktop, start: Callable[[], subprocess.Popen[str]]) -> tuple[float, float]:
    """Return the seconds until something is on the screen, and until the first window is."""
    began = time.monotonic()
    process = start()
    desktop.await_anything()
    seen = time.monotonic() - began
    windows: list[str] = []

    def look() -> bool:
        windows[:] = desktop.windows()
        return bool(windows)

    wait_for(look, "the first window", pause=_PAUSE_S)
    taken = time.monotonic() - began
    (window,) = windows
    # It is closed when it has settled: until then it may not have the keyboard.
    desktop.let_paint()
    desktop.press(window, "ctrl+q")
    process.wait(timeout=60)
    return seen, taken
