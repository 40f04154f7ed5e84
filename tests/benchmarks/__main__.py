"""Measure the engine and the stock pipeline side by side, and check that they give the same results."""

from __future__ import annotations

import argparse
import os
import sys
import tempfile
from pathlib import Path
from typing import Final

from tests.benchmarks.cases import Bench, Referee, measure, memory_sides, warm_sides, whole_sides
from tests.benchmarks.inputs import BACKGROUNDS, make_inputs
from tests.benchmarks.machine import describe
from tests.benchmarks.measure import BenchmarkError
from tests.benchmarks.processes import WarmProcess
from tests.benchmarks.table import growth, table
from wfsgui.demo.crds_cache import ensure_cache, environment

_WARM_ROUNDS: Final = 3
"""Rounds with one exposure for each with associations: they are short, and the machine's speed wavers."""

_METHOD: Final = """\
How to read this
  Medians, with the range in brackets. Rounds: {warm} in 1, {repeat} in 2; in a round the sides take turns.
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
            report = _report(Path(folder), parsed.repeat)
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
    return parser.parse_args()


def _positive(text: str) -> int:
    if (number := int(text)) < 1:
        raise argparse.ArgumentTypeError("must be at least 1")
    return number


def _report(folder: Path, repeat: int) -> str:
    """Measure, and write the report; the folder is left to the caller to remove."""
    cache = ensure_cache(folder / "crds")
    # Inherited by every process that is started from here: crds reads them once, when it is imported.
    os.environ.update(environment(cache))
    with WarmProcess(folder / "helper.log") as helper:
        print("making the exposures and reference files", file=sys.stderr, flush=True)
        bench = Bench(folder, helper.ask(make_inputs, folder, cache), helper)
        parts = [describe(), _warm(bench, _WARM_ROUNDS * repeat), _whole(bench, repeat), _memory(bench)]
    return "\n\n".join([*parts, _METHOD.format(warm=_WARM_ROUNDS * repeat, repeat=repeat).rstrip()])


def _warm(bench: Bench, repeat: int) -> str:
    referee = Referee(bench, "stock-of-one")
    with warm_sides(bench) as sides:
        rows = measure(sides, repeat, bench, referee)
    title = "1. One exposure of 2048 x 2048 pixels, in a warm process"
    return "\n".join([table(title, rows), _identical(referee)])


def _whole(bench: Bench, repeat: int) -> str:
    referee = Referee(bench, "stock-of-several")
    rows = measure(whole_sides(bench), repeat, bench, referee)
    title = f"2. An association, each product with the same {BACKGROUNDS} backgrounds, from the shell"
    return "\n".join([table(title, rows), _identical(referee)])


def _memory(bench: Bench) -> str:
    referee = Referee(bench, "stock-of-many")
    rows = measure(memory_sides(bench), 1, bench, referee)
    title = "3. Memory: more products, and fewer"
    return "\n".join([table(title, rows), *growth(rows), _identical(referee)])


def _identical(referee: Referee) -> str:
    return f"  identical: {referee.compared} results compared"


if __name__ == "__main__":
    sys.exit(main())
