from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
from astropy.io import fits
from jwst.associations.lib.dms_base import ACQ_EXP_TYPES
from jwst.associations.main import Main
from jwst.associations.mkpool import mkpool

from tests.core.visit.exposures import exposure
from tests.headers_only import write_exposure
from wfsgui.core.intake.read_info import read_exposure_info
from wfsgui.core.visit.roles import ACQUISITION_EXP_TYPES, Defocus, Role, background_role, defocus_of, role_of

ROLES: list[tuple[Mapping[str, str | float], Role, Defocus | None, str]] = [
    ({"PUPIL": "WLP8"}, Role.FINE_PHASING, Defocus.WLP8, "F212N+WLP8 is in the beam"),
    ({"PUPIL": "WLM8"}, Role.FINE_PHASING, Defocus.WLM8, "F212N+WLM8 is in the beam"),
    ({"FILTER": "WLP4", "PUPIL": "CLEAR"}, Role.FINE_PHASING, Defocus.WLP4, "WLP4+CLEAR is in the beam"),
    ({"FILTER": "WLP4", "PUPIL": "WLP8"}, Role.FINE_PHASING, Defocus.WLP12, "WLP4+WLP8 is in the beam"),
    ({"FILTER": "WLP4", "PUPIL": "WLM8"}, Role.FINE_PHASING, Defocus.WLM4, "WLP4+WLM8 is in the beam"),
    ({"PUPIL": "WLP8", "VISITYPE": "PRIME_TARGETED_FIXED"}, Role.FINE_PHASING, Defocus.WLP8, "in the beam"),
    ({"PUPIL": "CLEAR"}, Role.IN_FOCUS, None, "F212N+CLEAR is in the beam, without a weak lens"),
    ({"PUPIL": "GDHS0"}, Role.HARTMANN, None, "GDHS0 is in the beam"),
    ({"PUPIL": "GDHS60"}, Role.HARTMANN, None, "GDHS60 is in the beam"),
    (
        {"DETECTOR": "NRCALONG", "FILTER": "F480M", "PUPIL": "CLEAR"},
        Role.LONG_WAVE_COMPANION,
        None,
        "DETECTOR is NRCALONG",
    ),
    ({"DETECTOR": "NRCBLONG", "PUPIL": "CLEAR"}, Role.LONG_WAVE_COMPANION, None, "DETECTOR is NRCBLONG"),
    ({"PUPIL": "CLEAR", "DMS_NOTE": "WFSC_LOS_JITTER"}, Role.JITTER, None, "DMS_NOTE is WFSC_LOS_JITTER"),
    ({"PUPIL": "CLEAR", "SUBARRAY": "SUB8FP6A"}, Role.JITTER, None, "SUBARRAY is SUB8FP6A"),
    ({"PUPIL": "CLEAR", "SUBARRAY": "", "APERNAME": "NRCA3_FP1_SUB8"}, Role.JITTER, None, "APERNAME is NRCA3_FP1_SUB8"),
    ({"PUPIL": "CLEAR", "EXP_TYPE": "NRC_TACQ"}, Role.ACQUISITION, None, "EXP_TYPE is NRC_TACQ"),
    # DMS writes the note beside the acquisition of a jitter series, too: jwst's pool_033_wfs_jitter.csv has one.
    (
        {"PUPIL": "CLEAR", "EXP_TYPE": "NRC_TACQ", "DMS_NOTE": "WFSC_LOS_JITTER"},
        Role.ACQUISITION,
        None,
        "EXP_TYPE is NRC_TACQ",
    ),
    ({"PUPIL": "CLEAR", "SUBARRAY": "SUB64FP6A"}, Role.ACQUISITION, None, "SUBARRAY is SUB64FP6A"),
    ({"PUPIL": "CLEAR", "APERNAME": "NRCA1_FP6_SUB64"}, Role.ACQUISITION, None, "APERNAME is NRCA1_FP6_SUB64"),
    ({"PUPIL": "CLEAR", "SUBARRAY": "SUB64P"}, Role.IN_FOCUS, None, "without a weak lens"),
    (
        {"INSTRUME": "NIRSPEC", "DETECTOR": "NRS1", "EXP_TYPE": "NRS_TACONFIRM", "PUPIL": ""},
        Role.ACQUISITION,
        None,
        "EXP_TYPE is NRS_TACONFIRM",
    ),
    (
        {"INSTRUME": "NIRSPEC", "DETECTOR": "NRS1", "EXP_TYPE": "NRS_MIMF", "PUPIL": ""},
        Role.MULTI_FIELD,
        None,
        "EXP_TYPE is NRS_MIMF",
    ),
    (
        {"INSTRUME": "NIRSPEC", "DETECTOR": "NRS2", "EXP_TYPE": "NRS_FOCUS", "PUPIL": ""},
        Role.MULTI_FIELD,
        None,
        "INSTRUME is NIRSPEC",
    ),
    (
        {"INSTRUME": "FGS", "DETECTOR": "GUIDER1", "EXP_TYPE": "FGS_IMAGE", "FILTER": "", "PUPIL": ""},
        Role.MULTI_FIELD,
        None,
        "INSTRUME is FGS in a WFS&C visit",
    ),
    (
        {"INSTRUME": "NIRISS", "DETECTOR": "NIS", "EXP_TYPE": "NIS_IMAGE", "SUBARRAY": "SUB64", "PUPIL": "F158M"},
        Role.MULTI_FIELD,
        None,
        "INSTRUME is NIRISS in a WFS&C visit",
    ),
    ({"PUPIL": "CLEAR", "APERNAME": "NRCA1_FP3MIMF"}, Role.MULTI_FIELD, None, "APERNAME is NRCA1_FP3MIMF"),
    ({"BKGDTARG": True}, Role.BACKGROUND, Defocus.WLP8, "BKGDTARG is T"),
    ({"BKGDTARG": False}, Role.FINE_PHASING, Defocus.WLP8, "in the beam"),
    ({"PILIN": True}, Role.PUPIL_IMAGE, Defocus.WLP8, "PILIN is T"),
    ({"PUPIL": "CLEAR", "EXP_TYPE": "NRC_FOCUS"}, Role.FOCUS_SWEEP, None, "EXP_TYPE is NRC_FOCUS"),
    (
        {"PUPIL": "CLEAR", "VISITYPE": "PRIME_TARGETED_FIXED"},
        Role.OTHER,
        None,
        "EXP_TYPE is NRC_IMAGE, VISITYPE is PRIME_TARGETED_FIXED",
    ),
    ({"PUPIL": "CLEAR", "VISITYPE": "", "EXP_TYPE": ""}, Role.OTHER, None, "missing, VISITYPE is missing"),
]


