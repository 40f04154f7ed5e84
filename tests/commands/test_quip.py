"""``wfsgui run`` and ``wfsgui info`` with operation files of QUIP."""

from __future__ import annotations

import importlib
import json
from collections.abc import Callable
from pathlib import Path

import pytest
from lxml import etree

from tests.commands.conftest import Command, names, result_of
from tests.commands.test_run_evidence import with_star
from tests.core.quip.operations import write_operation
from tests.core.quip.test_output import SCHEMAS, valid
from tests.exposures import small, write_small

NAMES = ["quip_activity_log.xml", "quip_out.xml"]


@pytest.fixture(autouse=True)
def nrca3(references: Callable[[str], None]) -> None:
    references("NRCA3")


@pytest.fixture
def rate(tmp_path: Path) -> Path:
    return write_small(tmp_path / "in", small())


@pytest.fixture
def operation(tmp_path: Path, rate: Path) -> Path:
    return write_operation(tmp_path / "op.xml", [rate], "out")


def images(folder: Path) -> list[str]:
    root = valid((folder / "quip_out.xml").read_bytes(), SCHEMAS / "quip_out.xsd")
    return [str(image.text) for image in root.iter("IMAGE_PATH")]


def entries(folder: Path) -> list[tuple[str, str, str]]:
    """List type, description and data of each entry of the activity log."""
    root: etree.ElementBase = valid((folder / "quip_activity_log.xml").read_bytes(), SCHEMAS / "quip_activity_log.xsd")
    return [
        (
            entry.get("type"),
            entry.findtext("ENTRY_DESCRIPTION"),
            "\n".join(data.text for data in entry.iter("ENTRY_DATA")),
        )
        for entry in root
    ]


def test_run_of_an_operation_file_writes_results_and_both_files(
    command: Command, operation: Path, rate: Path, tmp_path: Path
) -> None:
    result = command("run", operation)
    out = tmp_path / "out"
    assert (result.status, result.err) == (0, "")
    assert names(out) == sorted([result_of(rate), *NAMES])
    assert images(out) == [str(out / result_of(rate))]
    assert result.out.splitlines()[-2:] == [f"saved {out / 'quip_out.xml'}", f"saved {out / 'quip_activity_log.xml'}"]
    found = entries(out)
    assert [(kind, about) for kind, about, _ in found] == [
        *(("status", f"{rate.name}[{step}]") for step in ("assign_wcs", "flat_field", "photom")),
        ("status", rate.name),
    ]
    assert "reference flat: crds://" in found[1][2]
    assert found[-1][2] == f"saved {out / result_of(rate)}"


def test_output_folder_of_the_command_line_comes_first(command: Command, operation: Path, tmp_path: Path) -> None:
    assert command("run", operation, "-o", tmp_path / "mine", "--stop-after", "assign_wcs").status == 0
    assert len(names(tmp_path / "mine")) == 1
    assert names(tmp_path / "out") == NAMES
    # What was saved is no _cal file.
    assert images(tmp_path / "out") == []


def test_evidence_uses_the_operation_type_as_stage_of_the_sensing(command: Command, tmp_path: Path) -> None:
    # In focus: the image of a lens would be larger than this.
    rate = with_star(write_small(tmp_path / "in", small(pupil="CLEAR")))
    limits = {}
    for kind in ("FINE_PHASING", "THUMBNAIL"):
        operation = write_operation(tmp_path / "op.xml", [rate], tmp_path / kind, kind=kind)
        options = ("--evidence", tmp_path / kind / "evidence", "--skip", "flat_field")
        assert command("run", operation, *options).status == 0
        (path,) = (tmp_path / kind / "evidence").glob("*.json")
        (exposure,) = json.loads(path.read_text("utf-8"))["exposures"]
        checks = exposure["assessments"][-1]["checks"]
        limits[kind] = next(check["limit"] for check in checks if check["key"] == "sbr")
    assert limits == {"FINE_PHASING": "more than 1500", "THUMBNAIL": "more than 500"}


def test_image_that_is_missing_is_an_error_in_the_log(command: Command, rate: Path, tmp_path: Path) -> None:
    missing = tmp_path / "missing_rate.fits"
    operation = write_operation(tmp_path / "op.xml", [missing, rate], "out")
    result = command("run", operation, "--json", "--skip", "flat_field")
    assert result.status == 1
    assert result.content["quip"] == [
        str(tmp_path / "out" / name) for name in ("quip_out.xml", "quip_activity_log.xml")
    ]
    (error,) = (entry for entry in entries(tmp_path / "out") if entry[0] == "error")
    assert error[1] == str(missing)
    assert error[2].startswith("not calibrated: ")
    assert len(images(tmp_path / "out")) == 1


