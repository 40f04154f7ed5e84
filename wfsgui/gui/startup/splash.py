"""Splash screen, shown while the window is imported.

This module does not use the namespace `Qt`: creating its hundred enumerations takes as long as everything else up to
the splash screen.
"""

from __future__ import annotations

import time
from importlib.resources import files
from typing import Final

from PySide6.QtCore import QByteArray, QEvent, QRectF, QSize
from PySide6.QtGui import QFont, QGuiApplication, QPainter, QPainterPath, QPaintEvent, QPalette, QPixmap
from PySide6.QtSvg import QSvgRenderer
from PySide6.QtWidgets import QSplashScreen, QWidget
from typing_extensions import override

from wfsgui import __version__

__all__ = ["Splash"]

_SIZE: Final = QSize(360, 140)
_ICON: Final = QRectF(28, 30, 80, 80)
_LEFT: Final = 132
# Base line and size of each line of text, pixels and points.
_NAME: Final = (62, 20)
_VERSION: Final = (87, 10)
_STATE: Final = (107, 10)
# How long to wait until it is painted, seconds.
_PAINT_S: Final = 0.3


class Splash(QSplashScreen):
    """Name, version and icon of the program, without a frame, in the colours of the desktop."""

    def __init__(self) -> None:
        super().__init__(_picture())
        self._is_painted = False

    def appear(self) -> None:
        """Show it, and wait until it is painted."""
        self.show()
        end = time.monotonic() + _PAINT_S
        while not self._is_painted and time.monotonic() < end:
            QGuiApplication.processEvents()
        QGuiApplication.sync()

    @override
    def event(self, event: QEvent) -> bool:
        """Skip what `QSplashScreen` does when it is shown: it waits up to a second."""
        if event.type() is QEvent.Type.Show:
            return QWidget.event(self, event)
        return super().event(event)

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint, and note it for `appear`."""
        super().paintEvent(event)
        self._is_painted = True


def _picture() -> QPixmap:
    """Draw icon, name and version."""
    ratio = QGuiApplication.primaryScreen().devicePixelRatio()
    picture = QPixmap(_SIZE * ratio)
    picture.setDevicePixelRatio(ratio)
    painter = QPainter(picture)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    whole = QRectF(0, 0, _SIZE.width(), _SIZE.height())
    _fill(painter, whole, QPalette.ColorRole.Mid)
    _fill(painter, whole.adjusted(1, 1, -1, -1), QPalette.ColorRole.Base)
    drawing = files("wfsgui.resources").joinpath("icons/wfsgui.svg").read_bytes()
    QSvgRenderer(QByteArray(drawing)).render(painter, _ICON)
    _write(painter, _NAME, "wfsgui", QPalette.ColorRole.Text)
    _write(painter, _VERSION, f"Version {__version__}", QPalette.ColorRole.Text)
    _write(painter, _STATE, "Opening...", QPalette.ColorRole.PlaceholderText)
    painter.end()
    return picture


def _fill(painter: QPainter, where: QRectF, role: QPalette.ColorRole) -> None:
    path = QPainterPath()
    path.addRect(where)
    painter.fillPath(path, QGuiApplication.palette().brush(role))


def _write(painter: QPainter, where: tuple[int, int], text: str, role: QPalette.ColorRole) -> None:
    base, size = where
    font = QFont(QGuiApplication.font())
    font.setPointSize(size)
    # As a path: a pen would use the namespace `Qt`.
    path = QPainterPath()
    path.addText(_LEFT, base, font, text)
    painter.fillPath(path, QGuiApplication.palette().brush(role))
