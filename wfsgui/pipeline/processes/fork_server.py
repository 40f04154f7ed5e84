"""Fork server: the process that imports the engine once, and from which the workers are forked."""

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
        forkserver.ensure_running()
