"""How many products may be calibrated side by side on this machine."""

from __future__ import annotations

import os
from collections.abc import Sequence
from math import prod
from pathlib import Path
from typing import Final

from wfsgui.core.model.product import Product

__all__ = ["available_memory", "cores", "jobs_for"]

_MEMORY_INFO: Final = Path("/proc/meminfo")

# What a process takes at its peak, measured on exposures of 2048 x 2048 pixels with no and with three backgrounds.
_IMPORTS: Final = 250 * 2**20
_PER_PIXEL: Final = 64
_PER_BACKGROUND_PIXEL: Final = 48


def cores() -> int:
    """Count the processor cores that this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def available_memory() -> int | None:
    """Ask the system for memory that is free or can be freed.

    Returns
    -------
    int or None
        Bytes; None where the system does not say.
    """
    try:
        lines = _MEMORY_INFO.read_text(encoding="ascii", errors="replace").splitlines()
    except OSError:
        return None
    amounts = (int(line.split()[1]) * 1024 for line in lines if line.startswith("MemAvailable:"))
    return next(amounts, None)


def jobs_for(products: Sequence[Product], cores: int, memory: int | None) -> int:
    """Say how many processes are of use.

    Parameters
    ----------
    products : sequence of Product
        What is to be calibrated.
    cores : int
        Processor cores.
    memory : int or None
        Available memory, bytes; None if that is not known.

    Returns
    -------
    int
        One for each core, but no more than there are products, or memory for; 1 at least.
    """
    most = max(1, min(cores, len(products)))
    if memory is None or most == 1:
        return most
    pixels = max(_pixels(product) for product in products)
    backgrounds = max(len(product.backgrounds) for product in products)
    each = _IMPORTS + _PER_PIXEL * pixels
    # An average of backgrounds is made by one process at a time.
    averaging = _PER_BACKGROUND_PIXEL * pixels * backgrounds
    return max(1, min(most, (memory - averaging) // each))


def _pixels(product: Product) -> int:
    return max((prod(shape) for _, shape in product.science.info.planes), default=0)
