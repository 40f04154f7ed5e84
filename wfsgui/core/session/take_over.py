"""Results of a session that has ended, taken over into the folder of another one."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterable
from pathlib import Path

__all__ = ["take_over"]


def take_over(folders: Iterable[tuple[Path, Path]]) -> list[str]:
    """Make the files of folders available in other folders; the former ones stay as they are.

    The files are linked, which takes no room and no time. A file is copied where links are not possible.

    Parameters
    ----------
    folders : iterable of (Path, Path)
        Former and new folder; the new one does not exist.

    Returns
    -------
    list of str
        What could not be taken over, one sentence each.
    """
    failures = []
    for before, now in folders:
        if not before.is_dir():
            continue
        try:
            shutil.copytree(before, now, copy_function=_link_or_copy)
        except (OSError, shutil.Error) as error:
            failures.append(f"Results in {before} could not be taken over ({_reason(error)}); they stay there.")
            shutil.rmtree(now, ignore_errors=True)
    return failures


def _link_or_copy(before: str, now: str) -> None:
    try:
        os.link(before, now)
    except OSError:
        shutil.copy2(before, now)


def _reason(error: OSError) -> str:
    return error.strerror or "a file could not be copied"
