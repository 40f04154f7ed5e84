"""Texts of the panel *CRDS* as HTML, in the colours of the theme."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from html import escape
from typing import Final

from wfsgui.core.crds.descriptions import cache_text, context_text, mode_text, server_text
from wfsgui.core.crds.needs import ExposureNeeds, FileState, NeededFile
from wfsgui.core.crds.sentences import size_text
from wfsgui.core.crds.state import CacheState, CrdsState, Mode, ServerState
from wfsgui.gui.crds.summary import Summary
from wfsgui.gui.widgets.tokens import GRID, TYPE, palette

__all__ = ["details_html", "lines_html", "message_html", "state_html", "summary_html"]

_MARKS: Final = {"ok": "✓ ", "warn": "! ", "bad": "✕ ", "mute": ""}
_STATES: Final = {FileState.CACHED: "ok", FileState.MISSING: "warn", FileState.DAMAGED: "bad"}


def summary_html(summary: Summary) -> str:
    """Return head and sentences."""
    head = f"<b>{_MARKS[summary.colour]}{escape(summary.head)}</b>"
    return _paragraph(head, "verdict", summary.colour) + "".join(
        _paragraph(escape(sentence), "text", "text", above=GRID) for sentence in summary.sentences
    )


def message_html(text: str, colour: str = "text") -> str:
    """Return a sentence in a colour of the palette; empty for no text."""
    return _paragraph(f"{_MARKS.get(colour, '')}{escape(text)}", "text", colour) if text else ""


def state_html(state: CrdsState) -> str:
    """Return context, server, mode and cache."""
    context = ("ok" if state.context else "bad", "Context", _context_text(state))
    server = ("ok" if state.server.fault is None else "warn", "Server", _server_text(state.server))
    mode = ("ok" if state.mode is not Mode.OFFLINE else "warn", "Mode", mode_text(state.mode))
    cache = ("ok" if state.cache.fault is None else "bad", "Cache", _cache_text(state.cache))
    return "".join(_line(*entry) for entry in (context, server, mode, cache))


def _context_text(state: CrdsState) -> str:
    return context_text(state) if state.context else "No context is in force."


def _server_text(server: ServerState) -> str:
    # What to do about a fault is in the summary.
    return server_text(server) if server.fault is None else f"{server.fault.what}."


def _cache_text(cache: CacheState) -> str:
    text = cache_text(replace(cache, fault=None))
    return text if cache.fault is None else f"{text} {cache.fault.what}."


def details_html(needs: ExposureNeeds) -> str:
    """Return the files that an exposure needs, those that are missing or damaged first."""
    parts = [_paragraph(f"<b>{escape(needs.exposure.name)}</b>", "text", "text")]
    if needs.fault is not None:
        parts.append(message_html(needs.fault.sentence, "bad"))
    ordered = sorted(needs.files, key=lambda needed: list(_STATES).index(needed.state), reverse=True)
    parts += map(_file, ordered)
    if needs.not_applicable:
        parts.append(_paragraph(f"Do not apply: {escape(', '.join(needs.not_applicable))}", "second", "mute", above=8))
    return "".join(parts)


def lines_html(lines: Iterable[str]) -> str:
    """Return lines of text as HTML."""
    return "".join(_paragraph(escape(line), "second", "mute", above=GRID) for line in lines)


def _file(needed: NeededFile) -> str:
    colour = _STATES[needed.state]
    size = f", {size_text(needed.file.size)}" if needed.file.size is not None else ""
    steps = f" for {escape(', '.join(needed.steps))}" if needed.steps else ""
    mark = f'<span style="color: {getattr(palette(), colour)}">{_MARKS[colour]}{needed.state.value}</span>'
    head = _paragraph(f"{mark} {escape(needed.kind)}{steps}", "text", "text", above=GRID)
    why = f"; {needed.fault.what}" if needed.state is FileState.DAMAGED and needed.fault is not None else ""
    return head + _paragraph(escape(f"{needed.file.name}{size}{why}"), "second", "mute")


def _line(colour: str, title: str, text: str) -> str:
    mark = f'<span style="color: {getattr(palette(), colour)}"><b>{_MARKS[colour]}</b></span>'
    return _paragraph(f"{mark}<b>{title}</b>", "text", "text", above=2 * GRID) + _paragraph(
        escape(text), "text", "mute"
    )


def _paragraph(markup: str, kind: str, colour: str, *, above: int = 0) -> str:
    ink = getattr(palette(), colour)
    style = f"font-size: {TYPE[kind].size}px; color: {ink}; margin-top: {above}px; margin-bottom: 0px"
    return f'<p style="{style}">{markup}</p>'
