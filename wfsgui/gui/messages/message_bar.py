"""What must be read: sentences in a bar that does not block anything."""

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
_NOTE_LASTS_MS: Final = 8000
_DETAIL_LINES: Final = 6
_MARK_LEFT: Final = 12
_MARK_TOP: Final = 8
_ICONS: Final = {logging.INFO: "info", logging.WARNING: "warning", logging.ERROR: "error"}
_WORDS: Final = {logging.INFO: "Note", logging.WARNING: "Warning", logging.ERROR: "Error"}


class Message(Banner):
    """One sentence, with details on demand.

    Parameters
    ----------
    text : str
        The sentence.
    level : int
        As in `logging`: INFO, WARNING or ERROR.
    details : str
        More of it; may be empty.
    actions : sequence of (str, callable)
        Buttons, and what they do.
    topic : str
        What it is about; a later message on the same topic takes its place. Empty for none.
    stays : bool
        Whether a note stays until it is closed.

    Attributes
    ----------
    closed : Signal()
        It has been read, or has lasted long enough.
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
        self._timer.setInterval(_NOTE_LASTS_MS)
        self._timer.timeout.connect(self.closed)
        self.vanishes = level < logging.WARNING and not (details or actions or stays)
        self._toggle = QToolButton(self)
        row = QHBoxLayout()
        row.addSpacing(self.fontMetrics().height() + _MARK_LEFT)
        row.addWidget(_sentence(text), stretch=1)
        self._add_buttons(row, has_details=bool(details), actions=actions)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(12, 6, 8, 6)
        layout.addLayout(row)
        layout.addWidget(self._details)

    def show_details(self, *, shown: bool) -> None:
        """Unfold or fold the details."""
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
        """Stay while it is being read."""
        self._timer.stop()
        super().enterEvent(event)

    @override
    def leaveEvent(self, event: QEvent) -> None:
        """Last as long again."""
        if self.vanishes:
            self._timer.start()
        super().leaveEvent(event)

    @override
    def showEvent(self, event: QShowEvent) -> None:
        """Begin to count the time of a note when it can be read."""
        super().showEvent(event)
        if self.vanishes:
            self._timer.start()

    @override
    def hideEvent(self, event: QHideEvent) -> None:
        """Count no time while it waits for room."""
        self._timer.stop()
        super().hideEvent(event)

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint the mark in the colours of the present theme."""
        super().paintEvent(event)
        size = self.fontMetrics().height() + 2
        with QPainter(self) as painter:
            picture = pixmap(_ICONS[self.level], 2 * size, self.bar_colour())
            painter.drawPixmap(QRect(_MARK_LEFT, _MARK_TOP, size, size), picture)


class MessageBar(QWidget):
    """Messages, the newest at the top; three at a time, the older ones wait."""

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
        """What can be read now, the newest first."""
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
        """Show a sentence.

        Parameters
        ----------
        text : str
            The sentence. One that is shown already is not shown twice.
        level : int
            As in `logging`: INFO, WARNING or ERROR. Notes vanish after a while.
        details : str, optional
            More of it.
        actions : sequence of (str, callable), optional
            Buttons, and what they do.
        unfolded : bool, optional
            Whether the details are shown at once.
        topic : str, optional
            What it is about; it takes the place of an earlier message on the same topic.
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
        self._put(message)

    def show_declined(self, declined: Sequence[tuple[str, str]], *, topic: str = "") -> None:
        """Say what was not opened.

        Parameters
        ----------
        declined : sequence of (str, str)
            What was given, and why it was not taken.
        topic : str, optional
            As for `show_message`.
        """
        if len(declined) == 1:
            self.show_message(f"Not opened: {declined[0][1]}", logging.WARNING, topic=topic)
            return
        reasons = "\n".join(why for _, why in declined)
        text = f"{len(declined)} inputs were not opened."
        self.show_message(text, logging.WARNING, reasons, unfolded=True, topic=topic)

    def close_topic(self, topic: str) -> None:
        """Close the messages on a topic: they are out of date."""
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
            # It was closed twice, by the analyst and by its timer.
            return
        message.hide()
        # It would still count among the places of the layout.
        self._layout.removeWidget(message)
        message.deleteLater()
        while self._waiting and len(self._shown) < _MOST:
            self._shown.append(self._waiting.pop(0))
            self._layout.insertWidget(len(self._shown) - 1, self._shown[-1])
            self._shown[-1].show()
        self._count()

    def _put(self, message: Message) -> None:
        """Show a message; the oldest of those on screen waits until there is room again."""
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


def _sentence(text: str) -> QLabel:
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
