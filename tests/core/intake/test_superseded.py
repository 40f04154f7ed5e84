"""An exposure that several associations of a folder list is taken once, with all its backgrounds."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.headers_only import write_exposure
from wfsgui.core.intake.products import Intake, take_in


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for name in "abcd":
        write_exposure(tmp_path / f"{name}_rate.fits")
    return tmp_path


def associate(folder: Path, table: str, product: str, science: str, backgrounds: str = "") -> Path:
    members = [(science, "science"), *((name, "background") for name in backgrounds)]
    content = {
        "asn_type": "image2",
        "products": [
            {
                "name": product,
                "members": [{"expname": f"{name}_rate.fits", "exptype": kind} for name, kind in members],
            }
        ],
    }
    path = folder / f"{table}_asn.json"
    path.write_text(json.dumps(content), "utf-8")
    return path


def taken(intake: Intake) -> list[tuple[str, str, int]]:
    return [
        (product.name, product.association.table if product.association else "", len(product.backgrounds))
        for product in intake.products
    ]


@pytest.mark.parametrize("one_folder", [True, False])
@pytest.mark.parametrize(("first", "second", "why"), [("", "b", "has backgrounds"), ("b", "bc", "and more")])
def test_association_with_more_backgrounds_is_taken(
    folder: Path, first: str, second: str, why: str, *, one_folder: bool
) -> None:
    associate(folder, "x", "a", "a", first)
    associate(folder, "y", "a", "a", second)
    intake = take_in([folder], one_folder=one_folder)
    assert ("a", "y_asn.json", len(second)) in taken(intake)
    assert [name for name, *_ in taken(intake)].count("a") == 1
    assert intake.declined == []
    (left_out,) = intake.passed_over
    assert left_out.what == f"a of {folder / 'x_asn.json'}"
    assert left_out.why.startswith("a is in x_asn.json and in y_asn.json; that of y_asn.json is taken: it has")
    assert why in left_out.why


def test_first_of_two_associations_with_the_same_backgrounds_is_taken(folder: Path) -> None:
    associate(folder, "x", "a", "a", "bc")
    associate(folder, "y", "a", "a", "cb")
    intake = take_in([folder])
    assert taken(intake) == [("a", "x_asn.json", 2), ("d_rate.fits", "", 0)]
    assert intake.declined == []
    assert "comes first and has the same backgrounds" in intake.passed_over[0].why


def test_associations_with_different_backgrounds_are_for_the_analyst_to_choose(folder: Path) -> None:
    associate(folder, "x", "a", "a", "b")
    associate(folder, "y", "a", "a", "cd")
    intake = take_in([folder])
    assert taken(intake) == [("a", "x_asn.json", 1)]
    (declined,) = intake.declined
    assert "would be saved under the same name" in declined.why


def test_no_exposure_is_taken_without_the_backgrounds_of_an_association_that_was_declined(folder: Path) -> None:
    associate(folder, "x", "a", "a")
    associate(folder, "y", "a", "a", "b")
    (folder / "b_rate.fits").unlink()
    intake = take_in([folder])
    assert [name for name, *_ in taken(intake)] == ["c_rate.fits", "d_rate.fits"]
    first, second, third = intake.declined
    assert "b_rate.fits of y_asn.json was not found" in first.why
    assert "y_asn.json gives it more backgrounds and was declined" in second.why
    assert third.what == "a_rate.fits"


def test_both_are_asked_for_if_both_are_named(folder: Path) -> None:
    tables = [associate(folder, "x", "a", "a"), associate(folder, "y", "a", "a", "b")]
    intake = take_in(tables, one_folder=False)
    assert taken(intake) == [("a", "x_asn.json", 0), ("a", "y_asn.json", 1)]


def test_backgrounds_of_a_declined_association_are_not_reported_as_left_out(folder: Path) -> None:
    associate(folder, "x", "a", "a", "bc")
    write_exposure(folder / "new" / "b_rate.fits", {"PUPIL": "WLM8"}).replace(folder / "b_rate.fits")
    intake = take_in([folder])
    _, left = intake.declined
    assert left.what == "a_rate.fits"
