"""Local server of the window, which receives open requests of later starts of the program."""

from __future__ import annotations

import logging
import os
import socket
import struct
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Final

from PySide6.QtCore import QLockFile, QObject, QTimer
from PySide6.QtNetwork import QLocalServer, QLocalSocket

from wfsgui.gui.startup.instance import ANSWER_MS, TAKEN, Request, hand_over, is_served, runtime_folder

__all__ = ["Instance"]

log = logging.getLogger(__name__)

# Largest request, bytes.
_LARGEST: Final = 1 << 20
# How long another start of the program may take to claim the socket.
_LOCK_MS: Final = 5000


class Instance(QObject):
    """Local server that receives open requests.

    Parameters
    ----------
    where : str
        See `meeting_point`.
    take : callable
        ``take(request) -> bool``: opens the files; False if the window is closed.
    parent : QObject, optional
        Owner.
    """

    def __init__(self, where: str, take: Callable[[Request], bool], parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._where = where
        self._take = take
        self._server = QLocalServer(self)
        self._server.setSocketOptions(QLocalServer.SocketOption.UserAccessOption)
        self._server.newConnection.connect(self._receive)

    def claim(self, paths: Sequence[Path] | None) -> bool:
        """Listen, unless another window does.

        Parameters
        ----------
        paths : sequence of Path or None
            Files to send to the other window; None to send nothing and to open this window in any case.

        Returns
        -------
        bool
            False if the other window has taken the files.
        """
        lock = QLockFile(_lock_of(self._where))
        if not lock.tryLock(_LOCK_MS):
            log.warning("Other starts of the program will not find this window.")
            return True
        try:
            if paths is not None and hand_over(paths, self._where):
                return False
            if not is_served(self._where):
                # A process that was killed leaves its socket behind.
                QLocalServer.removeServer(self._where)
                if not self._server.listen(self._where):
                    log.warning("Other starts of the program will not find this window: %s", self._server.errorString())
            return True
        finally:
            lock.unlock()

    def close(self) -> None:
        """Stop listening: the next start of the program opens its own window."""
        self._server.close()

    def _receive(self) -> None:
        while (client := self._server.nextPendingConnection()) is not None:
            if not _is_same_user(client):
                self.refuse(client, "it comes from another user")
                continue
            _Client(client, self)

    def refuse(self, client: QLocalSocket, why: str) -> None:
        """Close the connection of a client without an answer."""
        log.warning("A request to open files was refused: %s.", why)
        client.abort()
        client.deleteLater()

    def answer(self, client: QLocalSocket, line: bytes) -> None:
        """Take the request of a client, and answer it."""
        try:
            request = Request.unpacked(line)
        except (ValueError, RecursionError) as error:
            self.refuse(client, f"{error}")
            return
        if self._server.isListening() and self._take(request):
            client.write(TAKEN)
            client.flush()
        client.disconnectFromServer()


class _Client(QObject):
    """Reads the request of one client, with limits of size and time."""

    def __init__(self, client: QLocalSocket, host: Instance) -> None:
        super().__init__(client)
        self._client = client
        self._host = host
        self._received = b""
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.timeout.connect(lambda: host.refuse(client, "it took too long"))
        self._timer.start(ANSWER_MS)
        client.readyRead.connect(self._read)
        client.disconnected.connect(client.deleteLater)
        self._read()

    def _read(self) -> None:
        self._received += bytes(self._client.read(_LARGEST + 1 - len(self._received)).data())
        line, end, _ = self._received.partition(b"\n")
        if end:
            self._timer.stop()
            self._client.readyRead.disconnect(self._read)
            self._host.answer(self._client, line)
        elif len(self._received) > _LARGEST:
            self._timer.stop()
            self._client.readyRead.disconnect(self._read)
            self._host.refuse(self._client, "it is too large")


def _is_same_user(client: QLocalSocket) -> bool:
    """Whether a client belongs to the same user; systems other than Linux rely on the permissions of the socket."""
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
