"""Lines of the panel *Verdict*."""

from __future__ import annotations

from dataclasses import replace
from math import nan

from tests.gui import fakes
from tests.gui.assess.assess_helpers import SIGNAL, assessment, check
from wfsgui.core.assess.inputs import AssessInput
from wfsgui.core.assess.results import Assessment, Level, Quantity
from wfsgui.core.model.exposure import StageState
from wfsgui.core.step_checks.evidence import Expectation, Outcome, StepEffect
from wfsgui.gui.verdict.lines import assessment_lines, number_lines, pair_lines, step_lines


def assessed(level: Level = Level.GOOD, place: tuple[float, float] | None = None) -> Assessment:
    request = AssessInput(product=fakes.product(), stage="photom", image=fakes.image())
    return assessment(request, check(level=level, place=place))


def test_good_check_has_its_number_and_its_limit() -> None:
    (line,) = assessment_lines(assessed())
    assert (line.level, line.name, line.value) == (Level.GOOD, "Signal to background (SBR)", "2140(12)")
    assert line.second == "more than 1500"
    assert "wss_tools" in line.tip
    assert "A ratio." in line.tip
    assert line.spoken == "good: Signal to background (SBR), 2140(12), more than 1500"


def test_check_that_is_not_good_says_what_is_so() -> None:
    for level in (Level.CARE, Level.BAD, Level.CANNOT_TELL):
        (line,) = assessment_lines(assessed(level))
        assert line.second == "The sbr is 2140(12). Limit: more than 1500."
        assert "more than 1500" in line.tip


def test_limit_that_the_finding_names_is_not_repeated() -> None:
    told = replace(check(level=Level.BAD), finding="The SBR is not more than 1500, the limit.")
    (line,) = pair_lines([told])
    assert line.second == told.finding


def test_check_goes_to_its_place_or_to_the_region_of_its_quantity() -> None:
    (placed,), (plain,) = assessment_lines(assessed(place=(3.0, 5.0))), assessment_lines(assessed())
    assert (placed.stage, placed.place) == ("photom", (3.0, 5.0))
    assert (plain.place, plain.region) == (None, SIGNAL)
    nowhere = replace(assessed(), quantities=())
    (line,) = assessment_lines(nowhere)
    assert not line.goes_somewhere


def test_lines_of_a_pair_go_to_the_pair() -> None:
    (line,) = pair_lines([check("chi2", value="1.12")])
    assert line.of_pair
    assert line.goes_somewhere


def test_expectations_of_a_step_are_lines() -> None:
    exposure = fakes.completed(fakes.exposure())
    outcomes = (Outcome.MET, Outcome.NOT_MET, Outcome.UNKNOWN)
    expectations = tuple(Expectation(f"rule {outcome}", outcome, f"It is {outcome}.", "Why.") for outcome in outcomes)
    lines = step_lines(exposure, {"flat_field": StepEffect((), (), expectations)})
    assert [line.level for line in lines] == [Level.GOOD, Level.CARE, Level.CANNOT_TELL]
    assert {(line.value, line.stage) for line in lines} == {("flat_field", "flat_field")}
    assert lines[1].second == "It is not met."


def test_failure_alarm_and_warning_are_lines_of_their_steps() -> None:
    exposure = fakes.completed(fakes.exposure())
    stages = exposure.stages
    stages["assign_wcs"].warnings = ("odd",)
    stages["flat_field"].warnings, stages["flat_field"].alarm = ("empty", "odd, too"), "empty"
    stages["photom"].state, stages["photom"].reason = StageState.FAILED, "No table."
    lines = step_lines(exposure, {})
    assert [(line.stage, line.level, line.value, line.second) for line in lines] == [
        ("assign_wcs", Level.CARE, "warning", "odd"),
        ("flat_field", Level.BAD, "alarm", "empty"),
        ("flat_field", Level.CARE, "warning", "odd, too"),
        ("photom", Level.BAD, "failed", "No table."),
    ]


def test_run_that_failed_before_its_first_step_is_a_line() -> None:
    exposure = fakes.exposure()
    exposure.error = "The file cannot be read."
    (line,) = step_lines(exposure, {})
    assert (line.level, line.name, line.second) == (Level.BAD, "Run", "The file cannot be read.")


def test_rejected_step_is_a_line() -> None:
    exposure = fakes.completed(fakes.exposure())
    exposure.stages["photom"].state = StageState.REJECTED
    (line,) = step_lines(exposure, {})
    assert (line.level, line.value) == (Level.BAD, "rejected")


def test_steps_that_have_not_been_run_have_no_lines() -> None:
    assert step_lines(fakes.exposure(), {}) == ()


def test_number_without_a_check_is_a_line_with_its_region() -> None:
    flux = Quantity("flux", "Flux", 0.54164, 0.00006, "Jy", SIGNAL, "A sum.")
    unknown = Quantity("fwhm", "FWHM", nan, reason="The star is not in focus.")
    assessed_numbers = replace(assessed(), quantities=(*assessed().quantities, flux, unknown))
    first, second = number_lines(assessed_numbers)
    assert (first.level, first.name, first.value, first.region) == (None, "Flux", "0.54164(6) Jy", SIGNAL)
    assert first.spoken == "Flux, 0.54164(6) Jy"
    assert (second.value, second.second) == ("none", "The star is not in focus.")
    assert not second.goes_somewhere
