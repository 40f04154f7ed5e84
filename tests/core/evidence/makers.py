"""Exposures, assessments and pairs with known numbers, for the tests of the evidence."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from tests.core.visit.exposures import circumstances
from tests.gui import fakes
from wfsgui.core.assess.results import Assessment, CheckResult, FlagUnderLight, Level, Quantity, StarRegions
from wfsgui.core.evidence.build import document_name, evidence_document
from wfsgui.core.evidence.document import EvidenceDocument
from wfsgui.core.evidence.files_page import Checksums
from wfsgui.core.evidence.parts import ExposurePart, PairPart, exposure_part, pair_part
from wfsgui.core.evidence.records import EvidenceContext, ExposureRecord, PairRecord, snapshot
from wfsgui.core.model.apply_event import apply_event
from wfsgui.core.model.engine_info import EngineInfo
from wfsgui.core.model.events import (
    ExposureOpened,
    ProductFinished,
    ProductResult,
    ProductState,
    Reference,
    StepFinished,
    StepState,
)
from wfsgui.core.model.exposure import Exposure
from wfsgui.core.model.exposure_info import PLANES
from wfsgui.core.model.flags import FLAGS
from wfsgui.core.model.parameters import ParameterKind, ParameterSpec
from wfsgui.core.model.product import Member, Product
from wfsgui.core.model.step_image import StepImage
from wfsgui.core.pair.results import (
    Companion,
    CompanionSearch,
    DisagreeingFlag,
    PairComparison,
    PairKind,
    PairLink,
    PairOptions,
)
from wfsgui.core.regions.shapes import Annulus, Circle

SHAPE = (96, 80)
STAR = (40.0, 50.0)
PHOTMJSR = 2.0
WHEN = "2026-11-30T17:00:00+00:00"

CONTEXT = EvidenceContext(
    engine=EngineInfo(
        versions={"jwst": "3.0.0", "crds": "14.0.3"},
        crds={"CRDS_PATH": "/crds", "CRDS_SERVER_URL": "https://jwst-crds.stsci.edu", "CRDS_CONTEXT": ""},
        parameters={
            "assign_wcs": (ParameterSpec("sip_degree", ParameterKind.INTEGER, "None", (), ""),),
            "photom": (ParameterSpec("inverse", ParameterKind.BOOLEAN, "False", (), ""),),
        },
    ),
    when=WHEN,
)


@dataclass(frozen=True)
class Judged:
    """Decision of the analyst."""

    judgement: str
    note: str = ""
    when: str = WHEN


def star_image(*, unit: str = "DN/s", factor: float = 1.0, has_star: bool = True) -> StepImage:
    """Make an image with a star at `STAR`, noise, a NaN pixel and flags."""
    rng = np.random.default_rng(3)
    rows, columns = np.indices(SHAPE)
    squares = (rows - STAR[1]) ** 2 + (columns - STAR[0]) ** 2
    sci = 1.0 + 0.05 * rng.standard_normal(SHAPE)
    if has_star:
        sci += 200 * np.exp(-squares / 18)
    dq = np.zeros(SHAPE, np.uint32)
    dq[52, 41] = FLAGS["DO_NOT_USE"] | FLAGS["SATURATED"]
    sci[52, 41] = np.nan
    err = np.full(SHAPE, 0.05 * factor, np.float32)
    return StepImage((sci * factor).astype(np.float32), err, dq, unit)


def product(
    name: str = "jw99001001001_02101_00001_nrca1",
    folder: Path = Path("/data"),
    *,
    pupil: str = "WLP8",
    visit: str = "001",
) -> Product:
    """Make a product at NRCA1_FP6."""
    info = fakes.info(name, folder)
    info = replace(
        info,
        detector="NRCA1",
        planes=tuple((plane, SHAPE) for plane in PLANES),
        subarray_size=SHAPE,
        pupil=pupil,
        visit=visit,
        circumstances=circumstances({}),
    )
    return Product(name=name, science=Member(info))


def calibrated(
    product: Product, *, result: Path | None = None, has_star: bool = True, warnings: tuple[str, ...] = ()
) -> Exposure:
    """Run an exposure through the three steps without a background, as events say it."""
    exposure = Exposure(key=product.name, product=product)
    rate = star_image(has_star=has_star)
    apply_event(exposure, ExposureOpened(product, exposure.steps, "jwst_1500.pmap", ("A notice.",), rate))
    flat = star_image(factor=1.01, has_star=has_star)
    cal = star_image(unit="MJy/sr", factor=1.01 * PHOTMJSR, has_star=has_star)
    for step, image in (("assign_wcs", rate), ("flat_field", flat), ("photom", cal)):
        apply_event(exposure, finished(product, step, image, warnings if step == "flat_field" else ()))
    saved = (result,) if result is not None else ()
    state = ProductState.WARNED if warnings else ProductState.DONE
    apply_event(exposure, ProductFinished(ProductResult(product.name, state, 1.0, saved, "jwst_1500.pmap", warnings)))
    return exposure


def finished(product: Product, step: str, image: StepImage, warnings: tuple[str, ...] = ()) -> StepFinished:
    """Say that a step has ended."""
    parameters: dict[str, dict[str, object]] = {"assign_wcs": {"sip_degree": 4}, "photom": {"inverse": False}}
    return StepFinished(
        product=product.name,
        step=step,
        state=StepState.WARNED if warnings else StepState.DONE,
        elapsed=0.5,
        unit=image.unit,
        warnings=warnings,
        references=(Reference(step, f"crds://jwst_nircam_{step}_0001.fits", None),),
        parameters=parameters.get(step, {}),
        log=(),
        image=image,
        saved=(),
        metadata={"meta.photometry.conversion_megajanskys": str(PHOTMJSR)} if step == "photom" else {},
    )


REGIONS = StarRegions(STAR[0], STAR[1], Circle(*STAR, 8.0), Annulus(*STAR, 16.0, 24.0), in_focus=False)


def assessment(product: Product, stage: str, *, level: Level = Level.GOOD, sbr: float = 2140.5) -> Assessment:
    """Assess an exposure by hand: SBR with its check, placement, a number without value, a flag."""
    return Assessment(
        product=product.name,
        stage=stage,
        regions=REGIONS,
        quantities=(
            Quantity(
                "sbr",
                "Signal to background (SBR)",
                sbr,
                12.0,
                region=REGIONS.signal,
                definition="Median of the signal over the standard deviation of the background (wss_tools SNRCalc).",
            ),
            Quantity("chi", "χ² of σ₁ ± σ₂ in µJy", 1.25e-3, 2e-5, "Jy", definition="Greek and subscripts."),
            Quantity("strehl", "Strehl ratio", float("nan"), reason="poppy is not installed."),
        ),
        checks=(
            CheckResult(
                "sbr",
                "Signal to background (SBR)",
                level,
                f"{sbr:g}",
                "The SBR is more than the limit." if level is Level.GOOD else "The SBR is not more than the limit.",
                "more than 1500",
                "wss_tools SNRCalc",
                "sbr",
                STAR,
            ),
            CheckResult("placement", "Placement", Level.GOOD, "1.2 px", "The star is at the field point."),
        ),
        flags=(FlagUnderLight("SATURATED", 1, 0.0125),),
    )


def record(
    exposure: Exposure, *, level: Level = Level.GOOD, decisions: tuple[Judged, ...] = (), saved: tuple[Path, ...] = ()
) -> ExposureRecord:
    """Record an exposure with assessments of all its stages, made by hand."""
    bare = ExposureRecord(exposure=snapshot(exposure))
    assessments: Mapping[str, Assessment] = {
        stage.name: assessment(exposure.product, stage.name, level=level, sbr=2140.5 + number)
        for number, stage in enumerate(bare.stages)
    }
    return replace(bare, assessments=assessments, decisions=decisions, saved=saved)


def part(record: ExposureRecord, context: EvidenceContext = CONTEXT) -> ExposurePart:
    """Make the part of an exposure."""
    return exposure_part(record, context, Checksums(), ignore)


def comparison(*, turned: bool = False) -> PairComparison:
    """Compare two exposures by hand; the difference has a companion."""
    rng = np.random.default_rng(5)
    first = 10 + rng.standard_normal((40, 40))
    second = 10 + rng.standard_normal((40, 40))
    difference: NDArray[np.float64] = first - second
    difference[3, 4] = np.nan
    companions = () if turned else (Companion(5.0, -3.5, 0.18, 1e-3, 1e-4, 6.2, 5e-4),)
    distances = np.arange(2.0, 60.0)
    return PairComparison(
        first=first,
        second=second,
        difference=difference,
        significance=difference / np.sqrt(2),
        corner=(20, 30),
        options=PairOptions(turned=turned),
        quantities=(Quantity("chi2", "Reduced chi2", 1.02, 0.04, definition="Sum of (A - B)² / σ² over n."),),
        checks=(
            CheckResult("chi2", "Reduced chi2", Level.CARE, "1.62", "The two differ.", "at most 1.5", "issue 789"),
        ),
        flags=() if turned else (DisagreeingFlag("HOT", 3, 0.01, 0.5, 0.25),),
        companions=companions,
        search=CompanionSearch(companions, distances, distances * 0.031, 1 / distances),
    )


def pair(first: Product, second: Product, *, decisions: tuple[Judged, ...] = ()) -> PairRecord:
    """Record a pair."""
    link = PairLink(first.science.path, second.science.path, PairKind.OPPOSITE_DEFOCUS)
    return PairRecord(
        link=link,
        first=first.name,
        second=second.name,
        comparison=comparison(),
        turned=comparison(turned=True),
        unit="MJy/sr",
        decisions=decisions,
    )


def pair_of(first: Product, second: Product) -> PairPart:
    """Make the part of a pair."""
    return pair_part(pair(first, second, decisions=(Judged("fit with care", "Companion at 0.2 arcsec?"),)), CONTEXT)


def document(
    parts: list[ExposurePart], pairs: list[PairPart] | None = None, left_out: tuple[str, ...] = ()
) -> EvidenceDocument:
    """Put parts together."""
    name = document_name([each.product for each in parts]) if parts else "empty"
    return evidence_document(parts, pairs or [], CONTEXT, name=name, left_out=left_out)


def ignore(_text: str) -> None:
    """Receive what is being done."""
