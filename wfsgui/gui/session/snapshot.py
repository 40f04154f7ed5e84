"""Collection of the session from the parts of the window, as plain data."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from math import isfinite
from pathlib import Path
from typing import Final

from PySide6.QtCore import QByteArray

from wfsgui.core.model.exposure import Exposure
from wfsgui.core.model.exposure_info import ExposureInfo
from wfsgui.core.model.product import Member
from wfsgui.core.session.state import (
    ChoiceRecord,
    DecisionRecord,
    DisplayRecord,
    ExposureRecord,
    LayoutRecord,
    LevelRecord,
    MemberRecord,
    PairRecord,
    ScreenRecord,
    SessionState,
    StageRecord,
)
from wfsgui.gui.assess.decisions import subject_of
from wfsgui.gui.session.sources import SessionSources

__all__ = ["PANELS_VERSION", "Snapshot", "SnapshotTaker"]

PANELS_VERSION: Final = 1
"""To be raised when panels are renamed: their former places are of no use then."""


@dataclass(frozen=True)
class Snapshot:
    """State of the session at one moment.

    Attributes
    ----------
    state : SessionState
        The session, without what its files are like.
    headers : dict of Path to ExposureInfo
        Headers of the exposures.
    """

    state: SessionState
    headers: dict[Path, ExposureInfo]


class SnapshotTaker:
    """Collect sessions; what was collected of an exposure is kept until it changes.

    Parameters
    ----------
    sources : SessionSources
        Parts of the window.
    """

    def __init__(self, sources: SessionSources) -> None:
        self._sources = sources
        self._records: dict[Exposure, ExposureRecord] = {}
        exposures = sources.open_exposures
        exposures.changed.connect(self._forget)
        sources.assessments.choice_changed.connect(self._forget)
        # Removing a branch changes those that leave it.
        for signal in (exposures.added, exposures.removed, exposures.branch_added, exposures.marked):
            signal.connect(self._forget_all)

    def take(self, *, begun: str, file: Path | None, restored_from: str) -> Snapshot:
        """Collect the session, in the GUI thread; nothing is read or written.

        Parameters
        ----------
        begun : str
            When the session began.
        file : Path or None
            Its session file.
        restored_from : str
            Name of the folder of the session that it continues.

        Returns
        -------
        Snapshot
            The session.
        """
        sources = self._sources
        exposures = sources.open_exposures.everything
        shown = sources.presenter.exposure
        notes: dict[str, dict[str, str]] = defaultdict(dict)
        for (key, stage), note in sources.verdict_bar.notes.items():
            notes[key][stage] = note
        state = SessionState(
            begun=begun,
            file=file,
            restored_from=restored_from,
            exposures=tuple(self._record(exposure, notes.get(exposure.key, {})) for exposure in exposures),
            decisions=_decisions(sources, exposures),
            pairs=_pairs(sources),
            regions=tuple(named for named in sources.regions.regions if not named.of_star),
            selected_region=_selected_region(sources),
            limits={key: value for key, value in sources.assessments.limits.changed.items() if isfinite(value)},
            display=_display(sources),
            layout=_layout(sources),
            screen=ScreenRecord(exposure=shown.key, stage=sources.presenter.stage) if shown else ScreenRecord(),
        )
        members = (member for exposure in exposures for member in exposure.product.members)
        return Snapshot(state, {member.path: member.info for member in members})

    def _record(self, exposure: Exposure, notes: dict[str, str]) -> ExposureRecord:
        kept = self._records.get(exposure)
        if kept is None or kept.notes != notes:
            kept = self._records[exposure] = _exposure(self._sources, exposure, notes)
        return kept

    def _forget(self, exposure: Exposure) -> None:
        self._records.pop(exposure, None)

    def _forget_all(self, *_exposures: object) -> None:
        self._records.clear()


def _exposure(sources: SessionSources, exposure: Exposure, notes: dict[str, str]) -> ExposureRecord:
    product, choice = exposure.product, sources.assessments.choice(exposure)
    return ExposureRecord(
        key=exposure.key,
        name=product.name,
        science=_member(product.science),
        backgrounds=tuple(map(_member, product.backgrounds)),
        association=product.association,
        notices=product.notices,
        options=exposure.options,
        used_options=exposure.used_options,
        origin=exposure.origin.key if exposure.origin is not None else "",
        fork=exposure.fork,
        branch=exposure.branch,
        serial=exposure.serial,
        is_marked=sources.open_exposures.is_marked(exposure),
        state=exposure.state,
        context=exposure.context,
        error=exposure.error,
        stages=_stages(exposure),
        result=exposure.result,
        saved=exposure.saved,
        parity=exposure.parity,
        verdicts=tuple(exposure.verdicts),
        notes=notes,
        choice=ChoiceRecord(sensing_stage=choice.sensing_stage, signal=choice.signal, background=choice.background),
    )


def _member(member: Member) -> MemberRecord:
    return MemberRecord(path=member.path, found_by=member.found_by)


def _stages(exposure: Exposure) -> tuple[StageRecord, ...]:
    return tuple(
        StageRecord(
            name=stage.name,
            state=stage.state,
            reason=stage.reason,
            elapsed=stage.elapsed,
            warnings=stage.warnings,
            alarm=stage.alarm,
            doubts=stage.doubts,
            verdict=stage.verdict,
        )
        for stage in exposure.stages.values()
    )


def _decisions(sources: SessionSources, exposures: list[Exposure]) -> tuple[DecisionRecord, ...]:
    opened = {path for exposure in exposures for path in (exposure.product.science.path, *subject_of(exposure))}
    decisions = sources.decisions
    return tuple(
        DecisionRecord(subject=subject, decisions=decisions.find(subject), draft=decisions.draft(subject))
        for subject in decisions.subjects
        if opened.intersection(subject)
    )


def _pairs(sources: SessionSources) -> tuple[PairRecord, ...]:
    links = sources.links()
    if links is None:
        return ()
    made = [PairRecord(first=link.first, second=link.second) for link in links.made]
    broken = [PairRecord(first=first, second=second, is_broken=True) for first, second in links.broken]
    return (*made, *broken)


def _selected_region(sources: SessionSources) -> int:
    own = [named for named in sources.regions.regions if not named.of_star]
    selected = sources.regions.selected
    return next((number for number, named in enumerate(own) if named is selected), -1)


def _display(sources: SessionSources) -> DisplayRecord:
    display = sources.image.display
    levels = (
        LevelRecord(plane=key.plane, unit=key.unit, low=levels.low, high=levels.high)
        for key, levels in display.memory.by_hand.items()
        if isfinite(levels.low) and isfinite(levels.high)
    )
    return DisplayRecord(choices=display.state(), levels=tuple(levels), plane=sources.image.plane)


def _layout(sources: SessionSources) -> LayoutRecord:
    # The panels are hidden while no exposure is open.
    some = bool(sources.open_exposures.exposures)
    panels = sources.window.saveState(PANELS_VERSION) if some else QByteArray()
    return LayoutRecord(
        panels=bytes(panels.toBase64().data()).decode("ascii"), version=PANELS_VERSION, page=sources.pages.current
    )
