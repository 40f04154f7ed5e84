"""Main window: creates the parts and connects them."""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QTimer, Signal
from PySide6.QtGui import QCloseEvent, QDragEnterEvent, QDragLeaveEvent, QDropEvent
from PySide6.QtWidgets import QMainWindow, QStackedWidget, QToolBar, QVBoxLayout, QWidget
from typing_extensions import override

from wfsgui.core.files.verdict_store import VerdictStore
from wfsgui.core.prefetch import Prefetch
from wfsgui.gui.actions.action_set import Actions
from wfsgui.gui.engine_api import Engine
from wfsgui.gui.help.welcome_page import WelcomePage
from wfsgui.gui.messages.message_bar import MessageBar
from wfsgui.gui.settings.settings import Settings
from wfsgui.gui.widgets.controls import is_under
from wfsgui.gui.window.layout_state import LayoutState, restore_place

if TYPE_CHECKING:
    from wfsgui.core.assess.inputs import ModelStar
    from wfsgui.gui.compare.compare_control import CompareControl
    from wfsgui.gui.decision.decision import DecisionParts
    from wfsgui.gui.decision.evidence_opener import EvidenceOpener
    from wfsgui.gui.decision.late_pages import LatePages
    from wfsgui.gui.decision.record_parts import RecordParts
    from wfsgui.gui.exposures.save_dialogs import SaveDialogs
    from wfsgui.gui.exposures.stage_presenter import StagePresenter
    from wfsgui.gui.messages.status_bar import Status
    from wfsgui.gui.visit.visit_parts import VisitParts
    from wfsgui.gui.widgets.pages import Pages
    from wfsgui.gui.window.close_question import CloseQuestion
    from wfsgui.gui.window.docks import Docks
    from wfsgui.gui.window.inspection import Inspection
    from wfsgui.gui.window.parts import WindowParts
    from wfsgui.gui.window.services import Services
    from wfsgui.gui.window.window_dialogs import WindowDialogs
    from wfsgui.gui.window.workspace import Workspace

__all__ = ["MainWindow", "WindowContext"]

_FIRST_IMAGE_MS: Final = 5000
_PAINT_MS: Final = 50
_TREND: Final = "trend.sqlite3"


@dataclass(frozen=True)
class WindowContext:
    """Objects that the program provides to the window.

    Attributes
    ----------
    settings : Settings
        The settings of the analyst.
    verdict_store : VerdictStore
        Keeps the verdicts of the analyst.
    folder : Path
        Folder of the session.
    start_demonstration : callable
        Opens the demonstration in another window, which has its own reference files.
    prefetch : Prefetch or None
        Reads the files that are opened first; None if that has not begun.
    trend : Path or None
        File of the trend database; None for a file beside the verdicts.
    model_star : ModelStar or None
        Computes the model star for Strehl ratios; None to leave these out.
    """

    settings: Settings
    verdict_store: VerdictStore
    folder: Path
    start_demonstration: Callable[[], None]
    prefetch: Prefetch | None = None
    trend: Path | None = None
    model_star: ModelStar | None = None


