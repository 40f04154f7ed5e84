"""Comparison of two results: all bits except dates, file names and logs."""

from __future__ import annotations

import contextlib
import os
from collections.abc import Iterator, Mapping
from pathlib import Path

from jwst.pipeline import Image2Pipeline
from stdatamodels.jwst import datamodels

from tests.pipeline.conftest import Engine
from wfsgui.core.model.events import RunFinished, StepFinished
from wfsgui.core.model.requests import StepOptions
from wfsgui.pipeline.chain.schema_cache import kept_schemas
from wfsgui.pipeline.parity.file_differences import file_differences


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
    with kept_schemas():
        return file_differences(ours, stock)
