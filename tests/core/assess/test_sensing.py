"""Tests of the stage of the sensing and of its limit."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Final
from xml.etree import ElementTree as ET

import pytest

from tests.core.visit.exposures import exposure
from wfsgui.core.assess.limits import DEFAULT_LIMITS
from wfsgui.core.assess.sensing import SENSING_STAGES, limit_key, sensing_stage

TEMPLATE = "meta.observation.template"

STAGES: Final[list[tuple[dict[str, Any], str, str]]] = [
    ({"pupil": "WLP8"}, "", "WAVEFRONT_MAINTENANCE"),
    ({"pupil": "WLM8", "visit_type": "PRIME_WFSC_SENSING_CONTROL"}, "", "FINE_PHASING"),
    ({"filter": "WLP4", "pupil": "CLEAR", "visit_type": "PRIME_WFSC_SENSING_ONLY"}, "", "FINE_PHASING"),
    ({"pupil": "GDHS0"}, "", "COARSE_PHASING"),
    ({"pupil": "CLEAR", "pupil_imaging_lens": True}, "", "PUPIL_IMAGING"),
    ({"pupil": "CLEAR", "aperture": "NRCA3_FP2MIMF"}, "", "MIMF"),
    ({"instrument": "NIRSPEC", "detector": "NRS1", "pupil": "", "exp_type": "NRS_MIMF"}, "", "MIMF"),
    ({"instrument": "NIRISS", "detector": "NIS", "pupil": "F158M", "exp_type": "NIS_IMAGE"}, "", "MIMF"),
    ({"pupil": "CLEAR"}, "WFSC NIRCam Global Alignment", "GLOBAL_ALIGNMENT"),
    ({"pupil": "CLEAR"}, "WFSC NIRCam Fine Phasing", "FINE_PHASING"),
    ({"pupil": "CLEAR"}, "NIRCam Engineering Imaging", ""),
    ({"pupil": "CLEAR"}, "", ""),
    ({"pupil": "CLEAR", "exp_type": "NRC_TACQ"}, "WFSC NIRCam Fine Phasing", ""),
    ({"detector": "NRCALONG", "pupil": "CLEAR"}, "", ""),
]


@pytest.mark.parametrize(("changes", "template", "name"), STAGES)
def test_stage_follows_from_the_headers(changes: dict[str, Any], template: str, name: str) -> None:
    found = sensing_stage(exposure(**changes), {TEMPLATE: template})
    assert found.name == name
    assert found.reason.endswith(".")
    assert name in ("", *SENSING_STAGES)


def test_stage_of_the_analyst_comes_first() -> None:
    found = sensing_stage(exposure(pupil="WLP8"), {}, "THUMBNAIL")
    assert (found.name, found.text) == ("THUMBNAIL", "thumbnail")


@pytest.mark.parametrize("stage", SENSING_STAGES)
def test_every_stage_has_a_limit(stage: str) -> None:
    limit = DEFAULT_LIMITS[limit_key(stage, exposure())]
    assert limit.relation == "more than"
    assert "QUIP" in limit.source


@pytest.mark.parametrize(
    ("instrument", "least"), [("NIRCAM", 1500), ("NIRISS", 1500), ("NIRSPEC", 750), ("MIRI", 750), ("FGS", 750)]
)
def test_limit_of_mimf_depends_on_the_instrument(instrument: str, least: float) -> None:
    assert DEFAULT_LIMITS[limit_key("MIMF", exposure(instrument=instrument))].value == least


def test_unknown_stage_and_instrument_have_no_limit() -> None:
    assert limit_key("", exposure()) not in DEFAULT_LIMITS
    assert limit_key("MIMF", exposure(instrument="")) not in DEFAULT_LIMITS


@pytest.mark.shared
def test_stages_are_those_of_operation_files(shared_data: Path) -> None:
    schema = ET.parse(shared_data / "quip" / "quip_operation_file.xsd")
    patterns = [element.get("value", "") for element in schema.iter("{http://www.w3.org/2001/XMLSchema}pattern")]
    assert {name for pattern in patterns for name in pattern.split("|") if "_" in name or name.isupper()} >= set(
        SENSING_STAGES
    )
    assert set(patterns[0].split("|")) == set(SENSING_STAGES)
