"""Questions on CRDS to the engine. Each answer comes within the time limit of the server.

A fault is part of the answer (``fault``), never an exception, as far as CRDS is concerned. Long work needs no engine:
`wfsgui.core.crds.download` downloads what `CrdsNeeds.to_download` returns, `wfsgui.core.crds.check` reads what
`CacheListing` lists, and `wfsgui.core.crds.server` asks the server whether it is there; call them in a thread.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from wfsgui.core.crds.cache_check import CacheListing
from wfsgui.core.crds.needs import ContextComparison, CrdsNeeds
from wfsgui.core.crds.state import CrdsContexts, CrdsState
from wfsgui.core.model.queries import Query

__all__ = ["CacheListingQuery", "ContextComparisonQuery", "CrdsContextsQuery", "CrdsNeedsQuery", "CrdsStateQuery"]


@dataclass(frozen=True)
class CrdsStateQuery(Query[CrdsState]):
    """Asks for context, server, mode and cache."""


@dataclass(frozen=True)
class CrdsContextsQuery(Query[CrdsContexts]):
    """Asks which contexts can be chosen."""


@dataclass(frozen=True)
class CrdsNeedsQuery(Query[CrdsNeeds]):
    """Asks which files exposures need, and whether they are in the cache. Only rules (mappings) are fetched.

    Attributes
    ----------
    exposures : tuple of Path
        The ``_rate`` files.
    context : str
        Another context than the one in force; empty for the one in force.
    thorough : bool
        Whether the checksum of each file is computed, which reads it; otherwise sizes are compared. The result is kept
        until the file changes.
    """

    exposures: tuple[Path, ...]
    context: str = ""
    thorough: bool = False


@dataclass(frozen=True)
class ContextComparisonQuery(Query[ContextComparison]):
    """Asks which references two contexts select for exposures. Only rules (mappings) are fetched.

    Attributes
    ----------
    exposures : tuple of Path
        The ``_rate`` files.
    first, second : str
        Names of the contexts: ``jwst_1535.pmap``, ``latest``, ``build``, or a date as in ``jwst-2025-10-01``; empty
        for the one in force.
    """

    exposures: tuple[Path, ...]
    first: str
    second: str


@dataclass(frozen=True)
class CacheListingQuery(Query[CacheListing]):
    """Asks for the files in the cache, with their published sizes and checksums."""
