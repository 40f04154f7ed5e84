"""Sentences about errors for the message bar."""

from __future__ import annotations

from pathlib import Path

from wfsgui.core.errors import WfsguiError

__all__ = ["file_error_text"]


def file_error_text(error: BaseException, path: Path) -> str:
    """Return one sentence about a file that was not written.

    Parameters
    ----------
    error : BaseException
        The reason; the text of a `WfsguiError` is a sentence for the analyst already.
    path : Path
        The file.

    Returns
    -------
    str
        The sentence.
    """
    return str(error) if isinstance(error, WfsguiError) else f"{path.name} could not be written: {error}"
