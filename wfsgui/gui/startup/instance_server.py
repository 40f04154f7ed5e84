"""One window for each user: the window listens, on a local socket that only its user can reach."""

from __future__ import annotations

import logging
import os
import socket
import struct
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Final

from PySide6.QtCore import QLockFile, QObject, QTimer, Signal
from PySide6.QtNetwork import QLocalServer, QLocalSocket

from wfsgui.gui.startup.instance import ANSWER_MS, TAKEN, Request, hand_over, is_served, runtime_folder

__all__ = ["Instance"]

log = logging.getLogger(__name__)

# What one start of the program may say, bytes, and how long another may take to become the window, milliseconds.
_LARGEST: Final = 1 << 20
_LOCK_MS: Final = 5000


class Instance(QObject):
    """The window's ear.

    Parameters
    ----------
    where : str
        See `meeting_point`.
    take : callable
        ``take(request) -> bool``: opens files; False where the window cannot any more.
    parent : QObject, optional
        Owner.

    Attributes
    ----------
    refused : Signal(str)
        Somebody was turned away: why.
    """

    refused = Signal(str)

    def __init__(self, where: str, take: Callable[[Request], bool], parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._where = where
        self._take = take
        self._server = QLocalServer(self)
        self._server.setSocketOptions(QLocalServer.SocketOption.UserAccessOption)
        self._server.newConnection.connect(self._receive)

    @property
    def is_listening(self) -> bool:
        """Whether files are handed to this window."""
        return self._server.isListening()

    def claim(self, paths: Sequence[Path] | None) -> bool:
        """Become the window that files are handed to, unless there is one already.

        Parameters
        ----------
        paths : sequence of Path or None
            What to hand over to the one that is there; None for a window that stays all the same.

        Returns
        -------
        bool
            False where the files have been handed over.
        """
        lock = QLockFile(_lock_of(self._where))
        if not lock.tryLock(_LOCK_MS):
            log.warning("Other starts of the program will not find this window.")
            return True
        try:
            if paths is not None and hand_over(paths, self._where):
                return False
            if not is_served(self._where):
                # Whoever listened there before may have died without a farewell.
                QLocalServer.removeServer(self._where)
                if not self._server.listen(self._where):
                    log.warning("Other starts of the program will not find this window: %s", self._server.errorString())
            return True
        finally:
            lock.unlock()

    def close(self) -> None:
        """Listen no longer: the next start of the program opens a window of its own."""
        self._server.close()

    def _receive(self) -> None:
        while (client := self._server.nextPendingConnection()) is not None:
            if not _is_same_user(client):
                self._refuse(client, "it is another user")
                continue
            _Guest(client, self)

    def _refuse(self, client: QLocalSocket, why: str) -> None:
        log.warning("Somebody who wanted to open files was turned away: %s.", why)
        client.abort()
        client.deleteLater()
        self.refused.emit(why)

    def answer(self, client: QLocalSocket, line: bytes) -> None:
        """Do what a start of the program asks."""
        try:
            request = Request.unpacked(line)
        except (ValueError, RecursionError) as error:
            self._refuse(client, f"{error}")
            return
        if self._server.isListening() and self._take(request):
            client.write(TAKEN)
            client.flush()
        client.disconnectFromServer()

    def dismiss(self, client: QLocalSocket, why: str) -> None:
        """Turn somebody away."""
        self._refuse(client, why)


class _Guest(QObject):
    """One start of the program that has something to say, within limits."""

    def __init__(self, client: QLocalSocket, host: Instance) -> None:
        super().__init__(client)
        self._client = client
        self._host = host
        self._said = b""
        self._patience = QTimer(self)
        self._patience.setSingleShot(True)
        self._patience.timeout.connect(lambda: host.dismiss(client, "it took too long"))
        self._patience.start(ANSWER_MS)
        client.readyRead.connect(self._listen)
        client.disconnected.connect(client.deleteLater)
        self._listen()

    def _listen(self) -> None:
        self._said += bytes(self._client.read(_LARGEST + 1 - len(self._said)).data())
        line, end, _ = self._said.partition(b"\n")
        if end:
            self._patience.stop()
            self._client.readyRead.disconnect(self._listen)
            self._host.answer(self._client, line)
        elif len(self._said) > _LARGEST:
            self._patience.stop()
            self._client.readyRead.disconnect(self._listen)
            self._host.dismiss(self._client, "it said too much")


def _is_same_user(client: QLocalSocket) -> bool:
    """Ask the system whose process it is, where it can tell; elsewhere the socket's own access rights must do."""
    if sys.platform != "linux":
        return True
    with socket.socket(fileno=os.dup(client.socketDescriptor())) as end:
        credentials = end.getsockopt(socket.SOL_SOCKET, socket.SO_PEERCRED, struct.calcsize("3i"))
    _, user, _ = struct.unpack("3i", credentials)
    return bool(user == os.getuid())


def _lock_of(where: str) -> str:
    if Path(where).is_absolute():
        return f"{where}.lock"
    return str(runtime_folder(ensure_exists=True) / "window.lock")
