"""The session's folder goes with the session, and what a broken session left behind is found."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

from wfsgui.gui.exposures.session_folder import SessionFolder, abandoned_results, mark_saved

BREAK_DOWN = """
import os, sys
from pathlib import Path
from wfsgui.gui.exposures.session_folder import SessionFolder
folder = SessionFolder(Path(sys.argv[1]))
if len(sys.argv) > 2:
    result = folder.path / "results" / "1" / "a_cal.fits"
    result.parent.mkdir(parents=True)
    result.write_text("pixels")
os._exit(9)
"""


def break_down(parent: Path, *arguments: str) -> None:
    subprocess.run([sys.executable, "-c", BREAK_DOWN, str(parent), *arguments], check=False)


def test_the_session_folder_is_removed_with_its_files(tmp_path: Path) -> None:
    folder = SessionFolder(tmp_path / "sessions")
    (folder.path / "planes").mkdir()
    folder.remove()
    assert list((tmp_path / "sessions").iterdir()) == []


def test_the_folder_of_a_running_session_is_kept(tmp_path: Path) -> None:
    folder = SessionFolder(tmp_path)
    assert abandoned_results(tmp_path) == []
    assert folder.path.is_dir()
    folder.remove()


def test_results_of_a_session_that_broke_down_are_found(tmp_path: Path) -> None:
    break_down(tmp_path, "with a result")
    (abandoned,) = abandoned_results(tmp_path)
    assert [path.name for path in abandoned.results] == ["a_cal.fits"]
    assert abandoned.results[0].read_text() == "pixels"
    abandoned.discard()
    assert abandoned_results(tmp_path) == []
    assert list(tmp_path.iterdir()) == []


def test_a_broken_session_without_results_leaves_nothing(tmp_path: Path) -> None:
    break_down(tmp_path)
    assert abandoned_results(tmp_path) == []
    assert list(tmp_path.iterdir()) == []


def test_a_result_that_was_made_while_an_earlier_one_was_saved_is_not_taken_for_saved(tmp_path: Path) -> None:
    break_down(tmp_path, "with a result")
    (abandoned,) = abandoned_results(tmp_path)
    (result,) = abandoned.results
    made = result.stat().st_mtime_ns
    os.utime(result, ns=(made + 10**9, made + 10**9))
    mark_saved(result, made)
    assert abandoned_results(tmp_path)[0].results == (result,)
    mark_saved(result, made + 10**9)
    assert abandoned_results(tmp_path) == []
