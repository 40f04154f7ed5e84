"""Backgrounds that the analyst attaches."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.headers_only import write_exposure
from wfsgui.core.errors import InputDeclinedError
from wfsgui.core.intake.attached_backgrounds import (
    MismatchError,
    association_text,
    candidates_for,
    rated_candidates,
    read_backgrounds,
    with_backgrounds,
)
from wfsgui.core.intake.coverage import coverage_text
from wfsgui.core.intake.products import take_in
from wfsgui.core.intake.read_info import read_exposure_info
from wfsgui.core.model.exposure_info import ExposureInfo
from wfsgui.core.model.product import AssociationEntry, Product


@pytest.fixture
def product(tmp_path: Path) -> Product:
    (taken,) = take_in([write_exposure(tmp_path / "in" / "a_rate.fits")]).products
    return taken


def test_product_with_backgrounds_is_that_of_its_saved_association(product: Product, tmp_path: Path) -> None:
    backgrounds = read_backgrounds([write_exposure(tmp_path / name / "b_rate.fits") for name in ("x", "y z")])
    changed = with_backgrounds(product, backgrounds)
    assert changed.association == AssociationEntry("a_asn.json", "none")
    table = tmp_path / "a_asn.json"
    table.write_text(association_text(changed), encoding="utf-8")
    (read,) = take_in([table]).products
    assert (read.name, read.identity, read.association) == (changed.name, changed.identity, changed.association)


def test_backgrounds_are_taken_off_again(product: Product, tmp_path: Path) -> None:
    changed = with_backgrounds(product, read_backgrounds([write_exposure(tmp_path / "b_rate.fits")]))
    assert with_backgrounds(changed, ()) == product


def test_background_that_differs_is_declined_unless_that_is_allowed(product: Product, tmp_path: Path) -> None:
    backgrounds = read_backgrounds([write_exposure(tmp_path / "b_rate.fits", {"PUPIL": "WLM8"})])
    with pytest.raises(MismatchError, match="pupil WLM8, not WLP8"):
        with_backgrounds(product, backgrounds)
    changed = with_backgrounds(product, backgrounds, allow_mismatch=True)
    assert changed.backgrounds == backgrounds
    assert any("mismatches were allowed" in notice for notice in changed.notices)


def test_exposure_itself_and_repetitions_are_declined(product: Product, tmp_path: Path) -> None:
    (other,) = read_backgrounds([write_exposure(tmp_path / "b_rate.fits")])
    with pytest.raises(InputDeclinedError, match="its own background"):
        with_backgrounds(product, [product.science])
    with pytest.raises(InputDeclinedError, match="twice"):
        with_backgrounds(product, [other, other])


def test_file_that_is_no_exposure_is_declined(tmp_path: Path) -> None:
    (tmp_path / "b_rate.fits").write_bytes(b"no FITS file")
    with pytest.raises(InputDeclinedError):
        read_backgrounds([tmp_path / "b_rate.fits"])


def test_candidates_have_the_same_detector_filter_and_pupil(product: Product, tmp_path: Path) -> None:
    changes: dict[str, dict[str, str | float]] = {
        "b": {},
        "c": {"PUPIL": "WLM8"},
        "d": {"DETECTOR": "NRCA1"},
        "e": {"SUBARRAY": "SUB64P"},
    }
    members = read_backgrounds(write_exposure(tmp_path / f"{name}_rate.fits", keys) for name, keys in changes.items())
    infos = [product.science.info, *(member.info for member in members)]
    assert [info.path.name for info in candidates_for(product, infos)] == ["b_rate.fits", "e_rate.fits"]


def test_candidates_are_rated_and_sorted(product: Product, tmp_path: Path) -> None:
    changes: dict[str, dict[str, str | float]] = {
        "z": {},
        "b": {"PUPIL": "WLM8"},
        "c": {"SUBARRAY": "SUB64P"},
        "d": {"DETECTOR": "NRCA1"},
    }
    members = read_backgrounds(write_exposure(tmp_path / f"{name}_rate.fits", keys) for name, keys in changes.items())
    rated = rated_candidates(product, [product.science, *members, members[0]])
    assert [(each.member.path.name, each.verdict) for each in rated] == [
        ("z_rate.fits", "matches"),
        ("c_rate.fits", "differs: subarray SUB64P, not FULL"),
        ("b_rate.fits", "differs: pupil WLM8, not WLP8"),
        ("d_rate.fits", "differs: detector NRCA1, not NRCA3"),
    ]
    assert [each.same_elements for each in rated] == [True, True, False, False]


@pytest.mark.parametrize(
    ("start", "shape", "text"),
    [
        ((1, 1), (8, 6), ""),
        ((3, 4), (2, 2), "it does not cover 92 % of the exposure's pixels"),
        ((1, 5), (8, 6), "it does not cover 50 % of the exposure's pixels"),
        ((100, 1), (8, 6), "it covers no pixel of the exposure"),
        (None, (8, 6), ""),
        (None, (4, 6), "the place of the subarray is not known (SUBSTRT1, SUBSTRT2)"),
    ],
)
def test_part_that_is_not_covered_follows_from_the_subarrays(
    tmp_path: Path, start: tuple[int, int] | None, shape: tuple[int, int], text: str
) -> None:
    def info(name: str, place: tuple[int, int] | None, size: tuple[int, int]) -> ExposureInfo:
        keys: dict[str, str | float] = {"SUBSTRT1": place[0], "SUBSTRT2": place[1]} if place else {}
        return read_exposure_info(write_exposure(tmp_path / f"{name}_rate.fits", keys, shape=size))

    science, background = info("a", (1, 1), (8, 6)), info("b", start, shape)
    assert coverage_text(science, background) == text
