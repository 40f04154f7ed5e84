"""Keeping a process that calibrates from doing again what does not change."""

from __future__ import annotations

import ctypes
import gc
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from typing import Final

from wfsgui.pipeline.chain.schema_cache import kept_schemas

__all__ = ["keep_memory", "settle", "unburdened"]

# From glibc's malloc.h, and the largest values that it takes.
_TRIM_THRESHOLD: Final = (-1, 2**31 - 1)
_MMAP_THRESHOLD: Final = (-3, 2**25)


@cache
def keep_memory() -> bool:
    """Let the C library keep the memory that arrays leave, for the arrays that follow; for the life of the process.

    By itself it gives them back to the system, array by array, which then has to find and to clear the same pages
    for the next one: hundreds of megabytes for each exposure. What is kept is no more than was once needed.

    Returns
    -------
    bool
        Whether this C library can be told so (glibc, by mallopt).
    """
    if sys.platform != "linux":
        return False
    library = ctypes.CDLL(None)
    if not hasattr(library, "mallopt"):
        return False
    return all(library.mallopt(*option) for option in (_TRIM_THRESHOLD, _MMAP_THRESHOLD))


def settle() -> None:
    """Put all that exists out of the garbage collector's sight, for the life of the process.

    stpipe collects garbage at the start of every step. Each collection walks the hundreds of thousands of objects
    that jwst leaves behind on import, none of which will ever be freed, and holds the interpreter meanwhile. To be
    called after the imports, and again after a first product, which leaves caches behind; not while an exposure is
    open, because what is then thrown away in circles would never be freed.
    """
    keep_memory()
    gc.collect()
    gc.freeze()


@contextmanager
def unburdened() -> Iterator[None]:
    """Work with parsed schemas kept, and without the garbage collector walking what was there before.

    Afterwards all is as it was, but for the memory that is kept (see `keep_memory`): a program that uses the engine
    among other things is not changed by it. Where anything has been frozen for good, as by `settle`, the collector is
    left alone.
    """
    keep_memory()
    alone = gc.get_freeze_count() == 0
    if alone:
        gc.freeze()
    try:
        with kept_schemas():
            yield
    finally:
        if alone:
            gc.unfreeze()
