"""Panels around the image, as docks that can be moved and closed."""

from __future__ import annotations

from collections.abc import Callable
from itertools import pairwise
from typing import Final

from PySide6.QtCore import QEvent, QObject, Qt, QTimer
from PySide6.QtGui import QMouseEvent
from PySide6.QtWidgets import QDockWidget, QMainWindow, QTabBar, QTabWidget, QWidget
from typing_extensions import override

from wfsgui.gui.dq.panel import DqPanel
from wfsgui.gui.exposures.list_model import ListModel
from wfsgui.gui.exposures.list_panel import ExposureList
from wfsgui.gui.header.panel import HeaderPanel
from wfsgui.gui.log.panel import LogPanel
from wfsgui.gui.measure.panel import MeasurePanel
from wfsgui.gui.measure.region_list import RegionList
from wfsgui.gui.pixels.panel import PixelTable
from wfsgui.gui.steps.panel import StepPanel
from wfsgui.gui.threads.worker_thread import WorkerThread
from wfsgui.gui.verdict.panel import VerdictPanel
from wfsgui.gui.visit.preflight_panel import PreflightPanel

__all__ = ["Docks"]

# Widths in letters, so that they fit the font.
_LIST_WIDTH: Final = 55
_INSPECTOR_WIDTH: Final = 52
# Nine rows of pixels, and the heading above them.
_PIXEL_LINES: Final = 16
_AREAS: Final = {
    "exposures": Qt.DockWidgetArea.LeftDockWidgetArea,
    "pixels": Qt.DockWidgetArea.BottomDockWidgetArea,
}


