"""What the panel *CRDS* says first: whether the loaded exposures can be run, and the way out if not."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import Enum, auto
from typing import Final

from wfsgui.core.crds.descriptions import offline_text
from wfsgui.core.crds.faults import CrdsFault, FaultKind
from wfsgui.core.crds.needs import CrdsNeeds, FileState
from wfsgui.core.crds.sentences import size_text
from wfsgui.core.crds.state import CrdsState

__all__ = ["Summary", "WayOut", "summarize", "ways_out"]


class WayOut(Enum):
    """What a button does about a fault, beside the tasks that the panel always offers."""

    KEEP_CONTEXT = auto()
    OTHER_CACHE = auto()
    SETTINGS = auto()
    DEMONSTRATION = auto()


_CACHE: Final = (WayOut.OTHER_CACHE, WayOut.SETTINGS, WayOut.DEMONSTRATION)
_SERVER: Final = (WayOut.SETTINGS, WayOut.OTHER_CACHE, WayOut.DEMONSTRATION)
# A fault that is not here is one for a task: prepare, check, choose a context.
_WAYS: Final = {
    FaultKind.NO_SERVER: _SERVER,
    FaultKind.SLOW_SERVER: _SERVER,
    FaultKind.WRONG_ANSWER: _SERVER,
    FaultKind.NO_CACHE: _CACHE,
    FaultKind.READ_ONLY: _CACHE,
    FaultKind.DISK_FULL: _CACHE,
    FaultKind.NO_CONTEXT: _SERVER,
    FaultKind.SERVERLESS: _SERVER,
    FaultKind.BAD_CONTEXT: (WayOut.SETTINGS,),
    FaultKind.UNKNOWN_CONTEXT: (WayOut.SETTINGS,),
    FaultKind.INCOMPLETE_CONTEXT: _SERVER,
    FaultKind.MISSING: _SERVER,
    FaultKind.OTHER: (WayOut.SETTINGS,),
}


@dataclass(frozen=True)
class Summary:
    """What is said first.

    Attributes
    ----------
    colour : str
        Name of a colour of the palette: ``ok``, ``warn``, ``bad`` or ``mute``.
    head : str
        A few words.
    sentences : tuple of str
        Sentences on it: what is wrong, and what to do.
    ways : tuple of WayOut
        What buttons can do about it, the best first.
    """

    colour: str
    head: str
    sentences: tuple[str, ...] = ()
    ways: tuple[WayOut, ...] = ()


def ways_out(faults: Iterable[CrdsFault]) -> tuple[WayOut, ...]:
    """Return what buttons can do about faults, each once, the best first."""
    return tuple(dict.fromkeys(way for fault in faults for way in _WAYS.get(fault.kind, ())))


def summarize(state: CrdsState, needs: CrdsNeeds | None) -> Summary:
    """Say whether the loaded exposures can be run.

    Parameters
    ----------
    state : CrdsState
        State of CRDS.
    needs : CrdsNeeds or None
        What the exposures need; None if there are none, or that is not known yet.

    Returns
    -------
    Summary
        What the panel says first.
    """
    if state.fault is not None:
        return _bad("CRDS cannot work", state.fault, state.cache.fault)
    if needs is None:
        return _without_exposures(state)
    if needs.fault is not None:
        return _bad("CRDS cannot select the reference files", needs.fault, state.server.fault)
    faults = [exposure.fault for exposure in needs.exposures if exposure.fault is not None]
    if faults:
        count = len(needs.exposures)
        return _bad(f"{len(faults)} of {count} exposure{'s' * (count > 1)} cannot be calibrated", faults[0])
    if needs.is_ready:
        return _ready(needs)
    return _not_ready(state, needs)


def _bad(head: str, *faults: CrdsFault | None) -> Summary:
    found = [fault for fault in faults if fault is not None]
    sentences = dict.fromkeys(fault.sentence for fault in found)
    return Summary("bad", head, tuple(sentences), ways_out(found))


def _without_exposures(state: CrdsState) -> Summary:
    faults = [fault for fault in (state.server.fault, state.cache.fault) if fault is not None]
    if faults:
        sentences = tuple(fault.sentence for fault in faults)
        return Summary("warn", "CRDS works with what is in the cache", sentences, ways_out(faults))
    return Summary("ok", "CRDS works")


def _ready(needs: CrdsNeeds) -> Summary:
    count = len(needs.exposures)
    every = "The exposure has" if count == 1 else f"All {count} exposures have"
    held = f"{every} every reference file in the cache."
    other = offline_text(needs.context, needs.offline_context)
    if other:
        return Summary("warn", "Ready while the server answers", (held, other), (WayOut.KEEP_CONTEXT,))
    return Summary("ok", "Ready, also without a network", (held,))


def _not_ready(state: CrdsState, needs: CrdsNeeds) -> Summary:
    files = [needed for needed in needs.files() if needed.state is not FileState.CACHED]
    size = sum(needed.file.size or 0 for needed in files)
    amount = f"{len(files)} file{'s' * (len(files) > 1)}{f', {size_text(size)}' if size else ''}"
    words = {needed.state.value for needed in files}
    head = f"{' or '.join(sorted(words, reverse=True)).capitalize()}: {amount}"
    obstacles = list(_obstacles(state, [needed.fault for needed in files if not needed.file.url]))
    if obstacles:
        return Summary("bad", head, tuple(fault.sentence for fault in obstacles), ways_out(obstacles))
    sentence = "A run downloads what it needs; Prepare for offline downloads all of it now."
    return Summary("warn", head, (sentence,))


def _obstacles(state: CrdsState, faults: list[CrdsFault | None]) -> Iterator[CrdsFault]:
    """Yield what prevents the download."""
    for fault in (state.cache.fault, state.server.fault, *faults[:1]):
        if fault is not None:
            yield fault
