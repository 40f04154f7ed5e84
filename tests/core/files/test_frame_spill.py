"""Planes that go to disk keep their values, and their memory is free."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from tests.gui import fakes
from wfsgui.core.files.frame_spill import resident_bytes, spill

HANDLES = Path("/proc/self/fd")


def test_shared_planes_count_once() -> None:
    frame = fakes.image()
    pixels = frame.sci.size
    assert resident_bytes([frame]) == pixels * 4 * 4
    assert resident_bytes([frame, replace(frame, sci=frame.sci.copy())]) == pixels * 4 * 5


def test_spilled_planes_have_the_same_values_and_take_no_memory(tmp_path: Path) -> None:
    first = fakes.image(wcs=True)
    second = replace(first, sci=first.sci * 2, unit="MJy/sr", area=first.sci * 3)
    moved = spill([first, second], tmp_path)
    assert resident_bytes(moved) == 0
    for before, after in zip([first, second], moved, strict=True):
        assert after.unit == before.unit
        assert after.wcs is before.wcs
        assert list(after.arrays) == list(before.arrays)
        for name, plane in before.arrays.items():
            np.testing.assert_array_equal(after.arrays[name], plane)
            assert after.arrays[name].dtype == plane.dtype
    (file,) = tmp_path.iterdir()
    assert file.stat().st_size == 6 * first.sci.nbytes


@pytest.mark.skipif(not HANDLES.is_dir(), reason="needs /proc")
def test_an_exposure_on_disk_holds_one_file_open(tmp_path: Path) -> None:
    before = len(list(HANDLES.iterdir()))
    moved = [spill([fakes.image(), fakes.image()], tmp_path / str(number)) for number in range(5)]
    assert len(list(HANDLES.iterdir())) - before == len(moved)


def test_what_is_on_disk_is_not_written_again(tmp_path: Path) -> None:
    (moved,) = spill([fakes.image()], tmp_path)
    assert spill([moved], tmp_path / "again")[0].sci is moved.sci
    assert not (tmp_path / "again").exists()


def test_a_folder_that_cannot_be_made_is_told(tmp_path: Path) -> None:
    (tmp_path / "taken").write_text("a file")
    with pytest.raises(OSError, match="taken"):
        spill([fakes.image()], tmp_path / "taken")
