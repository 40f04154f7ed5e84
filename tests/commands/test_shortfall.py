"""Requested work that was not done sets the exit status."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.headers_only import write_exposure
from wfsgui.commands.shortfall import exit_status, shortfall
from wfsgui.core.intake.products import Intake, take_in
from wfsgui.core.model.events import EndEvent, ProductResult, ProductState, RunCancelled, RunFailed, RunFinished

DONE = ProductResult("a_rate.fits", ProductState.DONE, 1.0)
CANCELLED = ProductResult("b_rate.fits", ProductState.CANCELLED, 1.0)
FAILED = ProductResult("b_rate.fits", ProductState.FAILED, 1.0, error="The disk is full.")
WARNED = ProductResult("b_rate.fits", ProductState.WARNED, 1.0)

ALARMED = ProductResult("b_rate.fits", ProductState.WARNED, 1.0, alarm="flat_field: no pixel is usable.")


@pytest.fixture
def intake(tmp_path: Path) -> Intake:
    return take_in([write_exposure(tmp_path / f"{name}_rate.fits") for name in "ab"])


@pytest.mark.parametrize(
    ("end", "status", "sentences"),
    [
        (RunFinished((DONE, WARNED)), 0, ()),
        (
            RunFinished((DONE, ALARMED)),
            1,
            ("The result of b_rate.fits is of no use: flat_field: no pixel is usable.",),
        ),
        (RunFinished((DONE,)), 1, ("Not finished: b_rate.fits",)),
        (RunFinished((DONE, CANCELLED)), 1, ("Not finished: b_rate.fits",)),
        (RunFailed((DONE, FAILED), "The disk is full."), 1, ("The disk is full.",)),
        (
            RunCancelled((DONE, CANCELLED)),
            130,
            ("The run was stopped before its end.", "Not finished: b_rate.fits"),
        ),
    ],
)
def test_unfinished_products_are_listed_and_set_the_exit_status(
    intake: Intake, end: EndEvent, status: int, sentences: tuple[str, ...]
) -> None:
    left_out = shortfall(end, intake)
    assert left_out == sentences
    assert exit_status(end, left_out) == status


def test_declined_inputs_are_listed_and_set_the_exit_status(intake: Intake, tmp_path: Path) -> None:
    both = take_in([*(product.science.path for product in intake.products), tmp_path / "c_rate.fits"])
    left_out = shortfall(RunFinished((DONE, WARNED)), both)
    (sentence,) = left_out
    assert sentence.startswith(f"Not calibrated: {tmp_path / 'c_rate.fits'} does not exist")
    assert exit_status(RunFinished((DONE, WARNED)), left_out) == 1


def test_run_without_products_is_status_1() -> None:
    left_out = shortfall(None, Intake())
    assert left_out == ("Nothing was calibrated.",)
    assert exit_status(None, left_out) == 1
