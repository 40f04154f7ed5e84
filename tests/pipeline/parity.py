"""Comparison of two results: all bits except dates, file names and logs."""

from __future__ import annotations

import contextlib
import os
from collections.abc import Iterator, Mapping
from pathlib import Path

import asdf
import numpy as np
from astropy.io import fits
from jwst.pipeline import Image2Pipeline
from stdatamodels.jwst import datamodels

from tests.pipeline.conftest import Engine
from wfsgui.core.model.events import RunFinished, StepFinished
from wfsgui.core.model.requests import StepOptions
from wfsgui.pipeline.chain.schema_cache import kept_schemas

_DATES_AND_NAMES = frozenset({"DATE", "FILENAME"})
# The hash is that of the headers, dates and names included.
_TREE_ENTRIES = frozenset({"date", "filename", "_fits_hash"})


def run_stock(
    given: Path | datamodels.JwstDataModel,
    folder: Path,
    config_file: Path | None = None,
    /,
    **steps: Mapping[str, object],
) -> list[Path]:
    """Run the official pipeline with resampling skipped; returns the files that it saved."""
    folder.mkdir(parents=True, exist_ok=True)
    before = set(folder.iterdir())
    options = {"resample": {"skip": True}, **steps}
    dataset = str(given) if isinstance(given, Path) else given
    config = {} if config_file is None else {"config_file": str(config_file)}
    Image2Pipeline.call(dataset, steps=options, save_results=True, output_dir=str(folder), **config)
    saved = sorted(set(folder.iterdir()) - before)
    # Nothing would be equal to nothing.
    assert saved, "The official pipeline saved nothing."
    return saved


def check(
    engine: Engine, given: Path, tmp_path: Path, options: StepOptions | None = None, **steps: Mapping[str, object]
) -> list[StepFinished]:
    """Run both, compare every file that the official pipeline saved, and return what the steps of ours said."""
    end, events = engine([given], tmp_path / "ours", options)
    assert isinstance(end, RunFinished), end
    with inside(given.parent):
        config_file = None if options is None else options.parameter_file
        stock = run_stock(given, tmp_path / "stock", config_file, **steps)
    assert sorted(path.name for path in (tmp_path / "ours").iterdir()) == [path.name for path in stock]
    for path in stock:
        assert differences(tmp_path / "ours" / path.name, path) == []
    return [event for event in events if isinstance(event, StepFinished)]


@contextlib.contextmanager
def inside(folder: Path) -> Iterator[None]:
    """Work in a folder: the official pipeline looks for an association's members in the current one."""
    previous = Path.cwd()
    os.chdir(folder)
    try:
        yield
    finally:
        os.chdir(previous)


def differences(ours: Path, stock: Path) -> list[str]:
    """Name everything in which two files differ; empty for parity."""
    with kept_schemas(), datamodels.open(ours) as mine, datamodels.open(stock) as theirs:
        return [*_fits_differences(ours, stock), *_tree_differences(mine, theirs), *_wcs_differences(mine, theirs)]


def _fits_differences(ours: Path, stock: Path) -> Iterator[str]:
    with fits.open(ours) as first, fits.open(stock) as second:
        names = [[(hdu.name, hdu.ver) for hdu in hdus] for hdus in (first, second)]
        if names[0] != names[1]:
            yield f"extensions {names[0]} and {names[1]}"
            return
        for mine, theirs in zip(first, second, strict=True):
            yield from _header_differences(mine, theirs)
            if mine.name != "ASDF" and not _same_bits(mine.data, theirs.data):
                yield f"pixels of {mine.name}"


def _header_differences(mine: fits.hdu.base._BaseHDU, theirs: fits.hdu.base._BaseHDU) -> Iterator[str]:
    left, right = (
        [
            (card.keyword, str(card.value), card.comment)
            for card in hdu.header.cards
            if card.keyword not in _DATES_AND_NAMES
        ]
        for hdu in (mine, theirs)
    )
    if mine.name == "ASDF":
        # The length of the tree is that of its log entries, too.
        left, right = (
            [card for card in cards if not card[0].startswith(("NAXIS", "TFORM", "PCOUNT"))] for cards in (left, right)
        )
    yield from (f"{mine.name} header {card}" for card in set(left).symmetric_difference(right))
    if len(left) != len(right):
        yield f"{mine.name} header has {len(left)} and {len(right)} cards"


def _same_bits(mine: np.ndarray | None, theirs: np.ndarray | None) -> bool:
    if mine is None or theirs is None:
        return mine is theirs
    return mine.dtype == theirs.dtype and mine.shape == theirs.shape and mine.tobytes() == theirs.tobytes()


def _tree_differences(mine: datamodels.JwstDataModel, theirs: datamodels.JwstDataModel) -> Iterator[str]:
    left, right = (
        {
            key: value
            for key, value in model.to_flat_dict(include_arrays=False).items()
            if key.rpartition(".")[2] not in _TREE_ENTRIES and not key.startswith(("cal_logs", "meta.wcs"))
        }
        for model in (mine, theirs)
    )
    for key in sorted(left.keys() | right.keys()):
        if repr(left.get(key)) != repr(right.get(key)):
            yield f"{key} is {left.get(key)} and {right.get(key)}"


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
