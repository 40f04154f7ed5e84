"""FITS files: whether they exist, whether they are complete, and opening them.

astropy is imported when a file is opened, which is after the window is shown.
"""

from __future__ import annotations

import gzip
import os
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Final

from wfsgui.core.errors import InputDeclinedError

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
    "opened_fits",
    "real_path",
]

FITS_ENDINGS: Final = (".fits", ".fits.gz")
"""Endings of the files that the pipeline accepts."""

_CHUNK: Final = 1 << 20
# The first keyword of every FITS file.
_FITS_BEGIN: Final = b"SIMPLE"
_GZIP_BEGIN: Final = b"\x1f\x8b"


def is_file(path: Path) -> bool:
    """Whether a file of this name exists; False for an impossible name."""
    return _answer(path.is_file)


def is_folder(path: Path) -> bool:
    """Whether a folder of this name exists; False for an impossible name."""
    return _answer(path.is_dir)


def _answer(question: Callable[[], bool]) -> bool:
    try:
        return question()
    except (OSError, ValueError):
        return False


def real_path(path: Path) -> Path:
    """Resolve links; an impossible name and a link to itself are returned unchanged."""
    try:
        return Path(os.path.realpath(path))
    except (OSError, ValueError):
        return path


def absence(path: Path) -> str:
    """Say why no file of this name can be read, for example ``does not exist``."""
    try:
        path.stat()
    except PermissionError:
        return "cannot be reached, because you may not read its folder"
    except (OSError, ValueError):
        return "is a link to a file that does not exist" if _answer(path.is_symlink) else "does not exist"
    return "is a folder" if is_folder(path) else "is no ordinary file"


def open_fits(path: Path) -> fits.HDUList:
    """Open a FITS file for reading; an extension is read at its first use.

    Parameters
    ----------
    path : Path
        The file, gzipped or not.

    Returns
    -------
    HDUList
        The caller closes it. Arrays that were read stay valid.

    Raises
    ------
    OSError
        If it is not a FITS file, or cannot be read.
    """
    from astropy.io import fits

    return fits.open(path, memmap=False, lazy_load_hdus=True)


@contextmanager
def opened_fits(path: Path) -> Iterator[fits.HDUList]:
    """Open a FITS file for the duration of a block; errors in the block become one sentence for the analyst.

    Parameters
    ----------
    path : Path
        The file, gzipped or not.

    Yields
    ------
    HDUList
        The open file.

    Raises
    ------
    InputDeclinedError
        If the file cannot be read, or lacks an extension that the block asks for.
    """
    try:
        with open_fits(path) as hdus:
            yield hdus
    except KeyError as error:
        raise InputDeclinedError(f"{path.name} lacks an image extension ({error}); fetch it again.") from error
    except (OSError, EOFError, ValueError, TypeError, IndexError) as error:
        raise InputDeclinedError(
            f"{path.name} cannot be read; it may have changed or be damaged, fetch it again."
        ) from error


def begins_as_fits(path: Path) -> bool:
    """Whether a file, gzipped or not, begins as a FITS file does; False if it cannot be read."""
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
        Whether the end of the file is missing. Always False for a compressed file, whose length says nothing: astropy
        finds the missing end when it reads it.
    """
    if hdus.fileinfo(0)["file"].compression is not None:
        return False
    last = hdus[-1]
    return bool(last.fileinfo()["datLoc"] + last.size > path.stat().st_size)


def is_cut_short(path: Path) -> bool:
    """Whether a gzipped file is truncated; astropy does not notice this at the end of a block.

    Parameters
    ----------
    path : Path
        Any file.

    Returns
    -------
    bool
        False for a file that is not gzipped. The whole file is read.
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
