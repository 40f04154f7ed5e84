"""What an image is called, in a corner of it."""

from __future__ import annotations

from typing import Final

from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtWidgets import QLabel, QWidget
from typing_extensions import override

__all__ = ["CornerCaption"]

_MARGIN: Final = 6
# Legible on whatever the image shows, light or dark.
_STYLE: Final = "background: rgba(20, 20, 20, 200); color: white; padding: 2px 6px; border-radius: 3px;"


class CornerCaption(QLabel):
    """A label in an upper corner of a widget.

    Parameters
    ----------
    owner : QWidget
        What it lies on.
    right : bool, optional
        Whether it is in the right corner.
    """

    def __init__(self, owner: QWidget, *, right: bool = False) -> None:
        super().__init__(owner)
        self._owner = owner
        self.setObjectName("caption_right" if right else "caption")
        self._right = right
        self._full = ""
        self._is_alone = False
        self.setTextFormat(Qt.TextFormat.PlainText)
        self.setStyleSheet(_STYLE)
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        owner.installEventFilter(self)
        self.hide()

    def set_text(self, text: str, *, is_alone: bool = False) -> None:
        """Say something, or with an empty text nothing; a caption that is alone has the whole width."""
        self._full, self._is_alone = text, is_alone
        self.setVisible(bool(text))
        self._place()

    def _place(self) -> None:
        room = self._owner.width() // (1 if self._is_alone else 2) - 4 * _MARGIN
        self.setText(self.fontMetrics().elidedText(self._full, Qt.TextElideMode.ElideMiddle, max(room, 0)))
        self.adjustSize()
        left = self._owner.width() - self.width() - _MARGIN if self._right else _MARGIN
        self.move(left, _MARGIN)
        self.raise_()

    @override
    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Stay in the corner."""
        if event.type() is QEvent.Type.Resize:
            self._place()
        return super().eventFilter(watched, event)
