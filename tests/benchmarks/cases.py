"""What is measured: a warm process on one exposure, and whole processes on associations."""

from __future__ import annotations

import shutil
import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Final

from tests.benchmarks.inputs import FEW, MANY, Inputs, result_names
from tests.benchmarks.measure import BenchmarkError, Cost, Sample, command_cost, sample
from tests.benchmarks.processes import WarmProcess, differing, run_engine, run_stock, settle

__all__ = ["Bench", "Referee", "Row", "Side", "measure", "warm_sides", "whole_sides"]

_STOCK_PROGRAM: Final = """\
import sys
from jwst.pipeline import Image2Pipeline
Image2Pipeline.call(sys.argv[1], steps={"resample": {"skip": True}}, save_results=True, output_dir=sys.argv[2])
"""


@dataclass(frozen=True)
class Side:
    """One way of doing the work.

    Attributes
    ----------
    name : str
        What does the work.
    products : int
        How many results it makes.
    work : callable
        Does it once, into the folder given.
    """

    name: str
    products: int
    work: Callable[[Path], Cost]

    @property
    def label(self) -> str:
        """The name, with the number of products if there are several."""
        return self.name if self.products == 1 else f"{self.name}, {self.products} products"


@dataclass
class Row:
    """What was measured of a side, one sample for each round."""

    side: Side
    samples: list[Sample] = field(default_factory=list)


@dataclass(frozen=True)
class Bench:
    """Where the measurements are made.

    Attributes
    ----------
    folder : Path
        For results and logs.
    inputs : Inputs
        What is calibrated.
    helper : WarmProcess
        Compares results while nothing is measured.
    """

    folder: Path
    inputs: Inputs
    helper: WarmProcess


class Referee:
    """Compare all results with the first, which is to be the official pipeline's own.

    Parameters
    ----------
    bench : Bench
        Where the first is kept.
    name : str
        Name of its folder.

    Attributes
    ----------
    compared : int
        How many files were compared, and found to be the same.
    """

    def __init__(self, bench: Bench, name: str) -> None:
        self._helper = bench.helper
        self._folder = bench.folder / name
        self._references: list[Path] = []
        self.compared = 0

    def judge(self, side: Side, results: Path) -> None:
        """Compare the results of a side, and remove them.

        Parameters
        ----------
        side : Side
            Whose they are.
        results : Path
            Their folder.

        Raises
        ------
        BenchmarkError
            If there are others than expected, or if they differ.
        """
        names = result_names(side.products)
        found = sorted(path.name for path in results.iterdir())
        if found != sorted(names):
            raise BenchmarkError(f"{side.label} left {found} in its folder instead of {sorted(names)}")
        if not self._references:
            results.rename(self._folder)
            self._references = [self._folder / name for name in names]
            return
        differences = self._helper.ask(differing, [results / name for name in names], self._references)
        if differences:
            raise BenchmarkError("\n".join([f"The results of {side.label} are not those of the stock:", *differences]))
        self.compared += len(names)
        shutil.rmtree(results)


def measure(sides: list[Side], repeat: int, bench: Bench, referee: Referee) -> list[Row]:
    """Let the sides take turns, and check every result.

    Parameters
    ----------
    sides : list of Side
        The first must be the official pipeline.
    repeat : int
        Number of rounds.
    bench : Bench
        Where.
    referee : Referee
        Checks the results.

    Returns
    -------
    list of Row
        The measurements, a row for each side.

    Raises
    ------
    BenchmarkError
        If a side fails or gives another result.
    """
    rows = [Row(side) for side in sides]
    results = bench.folder / "results"
    for number in range(repeat):
        for row in rows:
            results.mkdir()
            row.samples.append(sample(partial(row.side.work, results)))
            _say(f"round {number + 1} of {repeat}: {row.side.label}: {row.samples[-1].cost.wall:.2f} s")
            referee.judge(row.side, results)
    return rows


def _say(text: str) -> None:
    print(text, file=sys.stderr, flush=True)


@contextmanager
def warm_sides(bench: Bench) -> Iterator[list[Side]]:
    """Start a process for each way to calibrate one exposure, and let each do so once.

    Parameters
    ----------
    bench : Bench
        Where.

    Yields
    ------
    list of Side
        The ways, ready to be measured as long as the context lasts.
    """
    rate = bench.inputs.rate
    with ExitStack() as stack:

        def start(*, settled: bool) -> WarmProcess:
            process = stack.enter_context(WarmProcess(bench.folder / "warm.log"))
            if settled:
                process.ask(settle)
            return process

        stock, settled_stock = start(settled=False), start(settled=True)
        engine, with_frames = start(settled=True), start(settled=True)
        sides = [
            Side("Image2Pipeline.call", 1, lambda to: stock.ask(run_stock, rate, to)),
            Side("Image2Pipeline.call, garbage frozen", 1, lambda to: settled_stock.ask(run_stock, rate, to)),
            Side("engine, as the command line", 1, lambda to: engine.ask(run_engine, rate, to, frames=False)),
            Side("engine, as a window", 1, lambda to: with_frames.ask(run_engine, rate, to, frames=True)),
        ]
        for side in sides:
            _say(f"warming up: {side.name}")
            side.work(bench.folder / "warming")
            shutil.rmtree(bench.folder / "warming")
        yield sides


def whole_sides(bench: Bench, *, long: bool) -> list[Side]:
    """List the ways to calibrate an association from the shell.

    Parameters
    ----------
    bench : Bench
        Where.
    long : bool
        Whether the official pipeline calibrates the larger association, too.

    Returns
    -------
    list of Side
        The ways.
    """
    sides = [
        _whole_side("strun", _strun, FEW, bench),
        _whole_side("python, Image2Pipeline.call", _plain_python, FEW, bench),
        _whole_side("wfsgui run", _wfsgui, FEW, bench),
    ]
    if long:
        sides.append(_whole_side("strun", _strun, MANY, bench))
    return [*sides, _whole_side("wfsgui run", _wfsgui, MANY, bench)]


def _strun(association: str, results: str) -> list[str]:
    options = ["--steps.resample.skip=true", f"--output_dir={results}"]
    return [_program("strun"), "calwebb_image2", association, *options]


def _plain_python(association: str, results: str) -> list[str]:
    return [sys.executable, "-c", _STOCK_PROGRAM, association, results]


def _wfsgui(association: str, results: str) -> list[str]:
    return [_program("wfsgui"), "run", association, "-o", results]


def _program(name: str) -> str:
    path = Path(sys.executable).with_name(name)
    if not path.is_file():
        raise BenchmarkError(f"{name} is not installed beside {sys.executable}")
    return str(path)


def _whole_side(name: str, command: Callable[[str, str], list[str]], products: int, bench: Bench) -> Side:
    association = bench.inputs.associations[products]

    def work(results: Path) -> Cost:
        # The official pipeline looks for members in the current folder.
        words = command(association.name, str(results))
        return command_cost(words, association.parent, bench.folder / "command.log")

    return Side(name, products, work)
