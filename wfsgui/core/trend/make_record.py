"""Records of the trend database, made of assessments, comparisons and decisions."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from math import nan
from typing import TYPE_CHECKING, NamedTuple, Protocol

from wfsgui.core.assess.limits import DEFAULT_LIMITS, Limits
from wfsgui.core.assess.results import worst_level
from wfsgui.core.intake.association import exposure_root
from wfsgui.core.trend.record import Subject, TrendCheck, TrendNumber, TrendRecord
from wfsgui.core.visit.roles import role_of

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from wfsgui.core.assess.results import Assessment, CheckResult, Quantity
    from wfsgui.core.model.exposure_info import ExposureInfo

__all__ = ["Decided", "Measured", "TrendSource", "exposure_record", "pair_record"]

_NAMES_APART = " - "


class Decided(Protocol):
    """A decision of the analyst."""

    @property
    def judgement(self) -> str:
        """The decision, for example ``fit``."""

    @property
    def note(self) -> str:
        """Note of the analyst; may be empty."""

    @property
    def when(self) -> str:
        """Time of the decision, UTC, ISO 8601."""


@dataclass(frozen=True, kw_only=True)
class TrendSource:
    """What a decision is based on, besides the measurements.

    Attributes
    ----------
    limits : Limits
        Limits in force.
    sensing_stage : str
        Stage of the sensing; empty if it is not known.
    versions : mapping of str to str
        Version of each software package.
    context : str
        CRDS context.
    result : Path or None
        The saved result; None if it is not saved.
    """

    limits: Limits = field(default_factory=Limits)
    sensing_stage: str = ""
    versions: Mapping[str, str] = field(default_factory=dict)
    context: str = ""
    result: Path | None = None


class Measured(NamedTuple):
    """Quantities and checks of a comparison."""

    quantities: tuple[Quantity, ...] = ()
    checks: tuple[CheckResult, ...] = ()


def exposure_record(
    info: ExposureInfo, decision: Decided, assessment: Assessment | None, source: TrendSource
) -> TrendRecord:
    """Make the record of a decision on an exposure.

    Parameters
    ----------
    info : ExposureInfo
        Identity of the exposure.
    decision : Decided
        The decision.
    assessment : Assessment or None
        The measurements that the analyst has seen; None if there were none.
    source : TrendSource
        What else the decision is based on.

    Returns
    -------
    TrendRecord
        The record.
    """
    checks = assessment.checks if assessment is not None else ()
    return replace(
        _base(info, decision, source),
        stage=assessment.stage if assessment is not None else "",
        level=str(worst_level(checks)),
        numbers=_numbers(assessment.quantities if assessment is not None else ()),
        checks=_checks(checks, source.limits),
    )


def pair_record(
    first: ExposureInfo,
    second: ExposureInfo,
    decision: Decided,
    measured: Measured | None,
    source: TrendSource,
) -> TrendRecord:
    """Make the record of a decision on a pair.

    Parameters
    ----------
    first, second : ExposureInfo
        Identities of the exposures; the record has the time, the visit and the field point of the first.
    decision : Decided
        The decision.
    measured : Measured or None
        The comparison that the analyst has seen; None if there was none.
    source : TrendSource
        What else the decision is based on.

    Returns
    -------
    TrendRecord
        The record.
    """
    quantities, checks = measured or Measured()
    return replace(
        _base(first, decision, source),
        subject=Subject.PAIR,
        exposure=_NAMES_APART.join(exposure_root(info.path.name) for info in (first, second)),
        defocus=_NAMES_APART.join(_lens(info) or "no lens" for info in (first, second)),
        level=str(worst_level(checks)),
        numbers=_numbers(quantities),
        checks=_checks(checks, source.limits),
    )


def _numbers(quantities: Iterable[Quantity]) -> tuple[TrendNumber, ...]:
    return tuple(
        TrendNumber(quantity.key, quantity.name, quantity.value, quantity.error, quantity.unit)
        for quantity in quantities
    )


def _checks(checks: Iterable[CheckResult], limits: Limits) -> tuple[TrendCheck, ...]:
    return tuple(
        TrendCheck(
            key=check.key,
            name=check.name,
            level=str(check.level),
            value=check.value,
            quantity=check.quantity,
            limit=check.limit,
            limit_value=_limit_value(check, limits),
            source=check.source,
        )
        for check in checks
    )


def _limit_value(check: CheckResult, limits: Limits) -> float:
    """Find the limit of a check by its key, ``sbr`` or ``sbr.FINE_PHASING``, and its text."""
    keys = (key for key in DEFAULT_LIMITS if key == check.key or key.startswith(f"{check.key}."))
    found = (limits[key] for key in keys)
    return next((limit.value for limit in found if limit.text == check.limit), nan)


def _base(info: ExposureInfo, decision: Decided, source: TrendSource) -> TrendRecord:
    """Make a record without numbers."""
    return TrendRecord(
        exposure=exposure_root(info.path.name),
        judgement=str(decision.judgement),
        decided=decision.when,
        note=decision.note,
        time=info.date_obs,
        program=info.program,
        observation=info.observation,
        visit=info.visit,
        detector=info.detector,
        aperture=info.circumstances.aperture,
        filter=info.filter,
        pupil=info.pupil,
        defocus=_lens(info),
        role=str(role_of(info).role),
        sensing_stage=source.sensing_stage,
        versions=dict(source.versions),
        context=source.context,
        rate=str(info.path.absolute()),
        result=str(source.result.absolute()) if source.result is not None else "",
        folder=str(info.path.absolute().parent),
    )


def _lens(info: ExposureInfo) -> str:
    defocus = role_of(info).defocus
    return defocus.name if defocus is not None else ""
