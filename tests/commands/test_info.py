"""``wfsgui info``: text and JSON from headers."""

from __future__ import annotations

from collections.abc import Callable
from importlib.metadata import version
from pathlib import Path

import pytest

from tests.commands.conftest import Command
from tests.exposures import small, write_association, write_small
from tests.headers_only import write_exposure
from wfsgui.core.errors import WfsguiError
from wfsgui.pipeline.chain import reference_lookup
from wfsgui.pipeline.chain.reference_lookup import FoundReferences


@pytest.fixture
def rate(tmp_path: Path) -> Path:
    return write_exposure(tmp_path / "a_rate.fits")


# Keywords of an exposure of a routine visit whose card is a go.
ROUTINE: dict[str, str | float] = {
    "DETECTOR": "NRCA1",
    "APERNAME": "NRCA1_FP6_SUB8",
    "SUBSTRT1": 1825,
    "SUBSTRT2": 1810,
    "ENGQLPTG": "CALCULATED",
    "TARG_RA": 89.9,
    "TARG_DEC": -65.7,
    "CAL_VER": version("jwst"),
    "CRDS_CTX": "jwst_0001.pmap",
    **dict.fromkeys(("S_DQINIT", "S_SATURA", "S_LINEAR", "S_DARK", "S_JUMP"), "COMPLETE"),
}


@pytest.fixture
def visit(tmp_path: Path) -> Path:
    """Make a folder with one exposure of each of some roles."""
    folder = tmp_path / "visit"
    plus = write_exposure(folder / "plus_rate.fits", ROUTINE | {"APERNAME": "NRCA1_FP6"})
    sky = write_exposure(folder / "sky_rate.fits", ROUTINE)
    write_exposure(folder / "minus_rate.fits", ROUTINE | {"APERNAME": "NRCA1_FP6", "PUPIL": "WLM8"})
    write_exposure(folder / "jitter_rate.fits", ROUTINE | {"SUBARRAY": "SUB8FP6A", "PUPIL": "CLEAR"}, shape=(8, 8))
    write_association(folder / "x_asn.json", {plus: [sky]})
    return folder


@pytest.fixture
def table(rate: Path) -> Path:
    sky = write_exposure(rate.with_name("b_rate.fits"), {"EXPOSURE": "00002"})
    return write_association(rate.with_name("x_asn.json"), {rate: [sky]})


def test_info_describes_a_rate_file(command: Command, rate: Path) -> None:
    result = command("info", rate)
    assert (result.status, result.err) == (0, "")
    assert result.out.splitlines()[:6] == [
        "a_rate.fits",
        "  science a_rate.fits, found as given",
        "    NIRCAM NRCA3 F212N+WLP8  FULL 6x8  NRC_IMAGE",
        "    program 01234 observation 001 visit 001 exposure 00001  PRIME_WFSC_ROUTINE",
        "    target WFS-STAR  2026-01-02T03:04:05.678  unit DN/s",
        "  preflight: care",
    ]


def test_info_describes_an_association_with_its_members(command: Command, table: Path) -> None:
    result = command("info", table)
    assert (result.status, result.err) == (0, "")
    assert result.out.startswith("a  (x_asn.json)\n")
    assert "  science a_rate.fits, found relative to the association\n" in result.out
    assert "  background b_rate.fits, found relative to the association\n" in result.out


def test_info_notes_an_unusual_visit_type(command: Command, tmp_path: Path) -> None:
    result = command("info", write_exposure(tmp_path / "a_rate.fits", {"VISITYPE": "PRIME_TARGETED_FIXED"}))
    assert result.status == 0
    assert "  note: a_rate.fits is not from a WFS&C visit (VISITYPE is PRIME_TARGETED_FIXED)" in result.out


def test_info_lists_ignored_files_of_a_folder(command: Command, table: Path) -> None:
    write_exposure(table.with_name("c_rate.fits"))
    write_association(table.with_name("y_asn.json"), {table.with_name("a_cal.fits"): []}, kind="wfs-image3")
    result = command("info", table.parent)
    assert result.status == 0
    assert [line for line in result.out.splitlines() if not line.startswith(" ")][:2] == [
        "a  (x_asn.json)",
        "c_rate.fits",
    ]
    assert "ignored: y_asn.json is a level-3 association" in result.out


