"""States of CRDS for tests of the window."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from wfsgui.core.crds import sentences
from wfsgui.core.crds.faults import CrdsFault
from wfsgui.core.crds.needs import RULES, CrdsFile, CrdsNeeds, ExposureNeeds, FileState, NeededFile
from wfsgui.core.crds.state import CacheState, CrdsState, Mode, Reason, ServerKind, ServerState

SERVER = "https://crds.example"
CONTEXT = "jwst_1535.pmap"


def crds_state(
    cache: Path, *, server: CrdsFault | None = None, folder: CrdsFault | None = None, context: str = CONTEXT
) -> CrdsState:
    """Make the state of a cache, with faults of its server and of its folder."""
    reachable = server is None
    kind = ServerKind.REACHABLE if reachable else ServerKind.UNREACHABLE
    time, latest = (120.0, CONTEXT) if reachable else (None, "")
    return CrdsState(
        context=context,
        reason=Reason.OPERATIONAL if reachable else Reason.CACHED,
        mode=Mode.SERVER if reachable else Mode.OFFLINE,
        server=ServerState(SERVER, kind, time, latest, server),
        cache=CacheState(cache, True, folder is None, 311, 2_400_000_000, 80_000_000_000, folder),
        offline_context=context,
        fault=None if context or server is None else sentences.no_context(server, cache),
    )


def needed(file: CrdsFile, state: FileState, kind: str = "flat", step: str = "flat_field") -> NeededFile:
    """Say that a file is needed."""
    faults = {
        FileState.MISSING: sentences.missing(file.name, can_download=bool(file.url)),
        FileState.DAMAGED: sentences.bad_checksum(file.path),
    }
    return NeededFile(kind, (step,), file, state, faults.get(state))


def crds_needs(exposures: Sequence[Path], files: Sequence[NeededFile], *, fault: CrdsFault | None = None) -> CrdsNeeds:
    """Say that every exposure needs the same files."""
    rules = NeededFile(RULES, (), CrdsFile(CONTEXT, Path("/cache") / CONTEXT), FileState.CACHED)
    each = tuple(ExposureNeeds(path, tuple(files), ("dflat", "wfssbkg"), fault=fault) for path in exposures)
    return CrdsNeeds(CONTEXT, (rules,), each, CONTEXT)
