"""Work comes back to the GUI thread, in order, whatever happens to it."""

from __future__ import annotations

import threading
from collections.abc import Iterator

import pytest
from pytestqt.qtbot import QtBot

from wfsgui.gui.workers import Lane


@pytest.fixture
def lane(qtbot: QtBot) -> Iterator[Lane]:
    made = Lane()
    yield made
    made.close()


def test_results_come_back_in_order_to_the_gui_thread(lane: Lane, qtbot: QtBot) -> None:
    came: list[tuple[int, bool, bool]] = []
    here = threading.get_ident()
    for number in range(5):
        lane.submit(
            lambda number=number: (number, threading.get_ident() != here),  # type: ignore[misc]
            lambda got: came.append((*got, threading.get_ident() == here)),
        )
    qtbot.waitUntil(lambda: len(came) == 5)
    assert came == [(number, True, True) for number in range(5)]
