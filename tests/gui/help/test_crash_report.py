"""Crash report: unexpected exceptions of all threads."""

from __future__ import annotations

import logging
import sys
import threading
from collections.abc import Iterator

import pytest
from PySide6.QtCore import QObject, Qt, QTimer
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QDialogButtonBox, QPlainTextEdit, QPushButton, QWidget
from pytestqt.qtbot import QtBot

from tests.gui.window_driver import WindowDriver, find
from wfsgui.core.model.exposure import ExposureState
from wfsgui.gui.help.crash_report import CrashReportDialog, ExceptionHook


@pytest.fixture
def hook() -> Iterator[ExceptionHook]:
    made = ExceptionHook()
    with made.installed():
        yield made


@pytest.fixture
def dialog(qtbot: QtBot) -> Iterator[CrashReportDialog]:
    window = QWidget()
    qtbot.addWidget(window)
    yield CrashReportDialog(lambda: "wfsgui 9.9.9", window)
    window.hide()


@pytest.fixture
def hooked(driver: WindowDriver, hook: ExceptionHook) -> WindowDriver:
    """Make a window with an installed exception hook."""
    hook.raised.connect(driver.window.dialogs.report.show_error)
    return driver


def text(dialog: CrashReportDialog) -> str:
    field = find(dialog, QPlainTextEdit, "report_text")
    return field.toPlainText()


def fail(*_: object, **__: object) -> None:
    raise LookupError("nobody expected this")


def caught(message: str) -> Exception:
    try:
        raise ValueError(message)
    except ValueError as error:
        return error


def test_exception_hooks_are_restored() -> None:
    before = sys.excepthook, threading.excepthook
    with ExceptionHook().installed():
        assert sys.excepthook is not before[0]
        assert threading.excepthook is not before[1]
    assert (sys.excepthook, threading.excepthook) == before


def test_an_exception_in_a_slot_is_caught_and_logged(
    hook: ExceptionHook, qtbot: QtBot, caplog: pytest.LogCaptureFixture
) -> None:
    with qtbot.waitSignal(hook.raised) as raised:
        QTimer.singleShot(0, fail)
    assert isinstance(raised.args[0], LookupError)
    (record,) = (record for record in caplog.records if record.name == "wfsgui.gui.help.crash_report")
    assert record.levelno == logging.ERROR
    assert record.exc_info is not None


def test_an_exception_in_a_thread_arrives_in_the_gui_thread(hook: ExceptionHook, qtbot: QtBot) -> None:
    received_in: list[int] = []

    class Receiver(QObject):
        def take(self, _error: object) -> None:
            received_in.append(threading.get_ident())

    receiver = Receiver()
    hook.raised.connect(receiver.take)
    with qtbot.waitSignal(hook.raised) as raised:
        threading.Thread(target=fail).start()
    assert isinstance(raised.args[0], LookupError)
    qtbot.waitUntil(lambda: received_in == [threading.get_ident()])


def test_keyboard_interrupt_is_left_to_python(
    hook: ExceptionHook, qtbot: QtBot, capsys: pytest.CaptureFixture[str]
) -> None:
    with qtbot.assertNotEmitted(hook.raised):
        sys.excepthook(KeyboardInterrupt, KeyboardInterrupt(), None)
    assert "KeyboardInterrupt" in capsys.readouterr().err


def test_the_report_has_the_traceback_and_the_versions(dialog: CrashReportDialog) -> None:
    dialog.show_error(caught("what went wrong"))
    assert dialog.isVisible()
    assert dialog.windowModality() is Qt.WindowModality.NonModal
    assert text(dialog).startswith("wfsgui 9.9.9\n")
    assert "ValueError: what went wrong" in text(dialog)
    assert "test_crash_report.py" in text(dialog)


def test_the_same_error_is_counted_and_another_one_is_added(dialog: CrashReportDialog) -> None:
    for _ in range(100):
        dialog.show_error(caught("first"))
    dialog.show_error(caught("second"))
    assert text(dialog).count("ValueError: first") == 1
    assert "(100 times)" in text(dialog)
    assert text(dialog).count("ValueError: second") == 1


def test_the_report_can_be_copied_and_closed(dialog: CrashReportDialog) -> None:
    dialog.show_error(caught("what went wrong"))
    QTest.mouseClick(find(dialog, QPushButton, "report_copy"), Qt.MouseButton.LeftButton)
    assert QGuiApplication.clipboard().text() == text(dialog)
    box = find(dialog, QDialogButtonBox)
    QTest.mouseClick(box.button(QDialogButtonBox.StandardButton.Close), Qt.MouseButton.LeftButton)
    assert not dialog.isVisible()
    dialog.show_error(caught("again"))
    assert dialog.isVisible()


def test_exception_in_the_gui_thread_is_reported_and_the_window_goes_on(hooked: WindowDriver) -> None:
    hooked.open(*hooked.write(1))
    hooked.action("fit").triggered.connect(fail)
    hooked.press("F")
    report = hooked.window.dialogs.report
    hooked.wait(report.isVisible)
    assert "LookupError: nobody expected this" in text(report)
    assert "wfsgui" in text(report)
    assert_alive(hooked)


def test_exception_in_a_worker_thread_is_reported_and_the_thread_goes_on(hooked: WindowDriver) -> None:
    hooked.open(*hooked.write(1))
    for worker in (hooked.window.services.read_worker, hooked.window.services.file_worker):
        worker.submit(fail)
    hooked.wait(lambda: "(2 times)" in text(hooked.window.dialogs.report))
    assert_alive(hooked)


def test_exception_in_a_python_thread_is_reported(hooked: WindowDriver) -> None:
    hooked.open(*hooked.write(1))
    thread = threading.Thread(target=fail)
    thread.start()
    hooked.wait(hooked.window.dialogs.report.isVisible)
    thread.join()
    assert "LookupError" in text(hooked.window.dialogs.report)
    assert_alive(hooked)


def test_engine_exception_is_reported_and_fails_the_exposure(
    hooked: WindowDriver, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tests.gui.fakes.finished_product", fail)
    (exposure,) = hooked.open(*hooked.write(1))
    hooked.run_all()
    assert exposure.state is ExposureState.FAILED
    assert "LookupError" in text(hooked.window.dialogs.report)
    monkeypatch.undo()
    hooked.window.dialogs.report.close()
    assert_alive(hooked)


def assert_alive(driver: WindowDriver) -> None:
    """Check that the window still works."""
    driver.window.dialogs.report.close()
    driver.window.activateWindow()
    driver.wait(driver.window.isActiveWindow)
    driver.window.docks.exposures.select(driver.exposures[0])
    with driver.qtbot.waitSignal(driver.window.services.control.ended):
        driver.press("Ctrl+R")
    assert driver.exposures[0].state is ExposureState.DONE
