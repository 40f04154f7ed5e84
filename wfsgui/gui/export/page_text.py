"""Text on the page of an exported view: dark on white, broken into lines."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from PySide6.QtGui import QColor, QFont, QFontMetricsF, QGuiApplication, QTextLayout, QTextOption

__all__ = ["INK", "line_height", "page_font", "wrapped"]

INK: Final = QColor("#1a1a1a")
"""Colour of text on the white page."""

_SIZE: Final = 12


def page_font() -> QFont:
    """Return the font of the page; its size is in units of the page, at any resolution."""
    font = QFont(QGuiApplication.font())
    font.setPixelSize(_SIZE)
    # Letters have the same positions at every resolution.
    font.setHintingPreference(QFont.HintingPreference.PreferNoHinting)
    return font


def wrapped(paragraphs: Sequence[str], width: float) -> list[str]:
    """Break paragraphs into lines, between words if possible.

    Parameters
    ----------
    paragraphs : sequence of str
        Plain text.
    width : float
        Greatest length of a line, units of the page.

    Returns
    -------
    list of str
        At least one line for each paragraph.
    """
    return [line for paragraph in paragraphs for line in _lines(paragraph, width)]


def line_height() -> float:
    """Return the distance between two baselines, units of the page."""
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
