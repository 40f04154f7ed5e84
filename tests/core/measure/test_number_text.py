"""Tests of the text of numbers."""

from __future__ import annotations

from math import nan

import pytest

from wfsgui.core.measure.number_text import with_error


@pytest.mark.parametrize(
    ("value", "error", "text"),
    [
        (1411.99712, 0.0034, "1411.9971 \N{PLUS-MINUS SIGN} 0.0034 px"),
        (463.1634, 0.25, "463.163 \N{PLUS-MINUS SIGN} 0.25 px"),
        (597002.4, 61.0, "597002 \N{PLUS-MINUS SIGN} 61 px"),
        (10.0, 0.0, "10 \N{PLUS-MINUS SIGN} 0 px"),
        (0.0, 0.01, "0 \N{PLUS-MINUS SIGN} 0.01 px"),
        (5.0, nan, "5 px"),
        (nan, 1.0, "none"),
    ],
)
def test_number_has_digits_of_its_error(value: float, error: float, text: str) -> None:
    assert with_error(value, error, "px") == text
