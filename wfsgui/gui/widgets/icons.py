"""Icons: SVG drawings in one colour, which follows the theme."""

from __future__ import annotations

from functools import lru_cache
from importlib.resources import files
from typing import Final

from PySide6.QtCore import QByteArray, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QIcon, QIconEngine, QPainter, QPixmap
from PySide6.QtSvg import QSvgRenderer
from typing_extensions import override

from wfsgui.gui.widgets.theme import muted_colour, text_colour

__all__ = ["application_icon", "icon", "pixmap"]

_SIZES: Final = (16, 24, 32, 48, 64)
# Placeholder of the colour in the drawings.
_INK: Final = "currentColor"
_KEPT: Final = 1024


class _Drawing(QIconEngine):
    """Icon engine that draws at each painting, in the current colours and size.

    Parameters
    ----------
    name : str
        Base name of a drawing in ``resources/icons``.
    """

    def __init__(self, name: str) -> None:
        super().__init__()
        self._name = name

    @override
    def clone(self) -> QIconEngine:
        """Return a copy."""
        return _Drawing(self._name)

    @override
    def scaledPixmap(self, size: QSize, mode: QIcon.Mode, state: QIcon.State, scale: float) -> QPixmap:
        """Return a pixmap for a screen scale."""
        return self.pixmap(size * scale, mode, state)

    @override
    def pixmap(self, size: QSize, mode: QIcon.Mode, _state: QIcon.State) -> QPixmap:
        """Return a pixmap in the text colour, muted if disabled."""
        colour = muted_colour() if mode is QIcon.Mode.Disabled else text_colour()
        return pixmap(self._name, min(size.width(), size.height()), colour)

    @override
    def paint(self, painter: QPainter, rect: QRect, mode: QIcon.Mode, state: QIcon.State) -> None:
        """Paint the icon."""
        scale = painter.device().devicePixelRatio()
        painter.drawPixmap(rect, self.scaledPixmap(rect.size(), mode, state, scale))


def icon(name: str) -> QIcon:
    """Return an icon in the text colour, muted if disabled; it follows the theme.

    Parameters
    ----------
    name : str
        Base name of a drawing in ``resources/icons``.

    Returns
    -------
    QIcon
        The icon, sharp in every size.
    """
    return QIcon(_Drawing(name))


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
        The drawing on a transparent background.
    """
    return _drawn(name, size, colour.name())


@lru_cache(maxsize=_KEPT)
def _drawn(name: str, size: int, colour: str) -> QPixmap:
    """Draw an icon once: drawing takes longer than the rest of the painting of a button."""
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
    """Return the icon of the program, in its own colours."""
    made = QIcon()
    for size in (*_SIZES, 128, 256):
        made.addPixmap(pixmap("wfsgui", size, text_colour()))
    return made
