"""Work comes back to the GUI thread, in order, whatever happens to it."""

from __future__ import annotations

import os
import sys
import threading
from collections.abc import Callable, Iterator

import pytest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from wfsgui.gui.threads.worker_thread import WorkerThread


@pytest.fixture
def worker(qapp: QApplication) -> Iterator[WorkerThread]:
    made = WorkerThread(qapp)
    yield made
    made.close()


def numbered(number: int) -> Callable[[], tuple[int, int]]:
    return lambda: (number, threading.get_ident())


def test_results_come_back_in_order_to_the_gui_thread(worker: WorkerThread, qtbot: QtBot) -> None:
    came: list[tuple[int, int, int]] = []
    for number in range(5):
        worker.submit(numbered(number), lambda got: came.append((*got, threading.get_ident())))
    qtbot.waitUntil(lambda: len(came) == 5)
    assert [number for number, _, _ in came] == list(range(5))
    assert {delivered for _, _, delivered in came} == {threading.get_ident()}
    assert threading.get_ident() not in {worked for _, worked, _ in came}


@pytest.mark.parametrize("error", [ValueError("bad"), SystemExit(1)])
def test_an_exception_is_delivered_and_the_thread_continues(
    worker: WorkerThread, qtbot: QtBot, error: BaseException
) -> None:
    def fail() -> None:
        raise error

    failures: list[BaseException] = []
    results: list[str] = []
    worker.submit(fail, failed=failures.append)
    worker.submit(lambda: "next", results.append)
    qtbot.waitUntil(lambda: results == ["next"])
    assert failures == [error]


def test_an_exception_without_a_handler_is_emitted_as_unhandled(worker: WorkerThread, qtbot: QtBot) -> None:
    def fail() -> None:
        raise ValueError("bad")

    with qtbot.waitSignal(worker.unhandled) as told:
        worker.submit(fail)
    assert isinstance(told.args[0], ValueError)


def test_a_cancelled_job_is_not_begun_and_not_delivered(worker: WorkerThread, qtbot: QtBot) -> None:
    gate = threading.Event()
    done: list[str] = []
    worker.submit(gate.wait)
    job = worker.submit(lambda: done.append("worked"), lambda _: done.append("delivered"))
    job.cancel()
    gate.set()
    qtbot.waitUntil(lambda: not worker.is_busy)
    assert done == []


def test_no_job_is_begun_after_close(qtbot: QtBot) -> None:
    worker, gate, done = WorkerThread(), threading.Event(), []
    worker.submit(gate.wait)
    worker.submit(lambda: done.append("worked"))
    closing = threading.Thread(target=worker.close)
    closing.start()
    # The running job ends only after the thread is closed.
    qtbot.waitUntil(lambda: worker.submit(lambda: done.append("late")).is_cancelled)
    gate.set()
    closing.join()
    worker.close()
    qtbot.waitUntil(lambda: not worker.is_busy)
    assert done == []


def test_jobs_added_in_a_pause_are_done_after_it_in_order(worker: WorkerThread, qtbot: QtBot) -> None:
    came: list[int] = []
    begun: list[bool] = []
    is_resumed = threading.Event()

    def noting(number: int) -> Callable[[], int]:
        def work() -> int:
            begun.append(is_resumed.is_set())
            return number

        return work

    worker.submit(lambda: 0, came.append)
    worker.pause("test")
    for number in (1, 2, 3):
        worker.submit(noting(number), came.append)
    qtbot.waitUntil(lambda: came == [0])
    assert worker.is_busy
    is_resumed.set()
    worker.resume("test")
    qtbot.waitUntil(lambda: not worker.is_busy)
    assert came == [0, 1, 2, 3]
    assert begun == [True] * 3


def test_a_worker_thread_resumes_when_the_last_reason_is_withdrawn(worker: WorkerThread, qtbot: QtBot) -> None:
    begun: list[str] = []
    worker.pause("start")
    worker.pause("drawing")
    worker.submit(lambda: begun.append("job"))
    worker.resume("drawing")
    worker.resume("drawing")
    other = WorkerThread()
    with qtbot.waitSignal(other.busy_changed, check_params_cb=lambda busy: not busy):
        other.submit(lambda: None)
    other.close()
    assert begun == []
    worker.resume("start")
    qtbot.waitUntil(lambda: begun == ["job"])


@pytest.mark.parametrize("paused", [False, True])
def test_lasting_jobs_are_done_before_the_thread_ends(*, paused: bool) -> None:
    worker, gate, done = WorkerThread(), threading.Event(), []
    worker.submit(gate.wait)
    if paused:
        worker.pause("test")
    worker.submit(lambda: done.append("look"))
    worker.submit(lambda: done.append("verdict"), lasts=True)
    gate.set()
    worker.close()
    assert "verdict" in done


def test_resume_after_close_does_nothing(qtbot: QtBot) -> None:
    worker, done = WorkerThread(), list[int]()
    worker.submit(lambda: 0, done.append)
    qtbot.waitUntil(lambda: done == [0])
    worker.pause("test")
    worker.submit(lambda: 1, done.append)
    worker.close()
    # The thread has ended: to hand it anything would be an error.
    worker.resume("test")
    assert done == [0]


def niceness() -> int:
    """Return the niceness of the thread that asks."""
    return os.getpriority(os.PRIO_PROCESS, threading.get_native_id())


@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere a thread has no priority of its own")
@pytest.mark.parametrize("own", [0, 5])
def test_a_worker_thread_has_less_priority_than_the_gui_thread(worker: WorkerThread, qtbot: QtBot, own: int) -> None:
    found: list[int] = []

    def be_nice_and_submit() -> None:
        # As a program that was itself started with less priority.
        os.setpriority(os.PRIO_PROCESS, threading.get_native_id(), before + own)
        worker.submit(lambda: found.append(niceness()))

    before = niceness()
    thread = threading.Thread(target=be_nice_and_submit)
    thread.start()
    thread.join()
    qtbot.waitUntil(lambda: len(found) == 1)
    assert found == [min(before + own + 4, 19)]
    assert niceness() == before


def test_after_closing_in_a_pause_the_thread_is_not_busy(qtbot: QtBot) -> None:
    worker = WorkerThread()
    worker.pause("test")
    worker.submit(lambda: None)
    assert worker.is_busy
    with qtbot.waitSignal(worker.busy_changed, check_params_cb=lambda busy: not busy):
        worker.close()
    assert not worker.is_busy
