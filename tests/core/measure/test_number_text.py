"""Tests of the text of numbers."""

from __future__ import annotations

from math import inf, nan

import numpy as np
import pytest

from wfsgui.core.measure.number_text import with_error, with_uncertainty


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


@pytest.mark.parametrize(
    ("value", "error", "text"),
    [
        (0.541638, 0.0000612, "0.54164(6) Jy"),
        (-0.541638, 0.0000612, "-0.54164(6) Jy"),
        (2140.3, 12.4, "2140(12) Jy"),
        (2143.0, 121.0, "2140(120) Jy"),
        (12.3456, 1.5, "12.3(15) Jy"),
        (0.03, 0.12, "0.03(12) Jy"),
        (1.0, 0.354, "1.00(35) Jy"),
        (1.0, 0.355, "1.0(4) Jy"),
        (1.0, 0.949, "1.0(9) Jy"),
        (1.0, 0.951, "1.0(10) Jy"),
        (1.0, 0.9999, "1.0(10) Jy"),
        (123456.7, 0.3, "123456.70(30) Jy"),
        (99.996, 0.04, "100.00(4) Jy"),
    ],
)
def test_uncertainty_stands_in_the_last_digits(value: float, error: float, text: str) -> None:
    assert with_uncertainty(value, error, "Jy") == text


@pytest.mark.parametrize(
    ("value", "error", "text"),
    [
        (1.2345e-7, 1.1e-9, "1.234(11)e-07"),
        (-1.2345e-7, 5e-9, "-1.23(5)e-07"),
        (5.987e20, 1.3e18, "5.987(13)e+20"),
        (12345678.0, 120000.0, "1.235(12)e+07"),
        (999999.7, 0.6, "999999.7(6)"),
        (1234567.8, 0.3, "1.23456780(30)e+06"),
        (1e7, 5e8, "0(5)e+08"),
        (1e-7, 0.5, "0.0(5)"),
        (0.0, 4e-12, "0(4)e-12"),
        (5e-324, 5e-324, "5(5)e-324"),
    ],
)
def test_uncertainty_of_large_and_small_numbers_has_an_exponent(value: float, error: float, text: str) -> None:
    assert with_uncertainty(value, error) == text


@pytest.mark.parametrize(
    ("value", "error", "text"),
    [
        (0.0, 1.0, "0.0(10) px"),
        (-1e-9, 1.0, "0.0(10) px"),
        (-0.04, 0.5, "0.0(5) px"),
    ],
)
def test_number_that_rounds_to_zero_has_no_sign(value: float, error: float, text: str) -> None:
    assert with_uncertainty(value, error, "px") == text


@pytest.mark.parametrize("error", [nan, inf, 0.0, -1.0])
def test_number_without_an_uncertainty_is_written_alone(error: float) -> None:
    assert with_uncertainty(12.5, error, "px") == "12.5 px"


@pytest.mark.parametrize("value", [nan, inf, -inf])
def test_uncertain_number_that_is_not_finite_has_no_unit(value: float) -> None:
    assert with_uncertainty(value, 1.0, "px") == "none"


def test_uncertainty_beyond_the_digits_of_a_float_is_written_behind_the_number() -> None:
    assert with_uncertainty(1.0, 1e-20, "Jy") == "1 \N{PLUS-MINUS SIGN} 1e-20 Jy"


def test_uncertain_numbers_may_be_of_numpy() -> None:
    assert with_uncertainty(float(np.float32(0.25)), np.float64(0.05), "px") == "0.25(5) px"
    assert with_uncertainty(np.float64(0.25), np.float64(0.05)) == "0.25(5)"