def test_without_any_usable_image_the_log_says_why(command: Command, tmp_path: Path) -> None:
    operation = write_operation(tmp_path / "op.xml", [tmp_path / "missing_rate.fits"], "out")
    assert command("run", operation).status == 1
    assert images(tmp_path / "out") == []
    assert [kind for kind, _, _ in entries(tmp_path / "out")] == ["error"]


def test_existing_file_of_quip_stops_the_run_before_it_begins(
    command: Command, operation: Path, tmp_path: Path
) -> None:
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / "quip_out.xml").write_text("mine", "utf-8")
    result = command("run", operation)
    assert result.status == 2
    assert "quip_out.xml exists and is kept; add --overwrite to replace it." in result.err
    assert names(tmp_path / "out") == ["quip_out.xml"]
    assert command("run", operation, "--overwrite", "--stop-after", "assign_wcs").status == 0
    assert images(tmp_path / "out") == []


def test_file_of_quip_that_cannot_be_written_is_told_at_the_end(command: Command, rate: Path, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("", "utf-8")
    operation = write_operation(tmp_path / "op.xml", [rate], "file/out")
    result = command("run", operation, "-o", tmp_path / "mine", "--json", "--stop-after", "assign_wcs")
    assert result.status == 1
    assert result.content["left_out"][0].startswith(f"The folder {tmp_path / 'file' / 'out'} cannot be created")
    assert result.content["quip"] == []


def test_run_that_is_stopped_writes_both_files(
    command: Command, operation: Path, rate: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def interrupt(*_arguments: object) -> None:
        raise KeyboardInterrupt

    # Imported before: a module that is imported meanwhile would keep the replacement for later tests.
    importlib.import_module("wfsgui.pipeline.runs.batch")
    monkeypatch.setattr("wfsgui.pipeline.chain.chain.check_options", interrupt)
    assert command("run", operation, "--jobs", "1").status == 130
    assert images(tmp_path / "out") == []
    assert entries(tmp_path / "out") == [
        ("warning", rate.name, "not calibrated: the run was stopped"),
        ("warning", operation.name, "the run was stopped before its end"),
    ]


def test_inputs_without_a_common_output_folder_need_one(
    command: Command, operation: Path, rate: Path, tmp_path: Path
) -> None:
    other = write_operation(tmp_path / "other.xml", [rate], "elsewhere")
    for given in ([operation, other], [operation, rate]):
        result = command("run", *given)
        assert result.status == 2
        assert "The inputs have no output folder in common; give --output-dir and a folder." in result.err
    assert not (tmp_path / "out").exists()


def test_operation_file_that_cannot_be_used_is_declined(command: Command, tmp_path: Path) -> None:
    path = tmp_path / "op.xml"
    path.write_text("<QUIP_OPERATION_FILE/>", "utf-8")
    result = command("run", path, "-o", tmp_path / "out")
    assert result.status == 1
    assert "Not calibrated: " not in result.out.splitlines()[0]
    assert "declined: op.xml does not fit the schema quip_operation_file.xsd (line 1: " in result.out


def test_info_describes_the_operation_and_its_images(
    command: Command, operation: Path, rate: Path, tmp_path: Path
) -> None:
    result = command("info", operation)
    assert result.status == 0
    assert result.out.splitlines()[:5] == [
        f"{operation}  (operation file of QUIP)",
        "  correction R2026011401, operation type FINE_PHASING, 1 image, a test",
        f"  results go to {tmp_path / 'out'}",
        f"  QUIP_OUT goes to {tmp_path / 'out' / 'quip_out.xml'}",
        f"  QUIP_ACTIVITY_LOG goes to {tmp_path / 'out' / 'quip_activity_log.xml'}",
    ]
    assert rate.name in result.out
    content = command("info", operation, "--json").content
    assert content["operations"][0]["operation_type"] == "FINE_PHASING"
    assert content["operations"][0]["images"] == [str(rate)]
    assert [product["name"] for product in content["products"]] == [rate.name]


@pytest.mark.shared
def test_info_describes_the_example_of_quip(command: Command, shared_data: Path) -> None:
    result = command("info", shared_data / "quip" / "operation_file_001.xml")
    assert result.status == 1
    assert "correction R2015011401, operation type MIMF, 2 images, a test" in result.out
    assert result.out.count("does not exist") == 2
