"""An image, or a sentence that says why there is none."""

from __future__ import annotations

from typing import Final

from PySide6.QtCore import Qt, QTimer
from PySide6.QtWidgets import QLabel, QStackedWidget, QWidget

from wfsgui.gui.widgets.theme import mute

__all__ = ["ImageOrMessage"]

# An image stays this long when there is something to say instead: mostly, the next image is there before.
_PATIENCE_MS: Final = 150


class ImageOrMessage(QStackedWidget):
    """Show an image or a message.

    Parameters
    ----------
    image : QWidget
        Where the image is.
    """

    def __init__(self, image: QWidget) -> None:
        super().__init__()
        self._image, self._message = image, QLabel()
        self._message.setObjectName("image_message")
        self._message.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._message.setWordWrap(True)
        self._message.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self._message.setMargin(4 * self.fontMetrics().averageCharWidth())
        mute(self._message)
        self.addWidget(self._message)
        self.addWidget(image)
        self._patience = QTimer(self)
        self._patience.setSingleShot(True)
        self._patience.setInterval(_PATIENCE_MS)
        self._patience.timeout.connect(lambda: self.setCurrentWidget(self._message))

    def show_message(self, text: str) -> None:
        """Say something, unless an image comes soon; the one that is there stays so long."""
        self._message.setText(text)
        if self.currentWidget() is self._image:
            self._patience.start()

    def show_image(self) -> None:
        """Show the image."""
        self._patience.stop()
        self.setCurrentWidget(self._image)
