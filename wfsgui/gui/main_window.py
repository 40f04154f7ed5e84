"""The main window: what there is, and how it hangs together."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from PySide6.QtCore import QEvent, Signal
from PySide6.QtGui import QCloseEvent, QDragEnterEvent, QDragLeaveEvent, QDropEvent
from PySide6.QtWidgets import QMainWindow, QStackedWidget, QToolBar, QVBoxLayout, QWidget
from typing_extensions import override

from wfsgui.core.notebook import Notebook
from wfsgui.core.worklist import Exposure
from wfsgui.gui.actions import Actions
from wfsgui.gui.announcer import Announcer
from wfsgui.gui.close_control import CloseControl
from wfsgui.gui.docks import Docks
from wfsgui.gui.engine import Engine
from wfsgui.gui.icons import retint
from wfsgui.gui.message_bar import MessageBar
from wfsgui.gui.presenter import Presenter
from wfsgui.gui.save_control import SaveControl
from wfsgui.gui.services import Services
from wfsgui.gui.settings import Settings
from wfsgui.gui.status import Status
from wfsgui.gui.welcome import WelcomePage
from wfsgui.gui.window_actions import WindowActions
from wfsgui.gui.window_memory import WindowMemory
from wfsgui.gui.wiring import Wiring
from wfsgui.gui.workspace import Workspace

__all__ = ["MainWindow", "Surroundings"]


@dataclass(frozen=True)
class Surroundings:
    """Where the window keeps things.

    Attributes
    ----------
    settings : Settings
        The analyst's choices.
    notebook : Notebook
        The analyst's verdicts.
    folder : Path
        The session's own folder.
    """

    settings: Settings
    notebook: Notebook
    folder: Path


class MainWindow(QMainWindow):
    """The window of the program.

    Parameters
    ----------
    engine : Engine
        Calibrates.
    surroundings : Surroundings
        Where things are kept.

    Attributes
    ----------
    services : Services
        Exposures, runs, files.
    presenter : Presenter
        What is on screen.
    workspace, docks : Workspace, Docks
        The middle and the panels.
    messages : MessageBar
        What must be read.
    closed : Signal()
        The window has closed.
    """

    closed = Signal()

    def __init__(self, engine: Engine, surroundings: Surroundings) -> None:
        super().__init__()
        self.settings = surroundings.settings
        self.services = Services(engine, surroundings.folder, surroundings.notebook)
        self.workspace = Workspace(self.services.render_lane)
        self.docks = Docks(self)
        self.table = Actions(self)
        self.welcome = WelcomePage()
        self.messages = MessageBar()
        self.status = Status(self.statusBar())
        self._pages = QStackedWidget()
        self._build()
        self.presenter = Presenter(self.services.desk, self.workspace.image, self.services.look_lane, self)
        saves = SaveControl(self, self.services.saver, self._output_folder)
        self._closing = CloseControl(self, self.services, saves)
        self._memory = WindowMemory(self, self.settings, self.docks, self.workspace.image)
        self._can = WindowActions(self, saves)
        self._announcer = Announcer(self.services, self.messages, self.status, self)
        self._wiring = Wiring(self, saves)
        self._memory.restore()
        self.show_workspace()

    def open(self, paths: Sequence[Path]) -> None:
        """Open files and folders; returns at once."""
        self.services.opener.open(paths)

    def show_workspace(self) -> None:
        """Show the exposures where there are some, and the welcome page where there are none."""
        some = bool(self.services.desk.exposures)
        self._pages.setCurrentIndex(some)
        self._memory.show_panels(shown=some)
        self._tool_bar.setVisible(some)

    def _build(self) -> None:
        self.setWindowTitle("wfsgui")
        self.setObjectName("main_window")
        self.setAcceptDrops(True)
        self._pages.addWidget(self.welcome)
        self._pages.addWidget(self.workspace)
        middle = QWidget()
        layout = QVBoxLayout(middle)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addWidget(self.messages)
        layout.addWidget(self._pages, stretch=1)
        self.setCentralWidget(middle)
        self._tool_bar = QToolBar("Tools")
        self._tool_bar.setObjectName("tool_bar")
        self._tool_bar.setMovable(False)
        self.addToolBar(self._tool_bar)
        self.table.fill_menu_bar(self.menuBar())
        self.table.fill_tool_bar(self._tool_bar)

    def _output_folder(self) -> Path | None:
        folder = self.settings.output_folder
        return Path(folder).expanduser() if folder else None

    @override
    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        """Take files of this machine."""
        if any(url.isLocalFile() for url in event.mimeData().urls()):
            event.acceptProposedAction()
            self.welcome.set_drag_active(active=True)

    @override
    def dragLeaveEvent(self, event: QDragLeaveEvent) -> None:
        """Forget the files that went elsewhere."""
        self.welcome.set_drag_active(active=False)
        super().dragLeaveEvent(event)

    @override
    def dropEvent(self, event: QDropEvent) -> None:
        """Open what was dropped, in a thread: the file manager waits until this returns."""
        self.welcome.set_drag_active(active=False)
        paths = [Path(url.toLocalFile()) for url in event.mimeData().urls() if url.isLocalFile()]
        event.acceptProposedAction()
        self.open(paths)

    @override
    def changeEvent(self, event: QEvent) -> None:
        """Draw the icons anew when the theme changes."""
        super().changeEvent(event)
        if event.type() is QEvent.Type.PaletteChange:
            retint()

    @override
    def closeEvent(self, event: QCloseEvent) -> None:
        """Close, unless something would be lost: then ask first."""
        if not self._closing.may_close:
            event.ignore()
            self._closing.ask()
            return
        self._memory.keep()
        self.services.close()
        event.accept()
        self.closed.emit()
