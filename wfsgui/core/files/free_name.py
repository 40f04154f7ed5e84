"""Renaming of a file that never replaces another one."""

from __future__ import annotations

import os
from contextlib import suppress
from pathlib import Path

__all__ = ["rename_to_free_name"]


def rename_to_free_name(path: Path, target: Path) -> None:
    """Rename a file, without replacing another one, not even one that appears at the same moment.

    Parameters
    ----------
    path : Path
        The file.
    target : Path
        Its new name, in the same file system.

    Raises
    ------
    FileExistsError
        If there is a file of that name.
    OSError
        If the file cannot be renamed.
    """
    if os.path.lexists(target):
        raise FileExistsError
    try:
        os.link(path, target)
    except FileExistsError:
        raise
    except OSError:
        # A file system without hard links: the name was free a moment ago.
        path.rename(target)
    else:
        with suppress(FileNotFoundError):
            path.unlink()
