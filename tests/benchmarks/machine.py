"""Naming the machine and the software that were measured."""

from __future__ import annotations

import os
import platform
from importlib.metadata import version
from pathlib import Path

from wfsgui import __version__

__all__ = ["describe"]


def describe() -> str:
    """Name what the figures depend on.

    Returns
    -------
    str
        Cores, processor, system, and the versions that matter.
    """
    packages = ", ".join(f"{name} {version(name)}" for name in ("jwst", "stpipe", "numpy"))
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    return (
        f"{len(os.sched_getaffinity(0))} cores of {_processor()}, {memory:.0f} GiB, {platform.system()} "
        f"{platform.machine()}; Python {platform.python_version()}, {packages}; wfsgui {__version__}"
    )


def _processor() -> str:
    lines = Path("/proc/cpuinfo").read_text(encoding="utf-8", errors="replace").splitlines()
    names = (line.partition(":")[2].strip() for line in lines if line.startswith("model name"))
    return next(names, "an unnamed processor")
