"""Planes in memory-mapped files."""

from __future__ import annotations

import errno
import gc
import pickle
from dataclasses import replace
from pathlib import Path
from typing import NoReturn

import numpy as np
import pytest

from tests.gui import fakes
from wfsgui.core.files import plane_store
from wfsgui.core.files.plane_store import PlaneStore, map_images, resident_bytes, with_image, without_image
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
    sent, stored = without_image(event, PlaneStore(tmp_path))
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
    arrays = {id(plane): plane for image in (first, second) for plane in image.arrays.values()}
    assert len(files(tmp_path)) == 2
    assert sum(path.stat().st_size for path in files(tmp_path)) == sum(plane.nbytes for plane in arrays.values())
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


def test_planes_of_one_image_take_one_file_handle(tmp_path: Path) -> None:
    folder = Path("/proc/self/fd")
    if not folder.exists():
        pytest.skip("this system does not list file handles in /proc")
    before = len(list(folder.iterdir()))
    images = map_images([with_other_sci(fakes.image()) for _ in range(5)], tmp_path)
    assert len(list(folder.iterdir())) == before + 5
    del images
    gc.collect()
    assert len(list(folder.iterdir())) == before


def test_planes_in_a_linked_file_are_the_same_arrays(tmp_path: Path) -> None:
    stored = PlaneStore(tmp_path / "first").put(fakes.image())
    (file,) = files(tmp_path / "first")
    (tmp_path / "second").mkdir()
    file.rename(tmp_path / "second" / file.name)
    moved = stored.inside(tmp_path / "second").mapped()
    assert moved.sci is stored.mapped().sci


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

    def fail(_plane: object) -> NoReturn:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr("wfsgui.core.files.plane_store.np.ascontiguousarray", fail)
    with pytest.raises(OSError, match="No space left"):
        PlaneStore(tmp_path).put(image)
    assert files(tmp_path) == set()
    sent, stored = without_image(replace(fakes.finished(fakes.exposure(), "photom"), image=image), PlaneStore(tmp_path))
    received = with_image(sent, pickle.loads(pickle.dumps(stored)))
    assert isinstance(received, StepFinished)
    assert received.image is not None
    assert_equal(received.image, image)
    assert resident_bytes([received.image]) == resident_bytes([image])


def test_folder_that_cannot_be_made_raises(tmp_path: Path) -> None:
    (tmp_path / "taken").write_text("a file")
    with pytest.raises(OSError, match="taken"):
        map_images([fakes.image()], tmp_path / "taken")
