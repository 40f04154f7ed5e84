"""Files that come into the window from outside."""

from __future__ import annotations

import sys

import pytest
from PySide6.QtCore import QEvent, QObject, QUrl
from PySide6.QtGui import QFileOpenEvent
from PySide6.QtWidgets import QApplication
from typing_extensions import override

from tests.gui.window_bench import WindowBench
from wfsgui.gui.startup.open_requests import Door


class NotingDoor(Door):
    """Notes the events that it is asked about."""

    def __init__(self, application: QApplication) -> None:
        self.asked: list[QEvent.Type] = []
        super().__init__(application)

    @override
    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        self.asked.append(event.type())
        return super().eventFilter(watched, event)


def names(bench: WindowBench) -> list[str]:
    return [exposure.product.science.path.name for exposure in bench.window.services.desk.exposures]


def test_a_file_that_the_desktop_opens_is_opened(
    bench: WindowBench, qapp: QApplication, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "platform", "darwin")
    rate = bench.rates[0]
    door = Door(qapp)
    door.lead_to(bench.window, bench.window.open)
    qapp.sendEvent(qapp, QFileOpenEvent(QUrl.fromLocalFile(str(rate))))
    bench.qtbot.waitUntil(lambda: names(bench) == [rate.name])
    qapp.removeEventFilter(door)


def test_a_file_that_comes_before_the_window_waits_for_it(
    bench: WindowBench, qapp: QApplication, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "platform", "darwin")
    door = Door(qapp)
    for rate in bench.rates[:2]:
        qapp.sendEvent(qapp, QFileOpenEvent(QUrl.fromLocalFile(str(rate))))
    door.lead_to(bench.window, bench.window.open)
    bench.qtbot.waitUntil(lambda: names(bench) == [rate.name for rate in bench.rates[:2]])
    qapp.removeEventFilter(door)


@pytest.mark.parametrize(("platform", "asked"), [("linux", False), ("win32", False), ("darwin", True)])
def test_only_on_macos_every_event_goes_through_the_door(
    qapp: QApplication, monkeypatch: pytest.MonkeyPatch, platform: str, *, asked: bool
) -> None:
    monkeypatch.setattr(sys, "platform", platform)
    door = NotingDoor(qapp)
    qapp.sendEvent(qapp, QEvent(QEvent.Type.User))
    assert (QEvent.Type.User in door.asked) is asked
    qapp.removeEventFilter(door)
