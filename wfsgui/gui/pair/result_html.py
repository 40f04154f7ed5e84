"""Results of a comparison as HTML: checks, numbers, candidates and flags."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from html import escape
from math import isfinite
from typing import TYPE_CHECKING

from wfsgui.core.measure.number_text import with_uncertainty
from wfsgui.gui.widgets.levels import MARKS, level_colour
from wfsgui.gui.widgets.tokens import GRID, TYPE, palette

if TYPE_CHECKING:
    from wfsgui.core.assess.results import CheckResult, Quantity
    from wfsgui.core.pair.results import Companion, DisagreeingFlag, PairComparison

__all__ = ["PLACE", "message_page", "result_page"]

PLACE = "place:"
"""Scheme of links to a place: column and row of the cut-outs, counted from 0."""


def message_page(text: str) -> str:
    """Return a page with one sentence."""
    return _paragraph(escape(text), "text", palette().mute)


def result_page(comparison: PairComparison, heading: str, star: tuple[float, float]) -> str:
    """Return the page of a comparison.

    Parameters
    ----------
    comparison : PairComparison
        The comparison.
    heading : str
        What was compared.
    star : tuple of float
        Pixel of the star in the cut-outs, (x, y).

    Returns
    -------
    str
        HTML in the colours of the present theme.
    """
    checked = {check.quantity for check in comparison.checks}
    numbers = [quantity for quantity in comparison.quantities if quantity.key not in checked]
    parts = [
        _paragraph(escape(heading), "second", palette().mute),
        _table(_check_row(check, comparison.corner) for check in comparison.checks),
        _section("Numbers", [_quantity_row(quantity) for quantity in numbers]),
        _section(
            "Candidates for a second star",
            [_companion_row(number, each, star) for number, each in enumerate(comparison.companions, start=1)],
        ),
        _section("Flags where A and B disagree", [_flag_row(flag) for flag in comparison.flags]),
    ]
    return "".join(parts)


def _section(title: str, rows: Sequence[str]) -> str:
    if not rows:
        return ""
    heading = _paragraph(f"<b>{escape(title)}</b>", "rail", palette().mute, above=3 * GRID)
    return heading + _table(rows)


def _table(rows: Iterable[str]) -> str:
    return f'<table width="100%" cellspacing="0" cellpadding="{GRID // 2}">{"".join(rows)}</table>'


def _check_row(check: CheckResult, corner: tuple[int, int]) -> str:
    told = f"{check.level}: {check.finding}"
    below = " · ".join(filter(None, (told, f"limit: {check.limit}" if check.limit else "")))
    name = escape(check.name)
    if check.place is not None:
        name = _link(name, check.place[0] - corner[0], check.place[1] - corner[1])
    mark = f'<span style="color: {level_colour(check.level)}"><b>{MARKS[check.level]}</b></span>'
    return _row(f"{mark} {name}", escape(check.value), below)


def _quantity_row(quantity: Quantity) -> str:
    value = with_uncertainty(quantity.value, quantity.error, quantity.unit) if quantity.is_known else "none"
    # Definitions are in the guide: with them the list would be five times as long.
    return _row(escape(quantity.name), escape(value), quantity.reason)


def _companion_row(number: int, companion: Companion, star: tuple[float, float]) -> str:
    at = _link(f"{number}: {companion.separation:.3f} arcsec", star[0] + companion.dx, star[1] + companion.dy)
    contrast = with_uncertainty(companion.contrast, companion.contrast_error, "")
    below = (
        f"contrast; {companion.significance:.1f} standard deviations, at {companion.dx:+.1f}, {companion.dy:+.1f} px"
        f" from the star; limit here {companion.limit:.2g}"
    )
    return _row(at, escape(contrast), below)


def _flag_row(flag: DisagreeingFlag) -> str:
    told = (
        f"{flag.expected:.2g} px by chance" if isfinite(flag.expected) else "",
        f"{100 * flag.flux_share:.2g} % of the light" if isfinite(flag.flux_share) else "",
        f"{100 * flag.chi2_share:.2g} % of chi2" if isfinite(flag.chi2_share) else "",
    )
    return _row(escape(flag.name), f"{flag.pixels} px", ", ".join(filter(None, told)))


def _row(name: str, value: str, below: str) -> str:
    colours, size = palette(), TYPE["second"].size
    first = (
        f'<tr><td width="100%" style="color: {colours.text}">{name}</td>'
        f'<td align="right" style="color: {colours.text}; white-space: nowrap">{value}</td></tr>'
    )
    if not below:
        return first
    return f'{first}<tr><td colspan="2" style="color: {colours.mute}; font-size: {size}px">{escape(below)}</td></tr>'


def _link(text: str, x: float, y: float) -> str:
    return f'<a href="{PLACE}{x:.3f},{y:.3f}" style="color: {palette().accent}">{text}</a>'


def _paragraph(text: str, kind: str, colour: str, *, above: int = 0) -> str:
    style = f"font-size: {TYPE[kind].size}px; color: {colour}; margin-top: {above}px; margin-bottom: {GRID}px"
    return f'<p style="{style}">{text}</p>'
