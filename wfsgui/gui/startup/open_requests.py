"""Open requests from other starts of the program and from the desktop."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Sequence
from pathlib import Path

from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtGui import QFileOpenEvent
from PySide6.QtWidgets import QApplication, QWidget
from typing_extensions import override

from wfsgui.gui.startup.instance import Request
from wfsgui.gui.startup.instance_server import Instance

__all__ = ["OpenRequests"]


class OpenRequests(QObject):
    """Pass open requests to the window; keep those that arrive before it exists.

    Parameters
    ----------
    application : QApplication
        Receives the open requests of the desktop (macOS).
    """

    def __init__(self, application: QApplication) -> None:
        super().__init__(application)
        self._window: QWidget | None = None
        self._open: Callable[[Sequence[Path]], None]
        self._instance: Instance | None = None
        self._early: list[Path] = []
        self._closed = False
        if sys.platform == "darwin":
            # Only macOS sends such events. A filter in Python slows every event of the program.
            application.installEventFilter(self)

    def open(self, where: str, paths: Sequence[Path] | None) -> bool:
        """Receive open requests of other starts of the program, or send files to the window that is open.

        Parameters
        ----------
        where : str
            See `wfsgui.gui.startup.instance.meeting_point`.
        paths : sequence of Path or None
            Files to send; None to send nothing and to open this window in any case.

        Returns
        -------
        bool
            False if the other window has taken the files.
        """
        self._instance = Instance(where, self._take, self)
        return self._instance.claim(paths)

    def set_window(self, window: QWidget, open_files: Callable[[Sequence[Path]], None]) -> None:
        """Open the kept and all later requests in a window.

        Parameters
        ----------
        window : QWidget
            Comes to the front with each request.
        open_files : callable
            Opens files and folders in it.
        """
        self._window, self._open = window, open_files
        if self._early:
            open_files(self._early)
            self._early = []

    def close(self) -> None:
        """Take no further requests: the window has closed."""
        self._closed = True
        if self._instance is not None:
            self._instance.close()

    @override
    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Take an open request of the desktop."""
        if isinstance(event, QFileOpenEvent) and event.file():
            self._receive([Path(event.file())])
            return True
        return super().eventFilter(watched, event)

    def _take(self, request: Request) -> bool:
        if self._closed:
            return False
        self._receive(request.paths)
        if self._window is not None:
            _come_to_front(self._window, request.token)
        return True

    def _receive(self, paths: Sequence[Path]) -> None:
        if self._window is None:
            self._early.extend(paths)
        elif paths:
            self._open(paths)


def _come_to_front(window: QWidget, token: str) -> None:
    if token:
        # Qt reads the desktop's permission from here.
        os.environ["XDG_ACTIVATION_TOKEN"] = token
    window.setWindowState(window.windowState() & ~Qt.WindowState.WindowMinimized)
    window.show()
    window.raise_()
    window.activateWindow()
