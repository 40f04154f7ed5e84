"""Atomic writing of text files: a file appears complete or not at all."""

from __future__ import annotations

import os
import tempfile
from contextlib import suppress
from pathlib import Path

from wfsgui.core.errors import WfsguiError

__all__ = ["rename_to_free_name", "write_text"]


def write_text(path: Path, text: str, *, overwrite: bool) -> None:
    """Write a text file in UTF-8 under a temporary name in its folder, then rename it.

    Parameters
    ----------
    path : Path
        The file; its folder exists.
    text : str
        Content of the file.
    overwrite : bool
        Whether an existing file may be replaced.

    Raises
    ------
    WfsguiError
        If the file exists and may not be replaced, or if it cannot be written. An existing file is not changed then.
    """
    try:
        with tempfile.TemporaryDirectory(prefix=".wfsgui-", dir=path.parent) as folder:
            temporary = Path(folder, "text")
            with temporary.open("w", encoding="utf-8", newline="") as file:
                file.write(text)
                file.flush()
                os.fsync(file.fileno())
            if overwrite:
                temporary.replace(path)
            else:
                rename_to_free_name(temporary, path)
    except FileExistsError as error:
        raise WfsguiError(f"{path} exists and is kept; choose another name or ask to overwrite it.") from error
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        raise WfsguiError(f"{path} cannot be written ({reason}); choose another name or folder.") from error


def rename_to_free_name(path: Path, final: Path) -> None:
    """Rename a file without ever replacing another one, even one that another program makes at the same moment.

    Parameters
    ----------
    path : Path
        The file.
    final : Path
        Its new name, on the same file system.

    Raises
    ------
    FileExistsError
        If there is a file of the new name.
    OSError
        If the file cannot be renamed.
    """
    if os.path.lexists(final):
        raise FileExistsError(final)
    try:
        os.link(path, final)
    except FileExistsError:
        raise
    except OSError:
        # A file system without hard links.
        path.rename(final)
    else:
        with suppress(FileNotFoundError):
            path.unlink()
