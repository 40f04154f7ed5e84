"""Operation files of QUIP: content, errors with the line, and files that are not trusted."""

from __future__ import annotations

import os
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import pytest

from tests.core.quip.operations import write_operation
from wfsgui.core.errors import InputDeclinedError
from wfsgui.core.quip.operation_file import is_operation_file, read_operation_file
from wfsgui.core.quip.xml_files import MOST_BYTES


@contextmanager
def server() -> Iterator[tuple[str, list[str]]]:
    """Answer requests of the network, and list them."""
    asked: list[str] = []

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:  # the name that http.server calls
            asked.append(self.path)
            self.send_response(200)
            self.end_headers()

        def log_message(self, *_arguments: object) -> None:
            """Write nothing."""

    with HTTPServer(("127.0.0.1", 0), Handler) as http:
        thread = threading.Thread(target=http.serve_forever)
        thread.start()
        try:
            yield f"http://127.0.0.1:{http.server_port}", asked
        finally:
            http.shutdown()
            thread.join()


@pytest.mark.shared
def test_example_of_quip_is_read(shared_data: Path) -> None:
    operation = read_operation_file(shared_data / "quip" / "operation_file_001.xml")
    assert operation.operation_type == "MIMF"
    assert operation.correction_id == "R2015011401"
    assert operation.images == (Path("/path/to/inputs/image001.fits"), Path("/path/to/inputs/image002.fits"))
    assert operation.output_directory == Path("/path/to/outputs")
    assert operation.log_path == Path("/path/to/outputs/quip_activity_log.xml")
    assert operation.out_path == Path("/path/to/outputs/quip_out.xml")
    assert not operation.operational
    assert operation.text == "correction R2015011401, operation type MIMF, 2 images"


def test_relative_paths_are_relative_to_the_operation_file(tmp_path: Path) -> None:
    path = write_operation(tmp_path / "op.xml", ["a_rate.fits", " ../b_rate.fits\n"], "out")
    operation = read_operation_file(path)
    assert operation.images == (tmp_path / "a_rate.fits", tmp_path / "../b_rate.fits")
    assert operation.out_path == tmp_path / "out" / "quip_out.xml"


def test_operational_is_a_boolean_of_xml(tmp_path: Path) -> None:
    for text, operational in {"true": True, "1": True, "false": False, "0": False}.items():
        path = write_operation(tmp_path / "op.xml", [], operational=text)
        assert read_operation_file(path).operational is operational


def test_operation_files_are_known_by_their_suffix() -> None:
    assert [is_operation_file(Path(name)) for name in ("a.xml", "A.XML", "a_asn.json", "a_rate.fits")] == [
        True,
        True,
        False,
        False,
    ]


@pytest.mark.parametrize(
    ("found", "given", "sentence"),
    [
        ("<IMAGES>", "<IMAGE>", r"op.xml is not XML \(line \d+: Opening and ending tag mismatch.*\); correct it, or"),
        (
            "FINE_PHASING",
            "FOCUS",
            r"the schema quip_operation_file.xsd \(line 5: .*'FOCUS'.*\); correct it.",
        ),
        ("<CORRECTION_ID>R2026011401</CORRECTION_ID>", "", r"\(line 5: Element 'OPERATION_TYPE': This element is not"),
        ('version="4.0"', 'edition="4.0"', r"\(line 3: .*'edition'.*\); correct it."),
        ("QUIP_OPERATION_FILE", "QUIP_OUT", r"op.xml has the root QUIP_OUT, line 3; give a QUIP_OPERATION_FILE."),
        ("a_rate.fits", " ", r"op.xml has no path in IMAGE_PATH \(line 7\); add it."),
        (
            "out/quip_out.xml",
            "out/quip_activity_log.xml",
            r"the same path in LOG_FILE_PATH and OUT_FILE_PATH \(line",
        ),
    ],
)
def test_error_is_one_sentence_with_the_line(tmp_path: Path, found: str, given: str, sentence: str) -> None:
    path = write_operation(tmp_path / "op.xml", ["a_rate.fits"])
    text = path.read_text("utf-8")
    assert found in text
    path.write_text(text.replace(found, given), "utf-8")
    with pytest.raises(InputDeclinedError, match=sentence) as declined:
        read_operation_file(path)
    assert "\n" not in str(declined.value)


