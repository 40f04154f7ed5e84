"""How long the GUI thread does not get to its work: gaps between the ticks of a timer."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from functools import partial
from importlib import import_module
from pathlib import Path
from typing import Final

from PySide6.QtCore import QObject, Qt, QTimer
from PySide6.QtWidgets import QMainWindow

from tests.benchmarks.window_stage import application, rest, until

__all__ = ["gaps_while", "idle_gaps", "plain_gaps"]

_TICK_MS: Final = 5
_IDLE_S: Final = 5.0


class _Ticker(QObject):
    """A precise timer in the GUI thread.

    Attributes
    ----------
    times : list of float
        From each tick to the next, ms.
    """

    def __init__(self) -> None:
        super().__init__()
        self.times: list[float] = []
        self._last = time.perf_counter()
        self._timer = QTimer(self)
        self._timer.setTimerType(Qt.TimerType.PreciseTimer)
        self._timer.timeout.connect(self._tick)
        self._timer.start(_TICK_MS)

    def stop(self) -> None:
        """Tick no more; the time since the last tick is a gap, too."""
        self._timer.stop()
        self._tick()

    def _tick(self) -> None:
        now = time.perf_counter()
        self.times.append(1000 * (now - self._last))
        self._last = now


def gaps_while(work: Callable[[], object]) -> list[float]:
    """Measure the gaps while something is done that lets the event loop run.

    Parameters
    ----------
    work : callable
        Returns when it is done.

    Returns
    -------
    list of float
        From each tick of a precise timer of 5 ms to the next, ms.
    """
    ticker = _Ticker()
    work()
    ticker.stop()
    return ticker.times


def idle_gaps() -> list[float]:
    """Measure the gaps while the program has nothing to do, ms."""
    return gaps_while(partial(rest, _IDLE_S))


def plain_gaps(association: Path, folder: Path) -> dict[str, list[float]]:
    """Measure a window with nothing in it, while a plain thread does the work.

    Parameters
    ----------
    association : Path
        What is calibrated.
    folder : Path
        Where the results go.

    Returns
    -------
    dict of str to list of float
        The gaps, ms: ``idle``, ``import`` of the official pipeline, and ``run``.
    """
    application()
    shown = QMainWindow()
    shown.resize(1440, 900)
    shown.show()
    until(lambda: shown.windowHandle().isExposed())
    found = {"idle": idle_gaps()}
    found["import"] = gaps_while(partial(_in_thread, _import_pipeline))
    found["run"] = gaps_while(partial(_in_thread, partial(_run_pipeline, association, folder)))
    shown.close()
    return found


def _in_thread(work: Callable[[], object]) -> None:
    failures: list[BaseException] = []

    def guarded() -> None:
        try:
            work()
        except Exception as error:
            failures.append(error)
            raise

    thread = threading.Thread(target=guarded)
    thread.start()
    until(lambda: not thread.is_alive())
    if failures:
        raise failures[0]


def _run_pipeline(association: Path, folder: Path) -> None:
    from tests.pipeline import parity_helpers

    # The official pipeline looks for members in the current folder.
    with parity_helpers.inside(association.parent):
        parity_helpers.run_stock(association, folder)


def _import_pipeline() -> None:
    import_module("jwst.pipeline")
