"""Name of an image in a corner of its canvas."""

from __future__ import annotations

from enum import Enum
from typing import Final

from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtWidgets import QLabel, QWidget
from typing_extensions import override

__all__ = ["Corner", "CornerCaption"]

_MARGIN: Final = 6
# Width that a caption leaves free: the compass is in the upper right corner.
_COMPASS_WIDTH: Final = 90
# Legible on light and on dark images.
_PADDING: Final = 6
_STYLE: Final = f"background: rgba(20, 20, 20, 200); color: white; padding: 2px {_PADDING}px; border-radius: 3px;"


class Corner(Enum):
    """Corner of a widget."""

    UPPER_LEFT = "caption"
    LOWER_RIGHT = "caption_right"


class CornerCaption(QLabel):
    """Label in a corner of a widget.

    Parameters
    ----------
    owner : QWidget
        The widget.
    corner : Corner, optional
        The corner.
    has_compass : bool, optional
        Whether another corner of the widget has the compass, which the caption leaves free.
    """

    def __init__(self, owner: QWidget, corner: Corner = Corner.UPPER_LEFT, *, has_compass: bool = True) -> None:
        super().__init__(owner)
        self._owner, self._corner = owner, corner
        self._reserved = _COMPASS_WIDTH if has_compass else 0
        self.setObjectName(corner.value)
        self._full = ""
        self._is_alone = False
        self.setTextFormat(Qt.TextFormat.PlainText)
        self.setStyleSheet(_STYLE)
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        owner.installEventFilter(self)
        self.hide()

    def set_text(self, text: str, *, is_alone: bool = False) -> None:
        """Show a text.

        Parameters
        ----------
        text : str
            The text; the label is hidden where it is empty.
        is_alone : bool, optional
            Whether the label may be wider than half of the widget, as there is no other one.
        """
        self._full, self._is_alone = text, is_alone
        self.setVisible(bool(text))
        self._place()

    def _place(self) -> None:
        width = self._owner.width()
        room = (width - self._reserved if self._is_alone else width // 2) - 4 * _MARGIN
        letters = max(room - 2 * _PADDING, 0)
        is_long = self.fontMetrics().horizontalAdvance(self._full) > letters
        # A long sentence is shown in full, on several lines; two names share the width.
        self.setWordWrap(self._is_alone and is_long)
        self.setMaximumWidth(max(room, 0))
        elided = self.fontMetrics().elidedText(self._full, Qt.TextElideMode.ElideMiddle, letters)
        self.setText(self._full if self._is_alone else elided)
        self.adjustSize()
        if self._corner is Corner.UPPER_LEFT:
            self.move(_MARGIN, _MARGIN)
        else:
            self.move(self._owner.width() - self.width() - _MARGIN, self._owner.height() - self.height() - _MARGIN)
        self.raise_()

    @override
    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Stay in the corner when the widget changes its size."""
        if event.type() is QEvent.Type.Resize:
            self._place()
        return super().eventFilter(watched, event)