@pytest.mark.parametrize("content", [b"", b"no xml", b"\xff\xfe\x00", b"<a>", b"<a/>", b"\x1f\x8b\x08" + bytes(20)])
def test_file_that_is_no_operation_file_is_declined(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "op.xml"
    path.write_bytes(content)
    with pytest.raises(InputDeclinedError, match=r"op\.xml"):
        read_operation_file(path)


def test_file_that_is_missing_a_folder_or_a_pipe_is_declined(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.xml")
    for path, why in (
        (tmp_path / "x.xml", "does not exist"),
        (tmp_path, "is a folder"),
        (tmp_path / "pipe.xml", "is no"),
    ):
        with pytest.raises(InputDeclinedError, match=why):
            read_operation_file(path)


def test_large_file_is_declined(tmp_path: Path) -> None:
    path = write_operation(tmp_path / "op.xml", ["x" * MOST_BYTES])
    with pytest.raises(InputDeclinedError, match="is larger than 4 MiB"):
        read_operation_file(path)


@pytest.mark.parametrize(
    "head",
    [
        "<!DOCTYPE QUIP_OPERATION_FILE>\n",
        '<!DOCTYPE QUIP_OPERATION_FILE [<!ENTITY x "text">]>\n',
        '<!DOCTYPE QUIP_OPERATION_FILE [<!ENTITY x SYSTEM "file:///etc/passwd">]>\n',
    ],
)
def test_document_type_declaration_is_refused(tmp_path: Path, head: str) -> None:
    path = write_operation(tmp_path / "op.xml", ["/data/&x;" if "ENTITY" in head else "a"], head=head)
    with pytest.raises(InputDeclinedError, match=r"has a document type declaration \(DOCTYPE\)"):
        read_operation_file(path)


@pytest.mark.parametrize("place", ["image", "attribute"])
def test_entities_that_multiply_are_refused(tmp_path: Path, place: str) -> None:
    levels = "".join(f'<!ENTITY e{n} "{f"&e{n - 1};" * 10}">' for n in range(1, 12))
    head = f'<!DOCTYPE QUIP_OPERATION_FILE [<!ENTITY e0 "{"x" * 50}">{levels}]>\n'
    more = ' xsi:noNamespaceSchemaLocation="&e11;"' if place == "attribute" else ""
    path = write_operation(tmp_path / "op.xml", ["&e11;" if place == "image" else "a"], head=head, more=more)
    with pytest.raises(InputDeclinedError, match=r"op\.xml"):
        read_operation_file(path)


def test_nothing_is_fetched_from_the_network(tmp_path: Path) -> None:
    with server() as (address, asked):
        more = f' xsi:noNamespaceSchemaLocation="{address}/schema.xsd"'
        read_operation_file(write_operation(tmp_path / "op.xml", ["a"], more=more))
        head = f'<!DOCTYPE QUIP_OPERATION_FILE SYSTEM "{address}/types.dtd" [<!ENTITY x SYSTEM "{address}/x">]>\n'
        with pytest.raises(InputDeclinedError, match="DOCTYPE"):
            read_operation_file(write_operation(tmp_path / "op.xml", ["&x;"], head=head))
    assert asked == []


def test_comments_and_instructions_within_a_path_are_no_part_of_it(tmp_path: Path) -> None:
    path = write_operation(tmp_path / "op.xml", ["<!-- first -->a_rate<?x y?>.fits"])
    assert read_operation_file(path).images == (tmp_path / "a_rate.fits",)
