"""The session's folder goes with the session, but for its record."""

from __future__ import annotations

import os
from pathlib import Path

from wfsgui.gui.exposures.session_folder import (
    SessionFolder,
    folder_lock,
    has_ended,
    mark_saved,
    session_folders,
    unsaved_results,
)


def add_result(folder: Path) -> Path:
    result = folder / "results" / "1" / "a_cal.fits"
    result.parent.mkdir(parents=True)
    result.write_text("pixels")
    return result


def test_the_session_folder_is_removed_with_its_files(tmp_path: Path) -> None:
    folder = SessionFolder(tmp_path / "sessions")
    (folder.path / "planes").mkdir()
    folder.end()
    assert session_folders(tmp_path / "sessions") == []


def test_only_the_record_outlives_a_session_that_ends_regularly(tmp_path: Path) -> None:
    folder = SessionFolder(tmp_path)
    add_result(folder.path)
    (folder.path / "record").mkdir()
    (folder.path / "record" / "manifest.json").write_text("{}")
    assert not has_ended(folder.path)
    folder.end()
    assert has_ended(folder.path)
    assert sorted(path.name for path in folder.path.iterdir()) == ["ended", "record"]
    assert unsaved_results(folder.path) == []
    lock = folder_lock(folder.path)
    assert lock.tryLock(0)
    lock.unlock()


def test_the_folder_of_a_running_session_is_locked(tmp_path: Path) -> None:
    folder = SessionFolder(tmp_path)
    assert session_folders(tmp_path) == [folder.path]
    assert not folder_lock(folder.path).tryLock(0)
    folder.end()


def test_a_result_that_was_made_while_an_earlier_one_was_saved_is_not_taken_for_saved(tmp_path: Path) -> None:
    result = add_result(tmp_path)
    made = result.stat().st_mtime_ns
    os.utime(result, ns=(made + 10**9, made + 10**9))
    mark_saved(result, made)
    assert unsaved_results(tmp_path) == [result]
    mark_saved(result, made + 10**9)
    assert unsaved_results(tmp_path) == []
