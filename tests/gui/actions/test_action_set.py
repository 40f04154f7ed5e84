"""Menus, tool bar and keys do what the table says."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication, QIcon, QKeySequence
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QDialog, QLineEdit, QMainWindow, QToolBar, QToolButton
from pytestqt.qtbot import QtBot

from tests.gui.window_driver import WindowDriver
from wfsgui.core.model.stages import STAGES
from wfsgui.gui.actions.action_set import Actions
from wfsgui.gui.actions.action_spec import ActionSpec, Need
from wfsgui.gui.actions.action_table import ACTIONS, MENUS
from wfsgui.gui.window import window_dialogs

KEYS = [(spec, keys) for spec in ACTIONS for keys in spec.shortcuts]


class Window:
    """A window that notes which actions were triggered."""

    def __init__(self, qtbot: QtBot) -> None:
        self.image = QMainWindow()
        qtbot.addWidget(self.image)
        self.line = QLineEdit()
        self.image.setCentralWidget(self.line)
        self.bar = QToolBar()
        self.image.addToolBar(self.bar)
        self.table = Actions(self.image)
        self.menus = self.table.fill_menu_bar(self.image.menuBar())
        self.table.fill_tool_bar(self.bar)
        self.done: list[str] = []
        self.table.connect_handlers(self.handlers(), self.switches())
        self.image.show()
        self.image.activateWindow()
        qtbot.waitUntil(self.image.isActiveWindow)

    def handlers(self) -> dict[str, Callable[[], object]]:
        return {spec.id: partial(self.done.append, spec.id) for spec in ACTIONS if not spec.checkable}

    def switches(self) -> dict[str, Callable[[bool], object]]:
        return {spec.id: partial(self.note_switch, spec.id) for spec in ACTIONS if spec.checkable}

    def note_switch(self, name: str, checked: object) -> None:
        self.done.append(f"{name} {checked}")


@pytest.fixture
def window(qtbot: QtBot) -> Window:
    return Window(qtbot)


@pytest.mark.parametrize(("spec", "keys"), KEYS, ids=[keys for _, keys in KEYS])
def test_every_shortcut_triggers_its_action(window: Window, spec: ActionSpec, keys: str) -> None:
    window.image.setFocus()
    QTest.keySequence(window.image, QKeySequence(keys))
    assert window.done == [f"{spec.id} True" if spec.checkable else spec.id]


def test_a_disabled_action_has_no_shortcut(window: Window) -> None:
    window.table.set_met(set(Need) - {Need.ANY_STEP}, STAGES)
    QTest.keySequence(window.image, QKeySequence("F5"))
    assert window.done == []


@pytest.mark.parametrize("need", [need for need in Need if need not in (Need.NOTHING, Need.STAGE)])
def test_an_action_is_enabled_exactly_while_its_need_is_met(window: Window, need: Need) -> None:
    window.table.set_met({need}, ["photom"])
    enabled = {spec.id for spec in ACTIONS if window.table[spec.id].isEnabled()}
    assert enabled == {spec.id for spec in ACTIONS if spec.needs in (Need.NOTHING, need) or spec.stage == "photom"}
    window.table.set_met((), ())
    enabled = {spec.id for spec in ACTIONS if window.table[spec.id].isEnabled()}
    assert enabled == {spec.id for spec in ACTIONS if spec.needs is Need.NOTHING}


def test_keys_of_one_letter_are_typed_where_text_is_written(window: Window) -> None:
    single = [keys for _, keys in KEYS if len(keys) == 1]
    assert len(single) > 10
    text = "".join(single) + "".join(single).lower()
    window.line.setFocus()
    QTest.keyClicks(window.line, text)
    assert window.line.text() == text
    assert window.done == []
    QTest.keyClick(window.line, Qt.Key.Key_Home)
    QTest.keyClick(window.line, Qt.Key.Key_Delete)
    assert window.line.text() == text[1:]
    assert window.done == []


def test_function_keys_work_where_text_is_written(window: Window) -> None:
    window.line.setFocus()
    QTest.keySequence(window.line, QKeySequence("F5"))
    assert window.done == ["run_all"]


def test_tool_tips_teach_the_shortcut(window: Window) -> None:
    native = QKeySequence.SequenceFormat.NativeText
    for spec in ACTIONS:
        tip = window.table[spec.id].toolTip()
        assert tip.startswith(spec.tip)
        if spec.shortcuts:
            assert f"({QKeySequence(spec.shortcuts[0]).toString(native)})" in tip


def test_every_action_is_in_its_menu_in_the_order_of_the_table(window: Window) -> None:
    assert [action.text() for action in window.image.menuBar().actions()] == list(MENUS)
    for name, menu in window.menus.items():
        named = [action.objectName() for action in menu.actions() if not action.isSeparator()]
        assert named == [spec.id for spec in ACTIONS if spec.menu == name]
        groups = {spec.group for spec in ACTIONS if spec.menu == name}
        assert sum(action.isSeparator() for action in menu.actions()) == len(groups) - 1


def test_icons_are_drawn(window: Window) -> None:
    for spec in ACTIONS:
        icon = window.table[spec.id].icon()
        assert icon.isNull() == (not spec.icon), spec.id
        for mode in (QIcon.Mode.Normal, QIcon.Mode.Disabled) if spec.icon else ():
            image = icon.pixmap(32, mode).toImage()
            inked = sum(
                image.pixelColor(x, y).alpha() > 100 for x in range(image.width()) for y in range(image.height())
            )
            assert inked > 30, spec.id


def test_a_click_in_the_tool_bar_triggers(window: Window) -> None:
    button = window.bar.widgetForAction(window.table["run_all"])
    assert isinstance(button, QToolButton)
    assert button.text() == "Run all"
    QTest.mouseClick(button, Qt.MouseButton.LeftButton)
    assert window.done == ["run_all"]


def test_a_handler_too_many_or_too_few_is_refused(window: Window) -> None:
    handlers, switches = window.handlers(), window.switches()
    handlers["fly"] = handlers.pop("open")
    with pytest.raises(ValueError, match="fly, open"):
        window.table.connect_handlers(handlers, switches)
    with pytest.raises(ValueError, match="review"):
        window.table.connect_handlers(window.handlers(), {"lock": print})


@pytest.fixture
def _guide(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Have a guide that no browser opens."""
    monkeypatch.setattr(window_dialogs, "guide_page", lambda: tmp_path / "index.html")
    monkeypatch.setattr(window_dialogs, "open_guide", lambda _: None)