@pytest.mark.parametrize(
    ("keywords", "shape", "reason"),
    [
        ({"S_PHOTOM": "COMPLETE"}, (8, 6), "calibrated already (_cal)"),
        ({"EXP_TYPE": "NRC_GRISM"}, (8, 6), "exposure of type NRC_GRISM"),
        ({"PUPIL": "GRISMR"}, (8, 6), "dispersed by GRISMR"),
        ({}, (2, 8, 6), "_rateints"),
        ({}, (2, 3, 8, 6), "_uncal"),
    ],
)
def test_info_describes_declined_exposures_with_the_reason(
    command: Command, tmp_path: Path, keywords: dict[str, str], shape: tuple[int, ...], reason: str
) -> None:
    path = write_exposure(tmp_path / "a_rate.fits", keywords, shape=shape)
    result = command("info", path)
    assert (result.status, result.err) == (1, "")
    first, *described, last = result.out.splitlines()
    assert first == str(path)
    assert "NIRCAM NRCA3" in described[0]
    assert last.startswith("  declined: ")
    assert reason in last


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", "is empty"),
        (b"hello", "is not a FITS file, although it is named as one"),
        (b"SIMPLE  =                    T", "is a damaged FITS file"),
    ],
)
def test_info_declines_files_that_are_not_fits(command: Command, tmp_path: Path, content: bytes, message: str) -> None:
    path = tmp_path / "a_rate.fits"
    path.write_bytes(content)
    result = command("info", path)
    assert result.status == 1
    assert result.out.splitlines() == [
        str(path),
        f"  declined: a_rate.fits {message}; fetch it again.",
    ]


def test_info_describes_others_beside_a_declined_file(command: Command, rate: Path, tmp_path: Path) -> None:
    result = command("info", tmp_path / "missing_rate.fits", rate)
    assert result.status == 1
    assert result.out.startswith("a_rate.fits\n")
    assert result.out.endswith("missing_rate.fits does not exist; give a _rate file.\n")


def test_info_json_has_products_and_members(command: Command, table: Path) -> None:
    result = command("info", "--json", table)
    assert (result.status, result.err) == (0, "")
    (product,) = result.content["products"]
    assert (product["name"], product["association"]) == ("a", "x_asn.json")
    assert product["science"]["path"] == str(table.with_name("a_rate.fits"))
    assert product["science"]["found_by"] == "relative to the association"
    assert (product["science"]["detector"], product["science"]["shape"]) == ("NRCA3", [8, 6])
    assert [member["path"] for member in product["backgrounds"]] == [str(table.with_name("b_rate.fits"))]
    assert result.content["declined"] == result.content["passed_over"] == []


def test_info_json_describes_declined_files(command: Command, tmp_path: Path) -> None:
    later = write_exposure(tmp_path / "a_cal.fits", {"S_PHOTOM": "COMPLETE"})
    missing = tmp_path / "missing_rate.fits"
    result = command("info", later, missing, "--json")
    assert result.status == 1
    first, second = result.content["declined"]
    assert (first["what"], first["science"]["detector"]) == (str(later), "NRCA3")
    assert "_cal" in first["why"]
    assert (second["what"], second["science"]) == (str(missing), None)


@pytest.mark.parametrize("name", ["a b_rate.fits", "-n_rate.fits", "étoile ☆_rate.fits", "%s{0}'_rate.fits"])
def test_info_keeps_unusual_file_names(command: Command, tmp_path: Path, name: str) -> None:
    path = write_exposure(tmp_path / name)
    assert command("info", path).out.startswith(f"{name}\n")
    assert command("info", path, "--json").content["products"][0]["name"] == name


