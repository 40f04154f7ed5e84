"""Checks of a product before its run, from its headers and from information of the engine."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Final

from wfsgui.core.intake.eligibility import mismatches
from wfsgui.core.visit.card import REFERENCES, CardLine, PreflightCard, State
from wfsgui.core.visit.field_points import NoFieldPoint, field_point
from wfsgui.core.visit.pointing import pointing_is_measured, pointing_is_planned, target_of
from wfsgui.core.visit.roles import ExposureRole, Role, role_of
from wfsgui.core.visit.space import disk_line

if TYPE_CHECKING:
    from collections.abc import Mapping

    from wfsgui.core.model.exposure_info import ExposureInfo
    from wfsgui.core.model.product import Product

__all__ = ["NOT_APPLICABLE", "EngineKnowledge", "preflight_card", "recorded_card"]

NOT_APPLICABLE: Final = "N/A"
"""Answer of CRDS for a reference type that an exposure does not need."""

_RAMP_FIT: Final = "S_RAMP"
_USUAL_STEPS: Final = ("S_DQINIT", "S_SATURA", "S_LINEAR", "S_DARK", "S_JUMP", _RAMP_FIT)
_CONTEXT: Final = re.compile(r"_(\d+)\.pmap$")


@dataclass(frozen=True, kw_only=True)
class EngineKnowledge:
    """Facts on the next run that only the engine knows; the caller provides them, because core imports no engine.

    Attributes
    ----------
    jwst_version : str
        Installed version of jwst.
    crds_context : str
        CRDS context of the run; empty if it was not looked up.
    references : mapping of str to str, or None
        For each reference type the path of the file, `NOT_APPLICABLE`, or an empty string if CRDS has no file; None if
        they were not looked up.
    references_fault : str
        Reason why the look-up failed, one sentence; empty if it did not fail.
    output_folder : Path
        Folder of the result; it need not exist.
    """

    jwst_version: str
    crds_context: str = ""
    references: Mapping[str, str] | None = None
    references_fault: str = ""
    output_folder: Path = field(default_factory=Path)


def preflight_card(product: Product, engine: EngineKnowledge) -> PreflightCard:
    """Make the preflight card of a product.

    Parameters
    ----------
    product : Product
        The product.
    engine : EngineKnowledge
        Facts on the next run.

    Returns
    -------
    PreflightCard
        Results of all checks. Reads the SIAF and the free disk space: do not call it in the GUI thread.
    """
    lines = (
        *_header_lines(product, engine, with_field_point=True),
        *_reference_lines(engine),
        disk_line(engine.output_folder, [product.science.info.shape]),
    )
    return PreflightCard(product.name, lines)


def recorded_card(product: Product, jwst_version: str, crds_context: str) -> PreflightCard:
    """Make the part of a card that goes into the record of a result: what the headers tell.

    Parameters
    ----------
    product : Product
        The product.
    jwst_version : str
        Installed version of jwst.
    crds_context : str
        CRDS context of the run; empty if it is not known.

    Returns
    -------
    PreflightCard
        Without field point, references and disk space: reads no file.
    """
    engine = EngineKnowledge(jwst_version=jwst_version, crds_context=crds_context)
    return PreflightCard(product.name, tuple(_header_lines(product, engine, with_field_point=False)))


def _header_lines(product: Product, engine: EngineKnowledge, *, with_field_point: bool) -> list[CardLine]:
    info = product.science.info
    role = role_of(info)
    return [
        _role_line(role),
        *([_field_line(info, role.role)] if with_field_point else []),
        _detector1_line(info),
        _version_line(info, engine.jwst_version),
        _context_line(info, engine.crds_context),
        _pointing_line(info),
        _target_line(info),
        *_time_series_lines(info),
        *_background_lines(product),
    ]


def _role_line(role: ExposureRole) -> CardLine:
    reason = f"{role.reason}."
    if not role.role.in_level2:
        return CardLine("role", role.text, State.CARE, f"{reason} DMS makes no level-2 product of it.")
    if not role.role.in_run_all:
        return CardLine("role", role.text, State.CARE, f"{reason} The image does not serve wavefront sensing.")
    return CardLine("role", role.text, State.GO, reason)


def _field_line(info: ExposureInfo, role: Role) -> CardLine:
    what = "field point"
    if not role.has_field_point:
        return CardLine(what, "none", State.GO, f"An exposure of this role ({role}) has none.")
    point = field_point(info)
    if isinstance(point, NoFieldPoint):
        return CardLine(what, info.circumstances.aperture or "unknown", State.CANNOT_TELL, point.reason)
    if not point.in_image:
        return CardLine(what, point.text, State.CARE, "This pixel is outside the image.")
    if not point.sensing:
        reason = "This aperture is not a field point of wavefront sensing; the star may be elsewhere."
        return CardLine(what, point.text, State.CANNOT_TELL, reason)
    return CardLine(what, point.text, State.GO, f"This is the reference pixel of the SIAF {point.siaf}.")


def _detector1_line(info: ExposureInfo) -> CardLine:
    what, steps = "detector1", dict(info.steps)
    if not steps:
        reason = "The file has no calibration-step keyword (S_...)."
        return CardLine(what, "unknown", State.CANNOT_TELL, reason)
    by_value: dict[str, list[str]] = {}
    for keyword, value in info.steps:
        by_value.setdefault(value or "no value", []).append(keyword)
    value = "; ".join(f"{state} {' '.join(keywords)}" for state, keywords in by_value.items())
    unusual = [keyword for keyword in steps if steps[keyword] not in ("COMPLETE", "SKIPPED")]
    missed = [keyword for keyword in _USUAL_STEPS if steps.get(keyword) != "COMPLETE" and keyword not in unusual]
    if steps.get(_RAMP_FIT) == "FAILED":
        return CardLine(what, value, State.NO_GO, "The ramp fit failed, so the pixels are not count rates.")
    if unusual:
        return CardLine(what, value, State.CARE, f"{_listed(unusual)} did not end as COMPLETE or SKIPPED.")
    if missed:
        verb = "is" if len(missed) == 1 else "are"
        return CardLine(what, value, State.CARE, f"{_listed(missed)} {verb} not COMPLETE.")
    return CardLine(what, value, State.GO)


def _listed(keywords: list[str]) -> str:
    return " and ".join(filter(None, (", ".join(keywords[:-1]), keywords[-1])))


def _version_line(info: ExposureInfo, installed: str) -> CardLine:
    what, made_by = "made by", info.circumstances.calibration_version
    if not made_by:
        return CardLine(what, "unknown", State.CANNOT_TELL, "CAL_VER is missing.")
    value = f"jwst {made_by.lower()}"
    then, now = _release(made_by), _release(installed)
    if not then or not now:
        return CardLine(
            what, value, State.CANNOT_TELL, f"This version cannot be compared with the installed jwst {installed}."
        )
    if then > now:
        return CardLine(what, value, State.CARE, f"The installed jwst {installed} is older; update it.")
    if then[0] < now[0]:
        age = now[0] - then[0]
        count = "a major version" if age == 1 else f"{age} major versions"
        reason = f"This is {count} older than the installed jwst {installed}; fetch the file again."
        return CardLine(what, value, State.CARE, reason)
    comparison = "This is the installed version" if then == now else f"The installed jwst {installed} is a little newer"
    return CardLine(what, value, State.GO, f"{comparison}.")


def _release(version: str) -> tuple[int, ...]:
    """Return the three numbers of a release; empty if the version does not begin with a number."""
    found = re.match(r"(\d+)(?:\.(\d+))?(?:\.(\d+))?", version)
    return tuple(int(number or 0) for number in found.groups()) if found else ()


def _context_line(info: ExposureInfo, current: str) -> CardLine:
    what, then = "CRDS context of detector1", info.circumstances.crds_context
    if not then:
        return CardLine(what, "unknown", State.CANNOT_TELL, "CRDS_CTX is missing.")
    if not current:
        return CardLine(what, then, State.GO, "The context of the run was not looked up.")
    if then == current:
        return CardLine(what, then, State.GO, "This is the context of the run.")
    numbers = [_CONTEXT.search(context) for context in (then, current)]
    if numbers[0] and numbers[1]:
        count = int(numbers[1][1]) - int(numbers[0][1])
        reason = f"This is {abs(count)} contexts {'older' if count > 0 else 'newer'} than that of the run, {current}."
        return CardLine(what, then, State.GO if count > 0 else State.CARE, reason)
    return CardLine(what, then, State.CARE, f"The context of the run is another one, {current}.")


def _pointing_line(info: ExposureInfo) -> CardLine:
    value = info.circumstances.pointing_quality
    if pointing_is_planned(info):
        reason = "The WCS follows from the planned pointing, not from the measured one, and can be far off."
        return CardLine("pointing", value, State.CARE, reason)
    if pointing_is_measured(info):
        return CardLine("pointing", value, State.GO, "The WCS follows from the measured pointing.")
    fault = f"ENGQLPTG is {value}" if value else "ENGQLPTG is missing"
    return CardLine("pointing", value or "unknown", State.CANNOT_TELL, f"{fault}.")


def _target_line(info: ExposureInfo) -> CardLine:
    position = target_of(info)
    if position is None:
        given = info.circumstances.target_position
        fault = "TARG_RA and TARG_DEC are (0, 0)" if given else "TARG_RA and TARG_DEC are missing"
        return CardLine(
            "target", info.target or "none", State.CARE, f"{fault}: no target marker and no offset can be shown."
        )
    value = f"{info.target or 'no name'} at {position[0]:.6f} {position[1]:+.6f} deg"
    return CardLine("target", value, State.GO)


def _time_series_lines(info: ExposureInfo) -> list[CardLine]:
    if not info.circumstances.time_series:
        return []
    reason = "The _rate file is the average of the integrations of a time series (TSOVISIT)."
    return [CardLine("time series", "yes", State.CARE, reason)]


def _background_lines(product: Product) -> list[CardLine]:
    if not product.backgrounds:
        return [CardLine("background", "none", State.GO, "Nothing is subtracted.")]
    lines = []
    for background in product.backgrounds:
        differing = mismatches(product.science.info, background.info)
        if differing:
            reason = f"This background does not match the exposure: {'; '.join(differing)}."
            lines.append(CardLine("background", background.path.name, State.CARE, reason))
        else:
            lines.append(
                CardLine("background", background.path.name, State.GO, "This background matches the exposure.")
            )
    return lines


def _reference_lines(engine: EngineKnowledge) -> list[CardLine]:
    if engine.references_fault:
        return [CardLine(REFERENCES, "unknown", State.CANNOT_TELL, engine.references_fault)]
    if engine.references is None:
        reason = "They are looked up with --references, and in the window as soon as the engine is loaded."
        return [CardLine(REFERENCES, "not looked up", State.CANNOT_TELL, reason)]
    applying = {kind: place for kind, place in engine.references.items() if place != NOT_APPLICABLE}
    lines = [_reference_line(kind, place) for kind, place in sorted(applying.items())]
    others = sorted(engine.references.keys() - applying)
    if others:
        reason = "This exposure needs none of these, by the rules of CRDS."
        lines.append(CardLine("other references", f"{NOT_APPLICABLE} {' '.join(others)}", State.GO, reason))
    return lines


def _reference_line(kind: str, place: str) -> CardLine:
    what = f"reference {kind}"
    if not place:
        return CardLine(what, "missing", State.NO_GO, "CRDS has no file for this exposure.")
    if Path(place).is_file():
        return CardLine(what, place, State.GO)
    return CardLine(what, place, State.CARE, "The file is not in the cache yet; the run fetches it.")
