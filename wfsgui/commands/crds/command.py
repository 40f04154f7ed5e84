"""``wfsgui crds``: state of CRDS, preparation for work without a network, check and mending of the cache, contexts."""

from __future__ import annotations

import argparse
import json
import sys
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, TypeVar

from tqdm import tqdm

from wfsgui.commands.crds import text
from wfsgui.core.crds.check import check_files, mend
from wfsgui.core.crds.download import download
from wfsgui.core.crds.needs import CrdsNeeds
from wfsgui.core.crds.progress import DownloadResult, FileProgress, MendResult
from wfsgui.core.crds.queries import (
    CacheListingQuery,
    ContextComparisonQuery,
    CrdsContextsQuery,
    CrdsNeedsQuery,
    CrdsStateQuery,
)
from wfsgui.core.crds.sentences import size_text
from wfsgui.core.errors import WfsguiError
from wfsgui.core.intake.products import Declined, take_in
from wfsgui.core.model.queries import Query
from wfsgui.core.quip.operations import expand
from wfsgui.pipeline.crds_environment import configure

__all__ = ["crds_command"]

T = TypeVar("T")

_NEVER: Final = threading.Event()


@dataclass(frozen=True)
class _Report:
    """What a command prints, and whether all is well."""

    content: dict[str, object]
    lines: tuple[str, ...]
    is_well: bool


def crds_command(parsed: argparse.Namespace) -> int:
    """Do what ``wfsgui crds`` was asked for.

    Parameters
    ----------
    parsed : argparse.Namespace
        Arguments of ``wfsgui crds``.

    Returns
    -------
    int
        0, or 1 if something is missing or damaged, or could not be done.
    """
    notices = configure().notices
    try:
        report = _ACTIONS[parsed.action](parsed)
    except WfsguiError as error:
        print(f"wfsgui: {error}", file=sys.stderr)
        return 1
    if parsed.json:
        print(json.dumps(text.plain({"notices": notices} | report.content), indent=2))
    else:
        print("\n".join([*(f"note: {notice}" for notice in notices), *report.lines]))
    return 0 if report.is_well else 1


def _ask(query: Query[T]) -> T:
    """Answer a query in this process; what crds logs is not shown."""
    from wfsgui.pipeline.chain.log_capture import LogCapture
    from wfsgui.pipeline.processes.answers import answer_to

    with LogCapture().listening():
        answer: Any = answer_to(query)
    if isinstance(answer, WfsguiError):
        raise answer
    found: T = answer
    return found


def _exposures(inputs: Sequence[Path]) -> tuple[tuple[Path, ...], list[Declined]]:
    """Return the science exposures of the inputs, each once, and what was declined."""
    expanded = expand(inputs)
    intake = take_in(expanded.paths)
    paths = dict.fromkeys(product.science.path for product in intake.products)
    return tuple(paths), [*expanded.declined, *intake.declined]


def _status(parsed: argparse.Namespace) -> _Report:
    exposures, declined = _exposures(parsed.inputs)
    state = _ask(CrdsStateQuery())
    # Without a context the state says all that can be said.
    needs = _ask(CrdsNeedsQuery(exposures, parsed.context)) if exposures and state.context else None
    content: dict[str, object] = {"state": state, "needs": needs, "declined": declined}
    lines = (*text.state_lines(state), *text.needs_lines(needs), *text.declined_lines(declined))
    is_well = bool(state.context) and not declined and (needs is None or needs.is_ready)
    return _Report(content | {"ready": is_well}, lines, is_well)


def _prepare(parsed: argparse.Namespace) -> _Report:
    exposures, declined = _exposures(parsed.inputs)
    query = CrdsNeedsQuery(exposures, parsed.context, thorough=True)
    needs, result = _ask(query), DownloadResult()
    # What no server has is said with the needs.
    if wanted := [file for file in needs.to_download() if file.url]:
        with _progress("downloading") as report:
            result = download(wanted, report, _NEVER)
        needs = _ask(query)
    is_ready = _is_prepared(needs, parsed.context) and not declined
    content: dict[str, object] = {"needs": needs, "download": result, "declined": declined, "ready": is_ready}
    lines = (
        *text.download_lines(result),
        *text.needs_lines(needs),
        *text.offline_lines(needs),
        *text.declined_lines(declined),
        *(("All exposures can be run without a network.",) if is_ready else ()),
    )
    return _Report(content, lines, is_ready)


