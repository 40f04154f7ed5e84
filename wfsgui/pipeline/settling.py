"""Keeping a process that calibrates from doing again what does not change."""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import contextmanager

from wfsgui.pipeline.schemas import kept_schemas

__all__ = ["settle", "unburdened"]


def settle() -> None:
    """Put all that exists out of the garbage collector's sight, for the life of the process.

    stpipe collects garbage at the start of every step. Each collection walks the hundreds of thousands of objects
    that jwst leaves behind on import, none of which will ever be freed, and holds the interpreter meanwhile. To be
    called after the imports, and again after a first product, which leaves caches behind; not while an exposure is
    open, because what is then thrown away in circles would never be freed.
    """
    gc.collect()
    gc.freeze()


@contextmanager
def unburdened() -> Iterator[None]:
    """Work with parsed schemas kept, and without the garbage collector walking what was there before.

    Afterwards all is as it was: a program that uses the engine among other things is not changed by it. Where
    anything has been frozen for good, as by `settle`, the collector is left alone.
    """
    alone = gc.get_freeze_count() == 0
    if alone:
        gc.freeze()
    try:
        with kept_schemas():
            yield
    finally:
        if alone:
            gc.unfreeze()
