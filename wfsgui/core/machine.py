"""Number of products that this machine can calibrate side by side."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from math import prod
from pathlib import Path
from typing import Final

from wfsgui.core.model.product import Product

__all__ = ["available_memory", "cores", "jobs_for"]

# Peak memory of a process, measured on exposures of 2048 x 2048 pixels with no and with three backgrounds; bytes.
_IMPORTS: Final = 250 * 2**20
_PER_PIXEL: Final = 64
_PER_BACKGROUND_PIXEL: Final = 48

_MEMBERSHIP: Final = Path("/proc/self/cgroup")
_CGROUPS: Final = Path("/sys/fs/cgroup")
# Files of version 2 and of version 1: limit, use, and the name of freeable pages of files in memory.stat.
_VERSION_2: Final = ("memory.max", "memory.current", "inactive_file")
_VERSION_1: Final = ("memory.limit_in_bytes", "memory.usage_in_bytes", "total_inactive_file")


def cores() -> int:
    """Count the processor cores that this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def available_memory(membership: Path = _MEMBERSHIP, cgroups: Path = _CGROUPS) -> int:
    """Return the memory that is free or can be freed, within the limits of the container.

    Parameters
    ----------
    membership : Path, optional
        List of the control groups of this process (Linux).
    cgroups : Path, optional
        Where control groups are mounted.

    Returns
    -------
    int
        Bytes.
    """
    # Imported late: the window imports this module before it is on screen.
    import psutil

    return min([int(psutil.virtual_memory().available), *_container_memory(membership, cgroups)])


def _container_memory(membership: Path, cgroups: Path) -> Iterator[int]:
    """Find the memory that is left in the control group of this process, and in each group that contains it."""
    try:
        lines = membership.read_text(encoding="utf-8").splitlines()
    except OSError:
        return
    for line in lines:
        _, controllers, path = line.split(":", 2)
        if not controllers:
            root, names = cgroups, _VERSION_2
        elif "memory" in controllers.split(","):
            root, names = cgroups / "memory", _VERSION_1
        else:
            continue
        # In a container its own group can be mounted as the root: the path does not exist there.
        group = root / path.lstrip("/")
        for folder in (group, *group.parents):
            if folder.is_relative_to(root) and (left := _left(folder, *names)) is not None:
                yield left


def _left(group: Path, limit: str, usage: str, freeable: str) -> int | None:
    """Return the bytes left in a control group; None where it has no limit."""
    try:
        most, used = (int((group / name).read_text(encoding="ascii")) for name in (limit, usage))
        stat = dict(line.split() for line in (group / "memory.stat").read_text(encoding="ascii").splitlines())
    except (OSError, ValueError):
        # Without a limit the file contains "max", or does not exist.
        return None
    return max(most - used + int(stat.get(freeable, 0)), 0)


def jobs_for(products: Sequence[Product], cores: int, memory: int | None) -> int:
    """Choose the number of processes.

    Parameters
    ----------
    products : sequence of Product
        The products to calibrate.
    cores : int
        Number of processor cores.
    memory : int or None
        Available memory, bytes; None for no limit.

    Returns
    -------
    int
        One for each core, but at most the number of products, and as many as fit into the memory; at least 1.
    """
    most = max(1, min(cores, len(products)))
    if memory is None or most == 1:
        return most
    pixels = max(_pixels(product) for product in products)
    backgrounds = max(len(product.backgrounds) for product in products)
    each = _IMPORTS + _PER_PIXEL * pixels
    # Only one process at a time averages backgrounds.
    averaging = _PER_BACKGROUND_PIXEL * pixels * backgrounds
    return max(1, min(most, (memory - averaging) // each))


def _pixels(product: Product) -> int:
    return max((prod(shape) for _, shape in product.science.info.planes), default=0)