@pytest.mark.parametrize(("keywords", "role", "defocus", "reason"), ROLES)
def test_role_follows_from_the_keywords(
    tmp_path: Path, keywords: Mapping[str, str | float], role: Role, defocus: Defocus | None, reason: str
) -> None:
    found = role_of(read_exposure_info(write_exposure(tmp_path / "a_rate.fits", keywords)))
    assert (found.role, found.defocus) == (role, defocus)
    assert reason in found.reason


def test_role_cases_cover_every_role() -> None:
    assert {case[1] for case in ROLES} == set(Role)


def test_acquisition_types_equal_those_of_the_association_rules() -> None:
    assert {kind.upper() for kind in ACQ_EXP_TYPES} == set(ACQUISITION_EXP_TYPES)


@pytest.mark.parametrize("kind", ACQUISITION_EXP_TYPES)
def test_acquisition_type_has_the_acquisition_role(kind: str) -> None:
    assert role_of(exposure(exp_type=kind)).role is Role.ACQUISITION


@pytest.mark.parametrize("elements", [("WLP8", "WLP8"), ("F212N", "WLP8"), ("WLP8", "F212N")])
def test_defocus_is_found_in_either_wheel(elements: tuple[str, str]) -> None:
    assert defocus_of(exposure(filter=elements[0], pupil=elements[1])) is Defocus.WLP8


