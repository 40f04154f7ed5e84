"""Names of files that can be printed, and names that a FITS header can hold."""

from __future__ import annotations

from pathlib import Path
from typing import Final

__all__ = ["SESSION_SUFFIX", "ascii_name", "is_decodable", "is_parameter_file", "is_session_file", "printable"]

SESSION_SUFFIX: Final = ".wfsession"
"""Suffix of session files."""

_PARAMETER_FILES: Final = (".asdf", ".cfg")


def is_parameter_file(path: Path) -> bool:
    """Whether a file is named like a parameter file of the pipeline."""
    return path.suffix.lower() in _PARAMETER_FILES


def is_session_file(path: Path) -> bool:
    """Whether a file is named like a session file."""
    return path.suffix.lower() == SESSION_SUFFIX


def is_decodable(name: str) -> bool:
    """Whether a name consists of characters; one that the file system's encoding cannot read does not."""
    return printable(name) == name


def printable(text: str) -> str:
    """Write each character that cannot be encoded as an escape."""
    return text.encode("utf-8", "backslashreplace").decode("utf-8")


def ascii_name(name: str) -> str:
    """Write a name in ASCII, all that a FITS header holds.

    Parameters
    ----------
    name : str
        A name of any script.

    Returns
    -------
    str
        The same name where it is ASCII; otherwise each other character as ``u`` and its hexadecimal number.
    """
    return "".join(letter if letter.isascii() else f"u{ord(letter):04x}" for letter in name)
