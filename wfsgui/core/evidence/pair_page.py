"""Page of a pair: both exposures, their difference, and the comparison with the second one turned."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from wfsgui.core.evidence.cuts import STRETCH, stretch_levels
from wfsgui.core.evidence.document import Block, Checks, Figure, FigureRow, Heading, Page, Sentence, Table, check_line
from wfsgui.core.evidence.exposure_page import decision_blocks, flag_table, quantity_table
from wfsgui.core.evidence.pictures import NAN_TEXT, bar, picture
from wfsgui.core.image.display import Levels
from wfsgui.core.measure.number_text import number

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from wfsgui.core.evidence.records import EvidenceContext, PairRecord
    from wfsgui.core.pair.results import Companion, PairComparison

__all__ = ["pair_page"]

_SIGMAS: Final = 5.0
"""Range of the pictures of the significance, standard deviations."""

_PERCENTILE: Final = 99.5


def pair_page(record: PairRecord, context: EvidenceContext) -> Page:
    """Make the page of a pair.

    Parameters
    ----------
    record : PairRecord
        The comparison.
    context : EvidenceContext
        Convention of pixel numbers.

    Returns
    -------
    Page
        The page.
    """
    comparison = record.comparison
    why = f"{record.link.kind}; {'made by the analyst' if record.link.by_analyst else 'found by the program'}"
    blocks: list[Block] = [
        Sentence(f"Checks together: {record.overall}.", record.overall),
        Table(("", ""), (("A", record.first), ("B", record.second), ("compared as", why)), (1.0, 6.0)),
        *decision_blocks(record.decisions),
        Heading("Checks"),
    ]
    if comparison.checks:
        blocks.append(Checks(tuple(check_line(check) for check in comparison.checks)))
    else:
        blocks.append(Sentence("There are no checks of this pair."))
    blocks += [Heading("A, B and their difference"), *_figures(record)]
    blocks += [Heading("Numbers"), quantity_table(comparison.quantities, context), *_turned(record, context)]
    blocks += [Heading("Candidates for a companion"), *_companions(comparison.companions)]
    if comparison.flags:
        blocks += [Heading("Flags where the two disagree"), flag_table(comparison.flags)]
    return Page(f"Pair: {record.name}", tuple(blocks), level=record.overall, of=record.name)


def _figures(record: PairRecord) -> Iterator[Block]:
    comparison = record.comparison
    levels = stretch_levels(np.stack([comparison.first, comparison.second]))
    range_ = _symmetric(comparison.difference)
    registered = "parts of a pixel" if comparison.options.subpixel else "whole pixels"
    yield FigureRow(
        (
            _figure(comparison.first, levels, STRETCH, "A"),
            _figure(comparison.second, levels, STRETCH, "B, registered and scaled in flux"),
            _figure(comparison.difference, range_, "linear", "A - B"),
        )
    )
    unit = record.unit or "unit of the image"
    yield Figure(bar(levels, STRETCH, ((unit, 1.0),)), "Values of the greys of A and B")
    yield Figure(bar(range_, "linear", ((unit, 1.0),)), "Values of the greys of A - B")
    yield FigureRow(tuple(_more(comparison, record.turned, levels, range_)))
    sides = f"{comparison.difference.shape[1]} x {comparison.difference.shape[0]}"
    yield Sentence(
        f"All pictures show the same {sides} pixels around the star, the background subtracted, registered by "
        f"{registered}. The significance is A - B over its standard deviation from both ERR planes, from "
        f"{-_SIGMAS:g} (white) to {_SIGMAS:g} (black). {NAN_TEXT}",
        is_small=True,
    )


def _more(
    comparison: PairComparison, turned: PairComparison | None, levels: Levels, range_: Levels
) -> Iterator[Figure]:
    sigmas = Levels(-_SIGMAS, _SIGMAS)
    yield _figure(comparison.significance, sigmas, "linear", "significance of A - B")
    if turned is not None:
        yield _figure(turned.second, levels, STRETCH, "B turned by 180 degrees")
        yield _figure(turned.difference, range_, "linear", "A - B turned")


def _figure(values: NDArray[np.floating[Any]], levels: Levels, stretch: str, text: str) -> Figure:
    return Figure(picture(values, levels, stretch), text, share=1 / 3)


def _symmetric(values: NDArray[np.floating[Any]]) -> Levels:
    """Return levels with zero in the middle."""
    finite = np.abs(values[np.isfinite(values)])
    most = float(np.percentile(finite, _PERCENTILE)) if finite.size else 1.0
    return Levels.between(-most, most)


def _turned(record: PairRecord, context: EvidenceContext) -> Iterator[Block]:
    if record.turned is not None and record.turned.quantities:
        yield Heading("Numbers with B turned by 180 degrees")
        yield quantity_table(record.turned.quantities, context)


def _companions(companions: tuple[Companion, ...]) -> Iterator[Block]:
    if not companions:
        yield Sentence("None was found above the limit.")
        return
    rows = tuple(
        (
            f"{each.dx:+.1f}, {each.dy:+.1f}",
            number(each.separation, "arcsec"),
            f"{each.contrast:.3g} \N{PLUS-MINUS SIGN} {each.contrast_error:.1g}",
            f"{each.significance:.1f}",
        )
        for each in companions
    )
    yield Table(("x, y from the star, px", "separation", "contrast", "significance"), rows, (1.2, 1.0, 1.2, 1.0))