class MainWindow(QMainWindow):
    """The window: at first the welcome page only; `furnish` creates the rest.

    Parameters
    ----------
    make_engine : callable
        ``make_engine() -> Engine``: creates the calibration engine, when the window is on screen.
    context : WindowContext
        Settings, folders and verdicts.

    Attributes
    ----------
    services : Services
        Exposures, runs, files and threads; from `furnish` on.
    status : Status
        The status bar.
    messages : MessageBar
        Messages above the image.
    workspace, docks : Workspace, Docks
        Rail, verdict bar and image; the panels.
    pages : Pages
        The pages in the middle: the workspace and others.
    presenter : StagePresenter
        The stage on screen.
    compare : CompareControl
        The comparison of that stage with another one.
    inspection : Inspection
        Pixels, flags, measurements and exports of that stage.
    visit : VisitParts
        Backgrounds and parameter files of the exposures.
    dialogs : WindowDialogs
        Settings, help and recent files.
    decision : DecisionParts
        Everything that helps to decide.
    late_pages : LatePages
        Pages *Pair* and *Visit*.
    records : RecordParts
        Page *Trend*, and files of QUIP.
    evidence : EvidenceOpener
        Opens the dialog of the evidence.
    closed : Signal()
        The window has closed.
    settled : Signal()
        The first image is on screen, or did not come in time.
    """

    closed = Signal()
    settled = Signal()

    services: Services
    status: Status
    workspace: Workspace
    pages: Pages
    docks: Docks
    presenter: StagePresenter
    compare: CompareControl
    inspection: Inspection
    visit: VisitParts
    dialogs: WindowDialogs
    decision: DecisionParts
    late_pages: LatePages
    records: RecordParts
    evidence: EvidenceOpener
    _closing: CloseQuestion
    _memory: LayoutState

    def __init__(self, make_engine: Callable[[], Engine], context: WindowContext) -> None:
        super().__init__()
        self.settings = context.settings
        self._context = context
        self._prefetch = context.prefetch or Prefetch()
        self._make_engine = make_engine
        self.table = Actions(self)
        self.welcome = WelcomePage()
        self.messages = MessageBar()
        self.statusBar()
        self._pages = QStackedWidget()
        self._tool_bar = QToolBar("Tools")
        self._is_furnished = self._is_settled = False
        self._build()
        self._menus = self.table.fill_menu_bar(self.menuBar())
        restore_place(self, self.settings)

    def furnish(self) -> None:
        """Create everything behind the welcome page; must be called once, before files are opened."""
        # These imports take longer than everything before: the window is on screen by then.
        from wfsgui.gui.compare.compare_control import CompareControl
        from wfsgui.gui.exposures.save_dialogs import SaveDialogs
        from wfsgui.gui.exposures.stage_presenter import StagePresenter
        from wfsgui.gui.messages.status_bar import Status
        from wfsgui.gui.widgets.pages import Pages
        from wfsgui.gui.window.close_question import CloseQuestion
        from wfsgui.gui.window.docks import Docks
        from wfsgui.gui.window.inspection import Inspection
        from wfsgui.gui.window.notifications import Notifications
        from wfsgui.gui.window.parts import make_decision, make_visit
        from wfsgui.gui.window.services import Services
        from wfsgui.gui.window.window_dialogs import WindowDialogs
        from wfsgui.gui.window.workspace import Workspace

        context = self._context
        services = Services(
            self._make_engine(), context.folder, context.verdict_store, self._prefetch, context.model_star
        )
        self.services = services
        self.status = Status(self.statusBar())
        self.workspace = Workspace(services.render_worker)
        image = self.workspace.image
        self.pages = Pages()
        self.pages.add_page("image", "Image", self.workspace)
        self._pages.addWidget(self.pages)
        self.docks = Docks(self, services.measure_worker, services.read_worker)
        self.presenter = StagePresenter(
            services.open_exposures, image, services.read_worker, services.deferred, self._prefetch.read_image, self
        )
        self.compare = CompareControl(
            services.open_exposures,
            self.presenter,
            image,
            self.workspace.compare_bar,
            services.stars,
            services.read_worker,
        )
        self.inspection = Inspection(services, self.docks, image, self.presenter, self)
        saves = SaveDialogs(self, services.saver, self._output_folder)
        # Before `Wiring`: the checks of the exposure are measured before the effects of its steps.
        self.decision = make_decision(self, self.parts, self._context.verdict_store.folder)
        self._add_pages()
        self.visit = make_visit(self, self.parts, self._output_folder)
        self._closing = CloseQuestion(self, services, saves)
        self._memory = LayoutState(self, self.settings, self.docks, image)
        self.dialogs = WindowDialogs(self, self.parts)
        self._notifications = Notifications(services, self.messages, self.status, self.table["crds"].trigger, self)
        self._connect(self.parts, saves)
        self._memory.restore()
        self.show_workspace()
        self._is_furnished = True

    def _add_pages(self) -> None:
        from wfsgui.gui.window.parts import make_control, make_pages, make_records

        self.late_pages = make_pages(self, self.parts, self.decision)
        trend = self._context.trend or self._context.verdict_store.folder.with_name(_TREND)
        self.records = make_records(self, self.parts, self.decision, trend)
        self.control = make_control(self, self.parts, self.decision, self.late_pages)
        self.settled.connect(self.late_pages.prepare)
        self.settled.connect(self.control.prepare)
        self.late_pages.compared.connect(self.records.take_pair)
        self.records.pages_wanted.connect(lambda: self._pages.setCurrentWidget(self.pages))
        self.records.image_shown.connect(self.show_workspace)

    def open(self, paths: Sequence[Path]) -> None:
        """Open files and folders; returns at once."""
        self.services.opener.open(paths)

    def begin(self, paths: Sequence[Path]) -> None:
        """Open files; load the engine and do all other work when the first image is on screen.

        Parameters
        ----------
        paths : sequence of Path
            Files and folders; may be empty.
        """
        self.open(paths)
        if paths:
            self.services.hurry()
        self.workspace.image.rendered.connect(lambda: QTimer.singleShot(_PAINT_MS, self, self._settle))
        QTimer.singleShot(_FIRST_IMAGE_MS if paths else _PAINT_MS, self._settle)

    def _settle(self) -> None:
        if not self._is_settled:
            self._is_settled = True
            self.services.go_on()
            self.settled.emit()

    def show_workspace(self) -> None:
        """Show the exposures, or the welcome page if there are none."""
        some = bool(self.services.open_exposures.exposures)
        self._pages.setCurrentIndex(some)
        self._memory.show_panels(shown=some)
        self._tool_bar.setVisible(some)

    def reset_layout(self) -> None:
        """Restore the first layout of the panels."""
        self._memory.reset()

    def _build(self) -> None:
        self.setWindowTitle("wfsgui")
        self.setObjectName("main_window")
        self.setAcceptDrops(True)
        self._pages.addWidget(self.welcome)
        middle = QWidget()
        layout = QVBoxLayout(middle)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addWidget(self.messages)
        layout.addWidget(self._pages, stretch=1)
        self.setCentralWidget(middle)
        self._tool_bar.setObjectName("tool_bar")
        self._tool_bar.setMovable(False)
        # Shown as soon as an exposure is open.
        self._tool_bar.hide()
        # Hidden by the context menu, it could not be shown again.
        self._tool_bar.toggleViewAction().setVisible(False)
        self.addToolBar(self._tool_bar)
        self.table.fill_tool_bar(self._tool_bar)

    @property
    def parts(self) -> WindowParts:
        """The parts of the window; `furnish` must have been called."""
        from wfsgui.gui.window.parts import WindowParts

        return WindowParts(
            settings=self.settings,
            services=self.services,
            table=self.table,
            welcome=self.welcome,
            messages=self.messages,
            status=self.status,
            workspace=self.workspace,
            pages=self.pages,
            docks=self.docks,
            presenter=self.presenter,
            compare=self.compare,
            inspection=self.inspection,
        )

    def _connect(self, parts: WindowParts, saves: SaveDialogs) -> None:
        from wfsgui.gui.window.action_handlers import ActionHandlers
        from wfsgui.gui.window.parts import make_evidence
        from wfsgui.gui.window.wiring import Wiring

        can = ActionHandlers(self, parts, saves)
        display = self.workspace.image.display
        self.evidence = make_evidence(self, parts, self.decision, self.late_pages, self._output_folder)
        handlers = {
            **can.handlers(),
            **self.dialogs.handlers(),
            **self.visit.handlers(lambda: self.presenter.exposure),
            "demonstration": self._context.start_demonstration,
            "reset_layout": self.reset_layout,
            **self.late_pages.handlers(),
            **self.records.handlers(),
            **self.control.handlers(),
            "evidence": self.evidence.open,
        }
        switches: dict[str, Callable[[bool], object]] = {
            **can.switches(),
            "review": partial(self.settings.set, "review"),
        }
        self.table.connect_handlers(self.late_pages.routed(handlers), switches)
        self._menus["&File"].insertMenu(self.table["demonstration"], self.dialogs.recent_menu)
        self._menus["&View"].addSeparator()
        self._menus["&View"].addActions([dock.toggleViewAction() for dock in self.docks.all])
        self.table["lock"].setChecked(display.is_locked)
        for name in ("compass", "target"):
            self.table[name].setChecked(True)
        self.workspace.set_shortcuts(self.table)
        display.lock_changed.connect(self.table["lock"].setChecked)
        self.welcome.open_clicked.connect(self.table["open"].trigger)
        self.welcome.demonstration_clicked.connect(self.table["demonstration"].trigger)
        self._closing.agreed.connect(self.close)
        self.services.runner.load_failed.connect(self.welcome.set_status)
        saves.left_out.connect(self._notifications.note_left_out)
        saves.refused.connect(lambda sentence: self.messages.show_message(sentence, logging.WARNING))
        # The window takes every drop; fields and the image would take it otherwise.
        for child in self.findChildren(QWidget):
            child.setAcceptDrops(False)
        self._wiring = Wiring(parts, can, self.show_workspace, self)
        can.refresh()

    def _output_folder(self) -> Path | None:
        folder = self.settings.text("output_folder")
        return Path(folder).expanduser() if folder else None

    @override
    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        """Accept files of this machine."""
        if any(url.isLocalFile() for url in event.mimeData().urls()):
            event.acceptProposedAction()
            self.welcome.set_drag_active(active=True)

    @override
    def dragLeaveEvent(self, event: QDragLeaveEvent) -> None:
        """Show that nothing is dragged over the window any more."""
        self.welcome.set_drag_active(active=False)
        super().dragLeaveEvent(event)

    @override
    def dropEvent(self, event: QDropEvent) -> None:
        """Take the dropped files in a thread, because the file manager waits until this returns."""
        self.welcome.set_drag_active(active=False)
        paths = [Path(url.toLocalFile()) for url in event.mimeData().urls() if url.isLocalFile()]
        event.acceptProposedAction()
        place = self.mapToGlobal(event.position().toPoint())
        row, shown = self.docks.exposures.exposure_under(place), self.presenter.exposure
        on_screen = shown if is_under(self.workspace.image, place) else None
        self.control.sort_drop(paths, row or shown, lambda rest: self.visit.drops.take(rest, row, on_screen))

    @override
    def closeEvent(self, event: QCloseEvent) -> None:
        """Close; ask first if something would be lost."""
        if not self._is_furnished:
            event.accept()
            return
        if not self._closing.may_close:
            event.ignore()
            self._closing.ask()
            return
        self._memory.keep()
        # Ending the threads may take a while.
        self.hide()
        self.services.close()
        event.accept()
        self.closed.emit()