class _ColumnWidths(QObject):
    """Give the columns of a window the widths that they are to have, until the analyst drags a separator.

    This is not possible before the panels and their tabs are laid out, which Qt does when they are shown in a visible
    window. A window may also get its size later, from the window manager or from the least size of its content.

    Parameters
    ----------
    window : QMainWindow
        The window.
    columns : callable
        ``columns()``: wanted width of a panel of each column, pixels; empty if they are not laid out.
    """

    def __init__(self, window: QMainWindow, columns: Callable[[], dict[QDockWidget, int]]) -> None:
        super().__init__(window)
        self._window, self._columns = window, columns
        self._is_on = False
        # Width of the window for which the columns have their widths.
        self._done_for = -1
        self._due = QTimer(self)
        self._due.setSingleShot(True)
        self._due.setInterval(0)
        self._due.timeout.connect(self._share)
        window.installEventFilter(self)

    def begin(self) -> None:
        """Set the widths now, or as soon as that is possible, and again whenever the window has another width."""
        self._is_on, self._done_for = True, -1
        self._due.start()

    def end(self) -> None:
        """Leave the widths as they are."""
        self._is_on = False

    @override
    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Note that the window is laid out or has another size, and that the analyst drags a separator."""
        match event:
            case QMouseEvent() if event.type() is QEvent.Type.MouseButtonPress:
                # Separators are no widgets.
                if self._window.childAt(event.position().toPoint()) is None:
                    self.end()
            case _ if event.type() in (QEvent.Type.Show, QEvent.Type.Resize, QEvent.Type.LayoutRequest):
                self._due.start()
        return super().eventFilter(watched, event)

    def _share(self) -> None:
        for bar in _tab_bars(self._window):
            # A title that is cut says nothing; the bar has buttons to scroll. Setting it asks for the next layout.
            if bar.elideMode() is not Qt.TextElideMode.ElideNone:
                bar.setElideMode(Qt.TextElideMode.ElideNone)
        width = self._window.width()
        if not self._is_on or width == self._done_for or not self._window.isVisible():
            return
        columns = self._columns()
        if columns:
            self._done_for = width
            self._window.resizeDocks(list(columns), self._fitted(columns), Qt.Orientation.Horizontal)

    def _fitted(self, columns: dict[QDockWidget, int]) -> list[int]:
        """Return the wanted widths, or what the image leaves of them: each column loses the same share."""
        least = [dock.minimumSizeHint().width() for dock in columns]
        more = [max(wanted - own, 0) for wanted, own in zip(columns.values(), least, strict=True)]
        image = self._window.centralWidget()
        room = max(self._window.width() - (image.minimumSizeHint().width() if image else 0) - sum(least), 0)
        share = min(room / max(sum(more), 1), 1.0)
        return [own + int(share * extra) for own, extra in zip(least, more, strict=True)]


class Docks:
    """The exposure list on the left, the panels for the image on the right, the pixel values below.

    Parameters
    ----------
    window : QMainWindow
        The window.
    measure_worker, read_worker : WorkerThread
        Threads that measure, and that read files.

    Attributes
    ----------
    model : ListModel
        Model of the exposure list.
    regions : RegionList
        The measured regions.
    exposures, verdict, step, preflight, dq, measure, header, log, pixels : QWidget
        The panels.
    """

    def __init__(self, window: QMainWindow, measure_worker: WorkerThread, read_worker: WorkerThread) -> None:
        self._window = window
        self.model = ListModel(window)
        self.exposures = ExposureList(self.model)
        self.verdict = VerdictPanel()
        self.step = StepPanel(read_worker)
        self.preflight = PreflightPanel()
        self.dq = DqPanel(measure_worker)
        self.regions = RegionList(window)
        self.measure = MeasurePanel(measure_worker, self.regions)
        self.pixels = PixelTable()
        self.header = HeaderPanel()
        self.log = LogPanel()
        window.setTabPosition(Qt.DockWidgetArea.AllDockWidgetAreas, QTabWidget.TabPosition.North)
        window.setDockOptions(QMainWindow.DockOption.AllowTabbedDocks | QMainWindow.DockOption.AllowNestedDocks)
        self._docks = {
            "exposures": self._dock("exposures", "Exposures", self.exposures),
            "verdict": self._dock("verdict", "Verdict", self.verdict),
            "step": self._dock("step", "Step", self.step),
            "preflight": self._dock("preflight", "Preflight", self.preflight),
            "dq": self._dock("dq", "DQ", self.dq),
            "measure": self._dock("measure", "Measure", self.measure),
            "header": self._dock("header", "Header", self.header),
            "log": self._dock("log", "Log", self.log),
            "pixels": self._dock("pixels", "Pixels", self.pixels),
        }
        for name, panel in (("dq", self.dq), ("measure", self.measure), ("header", self.header), ("log", self.log)):
            self._docks[name].visibilityChanged.connect(panel.set_seen)
        self._docks["preflight"].visibilityChanged.connect(self.preflight.set_seen)
        self._docks["verdict"].visibilityChanged.connect(self.verdict.set_seen)
        self._widths = _ColumnWidths(window, self._columns)
        self.reset()

    @property
    def all(self) -> tuple[QDockWidget, ...]:
        """Every dock."""
        return tuple(self._docks.values())

    def add(self, name: str, title: str, widget: QWidget) -> None:
        """Add a panel behind the last one of the right column; it is hidden until it is brought up.

        Parameters
        ----------
        name : str
            Name of the panel, which is unique.
        title : str
            Its title.
        widget : QWidget
            Its content.
        """
        last = self._docks["log"]
        dock = self._docks[name] = self._dock(name, title, widget)
        self._window.addDockWidget(Qt.DockWidgetArea.RightDockWidgetArea, dock)
        self._window.tabifyDockWidget(last, dock)
        dock.hide()

    def bring_up(self, name: str) -> None:
        """Show a panel, in front of the panels in the same place."""
        self._docks[name].show()
        self._docks[name].raise_()
        if name == "pixels":
            line = self._window.fontMetrics().lineSpacing()
            self._window.resizeDocks([self._docks[name]], [_PIXEL_LINES * line], Qt.Orientation.Vertical)

    def is_up(self, name: str) -> bool:
        """Whether a panel is visible."""
        return not self._docks[name].visibleRegion().isEmpty()

    def toggle(self, name: str) -> None:
        """Show a panel, or hide it if it is visible."""
        if self.is_up(name):
            self._docks[name].hide()
        else:
            self.bring_up(name)

    def set_shown(self, *, shown: bool) -> None:
        """Show or hide all panels."""
        for dock in self.all:
            dock.setVisible(shown)

    def reset(self) -> None:
        """Restore the first layout."""
        for name, dock in self._docks.items():
            dock.setFloating(False)
            # All panels one below the other would make the window higher than the screen for a moment.
            self._window.removeDockWidget(dock)
            if name in _AREAS:
                self._window.addDockWidget(_AREAS[name], dock)
        tabs = [dock for name, dock in self._docks.items() if name not in _AREAS]
        self._window.addDockWidget(Qt.DockWidgetArea.RightDockWidgetArea, tabs[0])
        for dock, following in pairwise(tabs):
            self._window.tabifyDockWidget(dock, following)
        for name, dock in self._docks.items():
            # The pixel panel takes room from the image: it is shown on request.
            dock.setVisible(name != "pixels")
        self._docks["verdict"].raise_()
        self._widths.begin()

    def keep_widths(self) -> None:
        """Do not change the widths of the panels any more: they are those of the analyst."""
        self._widths.end()

    def _columns(self) -> dict[QDockWidget, int]:
        """Return the wanted width of the panels that set the width of their column; none before they are laid out."""
        letter = self._window.fontMetrics().averageCharWidth()
        bars = [bar for bar in _tab_bars(self._window) if bar.isVisible()]
        tabs = max((bar.sizeHint().width() for bar in bars), default=0)
        wanted = {"exposures": _LIST_WIDTH * letter, "verdict": max(_INSPECTOR_WIDTH * letter, tabs)}
        columns = {self._docks[name]: width for name, width in wanted.items()}
        return columns if tabs and all(map(self._is_column, columns)) else {}

    def _is_column(self, dock: QDockWidget) -> bool:
        return not (dock.isFloating() or dock.isHidden())

    def _dock(self, name: str, title: str, widget: QWidget) -> QDockWidget:
        dock = QDockWidget(title, self._window)
        # QMainWindow stores the place of the dock under this name.
        dock.setObjectName(f"{name}_dock")
        dock.setWidget(widget)
        return dock


def _tab_bars(window: QMainWindow) -> list[QTabBar]:
    """Return the tab bars of panels that share a place."""
    return list(window.findChildren(QTabBar, options=Qt.FindChildOption.FindDirectChildrenOnly))
