"""Files that come into the window from outside."""

from __future__ import annotations

import sys

import pytest
from PySide6.QtCore import QEvent, QObject, QUrl
from PySide6.QtGui import QFileOpenEvent
from PySide6.QtWidgets import QApplication
from typing_extensions import override

from tests.gui.window_driver import WindowDriver
from wfsgui.gui.startup.open_requests import OpenRequests


class RecordingOpenRequests(OpenRequests):
    """Notes the events that it is asked about."""

    def __init__(self, application: QApplication) -> None:
        self.asked: list[QEvent.Type] = []
        super().__init__(application)

    @override
    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        self.asked.append(event.type())
        return super().eventFilter(watched, event)


def names(driver: WindowDriver) -> list[str]:
    return [exposure.product.science.path.name for exposure in driver.window.services.open_exposures.exposures]


def test_a_file_that_the_desktop_opens_is_opened(
    driver: WindowDriver, qapp: QApplication, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "platform", "darwin")
    rate = driver.rates[0]
    open_requests = OpenRequests(qapp)
    open_requests.set_window(driver.window, driver.window.open)
    qapp.sendEvent(qapp, QFileOpenEvent(QUrl.fromLocalFile(str(rate))))
    driver.qtbot.waitUntil(lambda: names(driver) == [rate.name])
    qapp.removeEventFilter(open_requests)


def test_a_file_that_comes_before_the_window_waits_for_it(
    driver: WindowDriver, qapp: QApplication, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "platform", "darwin")
    open_requests = OpenRequests(qapp)
    for rate in driver.rates[:2]:
        qapp.sendEvent(qapp, QFileOpenEvent(QUrl.fromLocalFile(str(rate))))
    open_requests.set_window(driver.window, driver.window.open)
    driver.qtbot.waitUntil(lambda: names(driver) == [rate.name for rate in driver.rates[:2]])
    qapp.removeEventFilter(open_requests)


@pytest.mark.parametrize(("platform", "asked"), [("linux", False), ("win32", False), ("darwin", True)])
def test_application_events_are_filtered_only_on_macos(
    qapp: QApplication, monkeypatch: pytest.MonkeyPatch, platform: str, *, asked: bool
) -> None:
    monkeypatch.setattr(sys, "platform", platform)
    open_requests = RecordingOpenRequests(qapp)
    qapp.sendEvent(qapp, QEvent(QEvent.Type.User))
    assert (QEvent.Type.User in open_requests.asked) is asked
    qapp.removeEventFilter(open_requests)
