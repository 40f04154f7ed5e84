"""Handing files to the window that is there. Imports nothing heavy: it is done before a window would be imported."""

from __future__ import annotations

import json
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

_VERSION: Final = 1
TAKEN: Final = b"taken\n"
"""What the window answers."""

ANSWER_MS: Final = 3000
"""How long one side waits for the other."""

_CONNECT_MS: Final = 500


@dataclass(frozen=True)
class Request:
    """What one start of the program asks of the window that is there.

    Attributes
    ----------
    paths : tuple of Path
        Files and folders to open, absolute; may be empty.
    token : str
        The desktop's permission to come to the front; empty where it gave none.
    """

    paths: tuple[Path, ...]
    token: str = ""

    def packed(self) -> bytes:
        """Return it as it goes over the socket: one line."""
        names = [os.fspath(path) for path in self.paths]
        return json.dumps({"version": _VERSION, "paths": names, "token": self.token}).encode("ascii") + b"\n"

    @classmethod
    def unpacked(cls, line: bytes) -> Request:
        """Read it again.

        Raises
        ------
        ValueError
            If it is none.
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
    """Return the name of the socket, in a folder of the user's that nobody else can write to.

    Parameters
    ----------
    folder : Path, optional
        The folder; that of the desktop session by default.

    Returns
    -------
    str
        For `QLocalServer`.

    Raises
    ------
    OSError
        If there is no such folder, and none can be made.
    """
    if sys.platform == "win32":
        # A pipe has no folder; the server lets only its user in.
        return f"wfsgui-{os.getlogin()}"
    folder = folder or runtime_folder()
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    status = folder.stat()
    if status.st_uid != os.getuid() or stat.S_IMODE(status.st_mode) & 0o077:
        raise PermissionError(f"{folder} is not a private folder")
    return str(folder / "window.socket")


def runtime_folder(*, ensure_exists: bool = False) -> Path:
    """Return the program's folder of the desktop session; the library chooses one where the session names none.

    Parameters
    ----------
    ensure_exists : bool, optional
        Whether it is made.

    Returns
    -------
    Path
        The folder.

    Raises
    ------
    OSError
        If there is none that belongs to the user.
    """
    with warnings.catch_warnings():
        # That the library had to choose is of no interest to the user; the class of its warning is of its version.
        warnings.simplefilter("ignore")
        return user_runtime_path("wfsgui", appauthor=False, ensure_exists=ensure_exists)


def hand_over(paths: Sequence[Path], where: str) -> bool:
    """Ask the window that is there to open files, or to come to the front.

    Parameters
    ----------
    paths : sequence of Path
        Files and folders; may be empty.
    where : str
        See `meeting_point`.

    Returns
    -------
    bool
        Whether there is one, and it has taken them.
    """
    client = QLocalSocket()
    client.connectToServer(where)
    if not client.waitForConnected(_CONNECT_MS):
        return False
    token = os.environ.get("XDG_ACTIVATION_TOKEN", "")
    client.write(Request(tuple(path.absolute() for path in paths), token).packed())
    answer = b""
    while not answer.endswith(b"\n") and client.waitForReadyRead(ANSWER_MS):
        answer += bytes(client.readAll().data())
    client.abort()
    return answer == TAKEN


def is_served(where: str) -> bool:
    """Whether a window listens there."""
    client = QLocalSocket()
    client.connectToServer(where)
    served = client.waitForConnected(_CONNECT_MS)
    client.abort()
    return served
