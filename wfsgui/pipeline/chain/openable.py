"""Names under which the data models open a file: they take its type from the ending, in lower case."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from wfsgui.core.files.fits_files import FITS_ENDINGS

__all__ = ["openable"]


@contextmanager
def openable(paths: Sequence[Path]) -> Iterator[list[str]]:
    """Give FITS files names that the data models open, for example to ``A_RATE.FITS``.

    Parameters
    ----------
    paths : sequence of Path
        FITS files.

    Yields
    ------
    list of str
        Their names, in the same order: of temporary links where the own name does not do.

    Raises
    ------
    OSError
        If a link cannot be made.
    """
    if all(path.name.endswith(FITS_ENDINGS) for path in paths):
        yield [os.fspath(path) for path in paths]
        return
    with tempfile.TemporaryDirectory(prefix="wfsgui-names-") as folder:
        yield [os.fspath(_link(path, Path(folder, str(number)))) for number, path in enumerate(paths)]


def _link(path: Path, folder: Path) -> Path:
    if path.name.endswith(FITS_ENDINGS):
        return path
    folder.mkdir()
    # The ending says nothing of the content: whether that is compressed is found out when it is read.
    link = folder / f"{path.name.partition('.')[0]}.fits"
    link.symlink_to(path.resolve())
    return link
