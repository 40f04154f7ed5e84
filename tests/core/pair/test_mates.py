"""Whether two exposures may be compared, and why not."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tests.core.visit.exposures import exposure
from wfsgui.core.model.exposure_info import ExposureInfo
from wfsgui.core.pair.mates import band_of, kind_of, link_by_hand, same_star, why_no_pair
from wfsgui.core.pair.results import PairKind, PairLink


def named(name: str, **changes: object) -> ExposureInfo:
    """Make an exposure with the path `name`."""
    values: dict[str, Any] = {"path": Path(name), "pupil": "WLP8", **changes}
    return exposure(name, **values)


def test_opposite_defocus_of_a_visit_makes_a_pair() -> None:
    assert why_no_pair(named("p"), named("m", pupil="WLM8")) == ()


def test_another_visit_makes_a_pair_with_the_same_field_point_and_defocus_but_any_star() -> None:
    other = named("o", visit="009", target="OTHER", target_position=(10.0, 5.0))
    assert why_no_pair(named("p"), other) == ()
    assert kind_of(named("p"), other) is PairKind.OTHER_VISIT


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"path": Path("p")}, "Both are the same file."),
        ({"detector": "NRCA3"}, "The detectors differ: NRCA1 and NRCA3."),
        ({"filter": "F187N"}, "The filters differ: F212N and F187N."),
        ({"target": "B", "target_position": (1.0, 2.0)}, "The stars differ: "),
        ({"target": "", "target_position": None}, "The headers do not tell whether both have the same star."),
        ({"exp_type": "NRC_TACQ"}, "m is not compared: its role is target acquisition."),
        ({"visit": "009", "aperture": "NRCA3_FP1"}, "The field points differ: NRCA1_FP6 and NRCA3_FP1."),
        ({"visit": "009", "pupil": "WLM8"}, "The weak lenses differ: WLP8 and WLM8."),
        ({"visit": "009", "pupil": "CLEAR"}, "The weak lenses differ: WLP8 and none."),
    ],
)
def test_each_reason_is_one_sentence(changes: dict[str, object], reason: str) -> None:
    found = why_no_pair(named("p"), named("m", **changes))
    assert len(found) == 1
    assert found[0].startswith(reason)


def test_every_reason_is_listed() -> None:
    assert len(why_no_pair(named("p"), named("m", detector="NRCB4", filter="F187N"))) == 2


def test_pair_by_hand_has_the_positive_defocus_first() -> None:
    positive, negative = named("p"), named("m", pupil="WLM8")
    link = PairLink(Path("p"), Path("m"), PairKind.OPPOSITE_DEFOCUS, by_analyst=True)
    assert link_by_hand(positive, negative) == link_by_hand(negative, positive) == link


def test_present_exposure_is_the_first_of_a_pair_with_another_visit() -> None:
    now, before = named("now", date_obs="2026-03-01T00:00:00"), named("before", visit="009", date_obs="2026-01-01")
    assert link_by_hand(now, before) == PairLink(Path("now"), Path("before"), PairKind.OTHER_VISIT, by_analyst=True)


@pytest.mark.parametrize(
    ("names", "band"),
    [
        (("F212N", "WLP8"), "F212N"),
        (("F212N", "CLEAR"), "F212N"),
        (("WLP4", "WLM8"), "WLP4"),
        (("WLP4", "CLEAR"), "WLP4"),
        (("F150W2", "F162M"), "F150W2+F162M"),
        (("CLEAR", "F158M"), "F158M"),
        (("", ""), ""),
    ],
)
def test_band_has_no_lens_of_the_pupil_wheel_and_no_open_position(names: tuple[str, str], band: str) -> None:
    assert band_of(exposure(filter=names[0], pupil=names[1])) == band


def test_positions_decide_before_names_and_across_zero_hours() -> None:
    one = named("a", target="A", target_position=(359.99999, -65.0))
    assert same_star(one, named("b", target="B", target_position=(0.00001, -65.0)))
    assert not same_star(one, named("b", target="A", target_position=(0.001, -65.0)))
    assert same_star(named("a", target="A", target_position=(0.0, 0.0)), named("b", target="A"))
