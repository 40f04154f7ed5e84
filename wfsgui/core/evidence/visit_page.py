"""Page of a visit: all exposures at one stretch, with role, SBR, placement and judgement."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

from wfsgui.core.evidence.cuts import STRETCH, stretch_levels
from wfsgui.core.evidence.document import Block, Figure, FigureRow, Heading, Page, Sentence, Table, sign_of
from wfsgui.core.evidence.pictures import bar, picture
from wfsgui.core.model.exposure_text import short_names
from wfsgui.core.visit.roles import role_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from wfsgui.core.assess.results import CheckResult
    from wfsgui.core.evidence.parts import ExposurePart
    from wfsgui.core.image.display import Levels

__all__ = ["visit_page"]

_SBR: Final = "sbr"
_PLACEMENT: Final = "placement"
_SHARE: Final = 0.25


def visit_page(title: str, parts: Sequence[ExposurePart]) -> Page:
    """Make the page of a visit.

    Parameters
    ----------
    title : str
        Heading of the visit.
    parts : sequence of ExposurePart
        Its exposures in the order in which they are shown.

    Returns
    -------
    Page
        The page.
    """
    blocks: list[Block] = [_table(parts), *_pictures(parts)]
    return Page(f"Visit: {title}", tuple(blocks), of=title)


def _table(parts: Sequence[ExposurePart]) -> Table:
    rows = tuple(
        (
            part.name,
            f"{part.info.detector} {part.info.optical_elements}",
            role_of(part.info).text,
            _check(part, _SBR),
            _check(part, _PLACEMENT),
            f"{sign_of(part.overall)} {part.overall}",
            part.judgement or "not judged",
        )
        for part in parts
    )
    titles = ("exposure", "detector, filter", "role", "SBR", "placement", "checks", "judgement")
    return Table(titles, rows, (2.2, 1.2, 1.4, 1.1, 1.1, 0.9, 1.0))


def _pictures(parts: Sequence[ExposurePart]) -> list[Block]:
    blocks: list[Block] = []
    # A picture of another unit has no place on the same bar.
    for unit in dict.fromkeys(part.cut.unit for part in parts if part.cut is not None):
        shown = [(part, part.cut) for part in parts if part.cut is not None and part.cut.unit == unit]
        values = [cut.values[np.isfinite(cut.values)] for _, cut in shown]
        levels = stretch_levels(np.concatenate(values))
        names = short_names([part.name for part, _ in shown])
        figures = tuple(_figure(part, name, levels) for (part, _), name in zip(shown, names, strict=True))
        blocks += [
            Heading(f"All exposures at one stretch, {unit or 'no unit'}"),
            FigureRow(figures),
            Figure(bar(levels, STRETCH, ((unit, 1.0),)), "Values of the greys"),
        ]
    missing = [part.name for part in parts if part.cut is None]
    if missing:
        blocks.append(Sentence(f"There is no image of {', '.join(missing)}."))
    return blocks


def _figure(part: ExposurePart, name: str, levels: Levels) -> Figure:
    if part.cut is None:
        raise AssertionError("the part has a picture")
    caption = f"{part.info.detector} {part.info.optical_elements}, {sign_of(part.overall)} {part.overall}"
    return Figure(picture(part.cut.values, levels, STRETCH), name, caption, share=_SHARE)


def _check(part: ExposurePart, key: str) -> str:
    check: CheckResult | None = part.assessment.check(key) if part.assessment is not None else None
    if check is None:
        return "not measured"
    return f"{sign_of(check.level)} {check.value or check.level}"