@pytest.mark.usefixtures("_guide")
def test_in_the_real_window_every_enabled_action_acts_by_its_shortcut(driver: WindowDriver) -> None:
    driver.open(*driver.write(2))
    with driver.qtbot.waitSignal(driver.window.services.control.ended):
        driver.press("Ctrl+R")
    driver.press("5")
    triggered: list[str] = []
    for spec in ACTIONS:
        driver.action(spec.id).triggered.connect(partial(triggered.append, spec.id))
    tried = {"quit"}
    for spec in ACTIONS:
        # A result is removed, and saved in place, in tests of their own.
        for keys in spec.shortcuts if spec.id not in ("quit", "remove", "save") else ():
            driver.window.setFocus()
            driver.press("5")
            # An export opens its dialog when everything over the image is drawn.
            driver.rest()
            if driver.action(spec.id).isEnabled():
                triggered.clear()
                driver.press(keys)
                assert triggered == [spec.id], keys
                if spec.id == "export":
                    driver.wait(lambda: QApplication.activeModalWidget() is not None)
                tried.add(spec.id)
                close_dialogs(driver)
                driver.wait(lambda: not driver.window.services.control.is_busy)
    never = {spec.id for spec in ACTIONS if spec.shortcuts} - tried
    assert never == {"remove", "save", "stop", "accept", "reject", "stage_2", "next_step", "run_to_here"}


def close_dialogs(driver: WindowDriver) -> None:
    for dialog in driver.window.findChildren(QDialog):
        dialog.close()
    driver.wait(lambda: QApplication.activeModalWidget() is None)
    driver.window.activateWindow()
    driver.wait(lambda: QGuiApplication.focusWindow() is driver.window.windowHandle())
