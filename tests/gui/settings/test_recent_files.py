"""The files that were opened last, in the settings and on the welcome page."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QToolButton
from pytestqt.qtbot import QtBot

from tests.gui.window_driver import WindowDriver, ini
from wfsgui.gui.settings.recent_files import RecentFiles


@pytest.fixture
def recent(tmp_path: Path) -> RecentFiles:
    return RecentFiles(ini(tmp_path / "wfsgui.ini"))


def paths(*names: str) -> list[Path]:
    return [Path("/data") / name for name in names]


def test_there_is_nothing_at_first(recent: RecentFiles) -> None:
    assert recent.paths() == []


def test_the_latest_comes_first_and_once(recent: RecentFiles, qtbot: QtBot) -> None:
    recent.add(paths("a", "b"))
    with qtbot.waitSignal(recent.changed):
        recent.add(paths("c", "b"))
    assert recent.paths() == paths("c", "b", "a")


def test_ten_are_kept(recent: RecentFiles) -> None:
    for number in range(12):
        recent.add(paths(str(number)))
    assert recent.paths() == paths(*(str(number) for number in range(11, 1, -1)))


def test_one_can_be_forgotten_and_all_of_them(recent: RecentFiles) -> None:
    recent.add(paths("a", "b", "c"))
    recent.remove(Path("/data/b"))
    assert recent.paths() == paths("a", "c")
    recent.clear()
    assert recent.paths() == []


@pytest.mark.parametrize("name", ["a b, c;d=e%20 ü.fits", '"quoted".fits', "back\\slash", "@Variant()", "#1"])
def test_odd_names_survive_a_session(tmp_path: Path, name: str) -> None:
    RecentFiles(ini(tmp_path / "wfsgui.ini")).add(paths(name))
    assert RecentFiles(ini(tmp_path / "wfsgui.ini")).paths() == paths(name)


def test_a_name_of_two_lines_is_not_remembered(recent: RecentFiles) -> None:
    recent.add(paths("two\nlines", "a"))
    assert recent.paths() == paths("a")


def test_relative_paths_are_made_whole(recent: RecentFiles, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    recent.add([Path("a")])
    assert recent.paths() == [tmp_path / "a"]


def entries(driver: WindowDriver) -> list[str]:
    return [action.text() for action in driver.window.dialogs.recent_menu.actions() if not action.isSeparator()]


def links(driver: WindowDriver) -> list[QToolButton]:
    driver.wait(lambda: len(driver.window.welcome.findChildren(QToolButton, "recent_file")) < 7)
    return driver.window.welcome.findChildren(QToolButton, "recent_file")


def test_menu_has_opened_files_and_no_declined_ones(driver: WindowDriver) -> None:
    (rate,) = driver.write(1)
    driver.open(rate, driver.folder / "nothing_rate.fits")
    assert entries(driver) == [str(rate), "Clear the list"]
    driver.window.dialogs.recent_menu.actions()[-1].trigger()
    assert entries(driver) == []
    assert not driver.window.dialogs.recent_menu.isEnabled()


def test_a_click_on_the_welcome_page_opens_it_again(driver: WindowDriver) -> None:
    (rate,) = driver.write(1)
    driver.open(rate)
    driver.press("Del")
    (link,) = links(driver)
    driver.wait(link.isVisible)
    with driver.qtbot.waitSignal(driver.window.services.opener.opened):
        QTest.mouseClick(link, Qt.MouseButton.LeftButton)
    assert [exposure.product.science.path for exposure in driver.exposures] == [rate]


def test_recent_file_that_no_longer_exists_is_reported_and_removed(driver: WindowDriver) -> None:
    (rate,) = driver.write(1)
    driver.open(rate)
    driver.press("Del")
    rate.unlink()
    driver.window.dialogs.recent_menu.actions()[0].trigger()
    assert driver.sentences == [f"{rate} does not exist any more."]
    assert entries(driver) == []
