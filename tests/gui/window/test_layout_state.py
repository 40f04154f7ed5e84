"""The next session finds the window as this one left it."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QDockWidget, QMainWindow, QTabBar

from tests.gui.window_driver import WindowDriver, find, hidden, ini
from wfsgui.gui.window.main_window import MainWindow


def next_session(driver: WindowDriver) -> MainWindow:
    """Close the window, and open another one on the same file."""
    driver.window.close()
    assert not driver.window.isVisible()
    driver.window = driver.another_window(ini(driver.folder / "wfsgui.ini"))
    return driver.window


def dock(window: QMainWindow, name: str) -> QDockWidget:
    return find(window, QDockWidget, f"{name}_dock")


def test_size_is_kept(driver: WindowDriver) -> None:
    driver.window.resize(701, 603)
    assert next_session(driver).size().toTuple() == (701, 603)


def test_panels_come_back_where_they_were(driver: WindowDriver) -> None:
    driver.open(*driver.write(1))
    driver.window.addDockWidget(Qt.DockWidgetArea.BottomDockWidgetArea, dock(driver.window, "log"))
    dock(driver.window, "header").close()
    deferred = next_session(driver)
    assert not dock(deferred, "step").isVisible()
    driver.open(*driver.write(1))
    assert deferred.dockWidgetArea(dock(deferred, "log")) is Qt.DockWidgetArea.BottomDockWidgetArea
    assert not dock(deferred, "header").isVisible()
    assert dock(deferred, "step").isVisibleTo(deferred)


def test_the_first_layout_has_room_for_every_panel_title(driver: WindowDriver) -> None:
    driver.window.resize(1440, 900)
    driver.open(*driver.write(1))

    def widths() -> list[tuple[int, int]]:
        bars = driver.window.findChildren(QTabBar, options=Qt.FindChildOption.FindDirectChildrenOnly)
        return [(bar.width(), bar.sizeHint().width()) for bar in bars if bar.isVisible() and bar.count() > 1]

    driver.qtbot.waitUntil(lambda: bool(widths()) and all(own >= whole for own, whole in widths()))


def tabs(driver: WindowDriver) -> list[QTabBar]:
    bars = driver.window.findChildren(QTabBar, options=Qt.FindChildOption.FindDirectChildrenOnly)
    return [bar for bar in bars if bar.isVisible() and bar.count() > 1]


def widths(driver: WindowDriver) -> tuple[int, int]:
    """Return the widths of the list and of the panels on the right, in letters."""
    letter = driver.window.fontMetrics().averageCharWidth()
    return dock(driver.window, "exposures").width() // letter, dock(driver.window, "verdict").width() // letter


@pytest.mark.parametrize("size", [(1000, 650), (1250, 700), (1440, 900), (1600, 1000)])
@pytest.mark.parametrize("is_open_first", [False, True])
def test_first_layout_does_not_depend_on_when_the_window_is_shown(
    driver: WindowDriver, size: tuple[int, int], *, is_open_first: bool
) -> None:
    driver.window.resize(*size)
    if is_open_first:
        driver.window.hide()
        driver.open(*driver.write(3))
        driver.window.services.deferred.finish()
        QApplication.processEvents()
        driver.window.show()
    else:
        driver.open(*driver.write(3))
    driver.rest()
    wanted = (28, 40) if size[0] < 1200 else (40, 52) if size[0] < 1440 else (54, 60)
    driver.wait(lambda: all(own >= least for own, least in zip(widths(driver), wanted, strict=True)))
    driver.wait(lambda: len(tabs(driver)) == 1)
    (bar,) = tabs(driver)
    assert bar.elideMode() is Qt.TextElideMode.ElideNone
    assert bar.width() >= bar.sizeHint().width() or bar.usesScrollButtons()


def test_columns_follow_the_size_of_the_window_until_a_separator_is_dragged(driver: WindowDriver) -> None:
    driver.window.resize(1100, 700)
    driver.open(*driver.write(1))
    driver.rest()
    narrow = widths(driver)
    driver.window.resize(1600, 900)
    driver.wait(lambda: widths(driver) > narrow)
    wide = widths(driver)
    edge = dock(driver.window, "exposures").geometry().right() + 2
    separator = QPoint(edge, driver.window.height() // 2)
    left, none = Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
    QTest.mousePress(driver.window, left, none, separator)
    QTest.mouseMove(driver.window, separator - QPoint(60, 0))
    QApplication.processEvents()
    QTest.mouseRelease(driver.window, left, none, separator - QPoint(60, 0))
    driver.wait(lambda: widths(driver) < wide)
    chosen = widths(driver)
    driver.window.resize(1590, 900)
    driver.rest()
    QApplication.processEvents()
    assert widths(driver) == chosen


def test_a_session_without_exposures_forgets_no_panels(driver: WindowDriver) -> None:
    driver.open(*driver.write(1))
    dock(driver.window, "header").close()
    next_session(driver)
    deferred = next_session(driver)
    driver.open(*driver.write(1))
    assert not dock(deferred, "header").isVisible()
    assert dock(deferred, "step").isVisibleTo(deferred)


def test_the_list_can_be_emptied_and_filled_without_moving_panels(driver: WindowDriver) -> None:
    driver.open(*driver.write(1))
    dock(driver.window, "header").close()
    driver.press("Del")
    assert driver.exposures == []
    driver.open(*driver.write(1))
    assert not dock(driver.window, "header").isVisible()


@pytest.mark.qt_log_ignore("This plugin does not support")
def test_reset_puts_every_panel_back_for_good(driver: WindowDriver) -> None:
    driver.open(*driver.write(1))
    dock(driver.window, "exposures").close()
    dock(driver.window, "log").setFloating(True)
    driver.action("reset_layout").trigger()
    assert dock(driver.window, "exposures").isVisible()
    assert not dock(driver.window, "log").isFloating()
    deferred = next_session(driver)
    driver.open(*driver.write(1))
    assert deferred.dockWidgetArea(dock(deferred, "exposures")) is Qt.DockWidgetArea.LeftDockWidgetArea
    assert hidden(deferred) == {"pixels_dock"}


def test_how_images_are_shown_is_kept(driver: WindowDriver) -> None:
    image = driver.window.workspace.image
    image.display.set_locked(locked=False)
    kept = image.display.state()
    deferred = next_session(driver)
    assert deferred.workspace.image.display.state() == kept
    assert not deferred.table["lock"].isChecked()


def test_nonsense_in_the_file_gives_the_first_layout(driver: WindowDriver) -> None:
    driver.window.close()
    settings = ini(driver.folder / "wfsgui.ini")
    for name in ("window_geometry", "window_panels", "image_view"):
        settings.save_state(name, "nonsense")
    driver.window = driver.another_window(settings)
    driver.open(*driver.write(1))
    assert {panel.objectName() for panel in driver.window.docks.all if not panel.isVisibleTo(driver.window)} == {
        "pixels_dock"
    }
    assert driver.window.width() > 600
