"""Disk space of results."""

from __future__ import annotations

import shutil
from math import prod
from pathlib import Path
from typing import TYPE_CHECKING, Final

from wfsgui.core.visit.card import CardLine, State

if TYPE_CHECKING:
    from collections.abc import Iterable

__all__ = ["disk_line", "result_size"]

_BYTES_PER_PIXEL: Final = 7 * 4
"""SCI, ERR, DQ, VAR_POISSON, VAR_RNOISE, VAR_FLAT and AREA, four bytes each."""

_REST: Final = 300_000
"""Bytes of headers, WCS and log of one result; those of the demonstration have 80 to 100 kB."""

_MEGABYTE: Final = 1_000_000
_SMALL: Final = 10
"""Megabytes below which a decimal is shown."""


def result_size(shape: tuple[int, ...]) -> int:
    """Estimate the size of a ``_cal`` file.

    Parameters
    ----------
    shape : tuple of int
        Shape of the SCI array, (y, x).

    Returns
    -------
    int
        Bytes. The estimate is an upper limit: some results do not have all planes.
    """
    return prod(shape) * _BYTES_PER_PIXEL + _REST


def disk_line(folder: Path, shapes: Iterable[tuple[int, ...]]) -> CardLine:
    """Compare the space that results need with the free space.

    Parameters
    ----------
    folder : Path
        Output folder; it need not exist.
    shapes : iterable of tuple of int
        Shape of each result, (y, x).

    Returns
    -------
    CardLine
        No go if the free space is too small, care if it is less than twice the needed space.
    """
    what, need = "disk space", sum(map(result_size, shapes))
    try:
        free = shutil.disk_usage(_existing(folder)).free
    except OSError as error:
        return CardLine(
            what,
            f"{_size(need)} needed",
            State.CANNOT_TELL,
            f"The free space of {folder} cannot be read: {error.strerror}.",
        )
    value = f"{_size(need)} needed, {_size(free)} free in {folder.absolute()}"
    if free < need:
        return CardLine(what, value, State.NO_GO, "Free some space, or choose another output folder.")
    if free < 2 * need:
        return CardLine(what, value, State.CARE, "The disk will be nearly full.")
    return CardLine(what, value, State.GO)


def _existing(folder: Path) -> Path:
    """Return the folder, or its nearest parent that exists."""
    return next((place for place in (folder, *folder.absolute().parents) if place.is_dir()), folder)


def _size(count: int) -> str:
    megabytes = count / _MEGABYTE
    return f"{megabytes:.1f} MB" if megabytes < _SMALL else f"{megabytes:,.0f} MB"
