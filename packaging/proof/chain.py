"""Calibration of the demonstration from source and from the package, and comparison of the results."""

from __future__ import annotations

import os
import subprocess
from functools import partial
from pathlib import Path
from typing import Final

from freeze.identity import NAME

from proof.bare_debian import USER
from proof.desktop import Desktop, ProofError, wait_for
from tests.pipeline.parity_helpers import differences

__all__ = ["calibrate_from_source", "calibrate_in_window", "calibrate_without_window", "compare"]

_RESULTS: Final = "*_cal.fits"


def calibrate_from_source(program: Path, home: Path) -> dict[str, Path]:
    """Run the demonstration from source.

    Parameters
    ----------
    program : Path
        The program as it is started from source.
    home : Path
        Home directory to use, so that the demonstration is made by this source.

    Returns
    -------
    dict of str to Path
        The results by their names.
    """
    home.mkdir(parents=True, exist_ok=True)
    command = [str(program), "demo", "--headless", "--overwrite", "-o", str(home / "results")]
    settings = {"HOME": str(home), "PATH": os.environ["PATH"], "LANG": "C.UTF-8"}
    done = subprocess.run(
        command, check=False, env=settings, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    )
    if done.returncode:
        raise ProofError(f"The demonstration fails from source:\n{done.stdout}")
    return _found(home / "results")


def calibrate_without_window(desktop: Desktop) -> dict[str, Path]:
    """Run the demonstration from the shell.

    Parameters
    ----------
    desktop : Desktop
        With the package installed.

    Returns
    -------
    dict of str to Path
        The results by their names.
    """
    desktop.machine.run(NAME, "demo", "--headless", "-o", "results of the shell")
    return _found(desktop.home / "results of the shell")


def calibrate_in_window(desktop: Desktop) -> dict[str, Path]:
    """Open the demonstration by the menu of the window, run an exposure, and save it, by keys.

    Parameters
    ----------
    desktop : Desktop
        With a screen.

    Returns
    -------
    dict of str to Path
        The result by its name.
    """
    folder = f"/home/{USER}/results of the window"
    store = desktop.home / ".config" / NAME / f"{NAME}.ini"
    store.write_text(f"[settings]\noutput_folder={folder}\n", "utf-8")
    desktop.machine.run("mkdir", folder)
    first = desktop.launch("gtk-launch", NAME)
    # File > Open the demonstration: a window of its own.
    demonstration = desktop.launch_by_keys(first, "alt+f", "d")
    sessions = desktop.home / ".cache" / NAME / "sessions"
    desktop.press_until(demonstration, "ctrl+r", lambda: any(sessions.rglob(_RESULTS)))
    desktop.photograph("5 the demonstration, calibrated")
    results = desktop.home / Path(folder).name
    desktop.press(demonstration, "ctrl+s")
    wait_for(lambda: any(results.glob(_RESULTS)), "the result to be saved")
    desktop.photograph("6 the demonstration, saved")
    for window in (demonstration, first):
        desktop.press_until(window, "ctrl+q", partial(_has_gone, desktop, window))
    wait_for(lambda: not desktop.processes(), "the program to end")
    return _found(results)


def _has_gone(desktop: Desktop, window: str) -> bool:
    return window not in desktop.windows()


def compare(results: dict[str, Path], expected: dict[str, Path]) -> None:
    """Compare every result with the one from source, bit for bit, except dates, file names and logs.

    Parameters
    ----------
    results, expected : dict of str to Path
        Files by their names; results may be fewer.

    Raises
    ------
    ProofError
        If there is a difference, or nothing to compare.
    """
    if not results:
        raise ProofError("There are no results to compare.")
    for name, path in results.items():
        found = differences(path, expected[name])
        if found:
            raise ProofError(f"{name} differs from the result from source: {'; '.join(found[:10])}")


def _found(folder: Path) -> dict[str, Path]:
    return {path.name: path for path in sorted(folder.glob(_RESULTS))}
