"""Parts of an evidence document: everything about one exposure, measured, drawn and without its images."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from wfsgui.core.assess.assess import assess_exposure, with_strehl_ratio
from wfsgui.core.assess.inputs import AssessInput
from wfsgui.core.assess.results import Assessment, Level
from wfsgui.core.assess.strehl import awaits_model
from wfsgui.core.evidence.cuts import StarCut, star_figures
from wfsgui.core.evidence.data import exposure_data, pair_data
from wfsgui.core.evidence.document import CheckRow, Page, QuantityRow
from wfsgui.core.evidence.exposure_page import exposure_page
from wfsgui.core.evidence.files_page import Checksums, chosen_parameters, exposure_card, files_page, hashed_files
from wfsgui.core.evidence.pair_page import pair_page
from wfsgui.core.evidence.records import ExposureRecord, PairRecord, card_check, expectation_check
from wfsgui.core.evidence.step_page import step_page
from wfsgui.core.model.exposure import StageState
from wfsgui.core.model.stages import STEPS
from wfsgui.core.pair.compare import compare_pair
from wfsgui.core.pair.results import PairOptions
from wfsgui.core.step_checks.evidence import Evidence, StepEffect
from wfsgui.core.step_checks.step_effect import step_effect

if TYPE_CHECKING:
    from wfsgui.core.assess.limits import Limits
    from wfsgui.core.evidence.records import Analyst, EvidenceContext, Report
    from wfsgui.core.model.exposure import Stage
    from wfsgui.core.model.exposure_info import ExposureInfo
    from wfsgui.core.model.product import Product
    from wfsgui.core.pair.results import PairLink, PairSide
    from wfsgui.core.visit.card import PreflightCard

__all__ = ["ExposurePart", "PairPart", "compared_pair", "exposure_part", "measured_record", "pair_part"]


@dataclass(frozen=True, eq=False, kw_only=True)
class ExposurePart:
    """Everything that the evidence says about one exposure.

    Attributes
    ----------
    product : Product
        The product.
    overall : Level
        Level of its checks together.
    judgement : str
        Latest judgement of the analyst; empty if there is none.
    assessment : Assessment or None
        Assessment of the latest stage.
    cut : StarCut or None
        The star at the latest stage; None without an image.
    pages : tuple of Page
        Its pages.
    quantities : tuple of QuantityRow
        Its numbers.
    checks : tuple of CheckRow
        Its checks.
    faults : tuple of str
        What could not be done, one sentence each.
    data : mapping of str to object
        Plain values for the JSON file.
    """

    product: Product
    overall: Level
    judgement: str
    assessment: Assessment | None
    cut: StarCut | None
    pages: tuple[Page, ...]
    quantities: tuple[QuantityRow, ...]
    checks: tuple[CheckRow, ...]
    faults: tuple[str, ...]
    data: Mapping[str, object]

    @property
    def name(self) -> str:
        """Name of the product."""
        return self.product.name

    @property
    def info(self) -> ExposureInfo:
        """Identity of the science exposure."""
        return self.product.science.info


@dataclass(frozen=True, eq=False, kw_only=True)
class PairPart:
    """Everything that the evidence says about one pair.

    Attributes
    ----------
    name : str
        Name of the pair.
    overall : Level
        Level of its checks together.
    judgement : str
        Latest judgement of the analyst; empty if there is none.
    pages : tuple of Page
        Its page.
    quantities : tuple of QuantityRow
        Its numbers.
    checks : tuple of CheckRow
        Its checks.
    data : mapping of str to object
        Plain values for the JSON file.
    """

    name: str
    overall: Level
    judgement: str
    pages: tuple[Page, ...]
    quantities: tuple[QuantityRow, ...]
    checks: tuple[CheckRow, ...]
    data: Mapping[str, object]


def exposure_part(
    record: ExposureRecord, context: EvidenceContext, checksums: Checksums, report: Report
) -> ExposurePart:
    """Measure what has not been measured, draw the pictures, and make the pages of an exposure.

    Parameters
    ----------
    record : ExposureRecord
        The exposure. Its images are not kept.
    context : EvidenceContext
        Circumstances of the run.
    checksums : Checksums
        Checksums of files that were read for other exposures.
    report : callable
        Receives what is being done; an exception of it ends the work.

    Returns
    -------
    ExposurePart
        Some megabytes at most.
    """
    record = measured_record(record, context, report)
    report(f"pictures of {record.name}")
    figures, cut = star_figures(record, context)
    files = hashed_files(record, checksums, report)
    card = exposure_card(record, context)
    return ExposurePart(
        product=record.exposure.product,
        overall=record.overall,
        judgement=str(record.decisions[-1].judgement) if record.decisions else "",
        assessment=record.latest,
        cut=cut,
        pages=(exposure_page(record, context, figures), step_page(record), files_page(record, context, card, files)),
        quantities=tuple(_quantities(record)),
        checks=tuple(_checks(record, card)),
        faults=tuple(each.fault for each in files if each.fault),
        data=exposure_data(record, files, chosen_parameters(record, context), card),
    )


def pair_part(record: PairRecord, context: EvidenceContext) -> PairPart:
    """Draw the pictures and make the page of a pair.

    Parameters
    ----------
    record : PairRecord
        The comparison.
    context : EvidenceContext
        Convention of pixel numbers.

    Returns
    -------
    PairPart
        The part.
    """
    comparison = record.comparison
    return PairPart(
        name=record.name,
        overall=record.overall,
        judgement=str(record.decisions[-1].judgement) if record.decisions else "",
        pages=(pair_page(record, context),),
        quantities=tuple(QuantityRow(record.name, "", quantity) for quantity in comparison.quantities),
        checks=tuple(CheckRow(record.name, "pair", "", check) for check in comparison.checks),
        data=pair_data(record),
    )


def compared_pair(
    link: PairLink,
    names: tuple[str, str],
    sides: tuple[PairSide, PairSide],
    limits: Limits,
    decisions: tuple[Analyst, ...] = (),
) -> PairRecord:
    """Compare two exposures, as they are and with the second one turned by 180 degrees.

    Parameters
    ----------
    link : PairLink
        The pair.
    names : tuple of str
        Names of its exposures.
    sides : tuple of PairSide
        Its exposures.
    limits : Limits
        Limits that are in force.
    decisions : tuple of Analyst, optional
        Decisions of the analyst on the pair, oldest first.

    Returns
    -------
    PairRecord
        The comparison.

    Raises
    ------
    WfsguiError
        If the two cannot be compared.
    """
    return PairRecord(
        link=link,
        first=names[0],
        second=names[1],
        comparison=compare_pair(*sides, PairOptions(), limits),
        turned=compare_pair(*sides, PairOptions(turned=True, search=False), limits),
        unit=sides[0].image.unit,
        decisions=decisions,
    )


def measured_record(record: ExposureRecord, context: EvidenceContext, report: Report) -> ExposureRecord:
    """Measure the stages and the effects of steps that have not been measured.

    Parameters
    ----------
    record : ExposureRecord
        The exposure.
    context : EvidenceContext
        Limits and convention of pixel numbers.
    report : callable
        Receives what is being done; an exception of it ends the work.

    Returns
    -------
    ExposureRecord
        The same exposure with an assessment of each stage that has an image, and the effect of each step.
    """
    assessments: dict[str, Assessment] = {}
    for stage in record.stages:
        report(f"measurements of {record.name} at {stage.name}")
        assessments[stage.name] = _assessment(record, stage, context)
    effects: dict[str, StepEffect] = {}
    for name in STEPS:
        report(f"effect of {name} on {record.name}")
        effect = record.effects.get(name) or _effect(record, name, context)
        if effect is not None:
            effects[name] = effect
    return replace(record, assessments=assessments, effects=effects)


def _assessment(record: ExposureRecord, stage: Stage, context: EvidenceContext) -> Assessment:
    """Assess a stage, with the regions that the analyst has set, unless that is done."""
    if stage.image is None:
        raise AssertionError("the stage has an image")
    known = record.latest.regions if record.latest is not None else None
    chosen = known.by_analyst if known is not None else ()
    request = AssessInput(
        product=record.exposure.product,
        stage=stage.name,
        image=stage.image,
        metadata=stage.metadata,
        limits=context.limits,
        sensing_stage=record.sensing_stage,
        signal=known.signal if known is not None and "signal" in chosen else None,
        background=known.background if known is not None and "background" in chosen else None,
        model_star=context.model_star,
    )
    done = record.assessments.get(stage.name)
    if done is None:
        return assess_exposure(request)
    return with_strehl_ratio(done, request) if request.model_star is not None and awaits_model(done) else done


def _effect(record: ExposureRecord, name: str, context: EvidenceContext) -> StepEffect | None:
    """Measure the effect of a step; None if there are no two images to compare."""
    exposure = record.exposure
    stage, before = exposure.stages[name], exposure.before(name)
    if stage.image is None or before is None or before.image is None:
        return None
    return step_effect(
        Evidence(
            stage=name,
            before=before.image,
            after=stage.image,
            skipped=stage.state is StageState.SKIPPED,
            metadata=stage.metadata,
            references=stage.references,
            backgrounds=exposure.product.background_paths,
            numbers=context.numbers,
        )
    )


def _quantities(record: ExposureRecord) -> Iterator[QuantityRow]:
    for stage, assessment in record.assessments.items():
        for quantity in assessment.quantities:
            yield QuantityRow(record.name, stage, quantity)


def _checks(record: ExposureRecord, card: PreflightCard) -> Iterator[CheckRow]:
    for line in card.lines:
        yield CheckRow(record.name, "preflight", "", card_check(line))
    for stage, assessment in record.assessments.items():
        for check in assessment.checks:
            yield CheckRow(record.name, "exposure", stage, check)
    for stage, effect in record.effects.items():
        for expectation in effect.expectations:
            yield CheckRow(record.name, "step", stage, expectation_check(stage, expectation))
