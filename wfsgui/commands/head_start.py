"""Early start of the engine's imports, in parallel with the imports of the command line."""

from __future__ import annotations

import argparse

from wfsgui.core.machine import cores
from wfsgui.pipeline.crds_environment import CrdsEnvironment, configure
from wfsgui.pipeline.processes.fork_server import start_server

__all__ = ["head_start", "uses_processes"]


def uses_processes(asked: int | None) -> bool:
    """Whether worker processes calibrate the products: always if a second core can do the imports."""
    return asked != 1 and cores() > 1


def head_start(parsed: argparse.Namespace) -> CrdsEnvironment | None:
    """Complete the CRDS settings, and start the process that imports the engine.

    Parameters
    ----------
    parsed : argparse.Namespace
        The arguments of ``wfsgui run``.

    Returns
    -------
    CrdsEnvironment or None
        The settings; None with ``--demo-references``, whose settings are not known yet.
    """
    if parsed.demo_references:
        return None
    crds = configure()
    if uses_processes(parsed.jobs):
        start_server()
    return crds
