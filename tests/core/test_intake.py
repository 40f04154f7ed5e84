from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.headers_only import write_exposure
from wfsgui.core.intake import take_in
from wfsgui.core.product import FoundBy


def write_association(path: Path, products: dict[str, list[tuple[str, str]]], kind: str = "image2") -> Path:
    content = {
        "asn_type": kind,
        "asn_pool": "pool_001",
        "products": [
            {"name": name, "members": [{"expname": exposure, "exptype": role} for exposure, role in members]}
            for name, members in products.items()
        ],
    }
    path.write_text(json.dumps(content), encoding="utf-8")
    return path


def test_rates_become_one_product_each(tmp_path: Path) -> None:
    rates = [write_exposure(tmp_path / f"{name}_rate.fits") for name in "ab"]
    intake = take_in(rates)
    assert [product.name for product in intake.products] == ["a_rate.fits", "b_rate.fits"]
    assert [product.science.path for product in intake.products] == rates
    assert all(product.association is None and not product.backgrounds for product in intake.products)
    assert intake.declined == intake.passed_over == []


def test_the_product_of_a_compressed_file_is_named_without_the_compression(tmp_path: Path) -> None:
    (product,) = take_in([write_exposure(tmp_path / "a_rate.fits.gz")]).products
    assert product.name == "a_rate.fits"


def test_an_association_becomes_its_products(tmp_path: Path) -> None:
    for name in "abcd":
        write_exposure(tmp_path / f"{name}_rate.fits")
    members = [("a_rate.fits", "science"), ("c_rate.fits", "background"), ("d_rate.fits", "background")]
    table = write_association(tmp_path / "x_asn.json", {"a": members, "b": [("b_rate.fits", "science")]})
    first, second = take_in([table]).products
    assert first.name == "a"
    assert first.association is not None
    assert (first.association.table, first.association.pool) == ("x_asn.json", "pool_001")
    assert [member.path.name for member in first.members] == ["a_rate.fits", "c_rate.fits", "d_rate.fits"]
    assert {member.found_by for member in first.members} == {FoundBy.RELATIVE}
    assert second.backgrounds == ()


def test_one_bad_input_stops_no_other(tmp_path: Path) -> None:
    good = write_exposure(tmp_path / "a_rate.fits")
    level3 = write_association(tmp_path / "y_asn.json", {"a": [("a_cal.fits", "science")]}, kind="wfs-image3")
    intake = take_in([tmp_path / "missing_rate.fits", level3, good])
    assert [product.name for product in intake.products] == ["a_rate.fits"]
    assert [entry.what for entry in intake.declined] == [str(tmp_path / "missing_rate.fits"), str(level3)]


def test_one_bad_product_stops_no_other(tmp_path: Path) -> None:
    write_exposure(tmp_path / "a_rate.fits")
    table = write_association(
        tmp_path / "x_asn.json", {"b": [("b_rate.fits", "science")], "a": [("a_rate.fits", "science")]}
    )
    intake = take_in([table])
    assert [product.name for product in intake.products] == ["a"]
    (declined,) = intake.declined
    assert "b_rate.fits of x_asn.json was not found" in declined.why


@pytest.mark.parametrize(
    ("members", "reason"),
    [
        ([("a_rate.fits", "background")], "0 science members"),
        ([("a_rate.fits", "science"), ("b_rate.fits", "science")], "2 science members"),
        ([("a_rate.fits", "science"), ("a_rate.fits", "background")], "more than once"),
        (
            [("a_rate.fits", "science"), ("b_rate.fits", "background"), ("./b_rate.fits", "background")],
            "more than once",
        ),
    ],
)
def test_products_with_the_wrong_members_are_declined(
    tmp_path: Path, members: list[tuple[str, str]], reason: str
) -> None:
    for name in "ab":
        write_exposure(tmp_path / f"{name}_rate.fits")
    intake = take_in([write_association(tmp_path / "x_asn.json", {"a": members})])
    assert intake.products == []
    assert reason in intake.declined[0].why


