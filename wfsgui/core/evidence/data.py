"""Content of the JSON file as plain values; `resources/schemas/evidence-1.json` describes it."""

from __future__ import annotations

from dataclasses import asdict
from math import isfinite
from typing import TYPE_CHECKING, Final

from wfsgui import __version__
from wfsgui.core.assess.limits import DEFAULT_LIMITS
from wfsgui.core.files.names import printable
from wfsgui.core.model.stages import STEPS
from wfsgui.core.regions.shapes import Annulus, Circle, Line, Rectangle
from wfsgui.core.visit.roles import role_of

if TYPE_CHECKING:
    from collections.abc import Iterable

    from wfsgui.core.assess.results import Assessment, CheckResult, FlagUnderLight, Quantity, StarRegions
    from wfsgui.core.evidence.files_page import Checksum, ChosenParameter
    from wfsgui.core.evidence.records import Analyst, EvidenceContext, ExposureRecord, PairRecord
    from wfsgui.core.judgement.verdicts import Verdict
    from wfsgui.core.model.exposure import Stage
    from wfsgui.core.pair.results import Companion, CompanionSearch
    from wfsgui.core.regions.shapes import Region
    from wfsgui.core.step_checks.evidence import StepEffect
    from wfsgui.core.visit.card import PreflightCard

__all__ = ["SCHEMA_ID", "circumstances_data", "exposure_data", "pair_data"]

SCHEMA_ID: Final = "urn:wfsgui:evidence:1"
"""Identifier of the JSON schema; its number changes if a key changes its meaning or is removed."""

_Plain = dict[str, object]


def circumstances_data(context: EvidenceContext) -> _Plain:
    """Describe versions, CRDS settings and limits.

    Parameters
    ----------
    context : EvidenceContext
        Circumstances of the run.

    Returns
    -------
    dict of str to object
        Plain values.
    """
    limits = [context.limits[key] for key in DEFAULT_LIMITS]
    return {
        "schema": SCHEMA_ID,
        "wfsgui": __version__,
        "made": context.when,
        "pixels_count_from": 0,
        "versions": dict(context.engine.versions),
        "crds": dict(context.engine.crds),
        "notices": [*context.notices, *context.engine.notices],
        "limits": [asdict(limit) | {"default": DEFAULT_LIMITS[limit.key].value} for limit in limits],
    }


def exposure_data(
    record: ExposureRecord,
    files: Iterable[Checksum],
    parameters: Iterable[ChosenParameter],
    card: PreflightCard,
) -> _Plain:
    """Describe an exposure.

    Parameters
    ----------
    record : ExposureRecord
        The exposure, with everything measured.
    files : iterable of Checksum
        Inputs and results.
    parameters : iterable of ChosenParameter
        Parameters that differ from their defaults.
    card : PreflightCard
        Its preflight card.

    Returns
    -------
    dict of str to object
        Plain values.
    """
    exposure, info = record.exposure, record.exposure.product.science.info
    role = role_of(info)
    return {
        "name": printable(record.name),
        "overall": str(record.overall),
        "state": exposure.state.value,
        "error": exposure.error,
        "alarm": exposure.alarm,
        "role": {"name": str(role.role), "defocus": role.defocus.name if role.defocus else None, "reason": role.reason},
        "instrument": info.instrument,
        "detector": info.detector,
        "filter": info.filter,
        "pupil": info.pupil,
        "aperture": info.circumstances.aperture,
        "target": info.target,
        "observed": info.date_obs,
        "visit": {"program": info.program, "observation": info.observation, "visit": info.visit},
        "crds_context": exposure.context,
        "decisions": [_decision(decision) for decision in record.decisions],
        "step_verdicts": [_verdict(verdict) for verdict in exposure.verdicts],
        "assessments": [_assessment(assessment) for assessment in record.assessments.values()],
        "steps": [_step(exposure.stages[name], record.effects.get(name)) for name in STEPS],
        "files": [asdict(each) | {"path": printable(str(each.path))} for each in files],
        "parameters": [asdict(each) for each in parameters],
        "options": {
            "skip": sorted(exposure.options.skip),
            "stop_after": exposure.options.stop_after,
            "overrides": dict(exposure.options.overrides),
            "parameter_file": _path(exposure.options.parameter_file),
        },
        "preflight": {
            "overall": str(card.overall),
            "lines": [
                {"what": line.what, "value": line.value, "state": str(line.state), "reason": line.reason}
                for line in card.lines
            ],
        },
        "warnings": list(exposure.warnings),
        "notices": list(exposure.notices),
    }


