"""What is measured: a warm process on one exposure, and whole processes on associations."""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

from tests.benchmarks.errors import BenchmarkError
from tests.benchmarks.inputs import FEW, MANY, MOST, Inputs, result_names
from tests.benchmarks.measure import Cost, Sample, command_cost, sample
from tests.benchmarks.processes import WarmProcess, differing, run_engine, run_stock

__all__ = ["BenchmarkSetup", "Referee", "Row", "Side", "measure", "memory_sides", "warm_sides", "whole_sides"]


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
class BenchmarkSetup:
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
    setup : BenchmarkSetup
        Where the first is kept.
    name : str
        Name of its folder.

    Attributes
    ----------
    compared : int
        How many files were compared, and found to be the same.
    """

    def __init__(self, setup: BenchmarkSetup, name: str) -> None:
        self._helper = setup.helper
        self._folder = setup.folder / name
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


def measure(sides: list[Side], repeat: int, setup: BenchmarkSetup, referee: Referee) -> list[Row]:
    """Let the sides take turns, and check every result.

    Parameters
    ----------
    sides : list of Side
        The first must be the official pipeline.
    repeat : int
        Number of rounds.
    setup : BenchmarkSetup
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
    results = setup.folder / "results"
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
def warm_sides(setup: BenchmarkSetup) -> Iterator[list[Side]]:
    """Start a process for each way to calibrate one exposure, and let each do so once.

    Parameters
    ----------
    setup : BenchmarkSetup
        Where.

    Yields
    ------
    list of Side
        The ways, ready to be measured as long as the context lasts.
    """
    rate = setup.inputs.rate
    with ExitStack() as stack:

        def start() -> WarmProcess:
            return stack.enter_context(WarmProcess(setup.folder / "warm.log"))

        stock, engine, with_frames = start(), start(), start()
        sides = [
            Side("Image2Pipeline.call", 1, lambda to: stock.ask(run_stock, rate, to)),
            Side("engine, same process", 1, lambda to: stock.ask(run_engine, rate, to, images=False)),
            Side("engine, as the command line", 1, lambda to: engine.ask(run_engine, rate, to, images=False)),
            Side("engine, as a window", 1, lambda to: with_frames.ask(run_engine, rate, to, images=True)),
        ]
        for side in sides:
            _say(f"warming up: {side.name}")
            side.work(setup.folder / "warming")
            shutil.rmtree(setup.folder / "warming")
        yield sides


def whole_sides(setup: BenchmarkSetup) -> list[Side]:
    """List the ways to calibrate the middle one of the associations from the shell.

    Parameters
    ----------
    setup : BenchmarkSetup
        Where.

    Returns
    -------
    list of Side
        The ways; on one core, too.
    """
    return [
        _whole_side("strun", _strun, MANY, setup),
        _whole_side("wfsgui run", _wfsgui, MANY, setup),
        _whole_side("wfsgui run, one core", _on_one_core(_wfsgui), MANY, setup),
    ]


def memory_sides(setup: BenchmarkSetup) -> list[Side]:
    """List what shows how the memory grows with the number of products.

    Parameters
    ----------
    setup : BenchmarkSetup
        Where.

    Returns
    -------
    list of Side
        Both programs on the largest association, and ours on the smallest.
    """
    return [
        _whole_side("strun", _strun, MOST, setup),
        _whole_side("wfsgui run", _wfsgui, FEW, setup),
        _whole_side("wfsgui run", _wfsgui, MOST, setup),
    ]


def _on_one_core(command: Callable[[str, str], list[str]]) -> Callable[[str, str], list[str]]:
    core = min(os.sched_getaffinity(0))
    return lambda association, results: ["taskset", "-c", str(core), *command(association, results)]


def _strun(association: str, results: str) -> list[str]:
    options = ["--steps.resample.skip=true", f"--output_dir={results}"]
    return [_program("strun"), "calwebb_image2", association, *options]


def _wfsgui(association: str, results: str) -> list[str]:
    return [_program("wfsgui"), "run", association, "-o", results]


def _program(name: str) -> str:
    path = Path(sys.executable).with_name(name)
    if not path.is_file():
        raise BenchmarkError(f"{name} is not installed beside {sys.executable}")
    return str(path)


def _whole_side(name: str, command: Callable[[str, str], list[str]], products: int, setup: BenchmarkSetup) -> Side:
    association = setup.inputs.associations[products]

    def work(results: Path) -> Cost:
        # The official pipeline looks for members in the current folder.
        words = command(association.name, str(results))
        return command_cost(words, association.parent, setup.folder / "command.log")

    return Side(name, products, work)
