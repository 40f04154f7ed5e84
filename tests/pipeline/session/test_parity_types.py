"""Exposures of every type are calibrated as by `Image2Pipeline.call`, bit for bit."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from jwst.assign_wcs.util import MSAFileError

from tests.exposures import small, write_small
from tests.pipeline.conftest import Engine
from tests.pipeline.parity_helpers import check, run_stock
from wfsgui.core.intake.exposure_types import IMAGE2_EXP_TYPES, STOCK_FAILS
from wfsgui.core.intake.products import take_in
from wfsgui.core.model.events import StepState
from wfsgui.core.model.requests import StepOptions
from wfsgui.demo.visit.exposure_spec import ExposureSpec

DETECTORS = {
    "NRC": ("NRCA3", "F212N", "WLP8"),
    "NIS": ("NIS", "CLEAR", "F150W"),
    "MIR": ("MIRIMAGE", "F770W", ""),
    "FGS": ("GUIDER1", "", ""),
    "NRS": ("NRS1", "F110W", ""),
}


def of_type(exp_type: str) -> ExposureSpec:
    detector, filter_name, pupil = DETECTORS[exp_type[:3]]
    return replace(small(detector, pupil=pupil, filter_name=filter_name), exp_type=exp_type)


@pytest.mark.parametrize("exp_type", IMAGE2_EXP_TYPES)
def test_every_exposure_type(engine: Engine, references: Callable[[str], None], tmp_path: Path, exp_type: str) -> None:
    spec = of_type(exp_type)
    references(spec.detector)
    states = {event.step: event for event in check(engine, write_small(tmp_path / "in", spec), tmp_path)}
    assert states["assign_wcs"].state is StepState.DONE
    if spec.instrument == "NIRSPEC":
        assert states["photom"].state is StepState.NOT_APPLIED
        assert states["photom"].note.startswith(f"photom is not applied to {exp_type}, as designed")
        assert states["photom"].warnings == ()
        flat = StepState.NOT_APPLIED if exp_type == "NRS_VERIFY" else StepState.DONE
        assert states["flat_field"].state is flat


# A subarray of NRS1 is among the types above.
@pytest.mark.parametrize(("detector", "full"), [("NRS1", True), ("NRS2", False)])
def test_multi_field_sensing_with_nirspec(
    engine: Engine, references: Callable[[str], None], tmp_path: Path, detector: str, *, full: bool
) -> None:
    references(detector)
    spec = replace(small(detector, pupil="", filter_name="F140X"), exp_type="NRS_MIMF")
    if full:
        spec = replace(spec, subarray="FULL", xstart=1, ystart=1, xsize=2048, ysize=2048)
    check(engine, write_small(tmp_path / "in", spec), tmp_path)


def test_nirspec_flat_overridden_by_none_is_warned_of(
    engine: Engine, references: Callable[[str], None], tmp_path: Path
) -> None:
    references("NRS1")
    given = write_small(tmp_path / "in", of_type("NRS_MIMF"))
    options = StepOptions(overrides={"flat": "N/A"})
    events = check(engine, given, tmp_path, options, flat_field={"override_flat": "N/A"})
    (flat,) = (event for event in events if event.step == "flat_field")
    assert flat.state is StepState.WARNED


def test_dispersed_hartmann_sensor(engine: Engine, references: Callable[[str], None], tmp_path: Path) -> None:
    references("NRCA3")
    check(engine, write_small(tmp_path / "in", small(pupil="GDHS60", filter_name="F140M")), tmp_path)


@pytest.mark.parametrize("exp_type", STOCK_FAILS)
def test_types_on_which_image2_pipeline_fails_are_declined(
    references: Callable[[str], None], tmp_path: Path, exp_type: str
) -> None:
    references("NRS1")
    given = write_small(tmp_path / "in", of_type(exp_type))
    (declined,) = take_in([given]).declined
    assert STOCK_FAILS[exp_type] in declined.why
    with pytest.raises((TypeError, MSAFileError)):
        run_stock(given, tmp_path / "stock")
