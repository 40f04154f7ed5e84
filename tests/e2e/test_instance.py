"""Starting the program twice: the files of the second start come into the window of the first."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from tests.exposures import small, write_small

PROGRAM = [sys.executable, "-m", "wfsgui"]


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Make a home of its own, with a folder for the desktop session."""
    runtime = tmp_path / "runtime"
    runtime.mkdir(mode=0o700)
    for variable in ("XDG_DATA_HOME", "XDG_CONFIG_HOME", "XDG_CACHE_HOME"):
        monkeypatch.setenv(variable, str(tmp_path / variable))
    monkeypatch.setenv("XDG_RUNTIME_DIR", str(runtime))
    return tmp_path


@pytest.fixture
def first(home: Path, qtbot: QtBot) -> Iterator[subprocess.Popen[bytes]]:
    """Start the program with an exposure, up to the point where its window listens."""
    rate = write_small(home / "with a space", small(exposure=1))
    with subprocess.Popen([*PROGRAM, str(rate)]) as process:
        qtbot.waitUntil((home / "runtime" / "wfsgui" / "window.socket").is_socket)
        yield process
        process.terminate()
        qtbot.waitUntil(lambda: process.poll() is not None)


def windows() -> int:
    """Count what a person would call a window of the program."""
    found = subprocess.run(
        ["xdotool", "search", "--onlyvisible", "--name", "^wfsgui"], check=False, capture_output=True, text=True
    )
    return len(found.stdout.split())


def test_the_second_start_leaves_its_file_and_ends(first: subprocess.Popen[bytes], home: Path, qtbot: QtBot) -> None:
    qtbot.waitUntil(lambda: windows() == 1)
    rate = write_small(home / "Größe", small(exposure=2))
    second = subprocess.Popen([*PROGRAM, rate.name], cwd=rate.parent)
    qtbot.waitUntil(lambda: second.poll() is not None)
    assert second.wait() == 0
    assert first.poll() is None
    assert windows() == 1


def test_a_window_of_its_own_where_that_is_asked_for(first: subprocess.Popen[bytes], qtbot: QtBot) -> None:
    with subprocess.Popen([*PROGRAM, "--new-window"]) as second:
        qtbot.waitUntil(lambda: windows() == 2)
        assert first.poll() is None
        second.terminate()
        qtbot.waitUntil(lambda: second.poll() is not None)


def test_when_the_window_has_gone_the_next_start_opens_one(
    first: subprocess.Popen[bytes], home: Path, qtbot: QtBot
) -> None:
    qtbot.waitUntil(lambda: windows() == 1)
    first.kill()
    first.wait()
    with subprocess.Popen([*PROGRAM, str(home)]) as second:
        qtbot.waitUntil(lambda: windows() == 1)
        second.terminate()
        qtbot.waitUntil(lambda: second.poll() is not None)
