"""Measure the engine and the stock pipeline side by side, check that they give the same results; measure the window."""

from __future__ import annotations

import argparse
import os
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Final

from tests.benchmarks.cases import BenchmarkSetup, Referee, measure, memory_sides, warm_sides, whole_sides
from tests.benchmarks.decide import assessment_timings, decision_timings
from tests.benchmarks.errors import BenchmarkError
from tests.benchmarks.inputs import BACKGROUNDS, FEW, MANY, make_inputs
from tests.benchmarks.look_ups import look_up_timings
from tests.benchmarks.machine import describe
from tests.benchmarks.processes import WarmProcess
from tests.benchmarks.table import growth, table
from tests.benchmarks.window_cases import launch_timings, window_footings, window_timings
from tests.benchmarks.window_table import footing_table, timing_table
from wfsgui.demo.references.crds_cache import ensure_cache, environment

_WARM_ROUNDS: Final = 3
"""Rounds with one exposure for each with associations: they are short, and the machine's speed wavers."""

_STARTS: Final = 3
"""Starts of the program for each round with associations."""

_METHOD: Final = """\
How to read this
  Medians, with the range in brackets. Rounds: {warm} in 1, {repeat} in 2 and 4, {starts} in 5; in a round the sides
  take turns.
  A ratio is to the first line with as many products, which is the official pipeline, within a round: below 1 is faster
  or smaller.
  CPU is the processor time of all threads. Stolen is the largest share of the machine's processor time that its host
  withheld during a measurement, others the largest share that other programs used: where they are large, trust the
  ratios of CPU and of memory more than those of time.
  Every result was compared with the official pipeline's first: pixels bit for bit, keywords but dates and names, WCS.
  Before each measurement the disk's queue is emptied. The engine flushes each result to the disk before it gives it
  its name, and waits for that; the official pipeline does not.
  1: every line has its own process, which has imported all and done the work once. Reading the header of the input,
     configuration, look-up of references and saving count. "Same process" is the engine in the very process of the
     official pipeline, in turns with it. "As a window": each step's planes are copied, and all are kept until the end.
     Peak is that of the resident memory during the measurement.
  2, 3: from the start of the program to its end, imports and all. CPU and memory are those of all its processes, looked
     at five times a second; memory that they share counts once (PSS).
  4, 5, 6: the program's own window on an X screen, driven by keys and the mouse; a process for each case and round.
     Gap: from one tick of a precise timer of 5 ms in the GUI thread to the next, while nothing is done, while the
     engine is imported (the official pipeline in the empty window), and during a run of {few} products (side by side:
     {many}) with {backgrounds} backgrounds; "one at a time" is the process of the engine, "side by side" are several.
     End of a step to its image: from the event in the engine's thread to the end of the painting.
     Frame and switch: from the event of the mouse or key to the end of the painting that it causes, full frame.
     Launch: from the start of the process.
     What is left: of the window's process, after so many exposures of 64 x 64 pixels; its share of shared memory.
  7: from an image in memory to its numbers, in one thread, after one run. The ratio is to astropy's statistics of the
     same image. "All of the decision": both assessments and the comparison with its search for companions.
  8: what a run spends on context, look-ups of references and their verification, in a warm process after a first run.
"""


def main() -> int:
    """Run the benchmarks.

    Returns
    -------
    int
        Exit status: 0, or 1 if anything failed or differed, or 130 if it was stopped.
    """
    parsed = _arguments()
    try:
        with tempfile.TemporaryDirectory(prefix="wfsgui-bench-") as folder:
            report = _report(Path(folder), parsed.repeat, parsed.only or list(_PARTS))
    except BenchmarkError as error:
        print(f"FAILED: {error}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return 130
    print(report)
    return 0


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="python -m tests.benchmarks",
        description="Measure the engine and the official pipeline side by side. Needs 5 GB in the temporary folder.",
    )
    parser.add_argument(
        "--repeat", type=_positive, default=3, metavar="N", help="rounds with associations (default: 3)"
    )
    parser.add_argument("--only", action="append", choices=list(_PARTS), help="measure this; may be repeated")
    return parser.parse_args()


def _positive(text: str) -> int:
    if (number := int(text)) < 1:
        raise argparse.ArgumentTypeError("must be at least 1")
    return number


def _report(folder: Path, repeat: int, parts: list[str]) -> str:
    """Measure, and write the report; the folder is left to the caller to remove."""
    cache = ensure_cache(folder / "crds")
    # Inherited by every process that is started from here: crds reads them once, when it is imported.
    os.environ.update(environment(cache))
    with WarmProcess(folder / "helper.log") as helper:
        print("making the exposures and reference files", file=sys.stderr, flush=True)
        setup = BenchmarkSetup(folder, helper.ask(make_inputs, folder, cache), helper)
        tables = [describe(), *(part(setup, repeat) for name, part in _PARTS.items() if name in parts)]
    method = _METHOD.format(
        warm=_WARM_ROUNDS * repeat,
        repeat=repeat,
        starts=_STARTS * repeat,
        few=FEW,
        many=MANY,
        backgrounds=BACKGROUNDS,
    )
    return "\n\n".join([*tables, method.rstrip()])


def _warm(setup: BenchmarkSetup, repeat: int) -> str:
    referee = Referee(setup, "stock-of-one")
    with warm_sides(setup) as sides:
        rows = measure(sides, _WARM_ROUNDS * repeat, setup, referee)
    title = "1. One exposure of 2048 x 2048 pixels, in a warm process"
    return "\n".join([table(title, rows), _identical(referee)])


def _whole(setup: BenchmarkSetup, repeat: int) -> str:
    referee = Referee(setup, "stock-of-several")
    rows = measure(whole_sides(setup), repeat, setup, referee)
    title = f"2. An association, each product with the same {BACKGROUNDS} backgrounds, from the shell"
    return "\n".join([table(title, rows), _identical(referee)])


def _memory(setup: BenchmarkSetup, _repeat: int) -> str:
    referee = Referee(setup, "stock-of-many")
    rows = measure(memory_sides(setup), 1, setup, referee)
    title = "3. Memory: more products, and fewer"
    return "\n".join([table(title, rows), *growth(rows), _identical(referee)])


def _window(setup: BenchmarkSetup, repeat: int) -> str:
    return timing_table(
        "4. The window at work, one exposure of 2048 x 2048 pixels shown", window_timings(setup, repeat)
    )


def _launch(setup: BenchmarkSetup, repeat: int) -> str:
    return timing_table("5. Launch", launch_timings(setup, _STARTS * repeat))


def _footing(setup: BenchmarkSetup, _repeat: int) -> str:
    return footing_table("6. What is left in the window", window_footings(setup))


def _decide(_setup: BenchmarkSetup, repeat: int) -> str:
    timings = [*assessment_timings(repeat), *decision_timings(repeat)]
    return timing_table("7. Numbers of the star and of a pair, in a warm process", timings)


def _look_ups(setup: BenchmarkSetup, repeat: int) -> str:
    return timing_table("8. Time on CRDS in a run with nothing changed", look_up_timings(setup, repeat))


def _identical(referee: Referee) -> str:
    return f"  identical: {referee.compared} results compared"


_PARTS: Final[dict[str, Callable[[BenchmarkSetup, int], str]]] = {
    "warm": _warm,
    "whole": _whole,
    "memory": _memory,
    "window": _window,
    "launch": _launch,
    "growth": _footing,
    "decide": _decide,
    "crds": _look_ups,
}


if __name__ == "__main__":
    sys.exit(main())
