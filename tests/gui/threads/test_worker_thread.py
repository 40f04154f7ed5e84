"""Work comes back to the GUI thread, in order, whatever happens to it."""

from __future__ import annotations

import os
import sys
import threading
from collections.abc import Callable, Iterator

import pytest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from wfsgui.gui.threads.worker_thread import Lane


@pytest.fixture
def lane(qapp: QApplication) -> Iterator[Lane]:
    made = Lane(qapp)
    yield made
    made.close()


def numbered(number: int) -> Callable[[], tuple[int, int]]:
    return lambda: (number, threading.get_ident())


def test_results_come_back_in_order_to_the_gui_thread(lane: Lane, qtbot: QtBot) -> None:
    came: list[tuple[int, int, int]] = []
    for number in range(5):
        lane.submit(numbered(number), lambda got: came.append((*got, threading.get_ident())))
    qtbot.waitUntil(lambda: len(came) == 5)
    assert [number for number, _, _ in came] == list(range(5))
    assert {delivered for _, _, delivered in came} == {threading.get_ident()}
    assert threading.get_ident() not in {worked for _, worked, _ in came}


@pytest.mark.parametrize("error", [ValueError("bad"), SystemExit(1)])
def test_an_exception_is_delivered_and_the_lane_goes_on(lane: Lane, qtbot: QtBot, error: BaseException) -> None:
    def fail() -> None:
        raise error

    failures: list[BaseException] = []
    results: list[str] = []
    lane.submit(fail, failed=failures.append)
    lane.submit(lambda: "next", results.append)
    qtbot.waitUntil(lambda: results == ["next"])
    assert failures == [error]


def test_an_exception_that_nobody_takes_is_told(lane: Lane, qtbot: QtBot) -> None:
    def fail() -> None:
        raise ValueError("bad")

    with qtbot.waitSignal(lane.unhandled) as told:
        lane.submit(fail)
    assert isinstance(told.args[0], ValueError)


def test_a_cancelled_job_is_not_begun_and_not_delivered(lane: Lane, qtbot: QtBot) -> None:
    gate = threading.Event()
    done: list[str] = []
    lane.submit(gate.wait)
    job = lane.submit(lambda: done.append("worked"), lambda _: done.append("delivered"))
    job.cancel()
    gate.set()
    qtbot.waitUntil(lambda: not lane.is_busy)
    assert done == []


def test_closing_begins_nothing_more(qtbot: QtBot) -> None:
    lane, gate, done = Lane(), threading.Event(), []
    lane.submit(gate.wait)
    lane.submit(lambda: done.append("worked"))
    closing = threading.Thread(target=lane.close)
    closing.start()
    # The job in work ends only after the lane is closed.
    qtbot.waitUntil(lambda: lane.submit(lambda: done.append("late")).is_cancelled)
    gate.set()
    closing.join()
    lane.close()
    qtbot.waitUntil(lambda: not lane.is_busy)
    assert done == []


def test_what_comes_in_a_pause_is_done_after_it_in_order(lane: Lane, qtbot: QtBot) -> None:
    came: list[int] = []
    begun: list[bool] = []
    is_resumed = threading.Event()

    def noting(number: int) -> Callable[[], int]:
        def work() -> int:
            begun.append(is_resumed.is_set())
            return number

        return work

    lane.submit(lambda: 0, came.append)
    lane.pause("test")
    for number in (1, 2, 3):
        lane.submit(noting(number), came.append)
    qtbot.waitUntil(lambda: came == [0])
    assert lane.is_busy
    is_resumed.set()
    lane.resume("test")
    qtbot.waitUntil(lambda: not lane.is_busy)
    assert came == [0, 1, 2, 3]
    assert begun == [True] * 3


def test_a_lane_goes_on_when_the_last_reason_for_its_pause_is_gone(lane: Lane, qtbot: QtBot) -> None:
    begun: list[str] = []
    lane.pause("start")
    lane.pause("drawing")
    lane.submit(lambda: begun.append("job"))
    lane.resume("drawing")
    lane.resume("drawing")
    other = Lane()
    with qtbot.waitSignal(other.busy_changed, check_params_cb=lambda busy: not busy):
        other.submit(lambda: None)
    other.close()
    assert begun == []
    lane.resume("start")
    qtbot.waitUntil(lambda: begun == ["job"])


@pytest.mark.parametrize("paused", [False, True])
def test_what_has_to_be_written_is_done_before_a_lane_ends(*, paused: bool) -> None:
    lane, gate, done = Lane(), threading.Event(), []
    lane.submit(gate.wait)
    if paused:
        lane.pause("test")
    lane.submit(lambda: done.append("look"))
    lane.submit(lambda: done.append("verdict"), lasts=True)
    gate.set()
    lane.close()
    assert "verdict" in done


def test_after_closing_there_is_nothing_to_resume(qtbot: QtBot) -> None:
    lane, done = Lane(), list[int]()
    lane.submit(lambda: 0, done.append)
    qtbot.waitUntil(lambda: done == [0])
    lane.pause("test")
    lane.submit(lambda: 1, done.append)
    lane.close()
    # The thread has ended: to hand it anything would be an error.
    lane.resume("test")
    assert done == [0]


def niceness() -> int:
    """Return the niceness of the thread that asks."""
    return os.getpriority(os.PRIO_PROCESS, threading.get_native_id())


@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere a thread has no priority of its own")
@pytest.mark.parametrize("own", [0, 5])
def test_the_gui_thread_goes_before_a_lane(lane: Lane, qtbot: QtBot, own: int) -> None:
    found: list[int] = []

    def be_nice_and_submit() -> None:
        # As a program that was itself started with less priority.
        os.setpriority(os.PRIO_PROCESS, threading.get_native_id(), before + own)
        lane.submit(lambda: found.append(niceness()))

    before = niceness()
    thread = threading.Thread(target=be_nice_and_submit)
    thread.start()
    thread.join()
    qtbot.waitUntil(lambda: len(found) == 1)
    assert found == [min(before + own + 4, 19)]
    assert niceness() == before
