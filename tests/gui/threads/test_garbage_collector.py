"""Garbage is collected in the GUI thread, whoever makes it and whoever asks."""

from __future__ import annotations

import gc
import threading
from collections.abc import Iterator

import pytest
from pytestqt.qtbot import QtBot

from wfsgui.gui.threads.garbage_collector import GarbageCollector

MANY = 5000


class Circle:
    """Something that only the garbage collector removes; it notes where."""

    def __init__(self, removed: list[threading.Thread]) -> None:
        self.me = self
        self.removed = removed

    def __del__(self) -> None:
        self.removed.append(threading.current_thread())


@pytest.fixture
def collector() -> Iterator[GarbageCollector]:
    collector = GarbageCollector()
    yield collector
    collector.stop()


def in_thread(work: object) -> None:
    assert callable(work)
    thread = threading.Thread(target=work)
    thread.start()
    thread.join()


def test_garbage_of_other_threads_is_collected_in_this_thread(qtbot: QtBot, collector: GarbageCollector) -> None:
    removed: list[threading.Thread] = []
    collector.start()
    in_thread(lambda: [Circle(removed) for _ in range(MANY)] and None)
    assert removed == []
    qtbot.waitUntil(lambda: len(removed) == MANY)
    assert set(removed) == {threading.current_thread()}


def test_python_looks_again_when_it_is_over(collector: GarbageCollector) -> None:
    assert not gc.isenabled()
    collector.stop()
    assert gc.isenabled()


def test_garbage_from_before_the_start_is_removed(collector: GarbageCollector) -> None:
    removed: list[threading.Thread] = []
    circles = [Circle(removed) for _ in range(10)]
    del circles
    collector.start()
    assert len(removed) == 10
