"""What a program and all the processes that it starts take: processor time and memory. Needs Linux (/proc)."""

from __future__ import annotations

import os
import threading
from collections.abc import Iterator
from pathlib import Path
from types import TracebackType
from typing import Final, Self

__all__ = ["TreeWatch"]

_PROC: Final = Path("/proc")
_INTERVAL: Final = 0.2
# Fields of /proc/PID/stat after the name of the program.
_SESSION: Final = 3
_TIMES: Final = slice(11, 13)


class TreeWatch:
    """Watch a session of processes from another thread.

    Parameters
    ----------
    session : int
        Its number: that of the process which began it.

    Attributes
    ----------
    peak : int
        Largest sum of the processes' proportional memory (PSS: what several share counts once), bytes.
    """

    def __init__(self, session: int) -> None:
        self.peak = 0
        self._session = session
        self._times: dict[int, float] = {}
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._watch)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._over.set()
        self._thread.join()

    @property
    def cpu(self) -> float:
        """Processor time of all processes, as last seen of each, seconds."""
        return sum(self._times.values())

    def _watch(self) -> None:
        while not self._over.wait(_INTERVAL):
            self._look()

    def _look(self) -> None:
        memory = 0
        for process in self._processes():
            try:
                self._times[process] = _processor_time(process)
                memory += proportional_memory(process)
            except (OSError, IndexError):
                # It has just ended.
                continue
        self.peak = max(self.peak, memory)

    def _processes(self) -> Iterator[int]:
        for entry in _PROC.iterdir():
            if not entry.name.isdecimal():
                continue
            try:
                session = int(_fields(int(entry.name))[_SESSION])
            except (OSError, IndexError):
                continue
            if session == self._session:
                yield int(entry.name)


def _fields(process: int) -> list[str]:
    text = (_PROC / str(process) / "stat").read_text(encoding="ascii", errors="replace")
    # The name of the program may hold anything, even brackets.
    return text[text.rindex(")") + 2 :].split()


def _processor_time(process: int) -> float:
    user, system = _fields(process)[_TIMES]
    return (int(user) + int(system)) / os.sysconf("SC_CLK_TCK")


def proportional_memory(process: int) -> int:
    lines = (_PROC / str(process) / "smaps_rollup").read_text(encoding="ascii", errors="replace").splitlines()
    return next((int(line.split()[1]) * 1024 for line in lines if line.startswith("Pss:")), 0)
