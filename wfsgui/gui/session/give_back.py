"""Gives the parts of the window what a session says about them."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from PySide6.QtCore import QByteArray

from wfsgui.core.assess.limits import Limits
from wfsgui.core.image.display import Levels
from wfsgui.core.model.exposure import Exposure
from wfsgui.core.model.exposure_info import ExposureInfo
from wfsgui.core.session.state import ExposureRecord, SessionState
from wfsgui.gui.display.level_memory import LevelKey
from wfsgui.gui.session.snapshot import PANELS_VERSION
from wfsgui.gui.session.sources import SessionSources

__all__ = ["give_back_choices", "give_back_decisions", "give_back_pairs", "give_back_screen", "give_back_window"]


def give_back_choices(sources: SessionSources, exposure: Exposure, record: ExposureRecord) -> None:
    """Give an open exposure its notes and its choices for the assessment."""
    for stage, note in record.notes.items():
        sources.verdict_bar.restore_note(exposure, stage, note)
    choice = record.choice
    if choice.signal is not None or choice.background is not None:
        sources.assessments.set_regions(exposure, choice.signal, choice.background)
    if choice.sensing_stage:
        sources.assessments.set_sensing_stage(exposure, choice.sensing_stage)


def give_back_decisions(sources: SessionSources, state: SessionState) -> None:
    """Add the decisions and the notes on them that are not known here."""
    for record in state.decisions:
        sources.decisions.take_in(record.subject, record.decisions, record.draft)


def give_back_pairs(sources: SessionSources, state: SessionState, headers: Mapping[Path, ExposureInfo]) -> list[str]:
    """Make and break the pairs that the analyst made and broke; return what was not possible, one sentence each."""
    failures = []
    links = sources.make_links() if state.pairs else None
    for pair in state.pairs if links is not None else ():
        first, second = headers.get(pair.first), headers.get(pair.second)
        if links is not None and pair.is_broken:
            links.break_apart(pair.first, pair.second)
        elif links is not None and first is not None and second is not None:
            links.make(first, second)
        else:
            missing = pair.first if first is None else pair.second
            failures.append(f"A pair that you made is not there: {missing} cannot be read.")
    return failures


def give_back_window(sources: SessionSources, state: SessionState) -> None:
    """Restore regions, limits, display and the places of the panels."""
    sources.regions.put_session(state.regions, state.selected_region)
    sources.assessments.set_limits(Limits(dict(state.limits)))
    display = sources.image.display
    for level in state.display.levels:
        display.memory.put_by_hand(LevelKey("", level.plane, level.unit), Levels(level.low, level.high))
    display.restore(state.display.choices)
    if state.display.plane:
        sources.image.set_plane(state.display.plane)
    layout = state.layout
    panels = QByteArray.fromBase64(layout.panels.encode("ascii", "ignore"))
    if layout.version == PANELS_VERSION and not panels.isEmpty():
        sources.window.restoreState(panels, PANELS_VERSION)
        sources.panels.keep_widths()


def give_back_screen(sources: SessionSources, state: SessionState, exposures: Mapping[str, Exposure]) -> None:
    """Show the exposure, the stage and the page that were on screen.

    Parameters
    ----------
    sources : SessionSources
        Parts of the window.
    state : SessionState
        The session.
    exposures : mapping of str to Exposure
        The open exposures, by their keys in that session.
    """
    shown = exposures.get(state.screen.exposure)
    if shown is not None:
        sources.select(sources.open_exposures.result_of(shown))
        sources.presenter.show_exposure(shown)
        if state.screen.stage in shown.stages:
            sources.presenter.show_stage(state.screen.stage)
    if state.layout.page in sources.pages.names:
        sources.pages.show_page(state.layout.page)
