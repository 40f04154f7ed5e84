"""A run at a terminal: its progress bar, and Ctrl-C."""

from __future__ import annotations

import os
import pty
import signal
import subprocess
import termios
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TextIO

import pytest

from tests.commands.conftest import Command, names, result_of, start
from tests.exposures import small, write_small
from tests.limits import PROGRAM_S


@dataclass(frozen=True)
class Terminal:
    """A pseudo-terminal, and the descriptor from which its output is read."""

    screen: TextIO
    watched: int

    def shown(self) -> str:
        """Return what has been written so far."""
        self.screen.write("END\n")
        self.screen.flush()
        seen = ""
        while "END" not in seen:
            seen += os.read(self.watched, 10_000).decode()
        return seen


@pytest.fixture
def rates(references: Callable[[str], None], tmp_path: Path) -> list[Path]:
    references("NRCA3")
    return [write_small(tmp_path / "in", small(exposure=number)) for number in (1, 2, 3)]


@pytest.fixture
def terminal() -> Iterator[Terminal]:
    far, near = pty.openpty()
    # A new one has no columns, in which no bar has room.
    termios.tcsetwinsize(near, (24, 100))
    with os.fdopen(near, "w", encoding="utf-8") as screen:
        yield Terminal(screen, far)
    os.close(far)


def test_terminal_shows_a_progress_bar(
    command: Command, rates: list[Path], tmp_path: Path, terminal: Terminal, monkeypatch: pytest.MonkeyPatch
) -> None:
    # Not in a fixture: pytest's own capturing takes the stream back when the test begins.
    monkeypatch.setattr("sys.stderr", terminal.screen)
    result = command("run", rates[0], "-o", tmp_path / "out", "--stop-after", "assign_wcs", "--json")
    shown = terminal.shown()
    assert result.status == 0
    assert result.content["end"] == "RunFinished"
    assert "100%" in shown
    assert "1/1" in shown
    assert "stopped after the step asked for" in shown


def _lines_until(process: subprocess.Popen[str], product: str, step: str) -> list[str]:
    """Read the lines of a run until a step of a product has ended."""
    assert process.stdout is not None
    lines = []
    for line in process.stdout:
        lines.append(line)
        if line.split()[:1] == [step] and any(earlier.startswith(product) for earlier in lines):
            return lines
    return lines


def test_interrupt_stops_at_the_next_step_and_keeps_finished_results(rates: list[Path], tmp_path: Path) -> None:
    out = tmp_path / "out"
    process = start("run", *rates, "--jobs", "1", "-o", out, home=tmp_path / "home")
    before = _lines_until(process, rates[1].name, "assign_wcs")
    process.send_signal(signal.SIGINT)
    after, errors = process.communicate(timeout=PROGRAM_S)
    assert process.returncode == 130
    assert errors == "Stopping after this step; press Ctrl-C again to stop at once.\n"
    assert before[-1].startswith("  assign_wcs")
    assert after.endswith("Stopped. The finished results are saved.\n")
    assert f"{rates[2].name}:\n  cancelled, 0.00 s\n" in after
    saved = [line.removeprefix("  saved ") for line in [*before, *after.splitlines()] if line.startswith("  saved ")]
    assert names(out) == sorted(Path(line.strip()).name for line in saved)
    assert result_of(rates[0]) in names(out)
    assert result_of(rates[2]) not in names(out)


def test_interrupt_stops_parallel_processes(rates: list[Path], tmp_path: Path) -> None:
    several = [*rates, *(write_small(tmp_path / "in", small(exposure=number)) for number in (4, 5, 6, 7))]
    out = tmp_path / "out"
    process = start("run", *several, "--jobs", "2", "-o", out, home=tmp_path / "home")
    before = _lines_until(process, several[0].name, "assign_wcs")
    process.send_signal(signal.SIGINT)
    after, errors = process.communicate(timeout=PROGRAM_S)
    assert process.returncode == 130
    assert errors == "Stopping after this step; press Ctrl-C again to stop at once.\n"
    assert after.endswith("Stopped. The finished results are saved.\n")
    result = [*before, *after.splitlines()]
    assert f"{several[-1].name}:\n  cancelled, 0.00 s\n" in after
    saved = [line.removeprefix("  saved ") for line in result if line.startswith("  saved ")]
    assert names(out) == sorted(Path(line.strip()).name for line in saved)
    assert result_of(several[-1]) not in names(out)


def test_closed_standard_streams_do_not_stop_a_run(rates: list[Path], tmp_path: Path) -> None:
    out = tmp_path / "out"
    code = "import os, sys; [os.close(n) for n in (0, 1, 2)]; os.execv(sys.executable, [sys.executable, *sys.argv[1:]])"
    process = start("-m", "wfsgui", "run", rates[0], "-o", out, "--jobs", "1", home=tmp_path / "home", code=code)
    assert (process.wait(timeout=PROGRAM_S), names(out)) == (0, [result_of(rates[0])])
    process.communicate()
