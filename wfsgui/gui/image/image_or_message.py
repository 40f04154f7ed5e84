"""Widget that shows an image or a message."""

from __future__ import annotations

from typing import Final

from PySide6.QtCore import Qt, QTimer
from PySide6.QtWidgets import QStackedWidget, QWidget

from wfsgui.gui.widgets.controls import message_label

__all__ = ["ImageOrMessage"]

# Delay of a message: mostly, the next image is drawn earlier and the message would only flicker.
_DELAY_MS: Final = 150


class ImageOrMessage(QStackedWidget):
    """Show an image or a message.

    Parameters
    ----------
    image : QWidget
        Widget of the image.
    """

    def __init__(self, image: QWidget) -> None:
        super().__init__()
        self._image, self._message = image, message_label("image_message")
        self._message.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self._message.setMargin(4 * self.fontMetrics().averageCharWidth())
        self.addWidget(self._message)
        self.addWidget(image)
        self._delay = QTimer(self)
        self._delay.setSingleShot(True)
        self._delay.setInterval(_DELAY_MS)
        self._delay.timeout.connect(lambda: self.setCurrentWidget(self._message))

    def show_message(self, text: str) -> None:
        """Show a message after a short delay, unless an image is shown meanwhile."""
        self._message.setText(text)
        if self.currentWidget() is self._image:
            self._delay.start()

    def show_image(self) -> None:
        """Show the image."""
        self._delay.stop()
        self.setCurrentWidget(self._image)
