"""Looking at files whose names may be anything.

astropy is imported when a file is opened: the window is on screen before that.
"""

from __future__ import annotations

import gzip
import os
import zlib
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from astropy.io import fits

__all__ = [
    "FITS_ENDINGS",
    "absence",
    "begins_as_fits",
    "is_cut_short",
    "is_file",
    "is_folder",
    "is_truncated",
    "open_fits",
    "real_path",
]

FITS_ENDINGS: Final = (".fits", ".fits.gz")
"""The endings of the files that the pipeline takes."""

_CHUNK: Final = 1 << 20
# The first keyword of every FITS file.
_FITS_BEGIN: Final = b"SIMPLE"
_GZIP_BEGIN: Final = b"\x1f\x8b"


def is_file(path: Path) -> bool:
    """Whether there is a file of this name; a name that no file can have is no error."""
    return _answer(path.is_file)


def is_folder(path: Path) -> bool:
    """Whether there is a folder of this name; a name that no folder can have is no error."""
    return _answer(path.is_dir)


def _answer(question: Callable[[], bool]) -> bool:
    try:
        return question()
    except (OSError, ValueError):
        return False


def real_path(path: Path) -> Path:
    """Follow links; a name that no file can have, and a link that leads to itself, are left as they are."""
    try:
        return Path(os.path.realpath(path))
    except (OSError, ValueError):
        return path


def absence(path: Path) -> str:
    """Say why there is no file of this name, for example ``does not exist``."""
    try:
        path.stat()
    except PermissionError:
        return "cannot be reached, because you may not read its folder"
    except (OSError, ValueError):
        return "is a link to a file that does not exist" if _answer(path.is_symlink) else "does not exist"
    return "is a folder" if is_folder(path) else "is no ordinary file"


def open_fits(path: Path) -> fits.HDUList:
    """Open a FITS file for reading; extensions are read when they are asked for.

    Parameters
    ----------
    path : Path
        The file, gzipped or not.

    Returns
    -------
    HDUList
        To be closed. Its pixels stay when it is.

    Raises
    ------
    OSError
        If it is no FITS file, or cannot be read.
    """
    from astropy.io import fits

    return fits.open(path, memmap=False, lazy_load_hdus=True)


def begins_as_fits(path: Path) -> bool:
    """Whether a file, gzipped or not, begins as a FITS file does; one that cannot be read does not."""
    try:
        with gzip.open(path) if _is_gzipped(path) else path.open("rb") as file:
            return file.read(len(_FITS_BEGIN)) == _FITS_BEGIN
    except (OSError, EOFError, zlib.error):
        return False


def _is_gzipped(path: Path) -> bool:
    """Whether a file is compressed by gzip, whatever its name."""
    with path.open("rb") as file:
        return file.read(len(_GZIP_BEGIN)) == _GZIP_BEGIN


def is_truncated(path: Path, hdus: fits.HDUList) -> bool:
    """Compare the length that a file's headers promise with the length of the file.

    Parameters
    ----------
    path : Path
        The file.
    hdus : HDUList
        The same file, open.

    Returns
    -------
    bool
        Whether its end is missing. A compressed file's length says nothing: a truncated one is found when its end is
        reached.
    """
    if hdus.fileinfo(0)["file"].compression is not None:
        return False
    last = hdus[-1]
    return bool(last.fileinfo()["datLoc"] + last.size > path.stat().st_size)


def is_cut_short(path: Path) -> bool:
    """Whether a gzipped file lacks its end, which astropy takes for the end of its contents.

    Parameters
    ----------
    path : Path
        Any file; one that is not gzipped is not cut short.

    Returns
    -------
    bool
        Reads the whole file to tell.
    """
    if not _is_gzipped(path):
        return False
    try:
        with gzip.open(path) as file:
            while file.read(_CHUNK):
                pass
    except EOFError:
        return True
    return False
