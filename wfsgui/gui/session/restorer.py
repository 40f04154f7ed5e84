"""Restores a session: finds its files, makes its exposures again and gives the window back its state."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from PySide6.QtCore import QObject, Signal

from wfsgui.core.branches.family import Family
from wfsgui.core.errors import WfsguiError
from wfsgui.core.files.verdict_store import VerdictStore
from wfsgui.core.intake.read_info import read_exposure_info
from wfsgui.core.model.exposure import Exposure
from wfsgui.core.model.exposure_info import ExposureInfo
from wfsgui.core.session.places import Places, find_places, relocated
from wfsgui.core.session.reopen import Reopened, ReopenedExposure, reopen
from wfsgui.core.session.restore_stages import restore_exposure
from wfsgui.core.session.state import SessionState
from wfsgui.core.session.take_over import take_over
from wfsgui.gui.exposures.session_folder import RESULTS
from wfsgui.gui.session.folder_questions import FolderQuestions
from wfsgui.gui.session.give_back import (
    give_back_choices,
    give_back_decisions,
    give_back_pairs,
    give_back_screen,
    give_back_window,
)
from wfsgui.gui.session.sources import SessionSources

__all__ = ["Restored", "SessionRestorer"]


@dataclass(frozen=True)
class Restored:
    """Outcome of restoring a session.

    Attributes
    ----------
    exposures : list of Exposure
        The exposures that are open again, with their branches.
    left_out : list of (str, str)
        Products that are not open, and why.
    notices : list of str
        What is not as it was, one sentence each.
    brought : frozenset of str
        Keys in that session of the exposures whose result is here.
    """

    exposures: list[Exposure] = field(default_factory=list)
    left_out: list[tuple[str, str]] = field(default_factory=list)
    notices: list[str] = field(default_factory=list)
    brought: frozenset[str] = frozenset()


@dataclass(frozen=True)
class _Read:
    """What the worker thread has read."""

    state: SessionState
    reopened: Reopened
    headers: dict[Path, ExposureInfo]


class SessionRestorer(QObject):
    """Restore sessions, one after the other.

    Parameters
    ----------
    sources : SessionSources
        Parts of the window.
    parent : QObject
        Owner.

    Attributes
    ----------
    failed : Signal(BaseException)
        A session could not be restored.
    """

    failed = Signal(object)

    def __init__(self, sources: SessionSources, parent: QObject) -> None:
        super().__init__(parent)
        self._sources = sources
        self._questions = FolderQuestions(sources.window, sources.file_worker, self)

    def restore(self, state: SessionState, folder: Path | None, done: Callable[[Restored], None]) -> None:
        """Restore a session; returns at once.

        Parameters
        ----------
        state : SessionState
            The session.
        folder : Path or None
            Folder with its results; None if there are none.
        done : callable
            Receives the outcome.
        """
        known = {record.path: record.fingerprint for record in state.files}

        def found(places: Places) -> None:
            worker.submit(lambda: self._read(state, places), read, self.failed.emit)

        def read(content: _Read) -> None:
            keys = self._make_keys(content.reopened)
            worker.submit(
                lambda: _bring_results(content, keys, folder, self._sources.runner.result_dir),
                lambda failures: done(self._open(content, keys, failures)),
                self.failed.emit,
            )

        worker = self._sources.file_worker
        self._questions.find(state.inputs, known, found, self.failed.emit)

    def _read(self, state: SessionState, places: Places) -> _Read:
        """Read what is needed, in the worker thread."""
        known = {record.path: record.fingerprint for record in state.files}
        saved = [record.saved for record in state.exposures if record.saved is not None]
        results = find_places(saved, known)
        here = relocated(state, {**places.found, **results.found})
        reopened = reopen(here, places)
        notices = [f"{path.name} has changed since it was saved." for path in results.changed]
        notices += [f"{path}, where a result was saved, does not exist any more." for path in results.missing]
        reopened.notices.extend(notices)
        for each in reopened.exposures:
            reopened.notices.extend(_merge_verdicts(each.exposure, self._sources.verdict_store))
            # Computed in this thread and kept, because a network drive may be slow.
            _ = each.exposure.product.identity
        headers = {member.path: member.info for each in reopened.exposures for member in each.exposure.product.members}
        for pair in here.pairs:
            for path in (pair.first, pair.second):
                if path not in headers and not pair.is_broken:
                    headers.update(_header(path))
        return _Read(here, reopened, headers)

    def _make_keys(self, reopened: Reopened) -> dict[Exposure, tuple[str, str]]:
        """Give the exposures keys of this session; return the former and the new ones."""
        keys = {}
        for each in reopened.exposures:
            former, each.exposure.key = each.exposure.key, self._sources.open_exposures.new_key()
            keys[each.exposure] = (former, each.exposure.key)
        return keys

    def _open(self, content: _Read, keys: Mapping[Exposure, tuple[str, str]], failures: Sequence[str]) -> Restored:
        """Open the exposures, and restore the window."""
        sources, state = self._sources, content.state
        was_empty = not sources.open_exposures.exposures
        families, again = self._families(content.reopened.exposures)
        opened = [member for family in families for member in family.members]
        sources.open_exposures.add_families(families)
        for each in content.reopened.exposures:
            if sources.open_exposures.holds(each.exposure):
                give_back_choices(sources, each.exposure, each.record)
        give_back_decisions(sources, state)
        notices = [*content.reopened.notices, *failures, *again]
        notices += give_back_pairs(sources, state, content.headers)
        if was_empty:
            if dict(state.limits) != dict(sources.assessments.limits.changed):
                notices.append("The limits of the checks are those of the session, not those of your settings.")
            give_back_window(sources, state)
        else:
            notices.append("Regions, limits, levels and panels stay as they were, because exposures were open already.")
        give_back_screen(sources, state, {keys[exposure][0]: exposure for exposure in opened})
        brought = frozenset(keys[exposure][0] for exposure in opened if exposure.result is not None)
        return Restored(opened, content.reopened.left_out, notices, brought)

    def _families(self, reopened: Sequence[ReopenedExposure]) -> tuple[list[Family], list[str]]:
        """Return the exposures with their branches, and what is open already."""
        families: dict[Exposure, Family] = {}
        again: list[str] = []
        for each in reopened:
            exposure, origin = each.exposure, each.exposure.origin
            if origin is not None and origin in families:
                family = families[exposure] = families[origin]
                family.add(exposure)
            elif origin is not None or self._sources.open_exposures.knows(exposure.product):
                again.append(f"{exposure.product.name} is in the list already; it stays as it is.")
                continue
            else:
                family = families[exposure] = Family(exposure)
            if each.record.is_marked:
                family.result = exposure
        return list(dict.fromkeys(families.values())), list(dict.fromkeys(again))


def _bring_results(
    content: _Read,
    keys: Mapping[Exposure, tuple[str, str]],
    folder: Path | None,
    place: Callable[[Exposure], Path],
) -> list[str]:
    """Bring the results into the folder of this session, and restore the stages, in a worker thread."""
    failures: list[str] = []
    if folder is not None:
        failures = take_over((folder / RESULTS / former, place(exposure)) for exposure, (former, _) in keys.items())
    for each in content.reopened.exposures:
        restore_exposure(each.exposure, each.record, place(each.exposure))
    return failures


def _merge_verdicts(exposure: Exposure, store: VerdictStore) -> list[str]:
    """Add the verdicts that are known here, and keep those of the session here, too; return what was not possible."""
    product, serial = exposure.product, exposure.serial
    stored = store.read(product, serial)
    new = [verdict for verdict in exposure.verdicts if verdict not in stored.verdicts]
    # A branch begins with verdicts of its origin, which are stored there.
    shared = exposure.origin.verdicts if exposure.origin is not None else []
    exposure.verdicts = sorted([*stored.verdicts, *new], key=lambda verdict: verdict.when)
    try:
        for verdict in (verdict for verdict in new if verdict not in shared):
            store.add(product, verdict, serial, exposure.branch)
    except OSError as error:
        return [*stored.unread, f"Verdicts of the session could not be written down ({error}); free some disk space."]
    return list(stored.unread)


def _header(path: Path) -> dict[Path, ExposureInfo]:
    try:
        return {path: read_exposure_info(path)}
    except WfsguiError:
        return {}
