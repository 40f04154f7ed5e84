"""QUIP_OUT and QUIP_ACTIVITY_LOG: they fit their schemas, and nothing is replaced unasked."""

from __future__ import annotations

import os
from datetime import datetime, timedelta, timezone
from pathlib import Path

import pytest
from lxml import etree

from tests.core.quip.operations import write_operation
from wfsgui.core.errors import WfsguiError
from wfsgui.core.quip.log_entries import EntryKind, LogEntry
from wfsgui.core.quip.operation_file import OperationFile, read_operation_file
from wfsgui.core.quip.output import activity_log, existing_targets, quip_out, write_quip_files

SCHEMAS = Path(__file__).parents[3] / "resources" / "quip"
WHEN = datetime(2026, 1, 15, 23, 30, 1, 250000, tzinfo=timezone(timedelta(hours=2)))
ENTRY = LogEntry(EntryKind.STATUS, WHEN, "image[photom]", ("done, 0.42 s", "reference photom: crds://x.fits"))


@pytest.fixture
def operation(tmp_path: Path) -> OperationFile:
    return read_operation_file(write_operation(tmp_path / "op.xml", ["a_rate.fits"], "deep/out", operational="true"))


def valid(text: str | bytes, schema: Path) -> etree.ElementBase:
    """Check a document against a schema, and return its root."""
    root = etree.fromstring(text.encode() if isinstance(text, str) else text)
    etree.XMLSchema(etree.parse(schema)).assertValid(root)
    return root


@pytest.mark.shared
def test_schemas_are_those_of_quip_and_its_examples_fit(shared_data: Path) -> None:
    examples = {"operation_file": "operation_file_001", "out": "quip_out_001", "activity_log": "quip_activity_log_001"}
    for name, example in examples.items():
        schema = SCHEMAS / f"quip_{name}.xsd"
        assert schema.read_bytes() == (shared_data / "quip" / schema.name).read_bytes()
        valid((shared_data / "quip" / f"{example}.xml").read_bytes(), schema)


def test_schemas_have_their_licence_beside_them() -> None:
    text = (SCHEMAS / "LICENSE").read_text("utf-8")
    assert "wss_tools" in text
    assert "Redistributions of source code must retain the above copyright notice" in text


def test_quip_out_lists_the_results(operation: OperationFile) -> None:
    root = valid(
        quip_out(operation, [Path("/out/a_cal.fits"), Path("/out/b & c_cal.fits")], WHEN), SCHEMAS / "quip_out.xsd"
    )
    assert [image.text for image in root.iter("IMAGE_PATH")] == ["/out/a_cal.fits", "/out/b & c_cal.fits"]
    assert (root.get("creator"), root.get("operational")) == ("QUIP", "true")
    assert (root.get("date"), root.get("time")) == ("2026-01-15Z", "21:30:01.250000Z")
    assert root.get("version").startswith("wfsgui ")


def test_quip_out_without_results_fits_its_schema(operation: OperationFile) -> None:
    valid(quip_out(operation, [], WHEN), SCHEMAS / "quip_out.xsd")


def test_activity_log_has_the_entries_in_the_order_of_time(operation: OperationFile) -> None:
    earlier = LogEntry(EntryKind.WARNING, WHEN - timedelta(seconds=1), "image[flat_field]", ("no flat",))
    root = valid(activity_log(operation, [ENTRY, earlier], WHEN), SCHEMAS / "quip_activity_log.xsd")
    assert [(entry.get("id"), entry.get("type"), entry.get("time")) for entry in root] == [
        ("1", "warning", "21:30:00.250000Z"),
        ("2", "status", "21:30:01.250000Z"),
    ]
    assert root[1].findtext("ENTRY_DESCRIPTION") == "image[photom]"
    assert [data.text for data in root[1].iter("ENTRY_DATA")] == list(ENTRY.data)
    assert (root.get("creator"), root.get("operational")) == ("QUIP", "true")


def test_activity_log_without_entries_fits_its_schema(operation: OperationFile) -> None:
    valid(activity_log(operation, [], WHEN), SCHEMAS / "quip_activity_log.xsd")


def test_characters_that_xml_does_not_have_are_escaped(operation: OperationFile) -> None:
    entry = LogEntry(EntryKind.DATA, WHEN, "a\0b", ("\x1b[1mbold\udcff <&> \N{SNOWMAN}\ufffe", ""))
    root = valid(activity_log(operation, [entry], WHEN), SCHEMAS / "quip_activity_log.xsd")
    assert root[0].findtext("ENTRY_DESCRIPTION") == "a\\x00b"
    assert [data.text for data in root[0].iter("ENTRY_DATA")] == ["\\x1b[1mbold\\udcff <&> \N{SNOWMAN}\\ufffe", None]


def test_both_files_are_written_where_the_operation_file_says(operation: OperationFile, tmp_path: Path) -> None:
    out, log = write_quip_files(operation, [Path("/out/a_cal.fits")], [ENTRY], overwrite=False)
    assert (out, log) == (tmp_path / "deep/out/quip_out.xml", tmp_path / "deep/out/quip_activity_log.xml")
    valid(out.read_bytes(), SCHEMAS / "quip_out.xsd")
    valid(log.read_bytes(), SCHEMAS / "quip_activity_log.xsd")
    assert sorted(path.name for path in out.parent.iterdir()) == ["quip_activity_log.xml", "quip_out.xml"]
    assert existing_targets(operation) == (log, out)


@pytest.mark.parametrize("name", ["quip_out.xml", "quip_activity_log.xml"])
def test_existing_file_is_kept_and_none_is_written(operation: OperationFile, name: str) -> None:
    existing = operation.out_path.with_name(name)
    existing.parent.mkdir(parents=True)
    existing.write_text("mine", "utf-8")
    with pytest.raises(WfsguiError, match=f"{name} exists and is kept"):
        write_quip_files(operation, [], [], overwrite=False)
    assert [(path.name, path.read_text("utf-8")) for path in existing.parent.iterdir()] == [(name, "mine")]
    write_quip_files(operation, [], [], overwrite=True)
    assert existing.read_text("utf-8").startswith("<?xml")


@pytest.mark.parametrize("target", ["a_rate.fits", "op.xml", "link.xml"])
def test_image_and_operation_file_are_never_replaced(tmp_path: Path, target: str) -> None:
    path = write_operation(tmp_path / "op.xml", ["a_rate.fits"], tmp_path)
    (tmp_path / "link.xml").symlink_to(tmp_path / "a_rate.fits")
    path.write_text(path.read_text("utf-8").replace("quip_out.xml", target), "utf-8")
    before = path.read_bytes()
    with pytest.raises(WfsguiError, match="is an image or the operation file and is kept"):
        write_quip_files(read_operation_file(path), [], [], overwrite=True)
    assert path.read_bytes() == before
    assert not (tmp_path / "quip_activity_log.xml").exists()


def test_folder_that_cannot_be_made_is_told(operation: OperationFile, tmp_path: Path) -> None:
    (tmp_path / "deep").write_text("", "utf-8")
    with pytest.raises(WfsguiError, match=r"out cannot be created \(.*\); correct op.xml."):
        write_quip_files(operation, [], [], overwrite=False)


def test_name_with_undecodable_bytes_is_written_as_an_escape(operation: OperationFile) -> None:
    image = Path(os.fsdecode(b"/out/\xff_cal.fits"))
    root = valid(quip_out(operation, [image], WHEN), SCHEMAS / "quip_out.xsd")
    assert root.findtext("OUTPUT_IMAGES/IMAGE_PATH") == "/out/\\udcff_cal.fits"