def _is_prepared(needs: CrdsNeeds, context: str) -> bool:
    # A context that was asked for must be set without a network, too.
    return needs.is_ready and bool(needs.offline_context) if context else needs.is_ready_offline


def _check(_parsed: argparse.Namespace) -> _Report:
    listing = _ask(CacheListingQuery())
    with _progress("checking") as report:
        check = check_files(listing, report, _NEVER)
    content: dict[str, object] = {"cache": listing.path, "check": check, "knows_checksums": listing.knows_checksums}
    return _Report(content, text.check_lines(listing, check), check.is_sound)


def _mend(parsed: argparse.Namespace) -> _Report:
    listing = _ask(CacheListingQuery())
    with _progress("checking") as report:
        check = check_files(listing, report, _NEVER)
    remove = bool(check.remnants) and (parsed.yes or _agrees(len(check.remnants)))
    result = MendResult(DownloadResult(), (), check.remnants)
    if check.faulty or remove:
        with _progress("downloading") as report:
            result = mend(check, report, _NEVER, remove_remnants=remove)
    lines = (*text.check_lines(listing, check), *text.mend_lines(check, result))
    return _Report({"cache": listing.path, "check": check, "mended": result}, lines, result.is_complete)


def _agrees(count: int) -> bool:
    """Ask whether remnants may be removed; no without a terminal."""
    if not sys.stdin.isatty():
        return False
    print(f"Remove {count} locks and unfinished downloads? [y/N] ", end="", file=sys.stderr, flush=True)
    return sys.stdin.readline().strip().lower() in ("y", "yes")


def _contexts(_parsed: argparse.Namespace) -> _Report:
    contexts = _ask(CrdsContextsQuery())
    return _Report({"contexts": contexts}, text.contexts_lines(contexts), bool(contexts.current))


def _compare(parsed: argparse.Namespace) -> _Report:
    exposures, declined = _exposures(parsed.inputs)
    comparison = _ask(ContextComparisonQuery(exposures, parsed.first, parsed.second))
    failed = comparison.fault is not None or any(one.fault is not None for one in comparison.exposures)
    content: dict[str, object] = {"comparison": comparison, "declined": declined}
    lines = (*text.comparison_lines(comparison), *text.declined_lines(declined))
    return _Report(content, lines, not (failed or declined))


@contextmanager
def _progress(doing: str) -> Iterator[Callable[[FileProgress], None]]:
    """Show the progress in bytes: a bar on a terminal, otherwise a line for each file."""
    if not sys.stderr.isatty():
        yield _LineReport(doing)
        return
    with tqdm(unit="B", unit_scale=True, desc=doing, file=sys.stderr) as bar:

        def show(progress: FileProgress) -> None:
            bar.total = progress.all_total
            bar.set_postfix_str(progress.name, refresh=False)
            bar.update(progress.all_done - bar.n)

        yield show


class _LineReport:
    """Writes a line when a file is begun."""

    def __init__(self, doing: str) -> None:
        self._doing = doing
        self._number = 0

    def __call__(self, progress: FileProgress) -> None:
        if progress.number != self._number and self._doing == "downloading":
            self._number = progress.number
            size = f", {size_text(progress.total)}" if progress.total else ""
            print(f"{self._doing} {progress.number} of {progress.count}: {progress.name}{size}", file=sys.stderr)


_ACTIONS: Final[dict[str, Callable[[argparse.Namespace], _Report]]] = {
    "status": _status,
    "prepare": _prepare,
    "check": _check,
    "mend": _mend,
    "contexts": _contexts,
    "compare": _compare,
}
