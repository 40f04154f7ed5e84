"""Closes the window on SIGINT (Ctrl-C) and SIGTERM, so that nothing is lost."""

from __future__ import annotations

import signal
import socket
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Final

from PySide6.QtCore import QSocketNotifier

__all__ = ["closing_on_signals"]

_SIGNALS: Final = (signal.SIGINT, signal.SIGTERM)


@contextmanager
def closing_on_signals(close: Callable[[], object]) -> Iterator[None]:
    """Call a function on SIGINT and SIGTERM while a block is executed.

    Python handles a signal only while it executes code, and Qt waits for events: a socket turns it into one.

    Parameters
    ----------
    close : callable
        Is called in the GUI thread.
    """
    reading, writing = socket.socketpair()
    writing.setblocking(False)
    notifier = QSocketNotifier(reading.fileno(), QSocketNotifier.Type.Read)

    def take() -> None:
        reading.recv(64)
        close()

    notifier.activated.connect(take)
    woken = signal.set_wakeup_fd(writing.fileno())
    previous = {number: signal.signal(number, _leave_to_notifier) for number in _SIGNALS}
    try:
        yield
    finally:
        for number, handler in previous.items():
            signal.signal(number, handler)
        signal.set_wakeup_fd(woken)
        notifier.setEnabled(False)
        reading.close()
        writing.close()


def _leave_to_notifier(_number: int, _frame: object) -> None:
    """Do nothing: Python has already written to the socket."""
