"""The process that workers are forked from: it imports the engine once, and they share what it holds in memory."""

from __future__ import annotations

import multiprocessing
import sys
from multiprocessing import forkserver
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from multiprocessing.context import ForkServerContext, SpawnContext

    _Context = ForkServerContext | SpawnContext

__all__ = ["process_context", "start_server"]

_PRELOAD: Final = "wfsgui.pipeline.processes.fork_preload"


def process_context() -> _Context:
    """Choose how processes are started: forked off one that has imported everything, where that is safe.

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
    """Let the imports begin now, where there is such a process; the CRDS settings must be complete before."""
    if process_context().get_start_method() == "forkserver":
        forkserver.ensure_running()
