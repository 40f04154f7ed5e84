"""Measuring one piece of work: its time and peak memory, and what the machine did meanwhile. Needs Linux (/proc)."""

from __future__ import annotations

import os
import subprocess
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Self

from tests.benchmarks.errors import BenchmarkError
from tests.benchmarks.tree import TreeWatch

__all__ = ["Cost", "Sample", "command_cost", "own_cost", "sample"]

_STATUS = Path("/proc/self/status")
_CLEAR_REFS = Path("/proc/self/clear_refs")
_RESET_PEAK = "5"
_END_OF_LOG = 2000


@dataclass(frozen=True)
class Cost:
    """What a piece of work took.

    Attributes
    ----------
    wall, cpu : float
        Elapsed time, and processor time of all its threads, seconds.
    peak : int
        Largest memory meanwhile, bytes.
    """

    wall: float
    cpu: float
    peak: int


@dataclass(frozen=True)
class Sample:
    """One measurement.

    Attributes
    ----------
    cost : Cost
        What the work took.
    stolen, others : float
        Shares of the machine's processor time: withheld by its host, and used by other processes.
    """

    cost: Cost
    stolen: float
    others: float


@dataclass(frozen=True)
class _ProcessorTime:
    """The machine's processor time since its start, seconds over all cores."""

    total: float
    idle: float
    stolen: float

    @classmethod
    def now(cls) -> Self:
        fields = Path("/proc/stat").read_text(encoding="ascii").split("\n", 1)[0].split()[1:9]
        user, nice, system, idle, waiting, interrupts, soft_interrupts, stolen = (
            int(field) / os.sysconf("SC_CLK_TCK") for field in fields
        )
        total = user + nice + system + idle + waiting + interrupts + soft_interrupts + stolen
        return cls(total, idle + waiting, stolen)


def sample(work: Callable[[], Cost]) -> Sample:
    """Measure a piece of work, and the machine meanwhile.

    Parameters
    ----------
    work : callable
        Does the work, in whatever process, and returns its cost.

    Returns
    -------
    Sample
        The measurement.
    """
    # What an earlier measurement has left in the disk's queue is not to be waited for in this one.
    os.sync()
    before = _ProcessorTime.now()
    cost = work()
    after = _ProcessorTime.now()
    total = max(after.total - before.total, 1e-9)
    stolen = after.stolen - before.stolen
    others = total - (after.idle - before.idle) - stolen - cost.cpu
    return Sample(cost, stolen / total, max(others, 0.0) / total)


def own_cost(work: Callable[[], object]) -> Cost:
    """Do a piece of work in this process.

    Parameters
    ----------
    work : callable
        The work.

    Returns
    -------
    Cost
        What it took; the peak includes what the process held before.
    """
    _CLEAR_REFS.write_text(_RESET_PEAK, encoding="ascii")
    cpu, wall = time.process_time(), time.perf_counter()
    work()
    return Cost(time.perf_counter() - wall, time.process_time() - cpu, _own_peak())


def _own_peak() -> int:
    lines = _STATUS.read_text(encoding="ascii", errors="replace").splitlines()
    return next(int(line.split()[1]) * 1024 for line in lines if line.startswith("VmHWM:"))


def command_cost(command: Sequence[str], folder: Path, log: Path) -> Cost:
    """Run a command, from its start to its end.

    Parameters
    ----------
    command : sequence of str
        Program and arguments.
    folder : Path
        The working folder.
    log : Path
        Receives all its output.

    Returns
    -------
    Cost
        What it took, and all the processes that it started. Memory that they share counts once.

    Raises
    ------
    BenchmarkError
        If it fails.
    """
    with log.open("wb") as output:
        start = time.perf_counter()
        with (
            subprocess.Popen(command, cwd=folder, stdout=output, stderr=output, start_new_session=True) as process,
            TreeWatch(process.pid) as tree,
        ):
            process.wait()
            wall = time.perf_counter() - start
    if process.returncode:
        end = log.read_text(encoding="utf-8", errors="replace")[-_END_OF_LOG:]
        raise BenchmarkError(f"{Path(command[0]).name} ended with status {process.returncode}:\n{end}")
    return Cost(wall, tree.cpu, tree.peak)
