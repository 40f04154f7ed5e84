"""Records made of assessments, comparisons and decisions."""

from __future__ import annotations

from dataclasses import dataclass, replace
from math import isnan
from pathlib import Path

from tests.core.visit.exposures import exposure
from wfsgui.core.assess.limits import DEFAULT_LIMITS, Limits
from wfsgui.core.assess.results import Assessment, CheckResult, Level, Quantity
from wfsgui.core.trend.make_record import Measured, TrendSource, exposure_record, pair_record
from wfsgui.core.trend.record import TrendNumber

PLACEMENT = DEFAULT_LIMITS["placement"]


@dataclass(frozen=True)
class _Decision:
    judgement: str = "fit with care"
    note: str = "jumps"
    when: str = "2026-01-02T10:00:00+00:00"


def _check(limit: str, key: str = "placement") -> CheckResult:
    return CheckResult(key, "Placement", Level.CARE, "12.3(1) px", "far away", limit, "somebody", "offset")


def _assessment(*checks: CheckResult) -> Assessment:
    return Assessment("a", "cal", None, (Quantity("offset", "Offset", 12.3, 0.1, "pix"),), checks)


def test_record_has_the_identity_of_the_exposure_and_the_decision() -> None:
    info = exposure("jw99001001001_02101_00001_nrca1", filter="F212N", pupil="WLM8")
    source = TrendSource(
        sensing_stage="FINE_PHASING",
        versions={"jwst": "3.0.0"},
        context="jwst_1.pmap",
        result=Path("/out/a_cal.fits"),
    )
    made = exposure_record(info, _Decision(), _assessment(_check(PLACEMENT.text)), source)
    assert made.identity == ("exposure", "jw99001001001_02101_00001_nrca1", "NRCA1", info.date_obs)
    assert (made.judgement, made.note, made.decided, made.level) == (
        "fit with care", "jumps", "2026-01-02T10:00:00+00:00", "care",
    )  # fmt: skip
    assert (made.aperture, made.filter, made.pupil, made.defocus, made.role) == (
        "NRCA1_FP6", "F212N", "WLM8", "WLM8", "fine phasing",
    )  # fmt: skip
    assert (made.program, made.observation, made.visit, made.sensing_stage, made.stage) == (
        "99001", "001", "001", "FINE_PHASING", "cal",
    )  # fmt: skip
    assert (made.rate, made.folder, made.result) == (str(info.path), "/data", "/out/a_cal.fits")
    assert (made.versions, made.context) == ({"jwst": "3.0.0"}, "jwst_1.pmap")
    assert made.numbers == (TrendNumber("offset", "Offset", 12.3, 0.1, "pix"),)


def test_limit_of_a_check_is_the_one_in_force() -> None:
    limits = Limits({"placement": 5.0})
    made = exposure_record(
        exposure(), _Decision(), _assessment(_check(limits["placement"].text)), TrendSource(limits=limits)
    )
    (check,) = made.checks
    assert (check.limit, check.limit_value, check.source) == ("at most 5 px", 5.0, "somebody")
    assert made.checks_of("offset") == (check,)


def test_limit_that_is_not_in_the_table_is_kept_as_text_only() -> None:
    for check in (_check("at most 7 px"), _check("at most 10 px", key="other"), _check("")):
        (found,) = exposure_record(exposure(), _Decision(), _assessment(check), TrendSource()).checks
        assert (found.limit, isnan(found.limit_value)) == (check.limit, True)


def test_decision_without_a_measurement_is_recorded() -> None:
    made = exposure_record(exposure(), _Decision(), None, TrendSource())
    assert (made.judgement, made.numbers, made.checks, made.level) == ("fit with care", (), (), "cannot tell")


def test_copy_in_another_folder_is_the_same_exposure() -> None:
    info = exposure("jw1")
    copy = replace(info, path=Path("/copy/JW1_rate.fits.gz"))
    one, other = (exposure_record(each, _Decision(), None, TrendSource()) for each in (info, copy))
    assert one.identity == other.identity
    assert one.folder != other.folder


def test_record_of_a_pair_has_both_names_and_its_numbers() -> None:
    chi2 = Quantity("chi2", "Reduced chi2", 1.7, 0.1)
    check = CheckResult("chi2", "chi2", Level.BAD, "1.7", "high", DEFAULT_LIMITS["chi2"].text, "", "chi2")
    made = pair_record(
        exposure("a", pupil="WLP8"),
        exposure("b", pupil="WLM8"),
        _Decision(),
        Measured((chi2,), (check,)),
        TrendSource(),
    )
    assert (made.subject, made.exposure, made.defocus, made.level) == ("pair", "a - b", "WLP8 - WLM8", "bad")
    assert made.number("chi2", "") == TrendNumber("chi2", "Reduced chi2", 1.7, 0.1)
    assert made.checks[0].limit_value == DEFAULT_LIMITS["chi2"].value
    assert pair_record(exposure("a"), exposure("b"), _Decision(), None, TrendSource()).numbers == ()
