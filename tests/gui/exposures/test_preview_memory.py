"""Images that are not shown are moved to disk if they exceed the memory for previews."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from tests.gui import fakes
from wfsgui.core.files.plane_store import resident_bytes
from wfsgui.core.model.apply_event import apply_event
from wfsgui.core.model.exposure import Exposure, ExposureState
from wfsgui.core.model.step_image import StepImage
from wfsgui.gui.exposures.open_exposures import OpenExposures
from wfsgui.gui.exposures.preview_memory import PreviewMemory
from wfsgui.gui.threads.worker_thread import WorkerThread


def images(*exposures: Exposure) -> list[StepImage]:
    return [stage.image for exposure in exposures for stage in exposure.stages.values() if stage.image is not None]


def size(*exposures: Exposure) -> int:
    return resident_bytes(images(*exposures))


@dataclass
class MemoryDriver:
    """Object under test and the objects around it."""

    open_exposures: OpenExposures
    worker: WorkerThread
    preview_memory: PreviewMemory
    folder: Path

    def add(self, count: int) -> list[Exposure]:
        exposures, _ = self.open_exposures.add([fakes.product(f"a{number}") for number in range(count)])
        return [fakes.completed(exposure) for exposure in exposures]


@pytest.fixture
def driver(qapp: QApplication, tmp_path: Path) -> Iterator[MemoryDriver]:
    open_exposures, worker = OpenExposures(qapp), WorkerThread(qapp)
    yield MemoryDriver(
        open_exposures, worker, PreviewMemory(open_exposures, worker, tmp_path / "planes", qapp), tmp_path
    )
    worker.close()


def test_images_within_the_budget_stay_in_memory(driver: MemoryDriver) -> None:
    driver.add(3)
    driver.preview_memory.check()
    assert not driver.worker.is_busy
    assert not (driver.folder / "planes").exists()


def test_least_recently_shown_exposure_is_moved_first(driver: MemoryDriver, qtbot: QtBot) -> None:
    first, second, third = driver.add(3)
    for exposure in (first, third, second):
        driver.preview_memory.looked_at(exposure)
    driver.preview_memory.budget = size(first, second, third) - 1
    driver.preview_memory.check()
    qtbot.waitUntil(lambda: not driver.worker.is_busy)
    assert size(first) == 0
    assert size(second) > 0
    assert size(third) > 0


def test_exposure_that_was_never_shown_is_moved_first(driver: MemoryDriver, qtbot: QtBot) -> None:
    first, second, third = driver.add(3)
    driver.preview_memory.looked_at(first)
    driver.preview_memory.looked_at(second)
    driver.preview_memory.budget = size(first, second, third) - 1
    driver.preview_memory.check()
    qtbot.waitUntil(lambda: not driver.worker.is_busy)
    assert [size(exposure) == 0 for exposure in (first, second, third)] == [False, False, True]


def test_moved_images_are_equal_and_still_shared(driver: MemoryDriver, qtbot: QtBot) -> None:
    (exposure, _) = driver.add(2)
    before = {name: stage.image for name, stage in exposure.stages.items()}
    driver.preview_memory.budget = 0
    driver.preview_memory.looked_at(driver.open_exposures.exposures[1])
    qtbot.waitUntil(lambda: size(exposure) == 0)
    assert exposure.stages["photom"].image is exposure.stages["cal"].image
    for name, image in before.items():
        moved = exposure.stages[name].image
        assert (moved is None) == (image is None)
        if image is not None and moved is not None:
            assert moved.unit == image.unit
            np.testing.assert_array_equal(moved.sci, image.sci)
            np.testing.assert_array_equal(moved.dq, image.dq)


def test_shown_and_running_exposures_stay_in_memory(driver: MemoryDriver, qtbot: QtBot) -> None:
    shown, running, other = driver.add(3)
    driver.open_exposures.set_state(running, ExposureState.RUNNING)
    driver.preview_memory.budget = 0
    driver.preview_memory.looked_at(shown)
    qtbot.waitUntil(lambda: size(other) == 0 and not driver.worker.is_busy)
    assert size(shown) > 0
    assert size(running) > 0


def test_new_image_of_a_step_is_not_replaced(driver: MemoryDriver, qtbot: QtBot) -> None:
    exposure, shown = driver.add(2)
    driver.preview_memory.budget = 0
    driver.preview_memory.looked_at(shown)
    apply_event(exposure, fakes.finished(exposure, "photom", level=999.0))
    new = exposure.stages["photom"].image
    qtbot.waitUntil(lambda: not driver.worker.is_busy)
    assert new is not None
    replaced = exposure.stages["photom"].image
    assert replaced is not None
    np.testing.assert_array_equal(replaced.sci, new.sci)


def test_full_disk_is_logged_and_images_stay_in_memory(
    driver: MemoryDriver, qtbot: QtBot, caplog: pytest.LogCaptureFixture
) -> None:
    (driver.folder / "planes").write_text("a file where the folder should be")
    exposure, shown = driver.add(2)
    driver.preview_memory.budget = 0
    driver.preview_memory.looked_at(shown)
    qtbot.waitUntil(lambda: "could not be moved to disk" in caplog.text)
    assert caplog.records[-1].levelno == logging.WARNING
    assert size(exposure) > 0
    (driver.folder / "planes").unlink()
    driver.preview_memory.check()
    qtbot.waitUntil(lambda: size(exposure) == 0)


def test_removed_exposure_does_not_count(driver: MemoryDriver, qtbot: QtBot) -> None:
    first, second, third = driver.add(3)
    driver.preview_memory.looked_at(first)
    driver.preview_memory.looked_at(second)
    driver.open_exposures.remove([second])
    driver.preview_memory.budget = size(first, third) - 1
    driver.preview_memory.check()
    qtbot.waitUntil(lambda: not driver.worker.is_busy)
    assert size(third) == 0
    assert size(first) > 0


def test_files_of_removed_exposures_are_deleted(driver: MemoryDriver, qtbot: QtBot) -> None:
    shown, first, second = driver.add(3)
    before = {exposure.key: [image.sci.copy() for image in images(exposure)] for exposure in (first, second)}
    driver.preview_memory.looked_at(shown)
    driver.preview_memory.budget = size(shown)
    driver.preview_memory.check()
    qtbot.waitUntil(lambda: size(first, second) == 0)
    driver.open_exposures.remove([first])
    qtbot.waitUntil(lambda: not driver.worker.is_busy)
    assert [path.name for path in (driver.folder / "planes").iterdir()] == [second.key]
    # What still shows the one that was removed goes on showing it.
    for exposure in (first, second):
        for plane, image in zip(before[exposure.key], images(exposure), strict=True):
            np.testing.assert_array_equal(image.sci, plane)


def test_images_that_branches_share_count_once_and_stay_shared(driver: MemoryDriver, qtbot: QtBot) -> None:
    first, shown = driver.add(2)
    branches = [driver.open_exposures.add_branch(first, "photom", first.options, "x") for _ in range(20)]
    assert size(first, *branches) == size(first)
    driver.preview_memory.looked_at(branches[0])
    driver.preview_memory.looked_at(shown)
    driver.preview_memory.budget = size(first, shown)
    driver.preview_memory.check()
    assert not driver.worker.is_busy
    driver.preview_memory.budget = size(shown)
    driver.preview_memory.check()
    qtbot.waitUntil(lambda: size(first, *branches) == 0)
    for branch in branches:
        assert branch.stages["flat_field"].image is first.stages["flat_field"].image
    # Files of a branch that leaves may still be those of the others.
    before = images(branches[1])[0].sci.copy()
    driver.open_exposures.remove([branches[0]])
    qtbot.waitUntil(lambda: not driver.worker.is_busy)
    np.testing.assert_array_equal(images(branches[1])[0].sci, before)
