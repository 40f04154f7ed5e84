"""Where files come into the window from outside: other starts of the program, and the desktop."""

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
    """Lead what comes from outside to the window; what comes before there is one waits.

    Parameters
    ----------
    application : QApplication
        Receives what the desktop sends (macOS).
    """

    def __init__(self, application: QApplication) -> None:
        super().__init__(application)
        self._window: QWidget | None = None
        self._open: Callable[[Sequence[Path]], None]
        self._instance: Instance | None = None
        self._early: list[Path] = []
        self._closed = False
        if sys.platform == "darwin":
            # Only there the desktop sends files; on every event of the program Python would be asked.
            application.installEventFilter(self)

    def open(self, where: str, paths: Sequence[Path] | None) -> bool:
        """Let other starts of the program find this one, or hand files over to the one that is there.

        Parameters
        ----------
        where : str
            See `wfsgui.gui.startup.instance.meeting_point`.
        paths : sequence of Path or None
            What to hand over; None for a window that stays all the same.

        Returns
        -------
        bool
            False where the files have been handed over.
        """
        self._instance = Instance(where, self._take, self)
        return self._instance.claim(paths)

    def lead_to(self, window: QWidget, open_files: Callable[[Sequence[Path]], None]) -> None:
        """Open what has come, and what will come, in a window.

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
        """Take nothing any more: the window has closed."""
        self._closed = True
        if self._instance is not None:
            self._instance.close()

    @override
    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Take files that the desktop wants to have opened."""
        if isinstance(event, QFileOpenEvent) and event.file():
            self._let_in([Path(event.file())])
            return True
        return super().eventFilter(watched, event)

    def _take(self, request: Request) -> bool:
        if self._closed:
            return False
        self._let_in(request.paths)
        if self._window is not None:
            _come_to_front(self._window, request.token)
        return True

    def _let_in(self, paths: Sequence[Path]) -> None:
        if self._window is None:
            self._early.extend(paths)
        elif paths:
            self._open(paths)


def _come_to_front(window: QWidget, token: str) -> None:
    if token:
        # Where Qt looks for the desktop's permission.
        os.environ["XDG_ACTIVATION_TOKEN"] = token
    window.setWindowState(window.windowState() & ~Qt.WindowState.WindowMinimized)
    window.show()
    window.raise_()
    window.activateWindow()
