"""Banner: a strip across the window with a coloured bar."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPalette
from PySide6.QtWidgets import QFrame
from typing_extensions import override

__all__ = ["Banner"]

_BAR: Final = 4


class Banner(QFrame):
    """A strip with a coloured bar at its left side.

    Parameters
    ----------
    colour : callable
        ``colour() -> QColor``: colour of the bar. Called at each painting, because the theme may change.
    """

    def __init__(self, colour: Callable[[], QColor]) -> None:
        super().__init__()
        self.bar_colour = colour
        # No style sheet: it would keep the colours of an earlier theme.
        self.setAutoFillBackground(True)
        self.setBackgroundRole(QPalette.ColorRole.Base)

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint the bar."""
        super().paintEvent(event)
        with QPainter(self) as painter:
            painter.fillRect(0, 0, _BAR, self.height(), self.bar_colour())
