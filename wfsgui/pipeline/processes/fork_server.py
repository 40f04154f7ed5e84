"""Fork server: the process that imports the engine once, and from which the workers are forked."""

from __future__ import annotations

import multiprocessing
import signal
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from multiprocessing import forkserver
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from multiprocessing.context import ForkServerContext, SpawnContext

    _Context = ForkServerContext | SpawnContext

__all__ = ["process_context", "start_server", "terminal_signals_blocked"]

_PRELOAD: Final = "wfsgui.pipeline.processes.fork_preload"


def process_context() -> _Context:
    """Choose how processes are started: forked from the fork server on Linux, spawned elsewhere.

    Returns
    -------
    context
        A context of `multiprocessing`.
    """
    if sys.platform != "linux":
        return multiprocessing.get_context("spawn")
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload([_PRELOAD])
    return context


def start_server() -> None:
    """Start the fork server, if there is one. The CRDS settings must be complete before."""
    if process_context().get_start_method() == "forkserver":
        with terminal_signals_blocked():
            forkserver.ensure_running()


@contextmanager
def terminal_signals_blocked() -> Iterator[None]:
    """Block SIGINT and SIGHUP in the processes that this thread starts, from their first instruction on.

    A terminal sends these signals to every process; the parent decides what they mean. It receives those of this time
    afterwards.
    """
    if sys.platform == "win32":
        yield
        return
    from multiprocessing import resource_tracker

    # Before: it unblocks SIGINT when it starts.
    resource_tracker.ensure_running()
    previous = signal.pthread_sigmask(signal.SIG_BLOCK, (signal.SIGINT, signal.SIGHUP))
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, previous)
