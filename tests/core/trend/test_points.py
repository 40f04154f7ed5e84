"""Points of the trend plot: which decisions, which number, which limits."""

from __future__ import annotations

from dataclasses import replace
from math import nan

import pytest

from tests.core.trend.records import record
from wfsgui.core.trend.points import IN_FOCUS, LimitLine, Plotted, TrendFilter, limit_lines, plotted, points_of
from wfsgui.core.trend.record import TrendCheck, TrendNumber

SBR = Plotted("sbr", "", "SBR")


def test_numbers_that_were_measured_can_be_plotted_each_unit_by_itself() -> None:
    records = [record(), record(unit="DN", exposure="b"), record(nan, unit="kDN", exposure="c")]
    assert [number.text for number in plotted(records)] == ["SBR", "SBR [DN]"]


def test_name_of_a_number_is_that_of_the_last_record() -> None:
    renamed = replace(record(exposure="b"), numbers=(TrendNumber("sbr", "Signal to background", 1.0),))
    assert [number.name for number in plotted([record(), renamed])] == ["Signal to background"]


@pytest.mark.parametrize(
    ("choice", "chosen"),
    [
        (TrendFilter(), "abc"),
        (TrendFilter(aperture="NRCA1_FP6"), "b"),
        (TrendFilter(detector="NRCA3"), "ac"),
        (TrendFilter(defocus="WLM8"), "b"),
        (TrendFilter(defocus=IN_FOCUS), "c"),
        (TrendFilter(detector="NRCA3", defocus="WLM8"), ""),
    ],
)
def test_filter_chooses_by_field_point_detector_and_defocus(choice: TrendFilter, chosen: str) -> None:
    records = [
        record(exposure="a"),
        record(exposure="b", aperture="NRCA1_FP6", detector="NRCA1", defocus="WLM8"),
        record(exposure="c", defocus=""),
    ]
    assert "".join(found.exposure for found in choice.choose(records)) == chosen


def test_decisions_are_in_the_order_of_time_and_those_without_a_time_are_first() -> None:
    times = {"a": "2026-03-01T00:00:00", "b": "2025-01-01T00:00:00.5", "c": "", "d": "2026-03-01T00:00:00+02:00"}
    chosen = TrendFilter().choose(record(exposure=name, time=time) for name, time in times.items())
    assert [found.exposure for found in chosen] == ["c", "b", "d", "a"]


def test_history_has_every_decision_on_an_exposure() -> None:
    records = [record(decided="2026-01-02T00:00:00+00:00"), record(decided="2026-01-03T00:00:00+00:00")]
    assert TrendFilter().choose(records) == (records[1],)
    assert TrendFilter(history=True).choose(records) == tuple(records)


def test_point_without_a_value_or_a_time_is_in_the_table_and_not_drawn() -> None:
    points = points_of([record(), record(nan), record(time="no time")], SBR)
    assert [point.can_be_drawn for point in points] == [True, False, False]
    assert [point.value_text for point in points] == ["2140(12)", "", "2140(12)"]
    assert [point.limit_text for point in points] == ["more than 1500"] * 3


def test_without_a_number_there_are_points_without_values() -> None:
    (point,) = points_of([record()], None)
    assert (point.number, point.checks, point.value_text, point.limit_text) == (None, (), "", "")


def test_error_that_is_not_known_is_not_written() -> None:
    (point,) = points_of([record(error=nan)], SBR)
    assert point.value_text == "2140"


def test_each_limit_that_was_in_force_is_drawn_once() -> None:
    later = record(limit=750.0, exposure="b")
    without = replace(record(exposure="c"), checks=(TrendCheck("sbr", "SBR", "good", quantity="sbr"),))
    points = points_of([record(), record(exposure="d"), later, without, record(nan, limit=1.0)], SBR)
    assert limit_lines(points) == (LimitLine(750.0, "more than 750"), LimitLine(1500.0, "more than 1500"))


def test_start_is_utc_without_a_time_zone() -> None:
    assert record(time="1970-01-02T00:00:01.5").start == 86401.5
