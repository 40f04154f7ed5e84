"""Summary of checks in words."""

from __future__ import annotations

import pytest

from wfsgui.core.assess.results import Level
from wfsgui.core.assess.summary import count_text, overall_level, overall_text

GOOD, UNKNOWN, CARE, BAD = Level.GOOD, Level.CANNOT_TELL, Level.CARE, Level.BAD


@pytest.mark.parametrize(
    ("levels", "text"),
    [
        ([GOOD, GOOD], "Fit"),
        ([GOOD, UNKNOWN], "Fit with care"),
        ([GOOD, CARE, UNKNOWN], "Fit with care"),
        ([CARE], "Fit with care"),
        ([GOOD, BAD, CARE], "Not fit"),
        ([UNKNOWN, BAD], "Not fit"),
        ([UNKNOWN, UNKNOWN], "Cannot tell"),
        ([], "Cannot tell"),
    ],
)
def test_overall_result_is_that_of_the_worst_check(levels: list[Level], text: str) -> None:
    assert overall_text(levels) == text


def test_worst_level_is_found_in_any_order() -> None:
    assert overall_level([GOOD, BAD, CARE]) is BAD
    assert overall_level([UNKNOWN, GOOD]) is UNKNOWN
    assert overall_level([]) is UNKNOWN


@pytest.mark.parametrize(
    ("levels", "text"),
    [
        ([GOOD] * 11 + [CARE, UNKNOWN], "13 checks: 11 as expected, 1 warning, 1 unknown"),
        ([CARE, CARE, BAD], "3 checks: 1 failed, 2 warnings"),
        ([GOOD], "1 check: 1 as expected"),
        ([], "No checks"),
    ],
)
def test_results_are_counted(levels: list[Level], text: str) -> None:
    assert count_text(levels) == text
