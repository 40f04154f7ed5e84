"""Dialog of the limits."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QDialogButtonBox, QLabel, QLineEdit, QPushButton, QTableWidget, QWidget
from pytestqt.qtbot import QtBot

from tests.gui.window_driver import find
from wfsgui.core.assess.limits import DEFAULT_LIMITS, Limits
from wfsgui.gui.verdict.limits_dialog import LimitsDialog

_Button = QDialogButtonBox.StandardButton


@pytest.fixture
def dialog(qtbot: QtBot) -> Iterator[LimitsDialog]:
    window = QWidget()
    qtbot.addWidget(window)
    window.show()
    dialog = LimitsDialog(Limits({"chi2": 2.0}), window)
    dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose, on=False)
    dialog.open()
    yield dialog
    dialog.close()


def field(dialog: LimitsDialog, key: str) -> QLineEdit:
    return find(dialog, QLineEdit, f"limit_{key}")


def source(dialog: LimitsDialog, key: str) -> str:
    item = find(dialog, QTableWidget).item(list(DEFAULT_LIMITS).index(key), 4)
    assert item is not None
    return item.text()


def ok(dialog: LimitsDialog) -> QPushButton:
    return find(dialog, QDialogButtonBox).button(_Button.Ok)


def fill(dialog: LimitsDialog, key: str, text: str) -> None:
    field(dialog, key).selectAll()
    QTest.keyClicks(field(dialog, key), text)


def test_every_limit_is_listed_with_value_and_source(dialog: LimitsDialog) -> None:
    for key, limit in DEFAULT_LIMITS.items():
        value = 2.0 if key == "chi2" else limit.value
        assert float(field(dialog, key).text()) == value
    assert source(dialog, "chi2") == "the analyst"
    assert source(dialog, "placement") == DEFAULT_LIMITS["placement"].source
    assert not find(dialog, QPushButton, "default_placement").isEnabled()


def test_changed_value_is_chosen_with_ok(dialog: LimitsDialog, qtbot: QtBot) -> None:
    fill(dialog, "placement", "3,5")
    assert source(dialog, "placement") == "the analyst"
    with qtbot.waitSignal(dialog.chosen) as chosen:
        QTest.mouseClick(ok(dialog), Qt.MouseButton.LeftButton)
    assert chosen.args[0].changed == {"chi2": 2.0, "placement": 3.5}
    assert not dialog.isVisible()


def test_cancel_changes_nothing(dialog: LimitsDialog) -> None:
    chosen: list[Limits] = []
    dialog.chosen.connect(chosen.append)
    fill(dialog, "placement", "3")
    QTest.mouseClick(find(dialog, QDialogButtonBox).button(_Button.Cancel), Qt.MouseButton.LeftButton)
    assert not dialog.isVisible()
    assert chosen == []


@pytest.mark.parametrize("text", ["much", "", "-1", "nan", "inf", "1e999"])
def test_value_that_is_no_limit_is_refused(dialog: LimitsDialog, text: str) -> None:
    field(dialog, "placement").setText(text)
    fault = find(dialog, QLabel, "limits_fault")
    assert fault.isVisible()
    assert DEFAULT_LIMITS["placement"].name in fault.text()
    assert not ok(dialog).isEnabled()
    fill(dialog, "placement", "4")
    assert not fault.isVisible()
    assert ok(dialog).isEnabled()


def test_row_that_gets_the_focus_is_scrolled_into_view(dialog: LimitsDialog, qtbot: QtBot) -> None:
    dialog.activateWindow()
    qtbot.waitUntil(dialog.isActiveWindow)
    table, first, last = find(dialog, QTableWidget), next(iter(DEFAULT_LIMITS)), list(DEFAULT_LIMITS)[-1]
    dialog.resize(700, 300)
    field(dialog, first).setFocus()
    for _ in range(2 * len(DEFAULT_LIMITS)):
        focused = QApplication.focusWidget()
        if focused is field(dialog, last):
            break
        assert focused is not None
        QTest.keyClick(focused, Qt.Key.Key_Tab)
    assert QApplication.focusWidget() is field(dialog, last)
    assert table.viewport().rect().contains(field(dialog, last).geometry().center())


def test_default_of_one_limit_and_of_all(dialog: LimitsDialog, qtbot: QtBot) -> None:
    fill(dialog, "placement", "3")
    QTest.mouseClick(find(dialog, QPushButton, "default_chi2"), Qt.MouseButton.LeftButton)
    assert source(dialog, "chi2") == DEFAULT_LIMITS["chi2"].source
    assert source(dialog, "placement") == "the analyst"
    QTest.mouseClick(find(dialog, QDialogButtonBox).button(_Button.RestoreDefaults), Qt.MouseButton.LeftButton)
    with qtbot.waitSignal(dialog.chosen) as chosen:
        QTest.mouseClick(ok(dialog), Qt.MouseButton.LeftButton)
    assert chosen.args[0].changed == {}
