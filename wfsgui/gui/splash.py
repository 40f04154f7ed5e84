"""What is on screen while the window is being imported."""

from __future__ import annotations

import time
from importlib.resources import files
from typing import Final

from PySide6.QtCore import QByteArray, QRectF, QSize, Qt
from PySide6.QtGui import QFont, QGuiApplication, QPainter, QPaintEvent, QPalette
from PySide6.QtSvg import QSvgRenderer
from PySide6.QtWidgets import QWidget
from typing_extensions import override

from wfsgui import __version__

__all__ = ["Splash"]

_SIZE: Final = QSize(360, 140)
_ICON: Final = QRectF(28, 30, 80, 80)
_LEFT: Final = 132
# How long it may take to come on screen before it is no longer waited for, seconds.
_PATIENCE: Final = 0.3


class Splash(QWidget):
    """The program's name, version and icon, without a frame, in the colours of the desktop."""

    def __init__(self) -> None:
        super().__init__(None, Qt.WindowType.SplashScreen | Qt.WindowType.FramelessWindowHint)
        self.setAttribute(Qt.WidgetAttribute.WA_ShowWithoutActivating)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setFixedSize(_SIZE)
        drawing = files("wfsgui.resources").joinpath("icons/wfsgui.svg").read_bytes()
        self._icon = QSvgRenderer(QByteArray(drawing))
        self._is_painted = False
        self._centre()

    def appear(self) -> None:
        """Come on screen before anything else is done."""
        self.show()
        end = time.monotonic() + _PATIENCE
        while not self._is_painted and time.monotonic() < end:
            QGuiApplication.processEvents()
        QGuiApplication.sync()

    def _centre(self) -> None:
        screen = QGuiApplication.primaryScreen()
        if screen is not None:
            self.move(screen.availableGeometry().center() - self.rect().center())

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw icon, name and version."""
        palette = self.palette()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.fillRect(self.rect(), palette.color(QPalette.ColorRole.Base))
        painter.setPen(palette.color(QPalette.ColorRole.Mid))
        painter.drawRect(self.rect().adjusted(0, 0, -1, -1))
        self._icon.render(painter, _ICON)
        self._write(painter, QRectF(_LEFT, 32, 210, 40), "wfsgui", QPalette.ColorRole.Text, 20)
        self._write(painter, QRectF(_LEFT, 72, 210, 20), f"Version {__version__}", QPalette.ColorRole.Text, 10)
        self._write(painter, QRectF(_LEFT, 92, 210, 20), "Opening...", QPalette.ColorRole.PlaceholderText, 10)
        painter.end()
        self._is_painted = True

    def _write(self, painter: QPainter, where: QRectF, text: str, role: QPalette.ColorRole, size: int) -> None:
        font = QFont(self.font())
        font.setPointSize(size)
        painter.setFont(font)
        painter.setPen(self.palette().color(role))
        painter.drawText(where, Qt.AlignmentFlag.AlignVCenter, text)
