"""Who collects garbage while a chain runs."""

from __future__ import annotations

import gc
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.exposures import small, write_small
from tests.pipeline.bench_driver import Driver
from wfsgui.pipeline.settling import collect_with


def test_steps_ask_for_a_collection_and_make_none(
    references: Callable[[str], None], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    references("NRCA3")
    monkeypatch.setattr("stpipe.step.gc", gc)
    asked: list[str] = []
    collect_with(lambda: asked.append("collect"))
    driver = Driver(write_small(tmp_path / "in", small()), tmp_path / "out")
    begun: list[object] = []

    def note(phase: str, info: object) -> None:
        begun.append((phase, info))

    gc.disable()
    gc.callbacks.append(note)
    try:
        driver.advance()
    finally:
        gc.callbacks.remove(note)
        gc.enable()
    assert driver.steps == ["assign_wcs", "flat_field", "photom"]
    assert len(asked) >= len(driver.steps)
    assert begun == []
