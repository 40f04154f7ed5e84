"""Keeping a process that calibrates from doing again what does not change."""

from __future__ import annotations

import gc

from wfsgui.pipeline.schemas import keep_parsed_schemas

__all__ = ["settle"]


def settle() -> None:
    """Keep parsed schemas, and put all that exists out of the garbage collector's sight.

    stpipe collects garbage at the start of every step. Each collection walks the hundreds of thousands of objects
    that jwst leaves behind on import, none of which will ever be freed, and holds the interpreter meanwhile. To be
    called after the imports, and again after a first product, which leaves caches behind; not while an exposure is
    open, because what is then thrown away in circles would never be freed.
    """
    keep_parsed_schemas()
    gc.collect()
    gc.freeze()
