"""Text files that appear complete or not at all."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path

from wfsgui.core.errors import WfsguiError
from wfsgui.core.files.free_name import rename_to_free_name

__all__ = ["write_text"]


def write_text(path: Path, text: str, *, overwrite: bool) -> None:
    """Write a text file, in UTF-8, under a temporary name in its folder, and rename it.

    Parameters
    ----------
    path : Path
        The file; its folder exists.
    text : str
        Its content.
    overwrite : bool
        Whether it may take the place of a file that exists.

    Raises
    ------
    WfsguiError
        If there is a file that is to be kept, or if it cannot be written; what was there before is still there.
    """
    try:
        with tempfile.TemporaryDirectory(prefix=".wfsgui-", dir=path.parent) as folder:
            aside = Path(folder, "text")
            with aside.open("w", encoding="utf-8", newline="") as file:
                file.write(text)
                file.flush()
                os.fsync(file.fileno())
            if overwrite:
                aside.replace(path)
            else:
                rename_to_free_name(aside, path)
    except FileExistsError as error:
        raise WfsguiError(f"{path} exists and is kept; choose another name or ask to overwrite it.") from error
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        raise WfsguiError(f"{path} cannot be written ({reason}); choose another name or folder.") from error
