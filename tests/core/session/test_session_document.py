"""A session survives writing and reading, as JSON and as a file; what is no session is refused."""

from __future__ import annotations

import json
import zipfile
from dataclasses import fields, replace
from importlib.resources import files
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from tests.core.session.states import whole_state
from wfsgui.core.errors import WfsguiError
from wfsgui.core.session import document
from wfsgui.core.session.document import SessionEncoder, state_from_json
from wfsgui.core.session.session_file import read_session_file, write_session_file
from wfsgui.core.session.state import ExposureRecord, SessionState


def content_of(state: SessionState) -> dict[str, Any]:
    content: dict[str, Any] = json.loads(SessionEncoder().encode(state))
    return content


def test_everything_survives_the_way_through_a_file(tmp_path: Path) -> None:
    state = whole_state()
    for entry in fields(SessionState):
        assert getattr(state, entry.name) != getattr(SessionState(), entry.name), entry.name
    first = state.exposures[1]
    for entry in fields(ExposureRecord):
        default = ExposureRecord(key="", name="", science=state.exposures[2].science, is_marked=False)
        assert getattr(first, entry.name) != getattr(default, entry.name), entry.name
    write_session_file(tmp_path / "a.wfsession", state, overwrite=False)
    assert read_session_file(tmp_path / "a.wfsession") == state


def test_the_schema_describes_the_document() -> None:
    schema = json.loads((files("wfsgui.resources") / "schemas" / "session-1.json").read_text("utf-8"))
    jsonschema.Draft202012Validator.check_schema(schema)
    validator = jsonschema.Draft202012Validator(schema)
    content = content_of(whole_state())
    validator.validate(content)
    validator.validate(content_of(SessionState()))
    content["session"]["exposures"][0]["state"] = "tired"
    assert not validator.is_valid(content)


def test_an_encoder_that_has_written_another_state_writes_the_same() -> None:
    encoder, state = SessionEncoder(), whole_state()
    first, branch, second = state.exposures
    for exposures in ((first, branch, second), (second,), (first, second), (first, replace(second, name="new"))):
        changed = replace(state, exposures=exposures, files=state.files[: len(exposures)])
        assert encoder.encode(changed) == SessionEncoder().encode(changed)


def test_headers_of_another_version_of_the_program_are_not_used(monkeypatch: pytest.MonkeyPatch) -> None:
    text = SessionEncoder().encode(whole_state())
    monkeypatch.setattr(document, "__version__", "0.0.1")
    state = state_from_json(text, "a")
    assert [record.info for record in state.files] == [None, None]
    assert state.files[0].fingerprint == whole_state().files[0].fingerprint


@pytest.mark.parametrize(
    ("change", "why"),
    [
        ({"version": 2, "program": "9.1"}, "a was written by a later version of the program (wfsgui 9.1, sessions of "),
        ({"version": True}, "a is no session of this program"),
        ({"format": "wfsgui limits"}, "a is no session of this program"),
        ({"session": {"selected_region": "2"}}, "a is damaged (session.selected_region is not of the type int)"),
        ({"session": {"exposures": [{"key": "1"}]}}, "a is damaged (session.exposures[0].name is missing)"),
        ({"session": {"regions": [{"name": "", "region": {"kind": "star"}}]}}, "has the unknown kind 'star'"),
        ({"session": []}, "a is damaged (session is not of the type dict)"),
    ],
)
def test_what_is_no_session_of_this_version_is_refused(change: dict[str, Any], why: str) -> None:
    with pytest.raises(WfsguiError) as caught:
        state_from_json(json.dumps(content_of(SessionState()) | change), "a")
    assert why in str(caught.value)


def test_entries_that_are_not_known_are_passed_over() -> None:
    content = content_of(whole_state())
    content["session"]["exposures"][0]["mood"] = "good"
    assert state_from_json(json.dumps(content), "a") == whole_state()


def test_a_damaged_file_is_refused_wherever_it_is_damaged(tmp_path: Path) -> None:
    path = tmp_path / "a.wfsession"
    write_session_file(path, whole_state(), overwrite=False)
    whole = path.read_bytes()
    for place in (0, len(whole) // 2, len(whole) - 30):
        path.write_bytes(whole[:place] + bytes([whole[place] ^ 255]) + whole[place + 1 :])
        with pytest.raises(WfsguiError, match=r"a\.wfsession is (damaged|no session)"):
            read_session_file(path)
    for length in (0, len(whole) // 2, len(whole) - 1):
        path.write_bytes(whole[:length])
        with pytest.raises(WfsguiError, match="damaged"):
            read_session_file(path)


def test_another_archive_and_a_missing_file_are_refused(tmp_path: Path) -> None:
    path = tmp_path / "a.wfsession"
    with pytest.raises(WfsguiError, match="cannot be read"):
        read_session_file(path)
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("other.txt", "text")
    with pytest.raises(WfsguiError, match="no session of this program"):
        read_session_file(path)


def test_an_existing_file_is_kept_unless_it_may_be_replaced(tmp_path: Path) -> None:
    path = tmp_path / "a.wfsession"
    path.write_text("mine")
    with pytest.raises(WfsguiError, match="exists and is kept"):
        write_session_file(path, whole_state(), overwrite=False)
    assert path.read_text() == "mine"
    write_session_file(path, whole_state(), overwrite=True)
    assert read_session_file(path) == whole_state()
