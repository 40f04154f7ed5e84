"""Sentences on the state of CRDS, in plain words."""

from __future__ import annotations

from typing import Final

from wfsgui.core.crds.needs import ContextComparison, ExposureComparison, ExposureNeeds, FileState
from wfsgui.core.crds.sentences import size_text
from wfsgui.core.crds.state import CacheState, CrdsState, Mode, Reason, ServerKind, ServerState

__all__ = [
    "cache_text",
    "change_text",
    "comparison_text",
    "context_text",
    "exposure_text",
    "mode_text",
    "offline_text",
    "server_text",
]

_BECAUSE: Final = {
    Reason.ENVIRONMENT: "because CRDS_CONTEXT is set in the environment",
    Reason.SETTING: "because it was chosen in the settings of wfsgui",
    Reason.BUILD: "because the server names it for the installed version of jwst",
    Reason.OPERATIONAL: "because it is the latest one of the server",
    Reason.CACHED: "because it was the latest one when the server answered last",
    Reason.DEMONSTRATION: "because the demonstration has its own; its references are not for science",
    Reason.UNKNOWN: "but the reason is not known",
}
_MODES: Final = {
    Mode.SERVER: "CRDS asks the server for the context, and downloads missing files.",
    Mode.SERVERLESS: "CRDS asks no server: only what is in the cache can be used.",
    Mode.OFFLINE: "The server does not answer: only what is in the cache can be used.",
}


def context_text(state: CrdsState) -> str:
    """Say which context is in force and why, or why there is none."""
    if not state.context:
        return state.fault.sentence if state.fault is not None else "There is no context."
    return f"The context {state.context} is in force, {_BECAUSE[state.reason]}."


def server_text(server: ServerState) -> str:
    """Say whether the server answers, and how fast."""
    if server.kind is ServerKind.NOT_ASKED:
        return f"No server is asked, because CRDS_SERVER_URL is {server.address}."
    if server.fault is not None:
        return server.fault.sentence
    return f"The server {server.address} answered in {server.milliseconds or 0:.0f} ms."


def mode_text(mode: Mode) -> str:
    """Say how CRDS works."""
    return _MODES[mode]


def cache_text(cache: CacheState) -> str:
    """Describe the cache: place, size, free space, and whether it can be written."""
    free = f", {size_text(cache.free)} are free on its disk" if cache.free is not None else ""
    if not cache.exists:
        state = "does not exist yet; the first download makes it" if cache.fault is None else "does not exist"
    elif cache.files == 1:
        state = f"has 1 file, {size_text(cache.size)}"
    else:
        state = f"has {cache.files:,} files, {size_text(cache.size)}"
    text = f"The cache {cache.path} {state}{free}."
    return text if cache.fault is None else f"{text} {cache.fault.sentence}"


def offline_text(context: str, offline_context: str) -> str:
    """Say which context a run without a network would use; empty if it is the one in force.

    Parameters
    ----------
    context : str
        The context in force.
    offline_context : str
        The one that CRDS would use if the server did not answer; empty if there is none.
    """
    if not context or context == offline_context:
        return ""
    if not offline_context:
        return "Without a network CRDS could not work: prepare the cache while the server answers."
    return (
        f"Without a network CRDS would use {offline_context}, not {context}: set CRDS_CONTEXT to {context} to keep the "
        "same references."
    )


def exposure_text(needs: ExposureNeeds) -> str:
    """Say what an exposure needs: how many references are in the cache, missing and damaged."""
    if needs.fault is not None and not needs.files:
        return needs.fault.sentence
    missing, damaged = needs.in_state(FileState.MISSING), needs.in_state(FileState.DAMAGED)
    if not (missing or damaged):
        text = f"All {len(needs.files)} reference files are in the cache."
    else:
        size = sum(needed.file.size or 0 for needed in (*missing, *damaged))
        parts = [_are(len(files), word) for files, word in ((missing, "missing"), (damaged, "damaged")) if files]
        text = f"Of {len(needs.files)} reference files, {' and '.join(parts)} ({size_text(size)} to download)."
    return text if needs.fault is None else f"{text} {needs.fault.sentence}"


def _are(count: int, word: str) -> str:
    return f"{count} {'is' if count == 1 else 'are'} {word}"


def change_text(comparison: ExposureComparison) -> str:
    """Say how many references of an exposure differ between two contexts."""
    if comparison.fault is not None:
        return comparison.fault.sentence
    if not comparison.changes:
        return f"Both contexts select the same references ({comparison.same} types)."
    kinds = ", ".join(change.kind for change in comparison.changes)
    return f"{len(comparison.changes)} of {len(comparison.changes) + comparison.same} references differ: {kinds}."


def comparison_text(comparison: ContextComparison) -> str:
    """Say for how many exposures two contexts select different references."""
    if comparison.fault is not None:
        return comparison.fault.sentence
    if comparison.first == comparison.second:
        return f"Both names mean the context {comparison.first}."
    changed = sum(bool(exposure.changes) for exposure in comparison.exposures)
    failed = sum(exposure.fault is not None for exposure in comparison.exposures)
    text = (
        f"{comparison.first} and {comparison.second} select different references for {changed} of "
        f"{len(comparison.exposures)} exposures."
    )
    return text if not failed else f"{text} {failed} could not be compared."
