from __future__ import annotations

from pathlib import Path

import pytest

from tests.core.visit.exposures import exposure
from tests.headers_only import write_exposure
from wfsgui.core.intake.read_info import read_exposure_info
from wfsgui.core.visit.pointing import pointing_is_measured, pointing_is_planned, target_of


@pytest.mark.parametrize(
    ("quality", "planned", "measured"),
    [
        ("PLANNED", True, False),
        ("CALCULATED", False, True),
        ("CALCULATED_TRACK_TR_202111", False, True),
        ("", False, False),
        ("SOMETHING", False, False),
    ],
)
def test_pointing_quality_is_planned_measured_or_unknown(quality: str, *, planned: bool, measured: bool) -> None:
    info = exposure(pointing_quality=quality)
    assert (pointing_is_planned(info), pointing_is_measured(info)) == (planned, measured)


@pytest.mark.parametrize(
    ("keywords", "target"),
    [
        ({"TARG_RA": 89.9, "TARG_DEC": -65.7}, (89.9, -65.7)),
        ({"TARG_RA": 0.0, "TARG_DEC": -65.7}, (0.0, -65.7)),
        ({"TARG_RA": 89.9, "TARG_DEC": 0}, (89.9, 0.0)),
        ({"TARG_RA": 0.0, "TARG_DEC": 0.0}, None),
        ({"TARG_RA": 0, "TARG_DEC": 0}, None),
        ({"TARG_RA": 89.9}, None),
        ({"TARG_RA": "unknown", "TARG_DEC": -65.7}, None),
        ({}, None),
    ],
)
def test_target_without_position_or_at_zero_is_none(
    tmp_path: Path, keywords: dict[str, str | float], target: tuple[float, float] | None
) -> None:
    assert target_of(read_exposure_info(write_exposure(tmp_path / "a_rate.fits", keywords))) == target
