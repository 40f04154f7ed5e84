"""Message bar: messages above the image that do not block the window."""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from functools import partial
from typing import Final

from PySide6.QtCore import QEvent, QRect, Qt, QTimer, Signal
from PySide6.QtGui import QEnterEvent, QHideEvent, QPainter, QPaintEvent, QShowEvent
from PySide6.QtWidgets import (
    QHBoxLayout,
    QLabel,
    QPlainTextEdit,
    QPushButton,
    QToolButton,
    QVBoxLayout,
    QWidget,
)
from typing_extensions import override

from wfsgui.gui.widgets.banner import Banner
from wfsgui.gui.widgets.icons import icon, pixmap
from wfsgui.gui.widgets.theme import level_colour

__all__ = ["Message", "MessageBar"]

_MOST: Final = 3
_NOTE_MS: Final = 8000
_DETAIL_LINES: Final = 6
_ICON_LEFT: Final = 12
_ICON_TOP: Final = 8
_ICONS: Final = {logging.INFO: "info", logging.WARNING: "warning", logging.ERROR: "error"}
_WORDS: Final = {logging.INFO: "Note", logging.WARNING: "Warning", logging.ERROR: "Error"}


class Message(Banner):
    """One message, with optional details.

    Parameters
    ----------
    text : str
        Text of the message.
    level : int
        As in `logging`: INFO, WARNING or ERROR.
    details : str
        Details; may be empty.
    actions : sequence of (str, callable)
        Labels of buttons, and their actions.
    topic : str
        Topic; a later message on the same topic replaces this one. Empty for no topic.
    stays : bool
        Whether a note stays until it is closed.

    Attributes
    ----------
    closed : Signal()
        The message was closed by the analyst or by its timer.
    """

    closed = Signal()

    def __init__(
        self,
        text: str,
        level: int,
        details: str,
        actions: Sequence[tuple[str, Callable[[], object]]],
        *,
        topic: str = "",
        stays: bool = False,
    ) -> None:
        super().__init__(partial(level_colour, level))
        self.setObjectName("message")
        self.setAccessibleName(f"{_WORDS[level]}: {text}")
        self.text = text
        self.level = level
        self.topic = topic
        self._details = QPlainTextEdit(details)
        self._details.setObjectName("message_details")
        self._details.setReadOnly(True)
        self._details.setFixedHeight((_DETAIL_LINES + 1) * self.fontMetrics().lineSpacing())
        self._details.hide()
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(_NOTE_MS)
        self._timer.timeout.connect(self.closed)
        self.vanishes = level < logging.WARNING and not (details or actions or stays)
        self._toggle = QToolButton(self)
        row = QHBoxLayout()
        row.addSpacing(self.fontMetrics().height() + _ICON_LEFT)
        row.addWidget(_text_label(text), stretch=1)
        self._add_buttons(row, has_details=bool(details), actions=actions)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(12, 6, 8, 6)
        layout.addLayout(row)
        layout.addWidget(self._details)

    def show_details(self, *, shown: bool) -> None:
        """Show or hide the details."""
        self._toggle.setChecked(shown)

    def _add_buttons(
        self, row: QHBoxLayout, *, has_details: bool, actions: Sequence[tuple[str, Callable[[], object]]]
    ) -> None:
        for label, action in actions:
            button = QPushButton(label)
            button.clicked.connect(_closing(action, self))
            row.addWidget(button, alignment=Qt.AlignmentFlag.AlignTop)
        self._toggle.setObjectName("message_toggle")
        self._toggle.setText("Details")
        self._toggle.setCheckable(True)
        self._toggle.toggled.connect(self._details.setVisible)
        row.addWidget(self._toggle, alignment=Qt.AlignmentFlag.AlignTop)
        self._toggle.setVisible(has_details)
        close = QToolButton()
        close.setObjectName("message_close")
        close.setAutoRaise(True)
        close.setToolTip("Close this message")
        close.setAccessibleName("Close this message")
        close.setIcon(icon("close"))
        close.clicked.connect(self.closed)
        row.addWidget(close, alignment=Qt.AlignmentFlag.AlignTop)

    @override
    def enterEvent(self, event: QEnterEvent) -> None:
        """Stop the timer while the mouse is on the message."""
        self._timer.stop()
        super().enterEvent(event)

    @override
    def leaveEvent(self, event: QEvent) -> None:
        """Restart the timer."""
        if self.vanishes:
            self._timer.start()
        super().leaveEvent(event)

    @override
    def showEvent(self, event: QShowEvent) -> None:
        """Start the timer of a note when it becomes visible."""
        super().showEvent(event)
        if self.vanishes:
            self._timer.start()

    @override
    def hideEvent(self, event: QHideEvent) -> None:
        """Stop the timer while the message is hidden."""
        self._timer.stop()
        super().hideEvent(event)

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint the icon in the colours of the current theme."""
        super().paintEvent(event)
        size = self.fontMetrics().height() + 2
        with QPainter(self) as painter:
            picture = pixmap(_ICONS[self.level], 2 * size, self.bar_colour())
            painter.drawPixmap(QRect(_ICON_LEFT, _ICON_TOP, size, size), picture)


class MessageBar(QWidget):
    """Show the three newest messages, the newest at the top; older messages wait."""

    def __init__(self) -> None:
        super().__init__()
        self.setObjectName("message_bar")
        self._shown: list[Message] = []
        self._waiting: list[Message] = []
        self._more = QLabel()
        self._more.setObjectName("more_messages")
        self._more.setContentsMargins(12, 2, 8, 2)
        self._more.hide()
        self._layout = QVBoxLayout(self)
        self._layout.setContentsMargins(0, 0, 0, 0)
        self._layout.setSpacing(1)
        self._layout.addWidget(self._more)

    @property
    def messages(self) -> list[Message]:
        """Shown messages, the newest first."""
        return list(self._shown)

    def show_message(
        self,
        text: str,
        level: int,
        details: str = "",
        actions: Sequence[tuple[str, Callable[[], object]]] = (),
        *,
        unfolded: bool = False,
        topic: str = "",
        stays: bool = False,
    ) -> None:
        """Show a message.

        Parameters
        ----------
        text : str
            Text of the message. A text that is shown already is not shown again.
        level : int
            As in `logging`: INFO, WARNING or ERROR. Notes (INFO) close after some seconds.
        details : str, optional
            Details.
        actions : sequence of (str, callable), optional
            Labels of buttons, and their actions.
        unfolded : bool, optional
            Whether the details are shown at once.
        topic : str, optional
            Topic; the message replaces an earlier message on the same topic.
        stays : bool, optional
            Whether a note stays until it is closed.
        """
        if topic:
            self.close_topic(topic)
        if any(message.text == text for message in (*self.messages, *self._waiting)):
            return
        message = Message(text, level, details, actions, topic=topic, stays=stays)
        message.show_details(shown=unfolded)
        message.closed.connect(lambda: self._close(message))
        self._insert(message)

    def show_declined(
        self,
        declined: Sequence[tuple[str, str]],
        actions: Sequence[tuple[str, Callable[[], object]]] = (),
        *,
        topic: str = "",
    ) -> None:
        """Show which inputs were not opened.

        Parameters
        ----------
        declined : sequence of (str, str)
            Input and reason.
        actions : sequence of (str, callable), optional
            See `show_message`.
        topic : str, optional
            See `show_message`.
        """
        if len(declined) == 1:
            self.show_message(f"Not opened: {declined[0][1]}", logging.WARNING, actions=actions, topic=topic)
            return
        reasons = "\n".join(why for _, why in declined)
        text = f"{len(declined)} inputs were not opened."
        self.show_message(text, logging.WARNING, reasons, actions, unfolded=True, topic=topic)

    def close_topic(self, topic: str) -> None:
        """Close all messages on a topic."""
        for message in (*self.messages, *self._waiting):
            if message.topic == topic:
                self._close(message)

    def clear(self) -> None:
        """Close every message."""
        for message in self._waiting:
            message.deleteLater()
        self._waiting.clear()
        for message in self.messages:
            self._close(message)

    def _close(self, message: Message) -> None:
        if message in self._waiting:
            self._waiting.remove(message)
        elif message in self._shown:
            self._shown.remove(message)
        else:
            # Closed twice, by the analyst and by its timer.
            return
        message.hide()
        # Otherwise the layout would still count it.
        self._layout.removeWidget(message)
        message.deleteLater()
        while self._waiting and len(self._shown) < _MOST:
            self._shown.append(self._waiting.pop(0))
            self._layout.insertWidget(len(self._shown) - 1, self._shown[-1])
            self._shown[-1].show()
        self._count()

    def _insert(self, message: Message) -> None:
        """Show a message; if there are too many, the oldest shown message waits."""
        self._shown.insert(0, message)
        self._layout.insertWidget(0, message)
        if len(self._shown) > _MOST:
            oldest = self._shown.pop()
            oldest.hide()
            self._layout.removeWidget(oldest)
            self._waiting.insert(0, oldest)
        self._count()

    def _count(self) -> None:
        count = len(self._waiting)
        self._more.setText(f"and {count} more" if count else "")
        self._more.setVisible(count > 0)


def _text_label(text: str) -> QLabel:
    label = QLabel(text)
    label.setObjectName("message_text")
    label.setTextFormat(Qt.TextFormat.PlainText)
    label.setWordWrap(True)
    label.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
    return label


def _closing(action: Callable[[], object], message: Message) -> Callable[[], None]:
    def act() -> None:
        message.closed.emit()
        action()

    return act
