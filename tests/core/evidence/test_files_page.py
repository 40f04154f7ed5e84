from __future__ import annotations

import hashlib
from dataclasses import replace
from pathlib import Path

import pytest

from tests.core.evidence.makers import CONTEXT, calibrated, ignore, part, product, record
from tests.gui import fakes
from wfsgui.core.evidence.document import Table
from wfsgui.core.evidence.files_page import Checksums, ChosenParameter, chosen_parameters, hashed_files
from wfsgui.core.model.engine_info import EngineInfo
from wfsgui.core.model.parameters import ParameterKind, ParameterSpec
from wfsgui.core.model.product import Member
from wfsgui.core.model.requests import StepOptions


def write(path: Path, content: bytes) -> Path:
    path.write_bytes(content)
    return path


def test_checksums_are_those_of_the_files(tmp_path: Path) -> None:
    science = product(folder=tmp_path)
    background = Member(fakes.info("background", tmp_path))
    science = replace(science, backgrounds=(background,))
    override = write(tmp_path / "flat.fits", b"flat")
    result = write(tmp_path / "x_cal.fits", b"result" * 1_000_000)
    contents = {science.science.path: b"science", background.path: b"background", override: b"flat"}
    for path, content in contents.items():
        write(path, content)
    exposure = calibrated(science, result=result)
    exposure.options = StepOptions(overrides={"flat": str(override), "photom": "N/A"})
    files = hashed_files(record(exposure, saved=(result,)), Checksums(), ignore)
    assert [each.role for each in files] == ["science exposure", "background", "flat reference", "result"]
    expected = {**contents, result: b"result" * 1_000_000}
    assert {each.path: each.sha256 for each in files} == {
        path: hashlib.sha256(content).hexdigest() for path, content in expected.items()
    }
    assert [each.size for each in files] == [7, 10, 4, 6_000_000]


def test_file_of_several_exposures_is_read_once(tmp_path: Path) -> None:
    told: list[str] = []
    path = write(tmp_path / "background.fits", b"x")
    checksums = Checksums()
    assert checksums.of(path, "background", told.append) == checksums.of(path, "background", told.append)
    assert told == ["checksum of background.fits"]


def test_changed_file_is_read_again(tmp_path: Path) -> None:
    path = write(tmp_path / "a.fits", b"one")
    checksums = Checksums()
    before = checksums.of(path, "result", ignore)
    write(path, b"other")
    assert checksums.of(path, "result", ignore).sha256 == hashlib.sha256(b"other").hexdigest() != before.sha256


def test_missing_file_is_told_and_is_a_fault_of_the_part(tmp_path: Path) -> None:
    science = product(folder=tmp_path)
    made = part(record(calibrated(science)))
    assert made.faults == (
        f"{science.science.path.name} cannot be read (No such file or directory): it has no checksum.",
    )


def test_work_stops_while_a_file_is_read(tmp_path: Path) -> None:
    def stop(_text: str) -> None:
        raise LookupError

    with pytest.raises(LookupError):
        Checksums().of(write(tmp_path / "a.fits", b"x"), "result", stop)


def test_parameters_that_differ_from_the_default_are_listed_with_their_origin() -> None:
    exposure = calibrated(product())
    exposure.options = StepOptions(parameters={"photom": {"inverse": "False"}}, skip=frozenset({"flat_field"}))
    assert chosen_parameters(record(exposure), CONTEXT) == (
        ChosenParameter("assign_wcs", "sip_degree", "4", "None", by_analyst=False),
        ChosenParameter("flat_field", "skip", "True", "", by_analyst=True),
        ChosenParameter("photom", "inverse", "False", "False", by_analyst=True),
    )


def test_only_chosen_parameters_are_known_without_specifications() -> None:
    bare = replace(CONTEXT, engine=EngineInfo())
    assert chosen_parameters(record(calibrated(product())), bare) == ()


@pytest.mark.parametrize(
    ("default", "value", "same"),
    [
        ("0.7", 0.70, True),
        ("1e-3", 0.001, True),
        ("None", None, True),
        ("False", False, True),
        ("False", True, False),
        ("a, b", ["a", "b"], True),
        ("3", 3.5, False),
    ],
)
def test_default_may_be_written_in_another_way(default: str, value: object, *, same: bool) -> None:
    assert ParameterSpec("x", ParameterKind.TEXT, default, (), "").is_default(value) is same


def test_page_tells_who_chose_a_reference_file() -> None:
    exposure = calibrated(product())
    exposure.options = StepOptions(overrides={"flat_field": "/mine/flat.fits", "area": "N/A"})
    page = part(record(exposure)).pages[2]
    (references,) = (
        block for block in page.blocks if isinstance(block, Table) and block.columns[:2] == ("step", "type")
    )
    assert [row[3] for row in references.rows] == ["CRDS", "chosen by the analyst", "CRDS"]
    settings = next(block for block in page.blocks if isinstance(block, Table) and block.rows[0][0] == "CRDS context")
    assert settings.rows[1:3] == (
        ("chosen by", "the server: no context was set"),
        ("CRDS server", "https://jwst-crds.stsci.edu"),
    )


def test_card_has_no_line_about_references_or_disk() -> None:
    lines = [row.check.name for row in part(record(calibrated(product()))).checks if row.kind == "preflight"]
    assert "role" in lines
    assert not {"references", "disk space"} & set(lines)
