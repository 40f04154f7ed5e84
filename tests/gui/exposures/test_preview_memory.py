"""Previews stay within their memory: what is not looked at goes to disk, and its values stay."""

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
from wfsgui.core.files.frame_spill import resident_bytes
from wfsgui.core.model.exposure import Exposure, ExposureState
from wfsgui.core.model.step_image import StepFrame
from wfsgui.gui.exposures.open_exposures import Desk
from wfsgui.gui.exposures.preview_memory import FrameKeeper
from wfsgui.gui.threads.worker_thread import Lane


def frames(*exposures: Exposure) -> list[StepFrame]:
    return [stage.frame for exposure in exposures for stage in exposure.stages.values() if stage.frame is not None]


def size(*exposures: Exposure) -> int:
    return resident_bytes(frames(*exposures))


@dataclass
class Bench:
    """What a test plays with."""

    desk: Desk
    lane: Lane
    keeper: FrameKeeper
    folder: Path

    def add(self, count: int) -> list[Exposure]:
        exposures, _ = self.desk.add([fakes.product(f"a{number}") for number in range(count)])
        return [fakes.completed(exposure) for exposure in exposures]


@pytest.fixture
def bench(qapp: QApplication, tmp_path: Path) -> Iterator[Bench]:
    desk, lane = Desk(qapp), Lane(qapp)
    yield Bench(desk, lane, FrameKeeper(desk, lane, tmp_path / "planes", qapp), tmp_path)
    lane.close()


def test_within_the_memory_nothing_is_moved(bench: Bench) -> None:
    bench.add(3)
    bench.keeper.check()
    assert not bench.lane.is_busy
    assert not (bench.folder / "planes").exists()


def test_what_was_looked_at_longest_ago_goes_first(bench: Bench, qtbot: QtBot) -> None:
    first, second, third = bench.add(3)
    for exposure in (first, third, second):
        bench.keeper.looked_at(exposure)
    bench.keeper.budget = size(first, second, third) - 1
    bench.keeper.check()
    qtbot.waitUntil(lambda: not bench.lane.is_busy)
    assert size(first) == 0
    assert size(second) > 0
    assert size(third) > 0


def test_what_was_never_looked_at_goes_before_that(bench: Bench, qtbot: QtBot) -> None:
    first, second, third = bench.add(3)
    bench.keeper.looked_at(first)
    bench.keeper.looked_at(second)
    bench.keeper.budget = size(first, second, third) - 1
    bench.keeper.check()
    qtbot.waitUntil(lambda: not bench.lane.is_busy)
    assert [size(exposure) == 0 for exposure in (first, second, third)] == [False, False, True]


def test_values_stay_and_stages_that_share_an_image_still_do(bench: Bench, qtbot: QtBot) -> None:
    (exposure, _) = bench.add(2)
    before = {name: stage.frame for name, stage in exposure.stages.items()}
    bench.keeper.budget = 0
    bench.keeper.looked_at(bench.desk.exposures[1])
    qtbot.waitUntil(lambda: size(exposure) == 0)
    assert exposure.stages["photom"].frame is exposure.stages["cal"].frame
    for name, frame in before.items():
        moved = exposure.stages[name].frame
        assert (moved is None) == (frame is None)
        if frame is not None and moved is not None:
            assert moved.unit == frame.unit
            np.testing.assert_array_equal(moved.sci, frame.sci)
            np.testing.assert_array_equal(moved.dq, frame.dq)


def test_what_is_on_screen_and_what_runs_stay_in_memory(bench: Bench, qtbot: QtBot) -> None:
    shown, running, other = bench.add(3)
    bench.desk.set_state(running, ExposureState.RUNNING)
    bench.keeper.budget = 0
    bench.keeper.looked_at(shown)
    qtbot.waitUntil(lambda: size(other) == 0 and not bench.lane.is_busy)
    assert size(shown) > 0
    assert size(running) > 0


def test_a_step_that_ends_meanwhile_keeps_its_new_image(bench: Bench, qtbot: QtBot) -> None:
    exposure, shown = bench.add(2)
    bench.keeper.budget = 0
    bench.keeper.looked_at(shown)
    exposure.apply(fakes.finished(exposure, "photom", level=999.0))
    new = exposure.stages["photom"].frame
    qtbot.waitUntil(lambda: not bench.lane.is_busy)
    assert new is not None
    replaced = exposure.stages["photom"].frame
    assert replaced is not None
    np.testing.assert_array_equal(replaced.sci, new.sci)


def test_a_full_disk_is_noted_and_everything_stays(
    bench: Bench, qtbot: QtBot, caplog: pytest.LogCaptureFixture
) -> None:
    (bench.folder / "planes").write_text("a file where the folder should be")
    exposure, shown = bench.add(2)
    bench.keeper.budget = 0
    bench.keeper.looked_at(shown)
    qtbot.waitUntil(lambda: "could not be moved to disk" in caplog.text)
    assert caplog.records[-1].levelno == logging.WARNING
    assert size(exposure) > 0
    (bench.folder / "planes").unlink()
    bench.keeper.check()
    qtbot.waitUntil(lambda: size(exposure) == 0)


def test_what_was_removed_is_forgotten(bench: Bench, qtbot: QtBot) -> None:
    first, second, third = bench.add(3)
    bench.keeper.looked_at(first)
    bench.keeper.looked_at(second)
    bench.desk.remove([second])
    bench.keeper.budget = size(first, third) - 1
    bench.keeper.check()
    qtbot.waitUntil(lambda: not bench.lane.is_busy)
    assert size(third) == 0
    assert size(first) > 0


def test_planes_of_what_was_removed_leave_the_disk_and_those_of_the_others_stay(bench: Bench, qtbot: QtBot) -> None:
    shown, first, second = bench.add(3)
    before = {exposure.key: [frame.sci.copy() for frame in frames(exposure)] for exposure in (first, second)}
    bench.keeper.looked_at(shown)
    bench.keeper.budget = size(shown)
    bench.keeper.check()
    qtbot.waitUntil(lambda: size(first, second) == 0)
    bench.desk.remove([first])
    qtbot.waitUntil(lambda: not bench.lane.is_busy)
    assert [path.name for path in (bench.folder / "planes").iterdir()] == [second.key]
    # What still shows the one that was removed goes on showing it.
    for exposure in (first, second):
        for plane, frame in zip(before[exposure.key], frames(exposure), strict=True):
            np.testing.assert_array_equal(frame.sci, plane)
