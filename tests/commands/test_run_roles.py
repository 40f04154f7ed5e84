"""``wfsgui run FOLDER`` passes over exposures of roles that a run of a visit leaves out."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.headers_only import write_exposure
from wfsgui.commands.run import pass_over_by_role
from wfsgui.core.intake.products import Intake, take_in


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    write_exposure(tmp_path / "in" / "a_rate.fits")
    write_exposure(tmp_path / "in" / "b_rate.fits", {"SUBARRAY": "SUB64FP6A"})
    write_exposure(tmp_path / "in" / "c_rate.fits", {"SUBARRAY": "SUB8FP6A"})
    return tmp_path / "in"


def taken(*given: Path) -> Intake:
    intake = take_in(given)
    pass_over_by_role(intake, given)
    return intake


def names(intake: Intake) -> list[str]:
    return [product.name for product in intake.products]


def test_jitter_and_acquisition_of_a_folder_are_passed_over_with_a_note(folder: Path) -> None:
    intake = taken(folder)
    assert names(intake) == ["a_rate.fits"]
    assert intake.declined == []
    assert [entry.what for entry in intake.passed_over] == [str(folder / "b_rate.fits"), str(folder / "c_rate.fits")]
    assert "its role is target acquisition (SUBARRAY is SUB64FP6A)" in intake.passed_over[0].why
    assert "give it by name" in intake.passed_over[1].why


def test_jitter_that_is_given_by_name_is_taken(folder: Path) -> None:
    assert names(taken(folder, folder / "c_rate.fits")) == ["a_rate.fits", "c_rate.fits"]
    assert names(taken(folder / "b_rate.fits")) == ["b_rate.fits"]
