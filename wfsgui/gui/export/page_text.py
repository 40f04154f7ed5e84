"""Text on the page of an exported view: always dark on white, and broken into lines that fit."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from PySide6.QtGui import QColor, QFont, QFontMetricsF, QGuiApplication, QTextLayout, QTextOption

__all__ = ["INK", "line_height", "page_font", "wrapped"]

INK: Final = QColor("#1a1a1a")
"""Colour of text on the white page."""

_SIZE: Final = 12


def page_font() -> QFont:
    """Return the font of the page; its size is in units of the page, whatever the resolution."""
    font = QFont(QGuiApplication.font())
    font.setPixelSize(_SIZE)
    # Letters keep their places from one resolution to another.
    font.setHintingPreference(QFont.HintingPreference.PreferNoHinting)
    return font


def wrapped(paragraphs: Sequence[str], width: float) -> list[str]:
    """Break paragraphs into lines, between words if may be; a longer word is broken.

    Parameters
    ----------
    paragraphs : sequence of str
        Plain text.
    width : float
        Greatest length of a line.

    Returns
    -------
    list of str
        At least one line for each paragraph.
    """
    return [line for paragraph in paragraphs for line in _lines(paragraph, width)]


def line_height() -> float:
    """Return the distance from line to line."""
    return QFontMetricsF(page_font()).lineSpacing()


def _lines(paragraph: str, width: float) -> list[str]:
    layout = QTextLayout(paragraph, page_font())
    option = QTextOption()
    option.setWrapMode(QTextOption.WrapMode.WrapAtWordBoundaryOrAnywhere)
    layout.setTextOption(option)
    layout.beginLayout()
    found = []
    while (line := layout.createLine()).isValid():
        line.setLineWidth(width)
        found.append(paragraph[line.textStart() : line.textStart() + line.textLength()].rstrip())
    layout.endLayout()
    return found or [""]
