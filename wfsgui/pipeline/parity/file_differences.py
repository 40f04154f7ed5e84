"""Differences of two result files: all bits but dates, file names and logs."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import asdf
import numpy as np
from astropy.io import fits
from stdatamodels.jwst import datamodels

if TYPE_CHECKING:
    from numpy.typing import NDArray

__all__ = ["file_differences", "pixel_extensions"]

_DATES_AND_NAMES: Final = frozenset({"DATE", "FILENAME"})
# The hash is that of the headers, dates and names included.
_TREE_ENTRIES: Final = frozenset({"date", "filename", "_fits_hash"})
_NOT_COMPARED: Final = ("cal_logs", "meta.wcs", "history.extensions.")
_EXTENSIONS: Final = "history.extensions."


def file_differences(ours: Path, stock: Path) -> list[str]:
    """Name everything in which two results differ but dates, file names and logs.

    Parameters
    ----------
    ours, stock : Path
        Result files of the pipeline.

    Returns
    -------
    list of str
        A phrase for each difference; empty if there is none.

    Raises
    ------
    OSError, ValueError
        If a file cannot be read.
    """
    with datamodels.open(ours) as mine, datamodels.open(stock) as theirs:
        return [*_fits_differences(ours, stock), *_tree_differences(mine, theirs), *_wcs_differences(mine, theirs)]


def pixel_extensions(path: Path) -> tuple[str, ...]:
    """Return the names of the extensions of a result that have pixels."""
    with fits.open(path) as hdus:
        return tuple(hdu.name for hdu in hdus if hdu.is_image and hdu.header["NAXIS"])


def _fits_differences(ours: Path, stock: Path) -> Iterator[str]:
    with fits.open(ours) as first, fits.open(stock) as second:
        names = [[(hdu.name, hdu.ver) for hdu in hdus] for hdus in (first, second)]
        if names[0] != names[1]:
            yield f"extensions {names[0]} and {names[1]}"
            return
        for mine, theirs in zip(first, second, strict=True):
            yield from _header_differences(mine.name, mine.header, theirs.header)
            if mine.name != "ASDF" and not _same_bits(mine.data, theirs.data):
                yield f"pixels of {mine.name}"


def _header_differences(name: str, mine: fits.Header, theirs: fits.Header) -> Iterator[str]:
    left, right = (
        [(card.keyword, str(card.value), card.comment) for card in header.cards if card.keyword not in _DATES_AND_NAMES]
        for header in (mine, theirs)
    )
    if name == "ASDF":
        # The length of the tree is that of its log entries, too.
        left, right = (
            [card for card in cards if not card[0].startswith(("NAXIS", "TFORM", "PCOUNT"))] for cards in (left, right)
        )
    yield from (f"{name} header {card}" for card in sorted(set(left).symmetric_difference(right)))
    if len(left) != len(right):
        yield f"{name} header has {len(left)} and {len(right)} cards"


def _same_bits(mine: NDArray[Any] | None, theirs: NDArray[Any] | None) -> bool:
    if mine is None or theirs is None:
        return mine is theirs
    return mine.dtype == theirs.dtype and mine.shape == theirs.shape and mine.tobytes() == theirs.tobytes()


def _tree_differences(mine: datamodels.JwstDataModel, theirs: datamodels.JwstDataModel) -> Iterator[str]:
    flat = [model.to_flat_dict(include_arrays=False) for model in (mine, theirs)]
    left, right = (
        {
            key: repr(value)
            for key, value in entries.items()
            if key.rpartition(".")[2] not in _TREE_ENTRIES and not key.startswith(_NOT_COMPARED)
        }
        for entries in flat
    )
    for key in sorted(left.keys() | right.keys()):
        if left.get(key) != right.get(key):
            yield f"{key} is {left.get(key)} and {right.get(key)}"
    if _extensions(flat[0]) != _extensions(flat[1]):
        yield _EXTENSIONS.removesuffix(".")


def _extensions(entries: dict[str, object]) -> set[frozenset[tuple[str, str]]]:
    """Return the extensions of asdf without their order, which is another one in each process."""
    listed: defaultdict[str, set[tuple[str, str]]] = defaultdict(set)
    for key, value in entries.items():
        if key.startswith(_EXTENSIONS):
            number, _, entry = key.removeprefix(_EXTENSIONS).partition(".")
            listed[number].add((entry, repr(value)))
    return {frozenset(extension) for extension in listed.values()}


def _wcs_differences(mine: datamodels.JwstDataModel, theirs: datamodels.JwstDataModel) -> Iterator[str]:
    if (mine.meta.wcs is None) != (theirs.meta.wcs is None):
        yield "only one has a WCS"
    elif mine.meta.wcs is not None:
        # The serialised form holds every coefficient of every transform.
        left, right = (asdf.dumps({"wcs": model.meta.wcs}, all_array_storage="inline") for model in (mine, theirs))
        if left != right:
            yield "the WCS"
        grid = np.meshgrid(np.linspace(0, mine.shape[1] - 1, 7), np.linspace(0, mine.shape[0] - 1, 5))
        sky = [np.asarray(model.meta.wcs(*grid)) for model in (mine, theirs)]
        if not _same_bits(*sky):
            yield "positions on the sky"
