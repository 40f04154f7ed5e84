"""What is measured of the window: starts, gaps in its GUI thread, frames, switches, and what a long session leaves."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final, ParamSpec, TypeVar

from tests.benchmarks.inputs import FEW, MANY
from tests.benchmarks.launch import launches
from tests.benchmarks.processes import WarmProcess

if TYPE_CHECKING:
    from tests.benchmarks.cases import BenchmarkSetup
    from tests.benchmarks.window_growth import Footing
    from tests.benchmarks.window_runs import WindowRun

__all__ = ["Timing", "launch_timings", "window_footings", "window_timings"]

_SIDE_BY_SIDE: Final = 2
_PLAIN_WINDOW: Final = "empty window, plain thread"
_IN_THREAD, _IN_PROCESSES = "wfsgui, one at a time", f"wfsgui, {_SIDE_BY_SIDE} side by side"

_Arguments = ParamSpec("_Arguments")
_Answer = TypeVar("_Answer")


@dataclass
class Timing:
    """How long something took, each time.

    Attributes
    ----------
    what, who : str
        What was done, and what did it. The first that did it is what the others are compared with.
    values : list of float
        Milliseconds.
    """

    what: str
    who: str
    values: list[float] = field(default_factory=list)


class _Timings:
    """Timings by what was done and what did it, in the order in which they were first met."""

    def __init__(self) -> None:
        self._found: dict[tuple[str, str], Timing] = {}

    def add(self, what: str, who: str, values: list[float]) -> None:
        self._found.setdefault((what, who), Timing(what, who)).values.extend(values)

    def listed(self) -> list[Timing]:
        names = list(dict.fromkeys(what for what, _ in self._found))
        return sorted(self._found.values(), key=lambda timing: names.index(timing.what))


def launch_timings(setup: BenchmarkSetup, repeat: int) -> list[Timing]:
    """Start the program some times.

    Parameters
    ----------
    setup : BenchmarkSetup
        Where.
    repeat : int
        How many times.

    Returns
    -------
    list of Timing
        The first is that of importing the libraries of the window.
    """
    labels = {
        "imported": "PySide6 and pyqtgraph imported",
        "splash": "wfsgui: splash screen",
        "window": "wfsgui: window",
        "image": "wfsgui FILE: image",
    }
    timings = _Timings()
    for _ in range(repeat):
        for kind, seconds in launches(setup.inputs.rate).items():
            timings.add("launch", labels[kind], [1000 * seconds])
    return timings.listed()


def window_timings(setup: BenchmarkSetup, repeat: int) -> list[Timing]:
    """Measure the program's window, and in turns with it what it is compared with.

    Parameters
    ----------
    setup : BenchmarkSetup
        Where.
    repeat : int
        Number of rounds.

    Returns
    -------
    list of Timing
        The measurements.
    """
    # Imported late: the process that measures whole programs must stay small.
    from tests.benchmarks.window_frames import plain_frames, window_frames
    from tests.benchmarks.window_gaps import plain_gaps
    from tests.benchmarks.window_runs import window_run
    from tests.benchmarks.window_switches import window_switches

    rate, few, many = setup.inputs.rate, setup.inputs.associations[FEW], setup.inputs.associations[MANY]
    timings = _Timings()
    for _ in range(repeat):
        for kind, values in _alone(setup, plain_gaps, few, setup.folder / "plain").items():
            timings.add(f"gap: {kind}", _PLAIN_WINDOW, values)
        _add_run(timings, _IN_THREAD, _alone(setup, window_run, few, 1))
        _add_run(timings, _IN_PROCESSES, _alone(setup, window_run, many, _SIDE_BY_SIDE))
        for kind, values in _alone(setup, plain_frames, rate).items():
            timings.add(f"frame: {kind}", "pyqtgraph alone", values)
        for kind, values in _alone(setup, window_frames, rate).items():
            what, _, extra = kind.partition(", ")
            timings.add(f"frame: {what}", f"wfsgui{extra and ', ' + extra}", values)
        for kind, values in _alone(setup, window_switches, rate).items():
            timings.add(f"switch: {kind}", "wfsgui", values)
    return timings.listed()


def window_footings(setup: BenchmarkSetup) -> dict[str, list[Footing]]:
    """Measure what a hundred small exposures leave in the window.

    Parameters
    ----------
    setup : BenchmarkSetup
        Where.

    Returns
    -------
    dict of str to list of Footing
        By how they are calibrated.
    """
    from tests.benchmarks.window_growth import window_growth

    small = setup.inputs.small
    return {
        _IN_THREAD: _alone(setup, window_growth, small, 1),
        _IN_PROCESSES: _alone(setup, window_growth, small, _SIDE_BY_SIDE),
    }


def _add_run(timings: _Timings, who: str, run: WindowRun) -> None:
    for kind, values in run.gaps.items():
        timings.add(f"gap: {kind}", who, values)
    timings.add("end of a step to its image", who, run.previews)


def _alone(
    setup: BenchmarkSetup, work: Callable[_Arguments, _Answer], *arguments: _Arguments.args, **named: _Arguments.kwargs
) -> _Answer:
    """Have a function called in a process of its own."""
    with WarmProcess(setup.folder / "window.log") as process:
        return process.ask(work, *arguments, **named)
