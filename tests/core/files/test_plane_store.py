"""Planes in memory-mapped files."""

from __future__ import annotations

import errno
import gc
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from tests.gui import fakes
from wfsgui.core.files import plane_store
from wfsgui.core.files.plane_store import PlaneStore, map_images, resident_bytes, with_image
from wfsgui.core.model.events import StepFinished
from wfsgui.core.model.step_image import StepImage


def assert_equal(image: StepImage, expected: StepImage) -> None:
    assert (image.unit, image.wcs) == (expected.unit, expected.wcs)
    assert list(image.arrays) == list(expected.arrays)
    for name, plane in expected.arrays.items():
        np.testing.assert_array_equal(image.arrays[name], plane)
        assert image.arrays[name].dtype == plane.dtype
        assert not image.arrays[name].flags.writeable


def with_other_sci(image: StepImage) -> StepImage:
    return replace(image, sci=image.sci * 2, area=image.sci * 3)


def files(folder: Path) -> set[Path]:
    return set(folder.iterdir())


def test_event_has_equal_image_after_transfer(tmp_path: Path) -> None:
    image = with_other_sci(fakes.image(wcs=True))
    event = replace(fakes.finished(fakes.exposure(), "photom"), image=image)
    sent, stored = PlaneStore(tmp_path).without_image(event)
    assert isinstance(sent, StepFinished)
    assert sent.image is None
    received = with_image(sent, stored)
    assert isinstance(received, StepFinished)
    assert received.image is not None
    assert_equal(received.image, image)
    assert resident_bytes([received.image]) == 0


def test_shared_planes_and_wcs_have_one_name_and_one_array(tmp_path: Path) -> None:
    store, first = PlaneStore(tmp_path), fakes.image(wcs=True)
    second = with_other_sci(first)
    stored = [store.put(image) for image in (first, second)]
    assert len(files(tmp_path)) == len({id(plane) for image in (first, second) for plane in image.arrays.values()})
    before, after = (each.mapped() for each in stored)
    assert after.err is before.err
    assert after.sci is not before.sci
    assert after.wcs is before.wcs
    # Another process receives copies of the WCS.
    copies = [replace(each, wcs=fakes.image(wcs=True).wcs).mapped() for each in stored]
    assert copies[1].wcs is copies[0].wcs


def test_array_that_the_receiver_dropped_is_mapped_again(tmp_path: Path) -> None:
    image = fakes.image()
    stored = PlaneStore(tmp_path).put(image)
    stored.mapped()
    gc.collect()
    assert_equal(stored.mapped(), image)


def test_plane_whose_file_was_removed_is_written_again(tmp_path: Path) -> None:
    store, image = PlaneStore(tmp_path), fakes.image()
    mapped = store.put(image).mapped()
    for path in files(tmp_path):
        path.unlink()
    assert_equal(store.put(image).mapped(), image)
    assert_equal(mapped, image)


def test_sweep_removes_files_of_deleted_planes_only(tmp_path: Path) -> None:
    store, kept = PlaneStore(tmp_path), fakes.image()
    other = with_other_sci(kept)
    store.put(kept)
    needed = files(tmp_path)
    expected = other.sci.copy()
    mapped = store.put(other).mapped()
    assert len(files(tmp_path)) == len(needed) + 2
    del other
    gc.collect()
    store.sweep()
    assert files(tmp_path) == needed
    np.testing.assert_array_equal(mapped.sci, expected)


def test_sweep_removes_files_of_all_images_that_were_deleted_in_between(tmp_path: Path) -> None:
    store = PlaneStore(tmp_path)
    for _ in range(5):
        # The arrays of the next image can have the ids of these.
        store.put(fakes.image())
        gc.collect()
    store.sweep()
    assert files(tmp_path) == set()


def test_planes_beyond_the_limit_of_file_handles_are_read_into_memory(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(plane_store, "_most_handles", lambda: 0)
    image = fakes.image()
    (read,) = map_images([image], tmp_path)
    assert_equal(read, image)
    assert resident_bytes([read]) == resident_bytes([image])


def test_resident_bytes_count_shared_planes_once() -> None:
    image = fakes.image()
    pixels = image.sci.size
    assert resident_bytes([image]) == pixels * 4 * 4
    assert resident_bytes([image, replace(image, sci=image.sci.copy())]) == pixels * 4 * 5


def test_mapped_images_are_equal_and_take_no_memory(tmp_path: Path) -> None:
    first = fakes.image(wcs=True)
    images = [first, with_other_sci(first)]
    mapped = map_images(images, tmp_path)
    assert resident_bytes(mapped) == 0
    for image, expected in zip(mapped, images, strict=True):
        assert_equal(image, expected)


def test_mapped_planes_are_not_written_again(tmp_path: Path) -> None:
    (mapped,) = map_images([fakes.image()], tmp_path / "first")
    assert map_images([mapped], tmp_path / "again")[0].sci is mapped.sci
    assert not (tmp_path / "again").exists()


def test_failed_write_leaves_no_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    image = fakes.image()

    def fail(_file: object, plane: object) -> None:
        if plane is image.dq:
            raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr("wfsgui.core.files.plane_store.np.save", fail)
    with pytest.raises(OSError, match="No space left"):
        PlaneStore(tmp_path).put(image)
    assert files(tmp_path) == set()


def test_folder_that_cannot_be_made_raises(tmp_path: Path) -> None:
    (tmp_path / "taken").write_text("a file")
    with pytest.raises(OSError, match="taken"):
        map_images([fakes.image()], tmp_path / "taken")
