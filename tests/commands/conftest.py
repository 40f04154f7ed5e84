from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from tests.limits import PROGRAM_S
from wfsgui.cli import main


@dataclass(frozen=True)
class CommandResult:
    """Output and exit status of a command."""

    status: int
    out: str
    err: str

    @property
    def content(self) -> dict[str, Any]:
        """The JSON object on standard output."""
        content: dict[str, Any] = json.loads(self.out)
        return content


Command = Callable[..., CommandResult]


@pytest.fixture
def command(capsys: pytest.CaptureFixture[str]) -> Command:
    """Run the program in this process."""

    def run_command(*arguments: str | Path) -> CommandResult:
        capsys.readouterr()
        try:
            status = main([str(argument) for argument in arguments])
        except SystemExit as leaving:
            status = int(leaving.code or 0)
        output = capsys.readouterr()
        return CommandResult(status, output.out, output.err)

    return run_command


def start(*arguments: str | Path, home: Path, code: str | None = None, **environment: str) -> subprocess.Popen[str]:
    """Start the program, or a few lines of Python, as a process of its own with an empty home folder.

    Parameters
    ----------
    arguments : str or Path
        The command line without the program's name.
    home : Path
        Takes the place of the user's folder; created.
    code : str, optional
        Python to run in the place of the program.
    environment : str
        Variables to set.
    """
    folders = {"HOME": home, "XDG_CACHE_HOME": home / ".cache", "XDG_CONFIG_HOME": home / ".config"}
    for folder in folders.values():
        folder.mkdir(parents=True, exist_ok=True)
    program = ["-m", "wfsgui"] if code is None else ["-c", code]
    return subprocess.Popen(
        [sys.executable, *program, *map(str, arguments)],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        encoding="utf-8",
        env=os.environ | {key: str(folder) for key, folder in folders.items()} | environment,
        cwd=home,
    )


def wait_for(process: subprocess.Popen[str]) -> CommandResult:
    """Wait for the end of a process."""
    out, err = process.communicate(timeout=PROGRAM_S)
    return CommandResult(process.returncode, out, err)


def names(folder: Path) -> list[str]:
    """List everything in a folder, hidden files included."""
    return sorted(path.name for path in folder.iterdir())


def result_of(rate: Path, suffix: str = "cal") -> str:
    """Name of the result of a ``_rate`` file."""
    return rate.name.replace("_rate.fits", f"_{suffix}.fits")
