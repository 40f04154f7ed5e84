"""Work that can wait for a turn of its own."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QCoreApplication, QTimer
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from wfsgui.gui.threads.deferred_work import DeferredWork


@pytest.fixture
def deferred(qapp: QApplication) -> DeferredWork:
    return DeferredWork(qapp)


def test_the_event_loop_gets_its_turn_in_between(deferred: DeferredWork, qtbot: QtBot) -> None:
    done: list[str] = []

    def first() -> None:
        done.append("first")
        QTimer.singleShot(0, deferred, lambda: done.append("loop"))

    deferred.do("a", first)
    deferred.do("b", lambda: done.append("second"))
    deferred.do("c", lambda: done.append("third"))
    assert done == []
    qtbot.waitUntil(lambda: len(done) == 4)
    assert done.index("loop") < done.index("third")
    assert [each for each in done if each != "loop"] == ["first", "second", "third"]


def test_job_asked_for_twice_runs_once_in_its_last_form(deferred: DeferredWork, qtbot: QtBot) -> None:
    done: list[str] = []
    deferred.do("a", lambda: done.append("old"))
    deferred.do("b", lambda: done.append("b"))
    deferred.do("a", lambda: done.append("new"))
    qtbot.waitUntil(lambda: len(done) == 2)
    assert done == ["new", "b"]


def test_all_of_it_can_be_done_at_once(deferred: DeferredWork) -> None:
    done: list[str] = []
    deferred.do("a", lambda: deferred.do("b", lambda: done.append("b")))
    deferred.finish()
    assert done == ["b"]


def test_nothing_is_done_after_the_end(deferred: DeferredWork) -> None:
    done: list[str] = []
    deferred.do("a", lambda: done.append("a"))
    deferred.close()
    deferred.do("b", lambda: done.append("b"))
    # Its timer would be due at once.
    QCoreApplication.processEvents()
    deferred.finish()
    assert done == []
