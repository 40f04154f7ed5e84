"""Fork server: the process that imports the engine once, and from which the workers are forked."""

from __future__ import annotations

import multiprocessing
import os
import signal
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from multiprocessing import forkserver
from multiprocessing.connection import Connection
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from multiprocessing.context import ForkServerContext, SpawnContext

    _Context = ForkServerContext | SpawnContext

__all__ = ["end_server", "process_context", "start_server", "terminal_signals_blocked"]

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


def end_server() -> None:
    """End the fork server: the next process is forked from a new one, which reads the environment anew.

    Every process that was forked from it must have ended: the server keeps their exit status.
    """
    if sys.platform != "linux":
        return
    context = process_context()
    ours, theirs = context.Pipe(duplex=False)
    # Only a process that it has forked knows the server by public means.
    child = context.Process(target=_send_parent, args=(theirs,), daemon=True)
    with terminal_signals_blocked():
        child.start()
    theirs.close()
    with ours:
        server = int(ours.recv())
    child.join()
    os.kill(server, signal.SIGKILL)
    # Without WNOWAIT multiprocessing could not find out that it has ended.
    os.waitid(os.P_PID, server, os.WEXITED | os.WNOWAIT)


def _send_parent(connection: Connection) -> None:
    connection.send(os.getppid())


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
