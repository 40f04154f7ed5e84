"""Page of a pair: both exposures, their difference, and the comparison with the second one turned."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from wfsgui.core.assess.results import Level
from wfsgui.core.evidence.cuts import STRETCH, stretch_levels
from wfsgui.core.evidence.document import Block, Checks, Figure, FigureRow, Heading, Page, Sentence, Table, check_line
from wfsgui.core.evidence.exposure_page import decision_blocks, number_blocks
from wfsgui.core.evidence.pictures import NAN_TEXT, bar, picture
from wfsgui.core.image.display import Levels
from wfsgui.core.measure.number_text import number, with_uncertainty

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from wfsgui.core.evidence.records import EvidenceContext, PairRecord
    from wfsgui.core.pair.results import DisagreeingFlag, PairComparison

__all__ = ["pair_page"]

_SIGMAS: Final = 5.0
"""Range of the pictures of the significance, standard deviations."""

_PERCENTILE: Final = 99.5
_LIMITS: Final = 8
"""Most distances at which the detection limit is printed."""


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
    blocks += [Heading("Numbers"), *_numbers(record, context)]
    blocks += [Heading("Search for a companion"), *_companions(comparison)]
    blocks += [Heading("Flags where the two disagree"), *_flags(comparison.flags)]
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


def _numbers(record: PairRecord, context: EvidenceContext) -> Iterator[Block]:
    columns = [("B as it is", record.comparison.quantities)]
    if record.turned is not None:
        columns.append(("B turned by 180 degrees", record.turned.quantities))
    yield from number_blocks(columns, context, main=0)


def _companions(comparison: PairComparison) -> Iterator[Block]:
    search = comparison.search
    if search is None or search.reason:
        yield Sentence(search.reason if search is not None else "There was no search.", Level.CANNOT_TELL)
        return
    rows = tuple(
        (
            f"{each.dx:+.1f}, {each.dy:+.1f}",
            number(each.separation, "arcsec"),
            with_uncertainty(each.contrast, each.contrast_error),
            f"{each.significance:.1f}",
            number(float(f"{each.limit:.2g}")),
        )
        for each in comparison.companions
    )
    if rows:
        titles = ("x, y from the star, px", "separation", "contrast", "significance", "limit there")
        yield Table(titles, rows, (1.2, 1.0, 1.2, 1.0, 1.0))
    else:
        yield Sentence("No candidate was found.")
    yield Sentence("Contrast at which 95 of 100 companions are found, by the distance from the star:", is_small=True)
    places = (
        np.unique(np.linspace(0, len(search.pixels) - 1, _LIMITS).round().astype(int)) if search.pixels.size else ()
    )
    yield Table(
        ("distance", *(f"{search.pixels[place]:.0f} px" for place in places)),
        (
            ("arcsec", *(number(float(f"{search.separation[place]:.3g}")) for place in places)),
            ("contrast", *(number(float(f"{search.limit[place]:.2g}")) for place in places)),
        ),
        (1.0,) * (1 + len(places)),
    )


def _flags(flags: tuple[DisagreeingFlag, ...]) -> Iterator[Block]:
    if not flags:
        yield Sentence("None: no flagged pixel is among those that disagree.")
        return
    rows = tuple(
        (flag.name, f"{flag.pixels:,}", number(float(f"{flag.expected:.3g}")), f"{100 * flag.chi2_share:.2f} %")
        for flag in flags
    )
    yield Table(("flag", "pixels", "expected by chance", "part of chi2"), rows, (2.0, 1.0, 1.0, 1.0))
