"""The empty window invites, at any size and in both themes."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QFrame, QLabel, QPushButton, QToolButton
from pytestqt.qtbot import QtBot

from tests.gui.window_driver import find
from wfsgui.gui.help.welcome_page import WelcomePage
from wfsgui.gui.widgets.theme import apply_scheme, is_dark, muted_colour


@pytest.fixture
def page(qtbot: QtBot) -> WelcomePage:
    made = WelcomePage()
    qtbot.addWidget(made)
    made.resize(900, 700)
    made.show()
    return made


def push_button(page: WelcomePage, name: str) -> QPushButton:
    return find(page, QPushButton, name)


def area(page: WelcomePage) -> QFrame:
    return find(page, QFrame, "drop_area")


def links(page: WelcomePage) -> list[QToolButton]:
    return page.findChildren(QToolButton, "recent_file")


def test_buttons_of_the_welcome_page_emit_their_signals(page: WelcomePage, qtbot: QtBot) -> None:
    with qtbot.waitSignal(page.open_clicked):
        QTest.mouseClick(push_button(page, "welcome_open"), Qt.MouseButton.LeftButton)
    with qtbot.waitSignal(page.demonstration_clicked):
        QTest.mouseClick(push_button(page, "welcome_demonstration"), Qt.MouseButton.LeftButton)


def test_recent_files_are_links_with_their_whole_path(page: WelcomePage, qtbot: QtBot) -> None:
    paths = [Path("/data") / ("very_long_name" * 12) / f"{number}_rate.fits" for number in range(8)]
    page.show_recent(paths)
    found = links(page)
    assert [link.toolTip() for link in found] == [str(path) for path in paths[:6]]
    assert all("…" in link.text() and link.text().endswith("rate.fits") for link in found)
    qtbot.waitUntil(found[2].isVisible)
    with qtbot.waitSignal(page.recent_clicked) as clicked:
        QTest.mouseClick(found[2], Qt.MouseButton.LeftButton)
    assert clicked.args == [paths[2]]


def test_the_list_is_replaced_and_its_heading_goes_with_it(page: WelcomePage, qtbot: QtBot) -> None:
    heading = next(label for label in page.findChildren(QLabel) if label.text() == "Recent")
    page.show_recent([Path("/data/a"), Path("/data/b")])
    assert heading.isVisible()
    page.show_recent([Path("/data/c")])
    qtbot.waitUntil(lambda: [link.toolTip() for link in links(page)] == ["/data/c"])
    page.show_recent([])
    qtbot.waitUntil(lambda: links(page) == [])
    assert not heading.isVisible()


def test_status_of_the_pipeline_is_shown(page: WelcomePage) -> None:
    status = find(page, QLabel, "welcome_status")
    assert status.text() == "Loading the pipeline..."
    page.set_status("Ready: jwst 9.9.9")
    assert status.text() == "Ready: jwst 9.9.9"


def test_a_drag_is_shown_by_more_than_a_colour(page: WelcomePage) -> None:
    quiet = area(page).styleSheet()
    page.set_drag_active(active=True)
    assert "3px" in area(page).styleSheet()
    page.set_drag_active(active=False)
    assert area(page).styleSheet() == quiet


@pytest.mark.parametrize("size", [(600, 480), (1280, 800), (1920, 1080)])
def test_everything_fits(page: WelcomePage, qtbot: QtBot, size: tuple[int, int]) -> None:
    page.show_recent([Path("/data") / ("long" * 40) / f"{number}_rate.fits" for number in range(6)])
    page.resize(*size)
    qtbot.waitUntil(lambda: all(link.isVisible() for link in links(page)))
    assert page.size().toTuple() == size
    buttons = [push_button(page, name) for name in ("welcome_open", "welcome_demonstration")]
    for widget in (area(page), *buttons, *links(page)):
        place = widget.rect().translated(widget.mapTo(page, widget.rect().topLeft()))
        assert page.rect().contains(place), widget.objectName()


@pytest.mark.usefixtures("schemes")
def test_welcome_page_follows_the_theme(page: WelcomePage, qtbot: QtBot) -> None:
    apply_scheme("light")
    qtbot.waitUntil(lambda: not is_dark() and muted_colour().name() in area(page).styleSheet())
    light = muted_colour().name()
    apply_scheme("dark")
    qtbot.waitUntil(is_dark)
    qtbot.waitUntil(lambda: muted_colour().name() in area(page).styleSheet())
    assert muted_colour().name() != light
