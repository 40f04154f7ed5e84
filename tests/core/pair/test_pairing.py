"""Pairs of exposures, from their headers."""

from __future__ import annotations

from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from tests.core.visit.exposures import exposure, product
from wfsgui.core.model.exposure_info import ExposureInfo
from wfsgui.core.pair.pairing import pairs_of
from wfsgui.core.pair.results import PairKind, PairLink

START = datetime.fromisoformat("2026-01-01T12:00:00")


def taken(name: str, minute: float, pupil: str = "WLP8", **changes: object) -> ExposureInfo:
    """Make an exposure of the visit that begins some minutes after its start."""
    when = (START + timedelta(minutes=minute)).isoformat()
    values: dict[str, Any] = {"pupil": pupil, "date_obs": when, "path": Path(name), **changes}
    return exposure(name, **values)


def pairs(*infos: ExposureInfo) -> list[tuple[str, str, str]]:
    """Names and kind of the pairs of exposures, given in the opposite order."""
    return [_text(link) for link in pairs_of([product(info) for info in reversed(infos)])]


def _text(link: PairLink) -> tuple[str, str, str]:
    return str(link.first), str(link.second), str(link.kind)


def test_undithered_opposite_defocus_is_a_pair_with_the_positive_one_first() -> None:
    assert pairs(taken("m", 0, "WLM8"), taken("p", 5)) == [("p", "m", "opposite defocus")]


def test_pairs_found_by_the_program_are_not_by_the_analyst() -> None:
    (link,) = pairs_of([product(taken("m", 0, "WLM8")), product(taken("p", 5))])
    assert link == PairLink(Path("p"), Path("m"), PairKind.OPPOSITE_DEFOCUS, by_analyst=False)


def test_dithered_exposures_are_paired_by_position() -> None:
    here: dict[str, Any] = {"dither_offset": (0.087, 0.072)}
    there: dict[str, Any] = {"dither_offset": (0.554, -0.341)}
    found = pairs(
        taken("m1", 0, "WLM8", **here),
        taken("m2", 5, "WLM8", **there),
        taken("p2", 10, **there),
        taken("p1", 15, **here),
    )
    assert found == [
        ("p1", "m1", "opposite defocus"),
        ("p2", "m2", "opposite defocus"),
        ("m1", "m2", "same defocus"),
        ("p2", "p1", "same defocus"),
    ]


def test_repeats_are_paired_in_their_order() -> None:
    found = pairs(taken("p1", 0), taken("p2", 5), taken("m1", 10, "WLM8"), taken("m2", 15, "WLM8"))
    assert found[:2] == [("p1", "m1", "opposite defocus"), ("p2", "m2", "opposite defocus")]


def test_extra_repeat_is_left_to_the_pairs_of_the_same_defocus() -> None:
    found = pairs(taken("p1", 0), taken("m1", 5, "WLM8"), taken("m2", 60, "WLM8"))
    assert found[0] == ("p1", "m1", "opposite defocus")
    assert ("m1", "m2", "same defocus") in found


def test_the_nearest_in_time_is_the_mate() -> None:
    found = pairs(taken("m1", 0, "WLM8"), taken("m2", 50, "WLM8"), taken("p", 55))
    assert found[0] == ("p", "m2", "opposite defocus")


def test_order_replaces_times_where_one_is_missing() -> None:
    found = pairs(
        taken("p1", 0, date_obs=""), taken("p2", 5), taken("m1", 10, "WLM8"), taken("m2", 15, "WLM8", date_obs="x")
    )
    assert sorted(found[:2]) == [("p1", "m1", "opposite defocus"), ("p2", "m2", "opposite defocus")]


def test_lens_in_the_filter_wheel_is_paired_with_its_opposite() -> None:
    found = pairs(
        taken("p4", 0, "CLEAR", filter="WLP4"),
        taken("m4", 5, "WLM8", filter="WLP4"),
        taken("p12", 10, "WLP8", filter="WLP4"),
        taken("p8", 15),
        taken("m8", 20, "WLM8"),
    )
    assert found == [
        ("p4", "m4", "opposite defocus"),
        ("p8", "m8", "opposite defocus"),
        ("p12", "p4", "different defocus"),
    ]


def test_focused_repeats_are_paired_with_the_next_one() -> None:
    found = pairs(*(taken(f"f{number}", number, "CLEAR") for number in (1, 2, 3)))
    assert found == [("f1", "f2", "same defocus"), ("f2", "f3", "same defocus")]


def test_other_visit_detector_filter_or_star_makes_no_pair() -> None:
    positive = taken("p", 5)
    others: tuple[dict[str, Any], ...] = (
        {"visit": "002"},
        {"observation": "9"},
        {"detector": "NRCA3"},
        {"filter": "F187N"},
        {"target_position": (89.9, -65.6)},
    )
    for changes in others:
        assert pairs(taken("m", 0, "WLM8", **changes), positive) == []


def test_star_is_the_same_by_name_where_positions_are_missing() -> None:
    nowhere: dict[str, Any] = {"target_position": None}
    positive = taken("p", 5, target="STAR-1", **nowhere)
    assert pairs(taken("m", 0, "WLM8", target="STAR-1", **nowhere), positive)
    assert not pairs(taken("m", 0, "WLM8", target="STAR-2", **nowhere), positive)
    assert not pairs(taken("m", 0, "WLM8", target="", **nowhere), taken("p", 5, target="", **nowhere))


def test_acquisitions_jitter_and_sweeps_are_not_paired() -> None:
    assert pairs(taken("a", 0, exp_type="NRC_TACQ"), taken("b", 5, exp_type="NRC_TACQ")) == []
    assert pairs(taken("a", 0, subarray="SUB8FP6A"), taken("b", 5, subarray="SUB8FP6A")) == []
    assert pairs(taken("a", 0, "CLEAR", exp_type="NRC_FOCUS"), taken("b", 5, "CLEAR", exp_type="NRC_FOCUS")) == []


def test_exposure_of_two_products_is_paired_once() -> None:
    positive, negative = taken("p", 5), taken("m", 0, "WLM8")
    products = [product(positive), product(positive, taken("b", 9)), product(negative)]
    assert [_text(link) for link in pairs_of(products)] == [("p", "m", "opposite defocus")]


def test_nothing_and_one_exposure_make_no_pair() -> None:
    assert pairs_of([]) == ()
    assert pairs(taken("p", 0)) == []
