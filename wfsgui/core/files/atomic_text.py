"""Atomic writing of small files: a file appears complete or not at all."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path

from wfsgui.core.errors import WfsguiError
from wfsgui.core.files.free_name import rename_to_free_name

__all__ = ["write_bytes", "write_text"]


def write_text(path: Path, text: str, *, overwrite: bool) -> None:
    """Write a text file in UTF-8; see `write_bytes`."""
    try:
        content = text.encode()
    except ValueError as error:
        raise WfsguiError(f"{path} cannot be written ({error}); choose another name or folder.") from error
    write_bytes(path, content, overwrite=overwrite)


def write_bytes(path: Path, content: bytes, *, overwrite: bool) -> None:
    """Write a file under a temporary name in its folder, then rename it.

    Parameters
    ----------
    path : Path
        The file; its folder exists.
    content : bytes
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
            temporary = Path(folder, "content")
            with temporary.open("wb") as file:
                file.write(content)
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
