"""The panels around the image, as docks that can be moved, closed and put back."""

from __future__ import annotations

from itertools import pairwise
from typing import Final

from PySide6.QtCore import Qt, QTimer
from PySide6.QtWidgets import QDockWidget, QMainWindow, QTabWidget, QWidget

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

# In widths of a letter, so that they fit the font.
_LIST_WIDTH: Final = 55
_INSPECTOR_WIDTH: Final = 52
# Nine rows of pixels, and what is above them.
_PIXEL_LINES: Final = 16
_AREAS: Final = {
    "exposures": Qt.DockWidgetArea.LeftDockWidgetArea,
    "pixels": Qt.DockWidgetArea.BottomDockWidgetArea,
}


class Docks:
    """The exposure list on the left, the panels about the image on the right, the pixels at the cursor below.

    Parameters
    ----------
    window : QMainWindow
        The window.
    worker : WorkerThread
        Where what they show is measured.

    Attributes
    ----------
    model : ListModel
        What the list shows.
    regions : RegionList
        The regions that are measured.
    exposures, step, preflight, dq, measure, header, log, pixels : QWidget
        The panels.
    """

    def __init__(self, window: QMainWindow, worker: WorkerThread) -> None:
        self._window = window
        self.model = ListModel(window)
        self.exposures = ExposureList(self.model)
        self.step = StepPanel()
        self.preflight = PreflightPanel()
        self.dq = DqPanel(worker)
        self.regions = RegionList(window)
        self.measure = MeasurePanel(worker, self.regions)
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
        """Show a panel and put it before those that share its place."""
        self._docks[name].show()
        self._docks[name].raise_()
        if name == "pixels":
            line = self._window.fontMetrics().lineSpacing()
            self._window.resizeDocks([self._docks[name]], [_PIXEL_LINES * line], Qt.Orientation.Vertical)

    def is_up(self, name: str) -> bool:
        """Whether a panel can be seen."""
        return not self._docks[name].visibleRegion().isEmpty()

    def toggle(self, name: str) -> None:
        """Show a panel, or hide it where it is in front."""
        if self.is_up(name):
            self._docks[name].hide()
        else:
            self.bring_up(name)

    def set_shown(self, *, shown: bool) -> None:
        """Show or hide all of them."""
        for dock in self.all:
            dock.setVisible(shown)

    def reset(self) -> None:
        """Put every panel where it was at first."""
        for name, dock in self._docks.items():
            dock.setFloating(False)
            # One beneath the other they would make the window higher than the screen, even for a moment.
            self._window.removeDockWidget(dock)
            if name in _AREAS:
                self._window.addDockWidget(_AREAS[name], dock)
        tabs = [dock for name, dock in self._docks.items() if name not in _AREAS]
        self._window.addDockWidget(Qt.DockWidgetArea.RightDockWidgetArea, tabs[0])
        for dock, following in pairwise(tabs):
            self._window.tabifyDockWidget(dock, following)
        for name, dock in self._docks.items():
            # The pixels take a part of the image's room: they are there when they are asked for.
            dock.setVisible(name != "pixels")
        self._docks["step"].raise_()
        # Once the window has its own size: before, there is nothing to share out.
        QTimer.singleShot(0, self._window, self._share_out)

    def _share_out(self) -> None:
        letter = self._window.fontMetrics().averageCharWidth()
        self._window.resizeDocks(
            [self._docks["exposures"], self._docks["step"]],
            [_LIST_WIDTH * letter, _INSPECTOR_WIDTH * letter],
            Qt.Orientation.Horizontal,
        )

    def _dock(self, name: str, title: str, widget: QWidget) -> QDockWidget:
        dock = QDockWidget(title, self._window)
        # The name under which the window remembers where it was.
        dock.setObjectName(f"{name}_dock")
        dock.setWidget(widget)
        return dock
