"""A start of the program in which it is noted when it is on screen: run as a module, for `launch`.

Nothing is imported here before the program has begun that it would not import by then.
"""

from __future__ import annotations

import sys
import time
from contextlib import ExitStack
from pathlib import Path
from typing import Final

from PySide6.QtCore import QEvent, QObject, QTimer
from PySide6.QtGui import QWindow
from PySide6.QtWidgets import QApplication, QMainWindow, QWidget
from typing_extensions import override

from wfsgui import launch
from wfsgui.cli import main as start
from wfsgui.gui.startup.application import make_application

_PATIENCE_MS: Final = 100


class _Witness(QObject):
    """See the program's windows come, and end it when all that was asked for is on screen.

    Parameters
    ----------
    application : QApplication
        The program's.
    notes : Path
        Receives a line for each: what it is, and the time.
    awaits_image : bool
        Whether the program is to go on until it shows an image.
    """

    def __init__(self, application: QApplication, notes: Path, *, awaits_image: bool) -> None:
        super().__init__(application)
        self._application, self._notes, self._awaits_image = application, notes, awaits_image
        self._is_there = False
        self._end = QTimer(self)
        self._stack = ExitStack()
        application.installEventFilter(self)

    @override
    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Look for windows that appear."""
        if event.type() is QEvent.Type.Expose and isinstance(watched, QWindow) and watched.isExposed():
            widget = next((each for each in QApplication.topLevelWidgets() if each.windowHandle() is watched), None)
            if isinstance(widget, QMainWindow):
                self._application.removeEventFilter(self)
                # It is painted in the course of this event.
                QTimer.singleShot(0, self._see_window)
            elif isinstance(widget, QWidget) and not self._is_there:
                self._is_there = True
                QTimer.singleShot(0, lambda: self._note("splash"))
        return False

    def _note(self, what: str) -> None:
        now = time.monotonic()
        with self._notes.open("a", encoding="ascii") as notes:
            notes.write(f"{what} {now}\n")

    def _see_window(self) -> None:
        self._note("window")
        if not self._awaits_image:
            # Again and again: the window comes on screen before the event loop runs.
            self._end.timeout.connect(self._application.quit)
            self._end.start(_PATIENCE_MS)
            return
        from tests.benchmarks.window_eye import Eye

        eye = Eye(self._stack)

        def look() -> None:
            if eye.seen:
                eye.listeners.clear()
                self._note("image")
                self._application.quit()

        eye.listeners.append(look)


def main() -> int:
    """Start the program.

    Returns
    -------
    int
        Its exit status.
    """
    notes, *files = map(Path, sys.argv[1:])

    def make_witnessed() -> QApplication:
        application = make_application()
        _Witness(application, notes, awaits_image=bool(files))
        return application

    # What patches in the standard library takes longer to import than the program's own first steps.
    vars(launch)["make_application"] = make_witnessed
    return start(["--new-window", *map(str, files)])


if __name__ == "__main__":
    sys.exit(main())
