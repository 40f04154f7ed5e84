"""Panel that lists regions and shows the measurement of the selected one."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QToolButton, QVBoxLayout, QWidget

from wfsgui.core.measure.measured import Measured
from wfsgui.core.model.exposure import Exposure
from wfsgui.core.regions.pixel_numbers import PixelNumbers
from wfsgui.core.regions.shapes import Shape
from wfsgui.gui.measure.measurement_view import MeasurementView
from wfsgui.gui.measure.region_list import RegionList
from wfsgui.gui.measure.region_list_view import RegionListView
from wfsgui.gui.threads.worker_thread import WorkerThread

__all__ = ["MeasurePanel"]


class MeasurePanel(QWidget):
    """Draw and list regions, and measure the selected one in the stage on screen.

    Parameters
    ----------
    worker : WorkerThread
        Thread that measures.
    regions : RegionList
        The regions.

    Attributes
    ----------
    regions : RegionList
        The regions.
    shape_chosen : Signal(Shape or None)
        Shape to draw next.
    star_asked : Signal()
        Request for a circle and an annulus at the star.
    open_asked, save_asked, table_asked : Signal()
        Requests to read a region file, to write one, and to save the result as a table.
    """

    shape_chosen = Signal(object)
    star_asked = Signal()
    open_asked = Signal()
    save_asked = Signal()
    table_asked = Signal()

    def __init__(self, worker: WorkerThread, regions: RegionList) -> None:
        super().__init__()
        self.setObjectName("measure_panel")
        self.regions = regions
        tip = "Drag over the image; a click draws a shape of the default size"
        self._shapes = {shape: _button(f"draw_{shape}", str(shape).capitalize(), tip) for shape in Shape}
        self._list, self._measurement = RegionListView(regions), MeasurementView(worker, regions)
        star = _button("find_star", "Star", "Put a circle and an annulus at the star")
        open_button, self._save = QPushButton("Open..."), QPushButton("Save...")
        open_button.setObjectName("regions_open")
        open_button.setToolTip("Read regions from a DS9 region file")
        self._save.setObjectName("regions_save")
        self._save.setToolTip("Write the regions to a DS9 region file")
        layout = QVBoxLayout(self)
        layout.addLayout(_row(*self._shapes.values(), star))
        layout.addWidget(self._list)
        layout.addLayout(_row(open_button, self._save))
        layout.addWidget(self._measurement, stretch=1)
        for shape, button in self._shapes.items():
            button.setCheckable(True)
            button.clicked.connect(lambda checked, shape=shape: self.shape_chosen.emit(shape if checked else None))
        star.clicked.connect(self.star_asked)
        open_button.clicked.connect(self.open_asked)
        self._save.clicked.connect(self.save_asked)
        self._measurement.table_asked.connect(self.table_asked)
        regions.changed.connect(self._enable)
        self._enable()

    def show_stage(self, exposure: Exposure | None, stage: str) -> None:
        """Measure in a stage; call again after the stage has changed."""
        self._measurement.show_stage(exposure, stage)

    def set_pixel_numbers(self, numbers: PixelNumbers) -> None:
        """Set the convention of pixel numbers."""
        self._list.set_pixel_numbers(numbers)
        self._measurement.set_pixel_numbers(numbers)

    def set_seen(self, seen: object) -> None:
        """Set whether the panel is visible; a hidden panel does not measure."""
        self._measurement.set_seen(seen=bool(seen))

    def set_shape(self, shape: Shape | None) -> None:
        """Show the shape that is drawn next."""
        for each, button in self._shapes.items():
            button.setChecked(each is shape)

    def table(self) -> Measured | None:
        """Return the result; None if there is none, or if the current request is not finished."""
        return self._measurement.table()

    def _enable(self) -> None:
        self._save.setEnabled(bool(self.regions.regions))


def _button(name: str, text: str, tip: str) -> QToolButton:
    button = QToolButton()
    button.setObjectName(name)
    button.setText(text)
    button.setToolTip(tip)
    return button


def _row(*widgets: QWidget) -> QHBoxLayout:
    row = QHBoxLayout()
    row.setSpacing(2)
    for widget in widgets:
        row.addWidget(widget)
    return row