def pair_data(record: PairRecord) -> _Plain:
    """Describe the comparison of a pair.

    Parameters
    ----------
    record : PairRecord
        The comparison.

    Returns
    -------
    dict of str to object
        Plain values.
    """
    comparison = record.comparison
    return {
        "first": printable(record.first),
        "second": printable(record.second),
        "kind": str(record.link.kind),
        "by_analyst": record.link.by_analyst,
        "overall": str(record.overall),
        "unit": record.unit,
        "subpixel": comparison.options.subpixel,
        "corner": list(comparison.corner),
        "size": comparison.difference.shape[0],
        "decisions": [_decision(decision) for decision in record.decisions],
        "quantities": [_quantity(quantity) for quantity in comparison.quantities],
        "turned_quantities": [_quantity(each) for each in (record.turned.quantities if record.turned else ())],
        "checks": [_check(check) for check in comparison.checks],
        "flags": [
            _flag(flag) | {"chi2_share": _number(flag.chi2_share), "expected": _number(flag.expected)}
            for flag in comparison.flags
        ],
        "companions": [_companion(companion) for companion in comparison.companions],
        "detection_limits": _detection_limits(comparison.search),
        "no_search": comparison.search.reason if comparison.search is not None else "There was no search.",
    }


def _companion(companion: Companion) -> _Plain:
    return {
        "dx": _number(companion.dx),
        "dy": _number(companion.dy),
        "position_error": _number(companion.position_error),
        "separation": _number(companion.separation),
        "contrast": _number(companion.contrast),
        "contrast_error": _number(companion.contrast_error),
        "significance": _number(companion.significance),
        "limit": _number(companion.limit),
    }


def _detection_limits(search: CompanionSearch | None) -> list[_Plain]:
    if search is None:
        return []
    rows = zip(search.pixels, search.separation, search.limit, strict=True)
    return [
        {"pixels": _number(pixels), "separation": _number(separation), "contrast": _number(limit)}
        for pixels, separation, limit in rows
    ]


def _assessment(assessment: Assessment) -> _Plain:
    return {
        "stage": assessment.stage,
        "overall": str(assessment.overall),
        "regions": _regions(assessment.regions) if assessment.regions is not None else None,
        "quantities": [_quantity(quantity) for quantity in assessment.quantities],
        "checks": [_check(check) for check in assessment.checks],
        "flags": [_flag(flag) for flag in assessment.flags],
    }


def _step(stage: Stage, effect: StepEffect | None) -> _Plain:
    return {
        "step": stage.name,
        "state": stage.state.value,
        "reason": stage.reason,
        "elapsed": stage.elapsed,
        "unit": stage.image.unit if stage.image is not None else None,
        "warnings": list(stage.warnings),
        "alarm": stage.alarm,
        "references": [
            {"type": reference.type, "name": reference.name, "path": _path(reference.path)}
            for reference in stage.references
        ],
        "verdict": _verdict(stage.verdict) if stage.verdict is not None else None,
        "facts": [{"name": fact.name, "value": fact.value} for fact in (effect.facts if effect else ())],
        "expectations": [
            {"name": each.name, "outcome": str(each.outcome), "finding": each.finding}
            for each in (effect.expectations if effect else ())
        ],
        "flags": [
            {"name": row.name, "gained": row.gained, "lost": row.lost, "pixels": row.count}
            for row in (effect.transitions if effect else ())
        ],
    }


def _regions(regions: StarRegions) -> _Plain:
    return {
        "x": _number(regions.x),
        "y": _number(regions.y),
        "in_focus": regions.in_focus,
        "signal": _region(regions.signal),
        "background": _region(regions.background),
        "by_analyst": list(regions.by_analyst),
    }


def _quantity(quantity: Quantity) -> _Plain:
    return {
        "key": quantity.key,
        "name": quantity.name,
        "value": _number(quantity.value),
        "error": _number(quantity.error),
        "unit": quantity.unit,
        "region": _region(quantity.region) if quantity.region is not None else None,
        "definition": quantity.definition,
        "reason": quantity.reason,
    }


def _check(check: CheckResult) -> _Plain:
    return {
        "key": check.key,
        "name": check.name,
        "level": str(check.level),
        "value": check.value,
        "finding": check.finding,
        "limit": check.limit,
        "source": check.source,
        "quantity": check.quantity,
        "place": [_number(each) for each in check.place] if check.place is not None else None,
    }


def _flag(flag: FlagUnderLight) -> _Plain:
    return {"name": flag.name, "pixels": int(flag.pixels), "flux_share": _number(flag.flux_share)}


def _region(region: Region) -> _Plain:
    shapes = {Circle: "circle", Annulus: "annulus", Rectangle: "rectangle", Line: "line"}
    return {"shape": shapes[type(region)]} | {key: _number(value) for key, value in asdict(region).items()}


def _decision(decision: Analyst) -> _Plain:
    return {"judgement": str(decision.judgement), "note": decision.note, "when": decision.when}


def _verdict(verdict: Verdict) -> _Plain:
    return {"step": verdict.stage, "judgement": str(verdict.judgement), "note": verdict.note, "when": verdict.when}


def _number(value: float) -> float | None:
    """Return a number for JSON, which has neither NaN nor infinity."""
    return float(value) if isfinite(value) else None


def _path(path: object) -> str | None:
    return printable(str(path)) if path is not None else None
