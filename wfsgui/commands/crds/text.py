"""Text and JSON values of ``wfsgui crds``."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import fields, is_dataclass

from wfsgui.core.crds import descriptions
from wfsgui.core.crds.cache_check import CacheCheck, CacheListing
from wfsgui.core.crds.faults import CrdsFault
from wfsgui.core.crds.needs import ContextComparison, CrdsNeeds, FileState, NeededFile
from wfsgui.core.crds.progress import DownloadResult, MendResult
from wfsgui.core.crds.sentences import size_text
from wfsgui.core.crds.state import CrdsContexts, CrdsState
from wfsgui.core.intake.products import Declined

__all__ = [
    "check_lines",
    "comparison_lines",
    "contexts_lines",
    "declined_lines",
    "download_lines",
    "mend_lines",
    "needs_lines",
    "offline_lines",
    "plain",
    "state_lines",
]


def plain(value: object) -> object:
    """Convert dataclasses, and what is in them, to values of JSON; a fault becomes its kind and sentence."""
    if isinstance(value, CrdsFault):
        return {"kind": str(value.kind), "sentence": value.sentence}
    if is_dataclass(value):
        value = {field.name: getattr(value, field.name) for field in fields(value)}
    if isinstance(value, Mapping):
        return {str(key): plain(item) for key, item in value.items()}
    if isinstance(value, (tuple, list, frozenset)):
        return [plain(item) for item in (sorted(value) if isinstance(value, frozenset) else value)]
    return value if value is None or isinstance(value, (bool, int, float)) else str(value)


def state_lines(state: CrdsState) -> tuple[str, ...]:
    """Describe the state of CRDS, one sentence on each line."""
    lines = [
        f"context  {descriptions.context_text(state)}",
        f"server   {descriptions.server_text(state.server)}",
        f"mode     {descriptions.mode_text(state.mode)}",
        f"cache    {descriptions.cache_text(state.cache)}",
    ]
    offline = descriptions.offline_text(state.context, state.offline_context)
    return (*lines, *([f"offline  {offline}"] if offline else []))


def needs_lines(needs: CrdsNeeds | None) -> tuple[str, ...]:
    """Describe what exposures need: a line for each exposure, and one for each file that is not in the cache."""
    if needs is None:
        return ()
    if needs.fault is not None:
        return (needs.fault.sentence,)
    lines = _faulty_lines("", needs.rules)
    for exposure in needs.exposures:
        lines.append(f"{exposure.exposure.name}: {descriptions.exposure_text(exposure)}")
        lines += _faulty_lines("  ", exposure.files)
    if others := [needed.file.name for needed in needs.offline_files if needed.state is not FileState.CACHED]:
        lines.append(f"{needs.offline_context}, which CRDS uses without a network, needs {len(others)} further files.")
    return tuple(lines)


def offline_lines(needs: CrdsNeeds) -> tuple[str, ...]:
    """Say which context a run without a network would use, if it is not the one that was prepared."""
    sentence = descriptions.offline_text(needs.context, needs.offline_context)
    return (sentence,) if sentence else ()


def _faulty_lines(indent: str, files: Iterable[NeededFile]) -> list[str]:
    return [
        f"{indent}{needed.kind} {needed.state}: {needed.fault.sentence}" for needed in files if needed.fault is not None
    ]


def declined_lines(declined: Sequence[Declined]) -> tuple[str, ...]:
    """Say which inputs were declined, and why."""
    return tuple(f"{entry.what} declined: {entry.why}" for entry in declined)


def download_lines(result: DownloadResult) -> tuple[str, ...]:
    """Say what was downloaded, and what was not."""
    done = (f"downloaded {len(result.downloaded)} files, {size_text(result.size)}",) if result.downloaded else ()
    # A fault that ends all is the same for every file.
    faults = dict.fromkeys(faulty.fault.sentence for faulty in result.failed)
    return (*done, *(f"not downloaded: {sentence}" for sentence in faults))


def check_lines(listing: CacheListing, check: CacheCheck) -> tuple[str, ...]:
    """Describe the result of a check."""
    lines = [f"{listing.path}: {check.checked} files were read."]
    if not listing.knows_checksums:
        lines.append("CRDS tells no checksums, because no server has answered yet: only their form was checked.")
    elif check.unknown:
        lines.append(f"CRDS does not know the checksum of {check.unknown} files: only their form was checked.")
    lines += [f"  {faulty.fault.sentence}" for faulty in check.faulty]
    lines += [f"  {remnant.fault.sentence}" for remnant in check.remnants]
    if check.is_sound:
        lines.append("Nothing is damaged.")
    return tuple(lines)


def mend_lines(check: CacheCheck, result: MendResult) -> tuple[str, ...]:
    """Describe what was mended."""
    if check.is_sound:
        return ()
    lines = [f"replaced {name}" for name in result.download.downloaded]
    lines += [f"not replaced, and kept as it is: {faulty.fault.sentence}" for faulty in result.download.failed]
    lines += [f"removed {remnant.path}" for remnant in result.removed]
    lines += [f"not removed (use --yes): {remnant.path}" for remnant in result.kept]
    return tuple(lines)


def contexts_lines(contexts: CrdsContexts) -> tuple[str, ...]:
    """List the contexts."""
    named: dict[str, list[str]] = {}
    for name, context in contexts.named.items():
        named.setdefault(context, []).append(name)
    lines = [f"in force: {contexts.current or 'none'}"]
    for context in dict.fromkeys([*contexts.known, *contexts.cached]):
        remarks = [*named.get(context, []), *(["in the cache"] if context in contexts.cached else [])]
        lines.append(f"  {context}  ({', '.join(remarks)})" if remarks else f"  {context}")
    return tuple(lines)


def comparison_lines(comparison: ContextComparison) -> tuple[str, ...]:
    """Describe how two contexts differ."""
    lines = [descriptions.comparison_text(comparison)]
    for exposure in comparison.exposures:
        lines.append(f"{exposure.exposure.name}: {descriptions.change_text(exposure)}")
        lines += [
            f"  {change.kind}: {change.first or 'none'} -> {change.second or 'none'}" for change in exposure.changes
        ]
    return tuple(lines)
