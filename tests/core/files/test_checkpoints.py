"""Checkpoints of a run on disk."""

from __future__ import annotations

import gc
from dataclasses import replace
from pathlib import Path
from shutil import rmtree

import numpy as np
import pytest

from tests.gui import fakes
from wfsgui.core.errors import WfsguiError
from wfsgui.core.files.checkpoints import CheckpointFolder, read_checkpoints
from wfsgui.core.files.plane_store import resident_bytes
from wfsgui.core.model.events import ExposureOpened, StepFinished
from wfsgui.core.model.step_image import StepImage

STAGES = ["rate", "assign_wcs", "flat_field"]


def opened(image: StepImage) -> ExposureOpened:
    return ExposureOpened(fakes.product("a"), ("assign_wcs", "flat_field"), "jwst_1.pmap", ("A notice.",), image)


def finished(step: str, image: StepImage) -> StepFinished:
    return replace(fakes.finished(fakes.exposure(), step), image=image)


def written(folder: Path) -> CheckpointFolder:
    """Write three checkpoints: the second shares all planes with the first, the third all but SCI."""
    checkpoints, image = CheckpointFolder(folder), fakes.image()
    with_wcs = replace(image, wcs=fakes.image(wcs=True).wcs)
    checkpoints.keep(opened(image), b"one")
    checkpoints.keep(finished("assign_wcs", with_wcs), b"two")
    checkpoints.keep(finished("flat_field", replace(with_wcs, sci=image.sci * 2)), b"three")
    return checkpoints


def stages(folder: Path) -> list[str]:
    return [checkpoint.stage for checkpoint in read_checkpoints(folder)]


def planes(folder: Path) -> int:
    return len(list(folder.rglob("*.planes")))


def test_events_and_states_are_read_again(tmp_path: Path) -> None:
    written(tmp_path)
    found = read_checkpoints(tmp_path)
    assert [checkpoint.stage for checkpoint in found] == STAGES
    assert [checkpoint.state() for checkpoint in found] == [b"one", b"two", b"three"]
    first, second, third = (checkpoint.event() for checkpoint in found)
    assert isinstance(first, ExposureOpened)
    assert first.notices == ("A notice.",)
    assert isinstance(third, StepFinished)
    assert third.step == "flat_field"
    images = [event.image for event in (first, second, third) if event.image is not None]
    assert resident_bytes(images) == 0
    assert images[1].sci is images[0].sci
    assert images[2].wcs is images[1].wcs
    np.testing.assert_array_equal(images[2].sci, fakes.image().sci * 2)
    assert planes(tmp_path) == 2
    assert found[2].event_without_image() == replace(third, image=None)


def test_repeated_stage_replaces_its_checkpoint_and_cut_removes_later_ones(tmp_path: Path) -> None:
    checkpoints = written(tmp_path)
    mapped = read_checkpoints(tmp_path)[2].event().image
    checkpoints.cut(STAGES[:2])
    assert stages(tmp_path) == STAGES[:2]
    assert planes(tmp_path) == 1
    assert len(list((tmp_path / "checkpoints").iterdir())) == 1 + 1 + 2 * 2
    assert mapped is not None
    np.testing.assert_array_equal(mapped.sci, fakes.image().sci * 2)
    checkpoints.keep(finished("assign_wcs", fakes.image(wcs=True)), b"again")
    assert stages(tmp_path) == STAGES[:2]
    assert read_checkpoints(tmp_path)[1].state() == b"again"


def test_checkpoints_that_were_taken_over_outlive_their_origin(tmp_path: Path) -> None:
    written(tmp_path / "origin")
    branch = CheckpointFolder(tmp_path / "branch")
    branch.take_over(tmp_path / "origin", [*STAGES[:2], "never run"])
    before = read_checkpoints(tmp_path / "origin")[0].event().image
    assert before is not None
    shared = branch.checkpoints[0].event().image
    assert shared is not None
    assert shared.sci is before.sci
    del before, shared
    rmtree(tmp_path / "origin")
    gc.collect()
    branch.keep(finished("flat_field", fakes.image()), b"own")
    assert stages(tmp_path / "branch") == STAGES
    image = branch.checkpoints[1].event().image
    assert image is not None
    np.testing.assert_array_equal(image.sci, fakes.image().sci)


@pytest.mark.parametrize("suffix", [".planes", ".event", ".state"])
def test_checkpoint_without_one_of_its_files_is_left_out(tmp_path: Path, suffix: str) -> None:
    written(tmp_path)
    third = read_checkpoints(tmp_path)[2]
    (name,) = (
        name for name in third.sizes if name.endswith(suffix) and name not in read_checkpoints(tmp_path)[1].sizes
    )
    (third.folder / name).write_bytes(b"cut off")
    assert stages(tmp_path) == STAGES[:2]


def test_damaged_content_is_an_error_in_one_sentence(tmp_path: Path) -> None:
    written(tmp_path)
    checkpoint = read_checkpoints(tmp_path)[1]
    event = checkpoint.folder / f"{checkpoint.name}.event"
    event.write_bytes(b"?" * event.stat().st_size)
    with pytest.raises(WfsguiError, match="after assign_wcs cannot be read"):
        read_checkpoints(tmp_path)[1].event()


@pytest.mark.parametrize("content", ["", "[]", '{"version": 2, "checkpoints": []}', '{"version": 1}'])
def test_list_that_cannot_be_read_is_no_list(tmp_path: Path, content: str) -> None:
    written(tmp_path)
    (tmp_path / "checkpoints" / "checkpoints.json").write_text(content)
    assert read_checkpoints(tmp_path) == ()
    assert read_checkpoints(tmp_path / "nowhere") == ()


def test_full_disk_leaves_the_earlier_checkpoints(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    checkpoints = written(tmp_path)
    with monkeypatch.context() as patch:
        patch.setattr(Path, "write_bytes", full)
        with pytest.raises(OSError, match="No space"):
            checkpoints.keep(finished("photom", replace(fakes.image(), unit="MJy/sr")), b"four")
    assert stages(tmp_path) == STAGES
    assert planes(tmp_path) == 2


def full(_file: Path, _content: bytes) -> int:
    raise OSError(28, "No space left on device")
