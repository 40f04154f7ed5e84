"""Files of a session are found again, and files that have changed are recognised."""

from __future__ import annotations

import os
from dataclasses import replace
from pathlib import Path

import pytest

from tests.core.session.states import whole_state
from wfsgui.core.session.fingerprint import Fingerprint, is_same, take_fingerprint
from wfsgui.core.session.places import FolderMove, find_places, relocated
from wfsgui.core.session.state import DecisionRecord

LARGE = 1_000_000


def write(path: Path, content: bytes = b"x") -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)
    return path


@pytest.mark.parametrize("place", [0, 50_000, LARGE // 2, LARGE - 1])
def test_a_change_of_a_large_file_is_recognised_where_it_is_looked_at(tmp_path: Path, place: int) -> None:
    content = bytearray(os.urandom(LARGE))
    path = write(tmp_path / "a", bytes(content))
    before = take_fingerprint(path)
    # As wide as the distance of two places in the middle.
    content[place : place + 30_000] = bytes(len(content[place : place + 30_000]))
    write(path, bytes(content))
    assert not is_same(path, replace(before, modified_ns=0))


def test_a_copy_with_another_time_is_the_same_and_a_longer_file_is_not(tmp_path: Path) -> None:
    path = write(tmp_path / "a", os.urandom(LARGE))
    before = take_fingerprint(path)
    os.utime(path, ns=(1, 1))
    assert is_same(path, before)
    write(path, path.read_bytes() + b"x")
    assert not is_same(path, before)


def test_nothing_is_read_while_size_and_time_are_the_same(tmp_path: Path) -> None:
    path = write(tmp_path / "a")
    status = path.stat()
    known = Fingerprint(size=status.st_size, modified_ns=status.st_mtime_ns, sampled="not computed")
    assert take_fingerprint(path, known) is known


def test_files_of_a_folder_that_was_moved_are_found_with_its_subfolders(tmp_path: Path) -> None:
    old, new = tmp_path / "old", tmp_path / "new"
    names = ("a", "sub/b", "sub/c")
    for name in names[:2]:
        write(new / name)
    places = find_places([old / name for name in names], {})
    assert places.missing_folders == (old,)
    places = find_places([old / name for name in names], {}, [FolderMove(old, new)])
    assert places.found == {old / "a": new / "a", old / "sub" / "b": new / "sub" / "b"}
    assert places.missing == (old / "sub" / "c",)


def test_a_folder_beside_one_that_was_moved_counts_only_with_the_same_content(tmp_path: Path) -> None:
    old, new = tmp_path / "old", tmp_path / "new"
    known = {old / "beside" / name: take_fingerprint(write(new / "beside" / name, b"1")) for name in ("a", "b")}
    write(new / "beside" / "b", b"2")
    (new / "moved").mkdir()
    places = find_places(known, known, [FolderMove(old / "moved", new / "moved")])
    assert places.found == {old / "beside" / "a": new / "beside" / "a"}
    assert places.missing == (old / "beside" / "b",)


def test_a_file_that_has_changed_is_named(tmp_path: Path) -> None:
    path = write(tmp_path / "a", b"1")
    known = {path: take_fingerprint(path)}
    write(path, b"22")
    assert find_places([path], known).changed == (path,)


def test_every_path_of_a_session_is_relocated() -> None:
    state = whole_state(Path("/data"))
    paths = [*state.inputs, *(record.saved for record in state.exposures if record.saved is not None)]
    moves = {path: Path("/now", *path.parts[1:]) for path in paths}
    moved = relocated(state, moves)
    assert all(path.is_relative_to("/now") for path in moved.inputs)
    assert moved.exposures[0].options.overrides == {"flat": "/now/refs/flat.fits", "area": "N/A"}
    assert moved.exposures[0].saved == Path("/now/data/first_cal.fits")
    branch = DecisionRecord(subject=(Path("/data/first_rate.fits#abc"), Path("/other#1")))
    (of_branch,) = relocated(replace(state, decisions=(branch,)), moves).decisions
    assert of_branch.subject == (Path("/now/data/first_rate.fits#abc"), Path("/other#1"))
    assert moved.decisions[0].subject == (moved.pairs[0].first, moved.pairs[0].second)
    assert moved.pairs[0].first == moved.exposures[0].science.path
