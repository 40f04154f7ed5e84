"""Records of the trend database: one decision of the analyst on an exposure or a pair, with its numbers."""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from enum import StrEnum
from functools import cached_property
from math import isfinite, nan

__all__ = ["Subject", "TrendCheck", "TrendNumber", "TrendRecord", "newest"]


class Subject(StrEnum):
    """What a decision is about."""

    EXPOSURE = "exposure"
    PAIR = "pair"


@dataclass(frozen=True)
class TrendNumber:
    """One measured number.

    Attributes
    ----------
    key, name, unit : str
        Key, name for the analyst and unit of the quantity, see `wfsgui.core.assess.results.Quantity`.
    value, error : float
        The number and its standard deviation in `unit`; NaN if it is not known.
    """

    key: str
    name: str
    value: float
    error: float = nan
    unit: str = ""


@dataclass(frozen=True)
class TrendCheck:
    """One check with the limit that was in force.

    Attributes
    ----------
    key, name, level, value : str
        Key, name, level and checked value, see `wfsgui.core.assess.results.CheckResult`.
    quantity : str
        Key of the number that was checked; empty if there is none.
    limit : str
        The limit as text, for example ``more than 1500``; empty without a limit.
    limit_value : float
        The limit in the unit of the number; NaN without a limit.
    source : str
        Source of the limit; empty without a limit.
    """

    key: str
    name: str
    level: str
    value: str = ""
    quantity: str = ""
    limit: str = ""
    limit_value: float = nan
    source: str = ""


@dataclass(frozen=True, kw_only=True)
class TrendRecord:
    """One decision with its numbers. A text that is not known is empty.

    Attributes
    ----------
    uid : str
        Unique name of the record: a record that is stored again replaces itself.
    subject : str
        One of `Subject`.
    exposure : str
        Name of the exposure without the ending of its file, for example ``jw01234001001_02101_00001_nrca1``; two such
        names for a pair.
    time : str
        Start of the exposure (DATE-OBS and TIME-OBS), UTC, ISO 8601.
    program, observation, visit : str
        PROGRAM, OBSERVTN and VISIT.
    detector, aperture, filter, pupil : str
        DETECTOR, APERNAME (the field point), FILTER and PUPIL.
    defocus : str
        Weak lenses in the beam, for example ``WLP8``; empty without a lens.
    role : str
        Role of the exposure in the visit.
    sensing_stage : str
        Stage of the sensing, for example ``FINE_PHASING``.
    stage : str
        Stage of the calibration that was measured.
    judgement, note : str
        The decision and the note of the analyst.
    decided : str
        Time of the decision, UTC, ISO 8601.
    level : str
        Worst level of the checks.
    numbers : tuple of TrendNumber
        Measured numbers.
    checks : tuple of TrendCheck
        Checks, with the limits in force.
    versions : mapping of str to str
        Version of each software package by its name.
    context : str
        CRDS context of the calibration.
    rate, result, folder : str
        Path of the exposure, path of the saved result, and folder of the visit.
    """

    exposure: str
    judgement: str
    decided: str
    uid: str = field(default_factory=lambda: uuid.uuid4().hex)
    subject: str = Subject.EXPOSURE
    time: str = ""
    program: str = ""
    observation: str = ""
    visit: str = ""
    detector: str = ""
    aperture: str = ""
    filter: str = ""
    pupil: str = ""
    defocus: str = ""
    role: str = ""
    sensing_stage: str = ""
    stage: str = ""
    note: str = ""
    level: str = ""
    numbers: tuple[TrendNumber, ...] = ()
    checks: tuple[TrendCheck, ...] = ()
    versions: Mapping[str, str] = field(default_factory=dict)
    context: str = ""
    rate: str = ""
    result: str = ""
    folder: str = ""

    @property
    def identity(self) -> tuple[str, ...]:
        """What tells exposures apart: name, detector and start; copies in other folders are the same exposure."""
        return self.subject, self.exposure, self.detector, self.time

    @cached_property
    def start(self) -> float:
        """Start of the exposure, seconds since 1970-01-01 UTC; NaN if it is not known; cached."""
        return _seconds(self.time)

    def number(self, key: str, unit: str) -> TrendNumber | None:
        """Return a known number by its key and unit; None if there is none."""
        found = (number for number in self.numbers if (number.key, number.unit) == (key, unit))
        return next((number for number in found if isfinite(number.value)), None)

    def checks_of(self, key: str) -> tuple[TrendCheck, ...]:
        """Return the checks of a number."""
        return tuple(check for check in self.checks if check.quantity == key)


def newest(records: Iterable[TrendRecord]) -> tuple[TrendRecord, ...]:
    """Choose the newest decision on each exposure and pair.

    Parameters
    ----------
    records : iterable of TrendRecord
        Decisions, in the order in which they were stored.

    Returns
    -------
    tuple of TrendRecord
        One for each exposure and pair; of decisions at the same time, the one that was stored last.
    """
    found: dict[tuple[str, ...], TrendRecord] = {}
    for record in records:
        former = found.get(record.identity)
        if former is None or _later(record, former):
            found[record.identity] = record
    return tuple(found.values())


def _later(record: TrendRecord, former: TrendRecord) -> bool:
    one, other = _seconds(record.decided), _seconds(former.decided)
    # A time that cannot be read says nothing: then the order in the database counts.
    return not one < other


def _seconds(text: str) -> float:
    try:
        time = datetime.fromisoformat(text)
    except ValueError:
        return nan
    return (time if time.tzinfo is not None else time.replace(tzinfo=UTC)).timestamp()
