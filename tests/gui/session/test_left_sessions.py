"""Sessions of earlier windows: which are offered, which are held, which are removed."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.core.session.states import whole_state
from wfsgui.core.session.document import SessionEncoder
from wfsgui.core.session.generations import Generations
from wfsgui.core.session.state import SessionState
from wfsgui.gui.exposures.session_folder import SessionFolder
from wfsgui.gui.session.left_sessions import LeftSession, find_left_sessions
from wfsgui.gui.session.session_text import offer_details, offer_text, shortened


def leave(parent: Path, name: str, *, result: str = "", ended: bool = False, restored_from: str = "") -> Path:
    """Leave the folder of a session behind."""
    folder = parent / f"session-{name}"
    state = whole_state()
    state = SessionState(exposures=state.exposures, restored_from=restored_from)
    Generations(folder / "record").write(SessionEncoder().encode(state))
    if result:
        (folder / "results" / "1").mkdir(parents=True)
        (folder / "results" / "1" / f"{result}_cal.fits").write_text("pixels")
    if ended:
        (folder / "ended").touch()
    return folder


def let_go(sessions: list[LeftSession]) -> None:
    for session in sessions:
        session.let_go()


def test_a_crashed_session_comes_before_one_that_ended(tmp_path: Path) -> None:
    leave(tmp_path, "ended", ended=True)
    crashed = leave(tmp_path, "crashed", result="a")
    found = find_left_sessions(tmp_path)
    assert [session.folder for session in found] == [crashed]
    assert offer_text(found[0]).endswith("ended unexpectedly: 2 exposures, one result not saved. Continue it?")
    assert str(found[0].unsaved[0]) in offer_details(found[0])
    let_go(found)
    found[0].discard()
    (last,) = find_left_sessions(tmp_path)
    assert last.has_ended
    assert offer_text(last).startswith("Continue the session of ")
    last.let_go()


def test_a_session_is_offered_to_one_window_and_not_while_it_runs(tmp_path: Path) -> None:
    leave(tmp_path, "crashed")
    running = SessionFolder(tmp_path)
    found = find_left_sessions(tmp_path)
    assert len(found) == 1
    assert find_left_sessions(tmp_path) == []
    let_go(found)
    running.end()


def test_results_of_an_earlier_version_without_a_record_are_told(tmp_path: Path) -> None:
    folder = leave(tmp_path, "old", result="a")
    for path in (folder / "record").iterdir():
        path.unlink()
    (folder / "record").rmdir()
    (session,) = find_left_sessions(tmp_path)
    assert session.state is None
    assert offer_text(session).endswith("ended unexpectedly. One result was not saved.")
    session.let_go()


def test_a_session_of_a_later_version_is_kept_and_told(tmp_path: Path) -> None:
    folder = leave(tmp_path, "later")
    content = json.dumps({"format": "wfsgui session", "version": 2, "program": "9.0", "session": {}})
    Generations(folder / "record").write(content)
    (session,) = find_left_sessions(tmp_path)
    assert session.state is None
    assert "later version" in session.notices[0]
    session.let_go()


def test_old_folders_are_removed_but_those_with_results(tmp_path: Path) -> None:
    for number in range(5):
        leave(tmp_path, f"{number}", ended=True)
    for number in range(5):
        leave(tmp_path, f"crashed-{number}", result="a")
    (tmp_path / "session-empty").mkdir()
    let_go(find_left_sessions(tmp_path))
    names = sorted(path.name for path in tmp_path.iterdir())
    assert [name for name in names if "crashed" in name] == [f"session-crashed-{number}" for number in range(5)]
    assert len([name for name in names if "crashed" not in name]) == 1


@pytest.mark.parametrize("has_all", [True, False])
def test_a_session_that_was_being_continued_is_offered_once(tmp_path: Path, *, has_all: bool) -> None:
    first = leave(tmp_path, "first", result="a")
    second = leave(tmp_path, "second", restored_from="session-first")
    if has_all:
        (second / "results" / "1").mkdir(parents=True)
        (second / "results" / "1" / "a_cal.fits").hardlink_to(first / "results" / "1" / "a_cal.fits")
    found = find_left_sessions(tmp_path)
    assert {session.folder for session in found} == ({second} if has_all else {first, second})
    let_go(found)


def test_a_long_list_is_shortened_for_a_tool_tip() -> None:
    assert shortened("a\nb") == "a\nb"
    lines = shortened("\n".join(map(str, range(100)))).splitlines()
    assert (len(lines), lines[-1]) == (13, "... and 88 more")
