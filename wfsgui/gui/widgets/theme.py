"""Theme: colours of the window, light and dark."""

from __future__ import annotations

import logging
from html import escape
from typing import Final

from PySide6.QtCore import Qt
from PySide6.QtGui import QColor, QFont, QGuiApplication, QPalette
from PySide6.QtWidgets import QWidget

__all__ = [
    "BLUE",
    "GREEN",
    "GREY",
    "NAN_COLOUR",
    "ORANGE",
    "RED",
    "SCHEMES",
    "alarm_style",
    "apply_scheme",
    "heading_font",
    "is_dark",
    "level_colour",
    "mute",
    "muted_colour",
    "plain_tip",
    "text_colour",
]

SCHEMES: Final = {
    "system": Qt.ColorScheme.Unknown,
    "light": Qt.ColorScheme.Light,
    "dark": Qt.ColorScheme.Dark,
}
"""Values of the theme setting; `system` follows the desktop."""

NAN_COLOUR: Final = "#1010ff"
"""Colour of NaN pixels: at least 40 (CIE 1976) from every colour of every colour map; 20 is clearly visible."""

# Palette of Okabe and Ito for colour-blind readers: on light and on dark backgrounds.
GREY: Final = ("#6b6b6b", "#a0a0a0")
BLUE: Final = ("#0072b2", "#56b4e9")
GREEN: Final = ("#00785a", "#2bc79b")
ORANGE: Final = ("#b45309", "#f0a830")
RED: Final = ("#b3261e", "#ff8a73")

# Window, base and link.
_LIGHT: Final = ("#efefef", "#ffffff", "#0057ae")
_DARK: Final = ("#2b2d30", "#1e1f22", "#6cb6ff")
_DISABLED: Final = ("#8c8c8c", "#85888c")
_HIGHLIGHT: Final = "#2f7fc1"


def apply_scheme(name: str) -> None:
    """Apply a theme to the application.

    Parameters
    ----------
    name : str
        One of `SCHEMES`.
    """
    wanted = SCHEMES[name]
    hints = QGuiApplication.styleHints()
    hints.setColorScheme(wanted)
    # Some desktops do not let a program choose: then its palette is set.
    follows = wanted is Qt.ColorScheme.Unknown or hints.colorScheme() is wanted
    QGuiApplication.setPalette(QPalette() if follows else _palette(wanted))


def _palette(scheme: Qt.ColorScheme) -> QPalette:
    window, base, link = _DARK if scheme is Qt.ColorScheme.Dark else _LIGHT
    palette = QPalette(QColor(window))
    palette.setColor(QPalette.ColorRole.Base, QColor(base))
    palette.setColor(QPalette.ColorRole.AlternateBase, QColor(window))
    palette.setColor(QPalette.ColorRole.Highlight, QColor(_HIGHLIGHT))
    palette.setColor(QPalette.ColorRole.HighlightedText, QColor("white"))
    palette.setColor(QPalette.ColorRole.Link, QColor(link))
    palette.setColor(QPalette.ColorRole.PlaceholderText, QColor(GREY[scheme is Qt.ColorScheme.Dark]))
    for role in (QPalette.ColorRole.WindowText, QPalette.ColorRole.Text, QPalette.ColorRole.ButtonText):
        palette.setColor(QPalette.ColorGroup.Disabled, role, QColor(_DISABLED[scheme is Qt.ColorScheme.Dark]))
    return palette


def is_dark() -> bool:
    """Whether text is lighter than its background."""
    palette = QGuiApplication.palette()
    text, window = palette.color(QPalette.ColorRole.WindowText), palette.color(QPalette.ColorRole.Window)
    return text.lightness() > window.lightness()


def text_colour() -> QColor:
    """Return the colour of ordinary text."""
    return QGuiApplication.palette().color(QPalette.ColorRole.WindowText)


def muted_colour() -> QColor:
    """Return the colour of secondary text."""
    return QColor(GREY[is_dark()])


def level_colour(level: int) -> QColor:
    """Return the colour of a message of this level, as in `logging`."""
    if level >= logging.ERROR:
        return QColor(RED[is_dark()])
    return QColor(ORANGE[is_dark()] if level >= logging.WARNING else BLUE[is_dark()])


def mute(label: QWidget) -> None:
    """Give a label the colour of secondary text, which follows the theme."""
    label.setForegroundRole(QPalette.ColorRole.PlaceholderText)


def alarm_style() -> str:
    """Return the style sheet of error text."""
    return f"color: {level_colour(logging.ERROR).name()}"


def heading_font() -> QFont:
    """Return the font of headings within a page."""
    font = QGuiApplication.font()
    font.setBold(True)
    return font


def plain_tip(text: str) -> str:
    """Return a text as a tool tip without markup, because names may contain any character."""
    lines = "<br>".join(escape(line) for line in text.splitlines())
    return f"<qt>{lines}</qt>" if text else ""