def test_file_name_with_a_leading_dash_is_accepted(
    command: Command, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write_exposure(tmp_path / "-n_rate.fits")
    monkeypatch.chdir(tmp_path)
    assert command("info", "--", "-n_rate.fits").status == 0


def test_info_shows_a_visit_in_groups(command: Command, visit: Path) -> None:
    lines = command("info", visit).out.splitlines()
    begin = lines.index("visit: program 01234 observation 001 visit 001")
    assert lines[begin + 1 : begin + 9] == [
        "  fine phasing, WLP8 (+8 waves)",
        "    plus_rate.fits",
        "  fine phasing, WLM8 (-8 waves)",
        "    minus_rate.fits",
        "  background; DMS makes no level-2 product of these",
        "    sky_rate.fits",
        "  line-of-sight jitter; DMS makes no level-2 product of these",
        "    jitter_rate.fits",
    ]
    assert lines[begin + 9].startswith("all products, disk space: 0.9 MB needed, ")


def test_info_shows_a_preflight_card_for_each_product(command: Command, visit: Path) -> None:
    result = command("info", visit / "plus_rate.fits")
    lines = result.out.splitlines()
    card = lines[lines.index("  preflight: cannot tell") :]
    assert "    go           role: fine phasing, WLP8 (+8 waves). F212N+WLP8 is in the beam." in card
    assert any(line.startswith("    go           field point: NRCA1_FP6 at (4.5, 4.5).") for line in card)
    (unknown,) = (line for line in card if line.startswith("    cannot tell"))
    assert unknown.startswith("    cannot tell  references: not looked up. They are looked up with --references")


def test_card_warns_of_planned_pointing_and_missing_target(command: Command, tmp_path: Path) -> None:
    changes: dict[str, str | float] = {"ENGQLPTG": "PLANNED", "TARG_RA": 0.0, "TARG_DEC": 0.0}
    output = command("info", write_exposure(tmp_path / "a_rate.fits", ROUTINE | changes)).out
    assert (
        "care         pointing: PLANNED. The WCS follows from the planned pointing, not from the measured one" in output
    )
    assert "care         target: WFS-STAR. TARG_RA and TARG_DEC are (0, 0): no target marker" in output


def test_info_json_has_roles_groups_and_cards(command: Command, visit: Path) -> None:
    content = command("info", "--json", visit).content
    by_name = {Path(product["science"]["path"]).name: product for product in content["products"]}
    assert by_name["minus_rate.fits"]["role"] == {
        "name": "fine phasing",
        "defocus": "WLM8",
        "reason": "F212N+WLM8 is in the beam",
        "in_level2": True,
        "in_run_all": True,
    }
    assert by_name["minus_rate.fits"]["preflight"]["overall"] == "cannot tell"
    jitter = by_name["jitter_rate.fits"]
    assert (jitter["role"]["in_level2"], jitter["role"]["in_run_all"]) == (False, False)
    assert jitter["preflight"]["overall"] == "care"
    assert by_name["plus_rate.fits"]["science"]["circumstances"]["aperture"] == "NRCA1_FP6"
    (of_visit,) = content["visits"]
    assert [(group["role"], group["defocus"]) for group in of_visit["groups"]] == [
        ("fine phasing", "WLP8"),
        ("fine phasing", "WLM8"),
        ("background", None),
        ("line-of-sight jitter", None),
    ]
    assert of_visit["groups"][2]["exposures"] == [str(visit / "sky_rate.fits")]
    assert (content["disk"]["what"], content["disk"]["state"]) == ("disk space", "go")


def test_info_shows_the_role_of_a_declined_exposure(command: Command, tmp_path: Path) -> None:
    path = write_exposure(tmp_path / "a_rate.fits", {"EXP_TYPE": "NRC_TACQ", "PUPIL": "CLEAR", "S_PHOTOM": "COMPLETE"})
    assert "  role target acquisition" in command("info", path).out.splitlines()
    (declined,) = command("info", "--json", path).content["declined"]
    assert declined["science"]["role"]["name"] == "target acquisition"


def test_info_references_looks_up_reference_files(
    command: Command, tmp_path: Path, references: Callable[[str], None]
) -> None:
    references("NRCA3")
    rate = write_small(tmp_path, small())
    result = command("info", "--references", "--json", rate)
    (product,) = result.content["products"]
    found = {line["what"]: line for line in product["preflight"]["lines"]}
    assert found["reference flat"]["state"] == "go"
    assert found["reference flat"]["value"].endswith("nrca3.fits")
    assert "camera" in found["other references"]["value"]


def test_info_with_references_that_cannot_be_looked_up_is_status_1(
    command: Command, rate: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(_exposure: Path) -> FoundReferences:
        raise WfsguiError("CRDS does not answer; check the network.")

    monkeypatch.setattr(reference_lookup, "look_up_references", fail)
    told = command("info", "--references", rate)
    assert told.status == 1
    assert "references: unknown. CRDS does not answer" in told.out
    assert command("info", rate).status == 0
