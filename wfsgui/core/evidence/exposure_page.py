"""First page of an exposure: verdict, checks, images of every step, numbers and flags."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from wfsgui.core.assess.results import Level
from wfsgui.core.evidence.document import Block, Checks, Heading, Page, Sentence, Table, check_line
from wfsgui.core.measure.number_text import number, with_error
from wfsgui.core.model.exposure_text import state_text
from wfsgui.core.model.stages import title
from wfsgui.core.visit.pointing import PLANNED_POINTING, pointing_is_planned
from wfsgui.core.visit.roles import role_of

if TYPE_CHECKING:
    from wfsgui.core.assess.results import Assessment, FlagUnderLight, Quantity
    from wfsgui.core.evidence.records import Analyst, EvidenceContext, ExposureRecord

__all__ = ["decision_blocks", "exposure_page", "flag_table", "quantity_table", "stage_table"]


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
        blocks += [
            Heading(f"Numbers after {title(latest.stage)}"),
            quantity_table(latest.quantities, context),
            *_stages(record),
            *_flags(latest.flags),
        ]
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


def quantity_table(quantities: tuple[Quantity, ...], context: EvidenceContext) -> Table:
    """Return numbers with error, region and definition; the reason where there is no number."""
    rows = tuple(
        (
            quantity.name,
            with_error(quantity.value, quantity.error, quantity.unit),
            context.numbers.region(quantity.region) if quantity.region is not None else "the whole image",
            quantity.reason or quantity.definition,
        )
        for quantity in quantities
    )
    titles = ("quantity", "value", f"region ({context.numbers.convention})", "definition")
    return Table(titles, rows, (1.3, 1.3, 1.5, 2.4))


def flag_table(flags: tuple[FlagUnderLight, ...]) -> Table:
    """Return flags of pixels with their share of the flux."""
    rows = tuple((flag.name, f"{flag.pixels:,}", f"{100 * flag.flux_share:.2f} %") for flag in flags)
    return Table(("flag", "pixels", "share of the flux"), rows, (2.0, 1.0, 1.0))


def stage_table(record: ExposureRecord) -> Table | None:
    """Return the numbers of all stages side by side; None if only one stage was measured."""
    assessed = [(name, record.assessments[name]) for name in record.exposure.stages if name in record.assessments]
    if len(assessed) < 2:
        return None
    first = assessed[-1][1]
    rows = tuple(
        (quantity.name, *(_short(assessment.quantity(quantity.key)) for _, assessment in assessed))
        for quantity in first.quantities
    )
    return Table(("quantity", *(title(name) for name, _ in assessed)), rows, (1.5, *(1.0 for _ in assessed)))


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


def _stages(record: ExposureRecord) -> Iterator[Block]:
    table = stage_table(record)
    if table is not None:
        yield Heading("The same numbers at every step")
        yield table


def _flags(flags: tuple[FlagUnderLight, ...]) -> Iterator[Block]:
    yield Heading("Flags under the light")
    if flags:
        yield flag_table(flags)
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


def _short(quantity: Quantity | None) -> str:
    if quantity is None or not quantity.is_known:
        return "none"
    return f"{number(float(f'{quantity.value:.5g}'))} {quantity.unit}".strip()
