"""Backgrounds of another part of the detector are subtracted as by `Image2Pipeline.call`, bit for bit."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from tests.exposures import small, write_association, write_small
from tests.pipeline.parity_helpers import differences, inside, run_stock
from wfsgui.cli import main

NOT_COVERED = "does not cover all of the exposure's part of the detector"


@pytest.fixture(autouse=True)
def nrca3(references: Callable[[str], None]) -> None:
    references("NRCA3")


@pytest.mark.parametrize("place", ["full frame", "another place", "no overlap"])
def test_background_of_another_subarray(tmp_path: Path, capsys: pytest.CaptureFixture[str], place: str) -> None:
    spec = small(exposure=2)
    match place:
        case "full frame":
            spec = replace(spec, subarray="FULL", xstart=1, ystart=1, xsize=2048, ysize=2048)
        case "another place":
            spec = replace(spec, subarray="SUB64Q", xstart=421)
        case _:
            spec = replace(spec, subarray="SUB64Q", xstart=1001)
    science = write_small(tmp_path / "in", small())
    table = write_association(tmp_path / "in" / "x_asn.json", {science: [write_small(tmp_path / "in", spec)]})
    assert main(["run", str(table), "-o", str(tmp_path / "ours"), "--jobs", "1"]) == 1
    assert main(["run", str(table), "-o", str(tmp_path / "ours"), "--jobs", "1", "--allow-mismatch"]) == 0
    with inside(table.parent):
        (stock,) = run_stock(table, tmp_path / "stock")
    assert differences(tmp_path / "ours" / stock.name, stock) == []
    said = capsys.readouterr().out
    assert "It is used because mismatches were allowed." in said
    assert (NOT_COVERED in said) == (place != "full frame")
