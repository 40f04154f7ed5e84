"""``wfsgui info``: from headers alone, for people and for programs."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.commands.conftest import Command
from tests.exposures import write_association
from tests.headers_only import write_exposure


@pytest.fixture
def rate(tmp_path: Path) -> Path:
    return write_exposure(tmp_path / "a_rate.fits")


@pytest.fixture
def table(rate: Path) -> Path:
    sky = write_exposure(rate.with_name("b_rate.fits"), {"EXPOSURE": "00002"})
    return write_association(rate.with_name("x_asn.json"), {rate: [sky]})


def test_a_rate_file_is_described_in_a_few_lines(command: Command, rate: Path) -> None:
    told = command("info", rate)
    assert (told.status, told.err) == (0, "")
    assert told.out.splitlines() == [
        "a_rate.fits",
        "  science a_rate.fits, found as given",
        "    NIRCAM NRCA3 F212N+WLP8  FULL 6x8  NRC_IMAGE",
        "    program 01234 observation 001 visit 001 exposure 00001  PRIME_WFSC_ROUTINE",
        "    target WFS-STAR  2026-01-02T03:04:05.678  unit DN/s",
    ]


def test_an_association_is_described_with_its_members(command: Command, table: Path) -> None:
    told = command("info", table)
    assert (told.status, told.err) == (0, "")
    assert told.out.startswith("a  (x_asn.json)\n")
    assert "  science a_rate.fits, found relative to the association\n" in told.out
    assert "  background b_rate.fits, found relative to the association\n" in told.out


def test_what_is_unusual_is_noted(command: Command, tmp_path: Path) -> None:
    told = command("info", write_exposure(tmp_path / "a_rate.fits", {"VISITYPE": "PRIME_TARGETED_FIXED"}))
    assert told.status == 0
    assert "  note: a_rate.fits is not from a WFS&C visit (VISITYPE is PRIME_TARGETED_FIXED)" in told.out


def test_a_folder_is_described_without_what_it_passes_over(command: Command, table: Path) -> None:
    write_exposure(table.with_name("c_rate.fits"))
    write_association(table.with_name("y_asn.json"), {table.with_name("a_cal.fits"): []}, kind="wfs-image3")
    told = command("info", table.parent)
    assert told.status == 0
    assert [line for line in told.out.splitlines() if not line.startswith(" ")][:2] == [
        "a  (x_asn.json)",
        "c_rate.fits",
    ]
    assert "passed over: y_asn.json is a level-3 association" in told.out


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
def test_what_is_declined_is_described_and_given_a_reason(
    command: Command, tmp_path: Path, keywords: dict[str, str], shape: tuple[int, ...], reason: str
) -> None:
    path = write_exposure(tmp_path / "a_rate.fits", keywords, shape=shape)
    told = command("info", path)
    assert (told.status, told.err) == (1, "")
    first, *described, last = told.out.splitlines()
    assert first == str(path)
    assert "NIRCAM NRCA3" in described[0]
    assert last.startswith("  declined: ")
    assert reason in last


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "is empty"),
        (b"hello", "is not a FITS file, although it is named as one"),
        (b"SIMPLE  =                    T", "is a damaged FITS file"),
    ],
)
def test_what_is_not_fits_is_declined_in_two_lines(command: Command, tmp_path: Path, content: bytes, said: str) -> None:
    path = tmp_path / "a_rate.fits"
    path.write_bytes(content)
    told = command("info", path)
    assert told.status == 1
    assert told.out.splitlines() == [
        str(path),
        f"  declined: a_rate.fits {said}; fetch it again.",
    ]


def test_one_that_is_declined_hides_no_other(command: Command, rate: Path, tmp_path: Path) -> None:
    told = command("info", tmp_path / "missing_rate.fits", rate)
    assert told.status == 1
    assert told.out.startswith("a_rate.fits\n")
    assert told.out.endswith("missing_rate.fits does not exist; give a _rate file.\n")


def test_everything_is_in_the_json(command: Command, table: Path) -> None:
    told = command("info", "--json", table)
    assert (told.status, told.err) == (0, "")
    (product,) = told.content["products"]
    assert (product["name"], product["association"]) == ("a", "x_asn.json")
    assert product["science"]["path"] == str(table.with_name("a_rate.fits"))
    assert product["science"]["found_by"] == "relative to the association"
    assert (product["science"]["detector"], product["science"]["shape"]) == ("NRCA3", [8, 6])
    assert [member["path"] for member in product["backgrounds"]] == [str(table.with_name("b_rate.fits"))]
    assert told.content["declined"] == told.content["passed_over"] == []


def test_the_json_describes_what_is_declined(command: Command, tmp_path: Path) -> None:
    later = write_exposure(tmp_path / "a_cal.fits", {"S_PHOTOM": "COMPLETE"})
    missing = tmp_path / "missing_rate.fits"
    told = command("info", later, missing, "--json")
    assert told.status == 1
    first, second = told.content["declined"]
    assert (first["what"], first["science"]["detector"]) == (str(later), "NRCA3")
    assert "_cal" in first["why"]
    assert (second["what"], second["science"]) == (str(missing), None)


@pytest.mark.parametrize("name", ["a b_rate.fits", "-n_rate.fits", "étoile ☆_rate.fits", "%s{0}'_rate.fits"])
def test_odd_names_are_told_as_they_are(command: Command, tmp_path: Path, name: str) -> None:
    path = write_exposure(tmp_path / name)
    assert command("info", path).out.startswith(f"{name}\n")
    assert command("info", path, "--json").content["products"][0]["name"] == name


def test_a_name_that_begins_with_a_dash_can_be_given_alone(
    command: Command, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write_exposure(tmp_path / "-n_rate.fits")
    monkeypatch.chdir(tmp_path)
    assert command("info", "--", "-n_rate.fits").status == 0
