"""Sends files to the window that is open. Imports nothing slow: this runs before the window is imported."""

from __future__ import annotations

import json
import logging
import os
import stat
import sys
import warnings
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from platformdirs import user_runtime_path
from PySide6.QtNetwork import QLocalSocket

__all__ = ["ANSWER_MS", "TAKEN", "Request", "hand_over", "is_served", "meeting_point", "runtime_folder"]

log = logging.getLogger(__name__)

_VERSION: Final = 1
TAKEN: Final = b"taken\n"
"""The answer of the window that has taken a request."""

ANSWER_MS: Final = 3000
"""How long the window waits for a request, ms, and the other program for the answer before it says that it waits."""

_CONNECT_MS: Final = 500
# How long a window that is alive may take to answer: it may be starting, or the machine very busy.
_BUSY_MS: Final = 60_000


@dataclass(frozen=True)
class Request:
    """A request to the window that is open.

    Attributes
    ----------
    paths : tuple of Path
        Files and folders to open, absolute; may be empty.
    token : str
        The desktop's permission to come to the front; empty if it gave none.
    """

    paths: tuple[Path, ...]
    token: str = ""

    def packed(self) -> bytes:
        """Return the request as one line, for the socket."""
        names = [os.fspath(path) for path in self.paths]
        return json.dumps({"version": _VERSION, "paths": names, "token": self.token}).encode("ascii") + b"\n"

    @classmethod
    def unpacked(cls, line: bytes) -> Request:
        """Return the request in a line from the socket.

        Raises
        ------
        ValueError
            If the line is not a request.
        """
        content = json.loads(line)
        if not isinstance(content, dict) or content.get("version") != _VERSION:
            raise ValueError("another version")
        paths, token = content.get("paths"), content.get("token")
        if not (isinstance(paths, list) and all(isinstance(name, str) for name in paths) and isinstance(token, str)):
            raise ValueError("not a request")
        found = tuple(Path(name) for name in paths)
        if not all(path.is_absolute() and "\0" not in str(path) for path in found):
            raise ValueError("not an absolute path")
        return cls(found, token)


def meeting_point(folder: Path | None = None) -> str:
    """Return the name of the socket, in a folder that only the user can write to.

    Parameters
    ----------
    folder : Path, optional
        The folder; by default that of the desktop session.

    Returns
    -------
    str
        Name for `QLocalServer`.

    Raises
    ------
    OSError
        If there is no such folder and none can be created.
    """
    if sys.platform == "win32":
        # A pipe has no folder; the server lets only its own user connect.
        return f"wfsgui-{os.getlogin()}"
    folder = folder or runtime_folder()
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    status = folder.stat()
    if status.st_uid != os.getuid() or stat.S_IMODE(status.st_mode) & 0o077:
        raise PermissionError(f"{folder} is not a private folder")
    return str(folder / "window.socket")


def runtime_folder(*, ensure_exists: bool = False) -> Path:
    """Return the folder of the program in the desktop session; platformdirs chooses one if the session names none.

    Parameters
    ----------
    ensure_exists : bool, optional
        Whether it is created.

    Returns
    -------
    Path
        The folder.

    Raises
    ------
    OSError
        If there is no folder that belongs to the user.
    """
    with warnings.catch_warnings():
        # A user has no use for the warning that platformdirs had to choose; its class depends on the version.
        warnings.simplefilter("ignore")
        return user_runtime_path("wfsgui", appauthor=False, ensure_exists=ensure_exists)


def hand_over(paths: Sequence[Path], where: str) -> bool:
    """Ask the window that is open to open files, or to come to the front.

    Parameters
    ----------
    paths : sequence of Path
        Files and folders; may be empty.
    where : str
        See `meeting_point`.

    Returns
    -------
    bool
        Whether a window has taken the request.
    """
    client = QLocalSocket()
    client.connectToServer(where)
    if not client.waitForConnected(_CONNECT_MS):
        return False
    token = os.environ.get("XDG_ACTIVATION_TOKEN", "")
    client.write(Request(tuple(path.absolute() for path in paths), token).packed())
    answer = b""
    for limit in (ANSWER_MS, _BUSY_MS):
        while not answer.endswith(b"\n") and client.waitForReadyRead(limit):
            answer += bytes(client.readAll().data())
        if answer.endswith(b"\n") or client.state() is not QLocalSocket.LocalSocketState.ConnectedState:
            # The socket is closed at once if the other process ends.
            break
        if limit == ANSWER_MS:
            log.warning("The open window is busy. Waiting for its answer.")
    client.abort()
    return answer == TAKEN


def is_served(where: str) -> bool:
    """Whether a window listens on this socket."""
    client = QLocalSocket()
    client.connectToServer(where)
    served = client.waitForConnected(_CONNECT_MS)
    client.abort()
    return served
