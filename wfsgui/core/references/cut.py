"""Pixels of a reference image that belong to an exposure, as jwst cuts them out."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from wfsgui.core.model.exposure_info import ExposureInfo
from wfsgui.core.references.judgement import FileFaultError

__all__ = ["Cut", "area_cut", "flat_cut"]

_KEYWORDS: Final = ("SUBSTRT1", "SUBSTRT2", "SUBSIZE1", "SUBSIZE2")
# Rows and columns of a full frame.
_FULL: Final = (2048, 2048)
_FULL_MIRI: Final = (1024, 1032)


@dataclass(frozen=True)
class Cut:
    """Rectangle of pixels.

    Attributes
    ----------
    rows, columns : range
        Counted from 0.
    """

    rows: range
    columns: range

    @property
    def slices(self) -> tuple[slice, slice]:
        """The same as indices of an array of shape (y, x)."""
        return slice(self.rows.start, self.rows.stop), slice(self.columns.start, self.columns.stop)

    @property
    def shape(self) -> tuple[int, int]:
        """Shape (y, x)."""
        return len(self.rows), len(self.columns)


def flat_cut(name: str, header: Mapping[str, object], shape: tuple[int, int], info: ExposureInfo) -> Cut:
    """Find the pixels that flat_field takes (``jwst.lib.reffile_utils``, jwst 3.0).

    Parameters
    ----------
    name : str
        Name of the file, for the messages.
    header : mapping
        Its primary header.
    shape : tuple of int
        Shape (y, x) of its image.
    info : ExposureInfo
        The exposure.

    Returns
    -------
    Cut
        The pixels, in the shape of the exposure.

    Raises
    ------
    FileFaultError
        If the step would skip or fail: the image is smaller than the exposure, does not cover it, or does not say where
        on the detector it is.
    """
    size = _size(info)
    if size[0] > shape[0] or size[1] > shape[1]:
        raise FileFaultError(
            f"{name} is smaller ({_by(shape)}) than the exposure ({_by(size)}), so flat_field would be left out; "
            "choose a file that covers it."
        )
    x, y, columns, rows = _place(name, header, shape, info)
    start = info.circumstances.subarray_start or (1, 1)
    cut = _cut((start[1] - y, start[0] - x), size)
    is_same = start == (x, y) and size == shape
    if not is_same and (
        min(cut.rows.start, cut.columns.start) < 0 or cut.rows.stop > rows or cut.columns.stop > columns
    ):
        raise FileFaultError(
            f"{name} has columns {x} to {x + columns - 1} and rows {y} to {y + rows - 1} of the detector, which do not "
            f"contain the exposure ({_where(start, size)}); choose a file that covers it."
        )
    if cut.rows.stop > shape[0] or cut.columns.stop > shape[1]:
        raise FileFaultError(
            f"{name} says in SUBSIZE1 and SUBSIZE2 that it is larger ({columns} x {rows}) than its image "
            f"({_by(shape)}); correct these keywords, or choose another file."
        )
    return cut


def area_cut(name: str, shape: tuple[int, int], info: ExposureInfo) -> Cut:
    """Find the pixels of a map of pixel areas that photom takes: it takes every map as a full frame (jwst 3.0).

    Parameters
    ----------
    name : str
        Name of the file, for the messages.
    shape : tuple of int
        Shape (y, x) of its image.
    info : ExposureInfo
        The exposure.

    Returns
    -------
    Cut
        The pixels, in the shape of the exposure.

    Raises
    ------
    FileFaultError
        If the map ends before the exposure does: the result would have an area plane of another shape.
    """
    size, start = _size(info), info.circumstances.subarray_start or (1, 1)
    cut = _cut((start[1] - 1, start[0] - 1), size)
    if cut.rows.stop > shape[0] or cut.columns.stop > shape[1]:
        raise FileFaultError(
            f"{name} has {_by(shape)} pixels, and photom takes each map of areas as a full frame, which must contain "
            f"{_where(start, size)}; choose a map of the full frame."
        )
    return cut


def _size(info: ExposureInfo) -> tuple[int, int]:
    rows, columns = info.shape[-2:]
    return rows, columns


def _cut(first: tuple[int, int], size: tuple[int, int]) -> Cut:
    return Cut(range(first[0], first[0] + size[0]), range(first[1], first[1] + size[1]))


def _place(
    name: str, header: Mapping[str, object], shape: tuple[int, int], info: ExposureInfo
) -> tuple[int, int, int, int]:
    """Return the first column and row on the detector, from 1, and the numbers of columns and rows."""
    values = [value for value in (header.get(keyword) for keyword in _KEYWORDS) if isinstance(value, int)]
    if len(values) < len(_KEYWORDS):
        if shape != (_FULL_MIRI if info.instrument == "MIRI" else _FULL):
            raise FileFaultError(
                f"{name} does not say which part of the detector it covers (SUBSTRT1, SUBSTRT2, SUBSIZE1, SUBSIZE2); "
                "add these keywords, or choose another file."
            )
        return 1, 1, shape[1], shape[0]
    x, y, columns, rows = values
    if x < 1 or y < 1:
        raise FileFaultError(
            f"{name} begins at column {x} and row {y} (SUBSTRT1, SUBSTRT2), which must be at least 1; correct these "
            "keywords, or choose another file."
        )
    return x, y, columns, rows


def _by(shape: tuple[int, int]) -> str:
    return f"{shape[1]} x {shape[0]}"


def _where(start: tuple[int, int], size: tuple[int, int]) -> str:
    return f"columns {start[0]} to {start[0] + size[1] - 1}, rows {start[1]} to {start[1] + size[0] - 1}"