@pytest.mark.parametrize("elements", [("WLP8", "WLM8"), ("F212N", "WLX3")])
def test_impossible_lens_pair_has_no_defocus(elements: tuple[str, str]) -> None:
    assert defocus_of(exposure(filter=elements[0], pupil=elements[1])) is None


def test_role_text_has_the_power_of_the_lens() -> None:
    assert role_of(exposure()).text == "fine phasing, WLP8 (+8 waves)"
    assert role_of(exposure(pupil="CLEAR")).text == "in focus"


@pytest.mark.parametrize(("table", "reason"), [("x_asn.json", "x_asn.json lists it"), ("", "it is used as")])
def test_exposure_used_as_background_has_the_background_role(table: str, reason: str) -> None:
    found = background_role(exposure(), table)
    assert (found.role, found.defocus) == (Role.BACKGROUND, Defocus.WLP8)
    assert found.reason.startswith(reason)


def test_run_all_excludes_jitter_and_acquisition() -> None:
    assert {role for role in Role if not role.in_run_all} == {Role.JITTER, Role.ACQUISITION}


# Keywords that a pool needs and that say nothing of the role.
POOL: Mapping[str, Any] = {
    "TARGNAME": "STAR",
    "TARGTYPE": "FIXED",
    "EXPSPCIN": "1",
    "NEXPOSUR": 1,
    "ACT_ID": "01",
    "SEQ_ID": "1",
    "VISITGRP": "02",
    "OBSERVTN": "001",
    "OBS_ID": "V01234001001P0000000002101",
    "TSOVISIT": False,
    "BKGDTARG": False,
    "CHANNEL": "SHORT",
    "MODULE": "A",
    "PNTG_SEQ": 1,
}


@pytest.mark.parametrize(
    ("keywords", "role"),
    [
        ({"PUPIL": "WLP8"}, Role.FINE_PHASING),
        ({"PUPIL": "CLEAR"}, Role.IN_FOCUS),
        ({"PUPIL": "GDHS0"}, Role.HARTMANN),
        ({"DETECTOR": "NRCALONG", "FILTER": "F480M", "PUPIL": "CLEAR"}, Role.LONG_WAVE_COMPANION),
        ({"PUPIL": "CLEAR", "APERNAME": "NRCA1_FP3MIMF"}, Role.MULTI_FIELD),
        ({"PUPIL": "CLEAR", "EXP_TYPE": "NRC_FOCUS"}, Role.FOCUS_SWEEP),
        ({"PUPIL": "CLEAR", "DMS_NOTE": "WFSC_LOS_JITTER", "SUBARRAY": "SUB8FP6A"}, Role.JITTER),
        ({"PUPIL": "CLEAR", "EXP_TYPE": "NRC_TACQ", "SUBARRAY": "SUB64FP6A"}, Role.ACQUISITION),
        ({"BKGDTARG": True}, Role.BACKGROUND),
    ],
)
def test_in_level2_follows_the_association_rules(
    tmp_path: Path, keywords: Mapping[str, str | float], role: Role
) -> None:
    path = write_exposure(tmp_path / "jw01234001001_02101_00001_nrca1_rate.fits", {**POOL, **keywords})
    assert role_of(read_exposure_info(path)).role is role
    with fits.open(path) as hdus:
        kind = "target_acquisition" if role is Role.ACQUISITION else "science"
        pool = mkpool([hdus], pntgtype=kind, dms_note=str(keywords.get("DMS_NOTE", "null")))
    # In pools as DMS makes them everything is in lower case, and names are those of the raw files.
    for column in pool.colnames:
        pool[column] = [str(value).lower() for value in pool[column]]
    for column, value in {"bkgdtarg": keywords.get("BKGDTARG", False), "tsovisit": False}.items():
        pool[column] = ["t" if value else "f"]
    pool["filename"] = [path.name.replace("_rate", "_uncal")]
    pool.write(tmp_path / "pool.csv", format="ascii", delimiter="|")
    made = Main.cli([str(tmp_path / "pool.csv"), "--dry-run"]).associations
    assert bool([table for table in made if table["asn_type"] == "image2"]) is role.in_level2
