"""A whole window on the fake engine, with what a test needs to work it as a person would."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from shutil import copy
from typing import TypeVar

from PySide6.QtCore import QMimeData, QObject, QPoint, QSettings, Qt, QUrl
from PySide6.QtGui import QAction, QDragEnterEvent, QDropEvent, QKeySequence
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QMessageBox, QPushButton, QWidget
from pytestqt.qtbot import QtBot

from tests.gui.fake_engine import FakeEngine
from wfsgui.core.files.verdict_store import VerdictStore
from wfsgui.core.model.exposure import Exposure
from wfsgui.gui.settings.settings import Settings
from wfsgui.gui.window.main_window import MainWindow, WindowContext

__all__ = ["WindowDriver", "drag_over", "drop", "files", "find", "hidden", "ini"]

_Found = TypeVar("_Found", bound=QObject)


def find(parent: QObject, kind: type[_Found], name: str = "") -> _Found:
    """Find a child by its type and its name."""
    found = parent.findChild(kind, name) if name else parent.findChild(kind)
    assert isinstance(found, kind)
    return found


def ini(path: Path) -> Settings:
    """Open settings in a file of the test's own."""
    return Settings(QSettings(str(path), QSettings.Format.IniFormat))


def files(*paths: Path) -> QMimeData:
    """Carry files as a file manager does."""
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(path)) for path in paths])
    return data


ANYWHERE = QPoint(50, 50)


def drag_over(widget: QWidget, data: QMimeData, place: QPoint = ANYWHERE) -> bool:
    """Drag something over a widget, and tell whether it would take it."""
    none = Qt.MouseButton.NoButton, Qt.KeyboardModifier.NoModifier
    event = QDragEnterEvent(place, Qt.DropAction.CopyAction, data, *none)
    event.ignore()
    QApplication.sendEvent(widget, event)
    return event.isAccepted()


def drop(widget: QWidget, data: QMimeData, place: QPoint = ANYWHERE) -> bool:
    """Drag something over a widget and drop it there; tell whether it took it."""
    if not drag_over(widget, data, place):
        return False
    none = Qt.MouseButton.NoButton, Qt.KeyboardModifier.NoModifier
    event = QDropEvent(place, Qt.DropAction.CopyAction, data, *none)
    event.ignore()
    QApplication.sendEvent(widget, event)
    return event.isAccepted()


@dataclass
class WindowDriver:
    """Window, fake engine and files of a test.

    Attributes
    ----------
    fake : FakeEngine
        The engine.
    qtbot : QtBot
        Waits.
    folder : Path
        Contains settings, verdicts, inputs and results.
    rates : tuple of Path
        Exposures to copy.
    demonstrations : list of None
        One for each time that the demonstration was asked for.
    """

    fake: FakeEngine
    qtbot: QtBot
    folder: Path
    rates: tuple[Path, ...]
    demonstrations: list[None] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.settings = ini(self.folder / "wfsgui.ini")
        self.window = self.another_window(self.settings)

    def another_window(self, settings: Settings, folder: Path | None = None) -> MainWindow:
        """Make a window that is shown, active, and ended with the test; its session may have a folder of its own."""
        context = WindowContext(
            settings,
            VerdictStore(self.folder / "verdicts"),
            folder or self.folder,
            lambda: self.demonstrations.append(None),
        )
        window = MainWindow(lambda: self.fake, context)
        window.furnish()

        def end(_window: QWidget) -> None:
            self.fake.gate.set()
            window.services.close()

        self.qtbot.addWidget(window, before_close_func=end)
        window.show()
        window.activateWindow()
        self.qtbot.waitUntil(window.isActiveWindow)
        return window

    @property
    def exposures(self) -> list[Exposure]:
        """The open exposures."""
        return self.window.services.open_exposures.exposures

    @property
    def sentences(self) -> list[str]:
        """The messages that can be read, the newest first."""
        return [message.text for message in self.window.messages.messages]

    def write(self, count: int, folder: str = "in") -> list[Path]:
        """Write exposures."""
        (self.folder / folder).mkdir(exist_ok=True)
        return [Path(copy(rate, self.folder / folder)) for rate in self.rates[:count]]

    def open(self, *paths: Path) -> list[Exposure]:
        """Drop files on the window and wait until they are in the list."""
        with self.qtbot.waitSignal(self.window.services.opener.opened):
            assert drop(self.window, files(*paths))
        return self.exposures

    def load(self) -> None:
        """Load the engine."""
        with self.qtbot.waitSignal(self.window.services.runner.loaded):
            self.window.begin([])

    def action(self, name: str) -> QAction:
        """Find an action, as it is when the window has come to rest."""
        self.window.services.deferred.finish()
        action = self.window.table[name]
        assert isinstance(action, QAction)
        return action

    def press(self, keys: str) -> None:
        """Press keys, wherever the focus is, as soon as the window has come to rest."""
        self.window.services.deferred.finish()
        QTest.keySequence(QApplication.focusWidget() or self.window, QKeySequence(keys))

    def wait(self, condition: Callable[[], bool]) -> None:
        """Wait until something is so."""
        self.qtbot.waitUntil(condition)

    def rest(self) -> None:
        """Wait until the window has taken in what has happened, and its image is on screen."""
        self.window.services.deferred.finish()
        self.wait(lambda: not self.window.workspace.image.is_drawing)

    @contextmanager
    def drawn(self) -> Iterator[None]:
        """Wait until the image that is asked for meanwhile is on screen; those asked for before do not count."""
        self.rest()
        with self.qtbot.waitSignal(self.window.workspace.image.rendered):
            yield
        self.rest()

    def run_all(self) -> None:
        """Run every exposure, and wait until its images are shown and its end is reported."""
        with self.qtbot.waitSignal(self.window.services.control.ended):
            self.press("F5")
        self.rest()
        # The sentence about the end of a run comes after the measurements.
        self.wait(lambda: not self.window.services.effects.is_behind)

    def question(self) -> QMessageBox:
        """Wait for the one question that is open, and return it."""
        self.wait(lambda: self.is_asking)
        (box,) = (box for box in self.window.findChildren(QMessageBox, "question") if box.isVisible())
        return box

    @property
    def is_asking(self) -> bool:
        """Whether a question is open."""
        return any(box.isVisible() for box in self.window.findChildren(QMessageBox, "question"))

    def answers(self) -> set[str]:
        """Tell what can be answered."""
        return {button.text() for button in self.question().buttons()}

    def answer(self, label: str) -> None:
        """Click an answer."""
        (button,) = (button for button in self.question().findChildren(QPushButton) if button.text() == label)
        QTest.mouseClick(button, Qt.MouseButton.LeftButton)


def hidden(window: MainWindow) -> set[str]:
    """Name the panels that are not there."""
    return {dock.objectName() for dock in window.docks.all if not dock.isVisibleTo(window)}
