"""``wfsgui run --evidence``: files, exit status, messages."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from importlib.resources import files
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from astropy.io import fits
from astropy.table import Table
from jsonschema import Draft202012Validator

from tests.commands.conftest import Command, names, result_of
from tests.commands.test_run import damage
from tests.exposures import small, write_association, write_small
from wfsgui.core.evidence.writing import evidence_files


@pytest.fixture(autouse=True)
def nrca3(references: Callable[[str], None]) -> None:
    references("NRCA3")


@pytest.fixture
def rate(tmp_path: Path) -> Path:
    return with_star(write_small(tmp_path / "in", small()))


@pytest.fixture
def other(tmp_path: Path) -> Path:
    return with_star(write_small(tmp_path / "in", small(pupil="WLM8", exposure=2)))


def with_star(rate: Path, sigma: float = 3.0) -> Path:
    """Add a star to an exposure, the same one in every exposure; `sigma` is its width in pixels."""
    with fits.open(rate, mode="update") as hdus:
        rows, columns = np.indices(hdus["SCI"].data.shape)
        hdus["SCI"].data += (500 * np.exp(-((rows - 30) ** 2 + (columns - 33) ** 2) / 2 / sigma**2)).astype(np.float32)
    return rate


def stem(rate: Path) -> str:
    return rate.name.removesuffix("_rate.fits")


def content(folder: Path, name: str) -> dict[str, Any]:
    """Read the JSON file of a document, which must keep to its schema."""
    whole: dict[str, Any] = json.loads((folder / f"{name}_evidence.json").read_text("utf-8"))
    schema = json.loads((files("wfsgui.resources") / "schemas" / "evidence-1.json").read_text("utf-8"))
    Draft202012Validator(schema).validate(whole)
    return whole


@pytest.mark.parametrize("jobs", [1, 2])
def test_evidence_of_one_exposure_has_all_files_and_the_facts_of_the_run(
    command: Command, rate: Path, tmp_path: Path, jobs: int
) -> None:
    out, folder = tmp_path / "out", tmp_path / "evidence"
    result = command("run", rate, "-o", out, "--evidence", folder, "--steps.assign_wcs.sip_degree=4", "--jobs", jobs)
    assert result.status == 0, result.out
    expected = evidence_files(folder, f"{stem(rate)}_evidence")
    assert names(folder) == sorted(path.name for path in expected)
    assert [line for line in result.out.splitlines() if "evidence " in line] == [
        f"  evidence {path}" for path in expected
    ]
    whole = content(folder, stem(rate))
    (exposure,) = whole["exposures"]
    saved = out / result_of(rate)
    assert {Path(each["path"]): each["sha256"] for each in exposure["files"]} == {
        path: hashlib.sha256(path.read_bytes()).hexdigest() for path in (rate, saved)
    }
    assert whole["versions"]["jwst"]
    assert set(whole["crds"]) == {"CRDS_PATH", "CRDS_SERVER_URL", "CRDS_CONTEXT"}
    assert {"step": "assign_wcs", "name": "sip_degree", "value": "4"}.items() <= exposure["parameters"][0].items()
    assert exposure["parameters"][0]["by_analyst"]
    assert [step["state"] for step in exposure["steps"]] == ["not applicable", "done", "done", "done"]
    assert all(step["expectations"] for step in exposure["steps"][1:])
    assert [each["stage"] for each in exposure["assessments"]] == ["rate", "assign_wcs", "flat_field", "cal"]
    regions = exposure["assessments"][-1]["regions"]
    assert (regions["x"], regions["y"]) == pytest.approx((33, 30), abs=0.5)
    assert len(Table.read(expected[-1], format="ascii.ecsv")) > 4


def test_results_are_the_same_with_and_without_evidence(command: Command, rate: Path, tmp_path: Path) -> None:
    assert command("run", rate, "-o", tmp_path / "without").status == 0
    assert command("run", rate, "-o", tmp_path / "with", "--evidence", tmp_path / "evidence").status == 0
    with (
        fits.open(tmp_path / "with" / result_of(rate)) as one,
        fits.open(tmp_path / "without" / result_of(rate)) as two,
    ):
        planes = ("SCI", "ERR", "DQ", "VAR_POISSON", "VAR_RNOISE", "VAR_FLAT", "AREA")
        assert all(np.array_equal(one[plane].data, two[plane].data, equal_nan=True) for plane in planes)


def test_two_exposures_of_a_visit_have_one_document_with_their_pair(command: Command, tmp_path: Path) -> None:
    rate, other = (
        with_star(write_small(tmp_path / "in", small(pupil="CLEAR", exposure=number)), sigma=1.0) for number in (1, 2)
    )
    folder = tmp_path / "evidence"
    result = command("run", rate, other, "-o", tmp_path / "out", "--evidence", folder, "--json")
    assert result.status == 0, result.err
    assert result.content["complete"]
    assert [Path(path) for path in result.content["evidence"]] == list(evidence_files(folder, "jw99001001001_evidence"))
    whole = content(folder, "jw99001001001")
    assert whole["left_out"] == []
    assert [each["name"] for each in whole["exposures"]] == [rate.name, other.name]
    (pair,) = whole["pairs"]
    assert (pair["first"], pair["second"], pair["kind"]) == (rate.name, other.name, "same defocus")
    assert {each["key"] for each in pair["quantities"]} >= {"chi2"}
    page = (folder / "jw99001001001_evidence.html").read_text("utf-8")
    assert "Visit: program 99001 observation 001 visit 001" in page
    assert "B turned by 180 degrees" in page


def test_pair_that_cannot_be_compared_is_told(command: Command, rate: Path, other: Path, tmp_path: Path) -> None:
    """The images are smaller than a star through a weak lens."""
    folder = tmp_path / "evidence"
    result = command("run", rate, other, "-o", tmp_path / "out", "--evidence", folder)
    assert result.status == 0, result.out
    whole = content(folder, "jw99001001001")
    assert whole["pairs"] == []
    (told,) = whole["left_out"]
    assert told.startswith(f"The pair {rate.name} and {other.name} was not compared: ")
    assert f"note: {told}" in result.out


def test_background_and_last_step_are_told(command: Command, rate: Path, tmp_path: Path) -> None:
    background = write_small(rate.parent, small(exposure=3))
    table = write_association(rate.with_name("x_asn.json"), {rate: [background]})
    folder = tmp_path / "evidence"
    result = command("run", table, "-o", tmp_path / "out", "--evidence", folder, "--stop-after", "flat_field")
    assert result.status == 0, result.out
    (exposure,) = content(folder, stem(rate))["exposures"]
    assert [each["role"] for each in exposure["files"]] == ["science exposure", "background", "result"]
    assert exposure["options"]["stop_after"] == "flat_field"
    assert [each["stage"] for each in exposure["assessments"]] == ["rate", "bkg_subtract", "assign_wcs", "flat_field"]


def test_exposure_without_a_star_has_evidence(command: Command, tmp_path: Path) -> None:
    rate = write_small(tmp_path / "in", small())
    result = command("run", rate, "-o", tmp_path / "out", "--evidence", tmp_path / "evidence")
    assert result.status == 0, result.out
    (exposure,) = content(tmp_path / "evidence", stem(rate))["exposures"]
    assert exposure["assessments"][-1]["regions"] is None
    assert exposure["overall"] != "good"


def test_failed_exposure_is_in_the_evidence(command: Command, rate: Path, other: Path, tmp_path: Path) -> None:
    damage(rate)
    folder = tmp_path / "evidence"
    result = command("run", rate, other, tmp_path / "missing_rate.fits", "-o", tmp_path / "out", "--evidence", folder)
    assert result.status == 1
    whole = content(folder, "jw99001001001")
    failed, done = whole["exposures"]
    assert (failed["state"], failed["overall"], done["state"]) == ("failed", "bad", "done")
    assert failed["error"]
    assert any("missing_rate.fits" in sentence for sentence in whole["left_out"])
    assert whole["pairs"] == []


def test_existing_evidence_stops_the_run_before_it_begins(command: Command, rate: Path, tmp_path: Path) -> None:
    folder = tmp_path / "evidence"
    folder.mkdir()
    mine = folder / f"{stem(rate)}_evidence.pdf"
    mine.write_text("mine")
    result = command("run", rate, "-o", tmp_path / "out", "--evidence", folder)
    assert result.status == 2
    assert f"{mine} exists and is kept" in result.err
    assert not (tmp_path / "out").exists()
    assert mine.read_text() == "mine"
    assert command("run", rate, "-o", tmp_path / "out", "--evidence", folder, "--overwrite").status == 0
    assert mine.read_bytes().startswith(b"%PDF")


def test_folder_that_is_a_file_stops_the_run_before_it_begins(command: Command, rate: Path, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("x")
    result = command("run", rate, "-o", tmp_path / "out", "--evidence", tmp_path / "file")
    assert result.status == 2
    assert "is not a folder; choose another one for the evidence" in result.err


def test_evidence_that_cannot_be_written_is_told_with_status_1(command: Command, rate: Path, tmp_path: Path) -> None:
    """The parent of the folder is a file: the folder cannot be made."""
    (tmp_path / "file").write_text("x")
    result = command("run", rate, "-o", tmp_path / "out", "--evidence", tmp_path / "file" / "evidence", "--json")
    assert result.status == 1
    assert names(tmp_path / "out") == [result_of(rate)]
    assert not result.content["complete"]
    assert result.content["evidence"] == []
    assert any(f"The evidence {stem(rate)}_evidence was not written" in each for each in result.content["left_out"])


def test_run_without_products_says_that_there_is_no_evidence(command: Command, tmp_path: Path) -> None:
    result = command("run", tmp_path / "missing_rate.fits", "--evidence", tmp_path / "evidence")
    assert result.status == 1
    assert "note: There is no evidence to write: no product was calibrated." in result.out
    assert not (tmp_path / "evidence").exists()
