"""Processes that stay alive between requests, and what can be asked of them.

Heavy packages are imported in the functions: the process that measures names the functions, and must stay small.
"""

from __future__ import annotations

import os
import threading
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from itertools import cycle
from multiprocessing import get_context
from pathlib import Path
from types import TracebackType
from typing import ParamSpec, Self, TypeVar

from tests.benchmarks.measure import Cost, own_cost

__all__ = ["WarmProcess", "differing", "run_engine", "run_stock"]

_Arguments = ParamSpec("_Arguments")
_Answer = TypeVar("_Answer")


class WarmProcess:
    """A process of its own, which starts with nothing imported and does one request after the other.

    Parameters
    ----------
    log : Path
        Receives everything that it would print.
    """

    def __init__(self, log: Path) -> None:
        self._pool = ProcessPoolExecutor(1, get_context("spawn"), _print_into, (log,))

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._pool.shutdown()

    def ask(
        self, work: Callable[_Arguments, _Answer], *arguments: _Arguments.args, **named: _Arguments.kwargs
    ) -> _Answer:
        """Have a function called in the process.

        Parameters
        ----------
        work : callable
            A function of a module.
        *arguments, **named
            Its arguments.

        Returns
        -------
        object
            What it returns; what it raises is raised here.
        """
        return self._pool.submit(work, *arguments, **named).result()


def _print_into(log: Path) -> None:
    descriptor = os.open(log, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
    for standard in (1, 2):
        os.dup2(descriptor, standard)
    os.close(descriptor)


def run_engine(rate: Path, folder: Path, *, images: bool) -> Cost:
    """Calibrate an exposure with the engine.

    Parameters
    ----------
    rate : Path
        The exposure.
    folder : Path
        Where the result goes.
    images : bool
        Whether every step hands over copies of its planes; they are kept until the end, as a window does.

    Returns
    -------
    Cost
        What it took, without imports.
    """
    from wfsgui.core.intake.products import take_in
    from wfsgui.core.model.events import Event, RunFinished
    from wfsgui.core.model.requests import RunRequest
    from wfsgui.pipeline.runs.batch import run

    def work() -> None:
        kept: list[Event] = []
        request = RunRequest(products=tuple(take_in([rate]).products), output_dir=folder, images=images)
        end = run(request, kept.append, threading.Event())
        if not isinstance(end, RunFinished):
            raise RuntimeError(f"the engine did not finish: {end}")

    return own_cost(work)


def run_stock(rate: Path, folder: Path) -> Cost:
    """Calibrate an exposure with the official pipeline.

    Parameters
    ----------
    rate : Path
        The exposure.
    folder : Path
        Where the result goes.

    Returns
    -------
    Cost
        What it took, without imports.
    """
    from tests.pipeline import parity_helpers

    return own_cost(lambda: parity_helpers.run_stock(rate, folder))


def differing(results: list[Path], references: list[Path]) -> list[str]:
    """Name everything in which results differ from what they should be.

    Parameters
    ----------
    results : list of Path
        Files.
    references : list of Path
        What they should be. Where there are more results than these, they are used again from the start.

    Returns
    -------
    list of str
        The differences but for dates, file names and logs; empty for parity.
    """
    from tests.pipeline.parity_helpers import differences

    return [
        f"{result.name}: {difference}"
        for result, reference in zip(results, cycle(references), strict=False)
        for difference in differences(result, reference)
    ]
