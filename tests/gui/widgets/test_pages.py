"""Tests of the pages in the middle of the window."""

from __future__ import annotations

import pytest
from PySide6.QtWidgets import QLabel, QTabBar
from pytestqt.qtbot import QtBot

from wfsgui.gui.widgets.pages import Pages


@pytest.fixture
def pages(qtbot: QtBot) -> Pages:
    """Two pages, the first of which is visible."""
    pages = Pages()
    qtbot.addWidget(pages)
    pages.add_page("image", "Image", QLabel("an image"))
    pages.add_page("pair", "Pair", QLabel("a pair"))
    pages.show()
    return pages


def visible_text(pages: Pages) -> list[str]:
    """Return the texts of the visible pages."""
    return [label.text() for label in pages.findChildren(QLabel) if label.isVisible()]


def test_first_page_is_visible(pages: Pages) -> None:
    assert pages.current == "image"
    assert visible_text(pages) == ["an image"]


def test_show_page_shows_one_page_and_tells_its_name(pages: Pages, qtbot: QtBot) -> None:
    with qtbot.waitSignal(pages.shown) as signal:
        pages.show_page("pair")
    assert signal.args == ["pair"]
    assert pages.current == "pair"
    assert visible_text(pages) == ["a pair"]


def test_unknown_page_raises(pages: Pages) -> None:
    with pytest.raises(ValueError, match="trend"):
        pages.show_page("trend")


def test_tabs_are_hidden_with_a_single_page(qtbot: QtBot) -> None:
    pages = Pages()
    qtbot.addWidget(pages)
    pages.add_page("image", "Image", QLabel("an image"))
    pages.show()
    assert [bar.isVisible() for bar in pages.findChildren(QTabBar)] == [False]
