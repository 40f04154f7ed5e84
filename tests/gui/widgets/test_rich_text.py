"""Rich text: minimum width, and height for a width."""

from __future__ import annotations

import pytest
from PySide6.QtWidgets import QLabel, QScrollArea
from pytestqt.qtbot import QtBot

from wfsgui.gui.widgets.rich_text import RichText

_ROW = "<table><tr><td>parameter</td><td>jwst_nircam_photom_0100.fits</td></tr></table>"
_WORDS = "<p>" + "a few words that can be broken anywhere " * 20 + "</p>"


@pytest.fixture
def page(qtbot: QtBot) -> RichText:
    made = RichText()
    qtbot.addWidget(made)
    return made


@pytest.mark.parametrize("text", ["<p>hello world</p>", _ROW, _WORDS, _ROW + _WORDS])
def test_minimum_width_is_that_of_the_longest_word(page: RichText, text: str) -> None:
    page.show_text(text)
    assert page.minimumSizeHint().width() == QLabel.minimumSizeHint(page).width()


def test_empty_page_has_no_minimum_size(page: RichText) -> None:
    page.show_text("")
    assert page.minimumSizeHint().isEmpty()


def test_size_is_updated_for_a_new_text_or_font(page: RichText) -> None:
    page.show_text("<p>short</p>")
    short = page.minimumSizeHint().width()
    page.show_text(_ROW)
    long = page.minimumSizeHint().width()
    font = page.font()
    font.setPointSizeF(2 * font.pointSizeF())
    page.setFont(font)
    assert short < long < page.minimumSizeHint().width()


@pytest.mark.parametrize("width", [320, 640])
def test_whole_page_can_be_scrolled_to(qtbot: QtBot, width: int) -> None:
    area, page = QScrollArea(), RichText()
    qtbot.addWidget(area)
    area.setWidgetResizable(True)
    area.setWidget(page)
    area.resize(width, 100)
    page.show_text(_ROW + _WORDS)
    with qtbot.waitExposed(area):
        area.show()
    assert page.width() == area.viewport().width()
    assert page.height() >= page.heightForWidth(page.width()) > 100
