"""Panels around the image, as docks that can be moved and closed."""

from __future__ import annotations

from itertools import pairwise
from typing import Final

from PySide6.QtCore import Qt, QTimer
from PySide6.QtWidgets import QDockWidget, QMainWindow, QTabBar, QTabWidget, QWidget

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
    exposures, step, preflight, dq, measure, header, log, pixels : QWidget
        The panels.
    """

    def __init__(self, window: QMainWindow, measure_worker: WorkerThread, read_worker: WorkerThread) -> None:
        self._window = window
        self.model = ListModel(window)
        self.exposures = ExposureList(self.model)
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
        self.reset()

    @property
    def all(self) -> tuple[QDockWidget, ...]:
        """Every dock."""
        return tuple(self._docks.values())

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
        self._docks["step"].raise_()
        # After the window has got its size.
        QTimer.singleShot(0, self._window, self._share_out)

    def _share_out(self) -> None:
        letter = self._window.fontMetrics().averageCharWidth()
        self._window.resizeDocks(
            [self._docks["exposures"], self._docks["step"]],
            [_LIST_WIDTH * letter, max(_INSPECTOR_WIDTH * letter, self._tabs_width())],
            Qt.Orientation.Horizontal,
        )

    def _tabs_width(self) -> int:
        """Return the width at which no title of a panel is abbreviated, in pixels."""
        bars = self._window.findChildren(QTabBar, options=Qt.FindChildOption.FindDirectChildrenOnly)
        return max((bar.sizeHint().width() for bar in bars), default=0)

    def _dock(self, name: str, title: str, widget: QWidget) -> QDockWidget:
        dock = QDockWidget(title, self._window)
        # QMainWindow stores the place of the dock under this name.
        dock.setObjectName(f"{name}_dock")
        dock.setWidget(widget)
        return dock
