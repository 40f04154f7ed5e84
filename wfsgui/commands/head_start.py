"""Letting the engine's imports begin before the command line's own, which take a second."""

from __future__ import annotations

import argparse

from wfsgui.core.machine import cores
from wfsgui.pipeline.crds_environment import CrdsEnvironment, configure
from wfsgui.pipeline.processes.fork_server import start_server

__all__ = ["head_start", "uses_processes"]


def uses_processes(asked: int | None) -> bool:
    """Whether products are calibrated in processes of their own: always, where another core can do the imports."""
    return asked != 1 and cores() > 1


def head_start(parsed: argparse.Namespace) -> CrdsEnvironment | None:
    """Complete the CRDS settings, and start what imports the engine.

    Parameters
    ----------
    parsed : argparse.Namespace
        The arguments of ``wfsgui run``.

    Returns
    -------
    CrdsEnvironment or None
        The settings; None for the demonstration's, which are not known yet.
    """
    if parsed.demo_references:
        return None
    crds = configure()
    if uses_processes(parsed.jobs):
        start_server()
    return crds
