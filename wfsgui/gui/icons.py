"""Icons: SVG drawings in one colour, tinted for the theme."""

from __future__ import annotations

from functools import lru_cache
from importlib.resources import files
from typing import Final
from weakref import WeakKeyDictionary

from PySide6.QtCore import QByteArray, QRectF, Qt
from PySide6.QtGui import QAction, QColor, QIcon, QPainter, QPixmap
from PySide6.QtSvg import QSvgRenderer
from PySide6.QtWidgets import QAbstractButton
from shiboken6 import isValid

from wfsgui.gui.theme import muted_colour, text_colour

__all__ = ["application_icon", "icon", "pixmap", "put_icon", "retint"]

_SIZES: Final = (16, 24, 32, 48, 64)
# What the drawings use for the colour to be replaced.
_INK: Final = "currentColor"
_KEPT: Final = 1024


_placed: WeakKeyDictionary[QAction | QAbstractButton, str] = WeakKeyDictionary()


def put_icon(target: QAction | QAbstractButton, name: str) -> None:
    """Give an action or a button an icon that stays legible when the theme changes.

    Parameters
    ----------
    target : QAction or QAbstractButton
        What gets the icon.
    name : str
        Base name of a drawing in ``resources/icons``.
    """
    _placed[target] = name
    target.setIcon(icon(name))


def retint() -> None:
    """Draw every placed icon anew; to be called when the palette has changed."""
    for target, name in list(_placed.items()):
        # Qt may have deleted a button whose Python part is still alive.
        if isValid(target):
            target.setIcon(icon(name))


def icon(name: str) -> QIcon:
    """Draw an icon in the present text colour, and muted where it is disabled.

    Parameters
    ----------
    name : str
        Base name of a drawing in ``resources/icons``.

    Returns
    -------
    QIcon
        In all the usual sizes.
    """
    made = QIcon()
    for size in _SIZES:
        made.addPixmap(pixmap(name, size, text_colour()), QIcon.Mode.Normal)
        made.addPixmap(pixmap(name, size, muted_colour()), QIcon.Mode.Disabled)
    return made


def pixmap(name: str, size: int, colour: QColor) -> QPixmap:
    """Draw an icon in one colour.

    Parameters
    ----------
    name : str
        Base name of a drawing in ``resources/icons``.
    size : int
        Width and height, pixels of the device.
    colour : QColor
        The colour.

    Returns
    -------
    QPixmap
        Transparent but for the drawing.
    """
    return _drawn(name, size, colour.name())


@lru_cache(maxsize=_KEPT)
def _drawn(name: str, size: int, colour: str) -> QPixmap:
    """Draw an icon once: that takes longer than all else that a button paints."""
    renderer = QSvgRenderer(QByteArray(_drawing(name).replace(_INK, colour).encode()))
    made = QPixmap(size, size)
    made.fill(Qt.GlobalColor.transparent)
    painter = QPainter(made)
    renderer.render(painter, QRectF(0, 0, size, size))
    painter.end()
    return made


@lru_cache(maxsize=_KEPT)
def _drawing(name: str) -> str:
    return (files("wfsgui.resources") / "icons" / f"{name}.svg").read_text(encoding="utf-8")


def application_icon() -> QIcon:
    """Draw the program's own icon, in its own colours."""
    made = QIcon()
    for size in (*_SIZES, 128, 256):
        made.addPixmap(pixmap("wfsgui", size, text_colour()))
    return made
