"""Settings of memory and garbage collection that make repeated calibrations faster."""

from __future__ import annotations

import ctypes
import gc
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from typing import Final

from wfsgui.pipeline.chain.schema_cache import kept_schemas

__all__ = ["freeze_objects", "keep_memory", "reduced_overhead"]

# From glibc's malloc.h, and the largest values that it takes.
_TRIM_THRESHOLD: Final = (-1, 2**31 - 1)
_MMAP_THRESHOLD: Final = (-3, 2**25)


@cache
def keep_memory() -> bool:
    """Let the C library keep the memory of freed arrays for later arrays, until the process ends.

    By default the library returns the memory of each array to the system, which then has to find and clear the same
    pages for the next array: hundreds of megabytes for each exposure.

    Returns
    -------
    bool
        Whether the C library supports it (glibc does, by mallopt).
    """
    if sys.platform != "linux":
        return False
    library = ctypes.CDLL(None)
    if not hasattr(library, "mallopt"):
        return False
    return all(library.mallopt(*option) for option in (_TRIM_THRESHOLD, _MMAP_THRESHOLD))


def freeze_objects() -> None:
    """Freeze all live objects (`gc.freeze`), so that later collections skip them.

    stpipe collects garbage at the start of every step. Each collection visits the hundreds of thousands of objects
    that the import of jwst creates and that are never freed, and holds the interpreter meanwhile. To be called after
    the imports, and after a first product, which fills caches. Not while an exposure is open: its objects in
    reference cycles would never be freed.
    """
    keep_memory()
    gc.collect()
    gc.freeze()


@contextmanager
def reduced_overhead() -> Iterator[None]:
    """Cache parsed schemas, and freeze the objects that exist before the block.

    After the block everything is restored, except `keep_memory`, so that a program around the engine is not changed.
    If objects are frozen already (by `freeze_objects`), the garbage collector is not touched.
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
