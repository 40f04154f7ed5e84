"""How soon the program is on screen, from its start."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import time
from functools import cache
from pathlib import Path
from typing import Final

from tests.benchmarks.errors import BenchmarkError

__all__ = ["launches"]

_IMPORT: Final = """\
import PySide6.QtWidgets, pyqtgraph
import sys, time
with open(sys.argv[1], "w") as notes:
    notes.write(f"imported {time.monotonic()}")
"""
_PROGRAM: Final = ("-m", "tests.benchmarks.launched")
_LONGEST_S: Final = 120
_END_OF_LOG: Final = 2000


def launches(rate: Path) -> dict[str, float]:
    """Start the program without a file and with one, and Python with nothing but the libraries of a window.

    Parameters
    ----------
    rate : Path
        The file.

    Returns
    -------
    dict of str to float
        From the start of the process, seconds: until PySide6 and pyqtgraph are ``imported``; until ``splash`` and
        ``window`` are on screen; until the file's ``image`` is.

    Raises
    ------
    BenchmarkError
        If a start fails.
    """
    with tempfile.TemporaryDirectory(prefix="wfsgui-launch-") as own:
        folder = Path(own)
        _fill_bytecode(rate)
        found = _start(folder, "-c", _IMPORT, f"{folder}/imported")
        found |= _start(folder, *_PROGRAM, f"{folder}/without")
        return found | {"image": _start(folder, *_PROGRAM, f"{folder}/with", str(rate))["image"]}


@cache
def _bytecode() -> tempfile.TemporaryDirectory[str]:
    """Folder for the bytecode: installed packages have theirs, and this program has its own after its first start."""
    return tempfile.TemporaryDirectory(prefix="wfsgui-bytecode-")


@cache
def _fill_bytecode(rate: Path) -> None:
    """Start each program once, so that every module is compiled."""
    with tempfile.TemporaryDirectory(prefix="wfsgui-launch-") as own:
        folder = Path(own)
        _start(folder, "-c", _IMPORT, f"{folder}/imported")
        _start(folder, *_PROGRAM, f"{folder}/with", str(rate))


def _start(own: Path, *arguments: str) -> dict[str, float]:
    """Start Python, and read the notes that it makes in the file named first after what it runs."""
    folders = {f"XDG_{kind}_HOME": str(own / kind) for kind in ("DATA", "CONFIG", "CACHE")}
    # Set on some machines: each start would compile the program anew, but not the packages.
    kept = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    begin = time.monotonic()
    ended = subprocess.run(
        [sys.executable, *arguments],
        check=False,
        capture_output=True,
        text=True,
        timeout=_LONGEST_S,
        env=kept | folders | {"PYTHONPYCACHEPREFIX": _bytecode().name},
    )
    if ended.returncode:
        raise BenchmarkError(f"the program could not be started:\n{ended.stderr[-_END_OF_LOG:]}")
    lines = map(str.split, Path(arguments[2]).read_text(encoding="ascii").splitlines())
    return {what: float(at) - begin for what, at in lines}
