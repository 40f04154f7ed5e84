"""Ctrl-C in the terminal, or the end of the session: the window is asked to close, and nothing is lost."""

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
    """Call something when the process is asked to end, for the duration of a block.

    Python sees a signal only when it runs, and Qt waits for events: the signal has to become one.

    Parameters
    ----------
    close : callable
        What is called, in the GUI thread.
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
    """Do nothing: Python has written to the socket already."""