def test_a_background_that_does_not_match_stops_its_product_unless_allowed(tmp_path: Path) -> None:
    write_exposure(tmp_path / "a_rate.fits")
    write_exposure(tmp_path / "b_rate.fits", {"PUPIL": "WLM8", "DETECTOR": "NRCA1"})
    table = write_association(
        tmp_path / "x_asn.json", {"a": [("a_rate.fits", "science"), ("b_rate.fits", "background")]}
    )
    intake = take_in([table])
    assert intake.products == []
    assert "detector NRCA1, not NRCA3; pupil WLM8, not WLP8" in intake.declined[0].why
    (product,) = take_in([table], allow_mismatch=True).products
    assert len(product.backgrounds) == 1
    assert "mismatches were allowed" in product.notices[0]


def test_members_of_other_types_are_left_out_with_a_notice(tmp_path: Path) -> None:
    write_exposure(tmp_path / "a_rate.fits")
    members = [("a_rate.fits", "science"), ("cat.ecsv", "sourcecat")]
    (product,) = take_in([write_association(tmp_path / "x_asn.json", {"a": members})]).products
    assert "sourcecat" in product.notices[0]


def test_a_folder_gives_its_associations_and_the_rates_that_they_do_not_use(tmp_path: Path) -> None:
    for name in "abc":
        write_exposure(tmp_path / f"{name}_rate.fits")
    write_exposure(tmp_path / "a_cal.fits", {"S_PHOTOM": "COMPLETE"})
    write_association(tmp_path / "x_asn.json", {"a": [("a_rate.fits", "science"), ("b_rate.fits", "background")]})
    write_association(tmp_path / "y_asn.json", {"a": [("a_cal.fits", "science")]}, kind="image3")
    intake = take_in([tmp_path])
    assert [product.name for product in intake.products] == ["a", "c_rate.fits"]
    assert intake.declined == []
    assert ["level-3" in entry.why for entry in intake.passed_over] == [True]


def test_an_empty_folder_is_declined(tmp_path: Path) -> None:
    (declined,) = take_in([tmp_path]).declined
    assert "holds no _rate file" in declined.why


def test_the_same_exposure_is_run_once(tmp_path: Path) -> None:
    rate = write_exposure(tmp_path / "a_rate.fits")
    intake = take_in([rate, tmp_path, tmp_path / ".." / tmp_path.name / "a_rate.fits"])
    assert len(intake.products) == 1
    assert intake.declined == []


def test_two_exposures_whose_results_would_have_the_same_name_are_not_both_taken(tmp_path: Path) -> None:
    first = write_exposure(tmp_path / "one" / "a_rate.fits")
    second = write_exposure(tmp_path / "two" / "a_rate.fits")
    intake = take_in([first, second])
    assert [product.science.path for product in intake.products] == [first]
    assert "same name" in intake.declined[0].why


def test_the_result_of_an_association_and_of_its_member_have_the_same_name(tmp_path: Path) -> None:
    rate = write_exposure(tmp_path / "a_rate.fits")
    other = write_exposure(tmp_path / "b_rate.fits")
    table = write_association(tmp_path / "x_asn.json", {"a": [(rate.name, "science"), (other.name, "background")]})
    intake = take_in([table, rate])
    assert [product.name for product in intake.products] == ["a"]
    assert "same name" in intake.declined[0].why


def test_an_exposure_whose_product_is_declined_is_not_run_by_itself(tmp_path: Path) -> None:
    """Without its backgrounds, that is."""
    write_exposure(tmp_path / "a_rate.fits")
    write_exposure(tmp_path / "b_rate.fits", {"PUPIL": "WLM8"})
    write_association(tmp_path / "x_asn.json", {"a": [("a_rate.fits", "science"), ("b_rate.fits", "background")]})
    intake = take_in([tmp_path])
    assert intake.products == []
    assert "does not match" in intake.declined[0].why


def test_an_exposure_under_two_names_is_a_repetition(tmp_path: Path) -> None:
    write_exposure(tmp_path / "a_rate.fits")
    (tmp_path / "b_rate.fits").symlink_to(tmp_path / "a_rate.fits")
    table = write_association(
        tmp_path / "x_asn.json", {"a": [("a_rate.fits", "science"), ("b_rate.fits", "background")]}
    )
    assert "more than once" in take_in([table]).declined[0].why


@pytest.mark.parametrize("name", ["x" * 300, "a\0b"])
def test_names_that_no_file_can_have_are_declined(tmp_path: Path, name: str) -> None:
    table = write_association(tmp_path / "x_asn.json", {"a": [(name, "science")]})
    assert "was not found" in take_in([table]).declined[0].why
    assert take_in([tmp_path / name]).declined
