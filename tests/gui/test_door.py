"""Files that come into the window from outside."""

from __future__ import annotations

from PySide6.QtCore import QUrl
from PySide6.QtGui import QFileOpenEvent
from PySide6.QtWidgets import QApplication

from tests.gui.window_bench import WindowBench
from wfsgui.gui.door import Door


def names(bench: WindowBench) -> list[str]:
    return [exposure.product.science.path.name for exposure in bench.window.services.desk.exposures]


def test_a_file_that_the_desktop_opens_is_opened(bench: WindowBench, qapp: QApplication) -> None:
    rate = bench.rates[0]
    door = Door(qapp)
    door.lead_to(bench.window, bench.window.open)
    qapp.sendEvent(qapp, QFileOpenEvent(QUrl.fromLocalFile(str(rate))))
    bench.qtbot.waitUntil(lambda: names(bench) == [rate.name])
    qapp.removeEventFilter(door)


def test_a_file_that_comes_before_the_window_waits_for_it(bench: WindowBench, qapp: QApplication) -> None:
    door = Door(qapp)
    for rate in bench.rates[:2]:
        qapp.sendEvent(qapp, QFileOpenEvent(QUrl.fromLocalFile(str(rate))))
    door.lead_to(bench.window, bench.window.open)
    bench.qtbot.waitUntil(lambda: names(bench) == [rate.name for rate in bench.rates[:2]])
    qapp.removeEventFilter(door)
