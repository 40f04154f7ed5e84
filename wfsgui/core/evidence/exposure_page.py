"""First page of an exposure: verdict, checks, images of every step, numbers and flags."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from string import ascii_uppercase
from typing import TYPE_CHECKING

from wfsgui.core.assess.results import Level
from wfsgui.core.evidence.document import Block, Checks, Heading, Page, Sentence, Table, check_line
from wfsgui.core.measure.number_text import with_uncertainty
from wfsgui.core.model.exposure_text import state_text
from wfsgui.core.model.stages import title
from wfsgui.core.visit.pointing import PLANNED_POINTING, pointing_is_planned
from wfsgui.core.visit.roles import role_of

if TYPE_CHECKING:
    from wfsgui.core.assess.results import Assessment, FlagUnderLight, Quantity
    from wfsgui.core.evidence.records import Analyst, EvidenceContext, ExposureRecord

__all__ = ["decision_blocks", "exposure_page", "number_blocks"]


def exposure_page(record: ExposureRecord, context: EvidenceContext, figures: tuple[Block, ...]) -> Page:
    """Make the first page of an exposure.

    Parameters
    ----------
    record : ExposureRecord
        The exposure.
    context : EvidenceContext
        Circumstances of the run.
    figures : tuple of Block
        Images of the star at every step.

    Returns
    -------
    Page
        The page.
    """
    latest = record.latest
    blocks: list[Block] = [*_head(record), *decision_blocks(record.decisions)]
    blocks += [Heading("Checks"), *_checks(record, latest)]
    blocks += [Heading("The star at every step"), *figures]
    if latest is not None:
        blocks += [*_numbers(record, context), *_flags(latest.flags)]
    blocks += [Heading("Warnings and notices"), *_warnings(record)]
    return Page(record.name, tuple(blocks), level=record.overall, of=record.name)


def decision_blocks(decisions: tuple[Analyst, ...]) -> Iterator[Block]:
    """Yield the decisions of the analyst, the latest first."""
    if not decisions:
        yield Sentence("The analyst has not judged it.")
        return
    latest, *earlier = reversed(decisions)
    yield Sentence(f"Judgement of the analyst: {_decision(latest)}")
    for decision in earlier:
        yield Sentence(f"Earlier judgement: {_decision(decision)}", is_small=True)


def number_blocks(
    columns: Sequence[tuple[str, Sequence[Quantity]]], context: EvidenceContext, main: int = -1
) -> Iterator[Block]:
    """Yield numbers side by side, then their regions and definitions, each once.

    Parameters
    ----------
    columns : sequence of (str, sequence of Quantity)
        Titles and numbers of the columns, at least one.
    context : EvidenceContext
        Convention of pixel numbers.
    main : int, optional
        Index of the column whose regions, definitions and reasons are given.

    Yields
    ------
    Block
        Table and explanations.
    """
    shown = columns[main][1]
    by_key = [{quantity.key: quantity for quantity in quantities} for _, quantities in columns]
    regions = dict.fromkeys(quantity.region for quantity in shown if quantity.region is not None)
    letters = {region: _letter(number) for number, region in enumerate(regions)}
    rows = tuple(
        (
            quantity.name,
            *(_value(found.get(quantity.key)) for found in by_key),
            letters[quantity.region] if quantity.region is not None else "",
        )
        for quantity in shown
    )
    yield Table(("quantity", *(name for name, _ in columns), "region"), rows, (1.7, *(1.0 for _ in columns), 0.5))
    if letters:
        text = "; ".join(f"{letter}: {context.numbers.region(region)}" for region, letter in letters.items())
        yield Sentence(
            f"Regions ({context.numbers.convention}): {text}. Without a letter: the whole image.", is_small=True
        )
    yield Sentence("Standard deviations are in parentheses, in units of the last digits.", is_small=True)
    reasons = _grouped((quantity.reason, quantity.name) for quantity in shown if quantity.reason)
    if reasons:
        yield Table(("no value", "reason"), tuple((names, why) for why, names in reasons.items()), (1.6, 3.4))
    definitions = _grouped((quantity.definition, quantity.name) for quantity in shown if quantity.definition)
    if definitions:
        yield Table(("quantity", "definition"), tuple((names, text) for text, names in definitions.items()), (1.6, 3.4))


def _head(record: ExposureRecord) -> Iterator[Block]:
    exposure, info = record.exposure, record.exposure.product.science.info
    role = role_of(info)
    yield Sentence(f"Checks together: {record.overall}.", record.overall)
    if exposure.error:
        yield Sentence(f"The run failed: {exposure.error}", Level.BAD)
    if exposure.alarm:
        yield Sentence(exposure.alarm, Level.BAD)
    yield Table(
        ("", ""),
        (
            ("file", info.path.name),
            ("state", state_text(exposure)),
            ("role", f"{role.text} ({role.reason})"),
            ("detector", f"{info.instrument} {info.detector}, {info.subarray or 'no subarray'} {info.size}".strip()),
            ("filter and pupil", info.optical_elements),
            ("aperture", info.circumstances.aperture or "unknown"),
            ("target", info.target or "none"),
            ("observed", f"{info.date_obs or 'unknown'} UTC"),
            ("visit", f"program {info.program}, observation {info.observation}, visit {info.visit}"),
            ("exposure and visit type", ", ".join(filter(None, (info.exp_type, info.visit_type))) or "unknown"),
            *((("pointing", PLANNED_POINTING),) if pointing_is_planned(info) else ()),
        ),
        (1.0, 4.0),
    )


def _checks(record: ExposureRecord, latest: Assessment | None) -> Iterator[Block]:
    if latest is None:
        yield Sentence("Nothing was measured: no stage of this exposure has an image.", Level.CANNOT_TELL)
    lines = [check_line(check) for check in (latest.checks if latest is not None else ())]
    lines += [check_line(check) for check in record.unmet]
    if lines:
        yield Checks(tuple(lines))
    elif latest is not None:
        yield Sentence("There are no checks of this exposure.", Level.CANNOT_TELL)
    if latest is not None and latest.regions is not None and latest.regions.by_analyst:
        yield Sentence(f"The analyst has set the region of: {', '.join(latest.regions.by_analyst)}.")


def _numbers(record: ExposureRecord, context: EvidenceContext) -> Iterator[Block]:
    assessed = [(name, record.assessments[name]) for name in record.exposure.stages if name in record.assessments]
    if assessed:
        yield Heading("Numbers at every step")
        yield from number_blocks([(title(name), found.quantities) for name, found in assessed], context)


def _flags(flags: tuple[FlagUnderLight, ...]) -> Iterator[Block]:
    yield Heading("Flags under the light")
    if flags:
        rows = tuple((flag.name, f"{flag.pixels:,}", f"{100 * flag.flux_share:.2f} %") for flag in flags)
        yield Table(("flag", "pixels", "share of the flux"), rows, (2.0, 1.0, 1.0))
    else:
        yield Sentence("None is known in the signal region.")


def _warnings(record: ExposureRecord) -> Iterator[Block]:
    exposure = record.exposure
    for warning in exposure.warnings:
        yield Sentence(warning, Level.CARE)
    for notice in exposure.notices:
        yield Sentence(notice)
    if not (exposure.warnings or exposure.notices):
        yield Sentence("There are none.")


def _decision(decision: Analyst) -> str:
    note = f": {decision.note}" if decision.note else ", without a note."
    return f"{decision.judgement}, {decision.when[:16].replace('T', ' ')} UTC{note}"


def _value(quantity: Quantity | None) -> str:
    return with_uncertainty(quantity.value, quantity.error, quantity.unit) if quantity is not None else "none"


def _letter(number: int) -> str:
    """Return A to Z, then A2, B2 and so on."""
    letter, again = ascii_uppercase[number % len(ascii_uppercase)], number // len(ascii_uppercase)
    return f"{letter}{again + 1}" if again else letter


def _grouped(pairs: Iterable[tuple[str, str]]) -> dict[str, str]:
    """Return the names that belong to each text, joined."""
    found: dict[str, list[str]] = {}
    for text, name in pairs:
        found.setdefault(text, []).append(name)
    return {text: ", ".join(names) for text, names in found.items()}
