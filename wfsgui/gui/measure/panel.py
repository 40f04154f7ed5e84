"""Panel that lists regions and shows the measurements of the selected one."""

from __future__ import annotations

from typing import Final

from PySide6.QtCore import QTimer, Signal
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import (
    QComboBox,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QScrollArea,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from wfsgui.core.files.ecsv import as_text
from wfsgui.core.measure.measured import Measured, MeasureRequest, StageInput, View
from wfsgui.core.model.exposure import Exposure, Stage
from wfsgui.core.model.stages import title
from wfsgui.core.regions.pixel_numbers import FROM_1, PixelNumbers
from wfsgui.core.regions.shapes import Shape
from wfsgui.gui.measure.measure_thread import MeasureThread
from wfsgui.gui.measure.region_list import RegionList
from wfsgui.gui.measure.region_list_view import RegionListView
from wfsgui.gui.measure.result_view import ResultView
from wfsgui.gui.threads.worker_thread import WorkerThread
from wfsgui.gui.widgets.theme import mute

__all__ = ["MeasurePanel"]

_OUTDATED_MS: Final = 150
_EMPTY: Final = "Choose a shape and drag over the image, or find the star."
_PIXEL_AREA: Final = "meta.photometry.pixelarea_steradians"


class MeasurePanel(QWidget):
    """Measure the selected region in the stage on screen.

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
        self._exposure: Exposure | None = None
        self._stage = ""
        self._numbers = FROM_1
        self._is_seen = True
        self._measured: Measured | None = None
        self._request: MeasureRequest | None = None
        self._is_current = False
        # The result of the previous request may stay for a moment, to avoid flicker.
        self._outdated = QTimer(self)
        self._outdated.setSingleShot(True)
        self._outdated.setInterval(_OUTDATED_MS)
        self._outdated.timeout.connect(self._show_measuring)
        self._measurer = MeasureThread(worker, self)
        self._shapes = {shape: _button(f"draw_{shape}", str(shape).capitalize()) for shape in Shape}
        self._star = _button("find_star", "Star", "Put a circle and an annulus at the star")
        self._list, self._view, self._result = RegionListView(regions), QComboBox(), ResultView()
        self._convention = QLabel()
        self._files = {
            "open": QPushButton("Open..."),
            "save": QPushButton("Save..."),
            "copy": QPushButton("Copy"),
            "table": QPushButton("Save table..."),
        }
        self._prepare()
        self._arrange()
        self._connect()
        self._refresh()

    def show_stage(self, exposure: Exposure | None, stage: str) -> None:
        """Measure in a stage; call again after the stage has changed."""
        self._exposure, self._stage = exposure, stage
        self._ask()

    def set_pixel_numbers(self, numbers: PixelNumbers) -> None:
        """Set the convention of pixel numbers."""
        self._numbers = numbers
        self._convention.setText(f"{numbers.convention.capitalize()}.")
        self._list.set_pixel_numbers(numbers)
        self._ask()

    def set_seen(self, seen: object) -> None:
        """Set whether the panel is visible; a hidden panel does not measure."""
        self._is_seen = bool(seen)
        self._ask()

    def set_shape(self, shape: Shape | None) -> None:
        """Show the shape that is drawn next."""
        for each, button in self._shapes.items():
            button.setChecked(each is shape)

    def table(self) -> Measured | None:
        """Return the result; None if there is none, or if the current request is not finished."""
        return self._measured if self._is_current else None

    def copy(self) -> None:
        """Copy the result as a table."""
        measured = self.table()
        if measured is not None:
            QGuiApplication.clipboard().setText(as_text(measured.columns, measured.units, measured.descriptions))

    def _refresh(self) -> None:
        self._files["save"].setEnabled(bool(self.regions.regions))
        self._ask()

    def _ask(self) -> None:
        request = self._new_request() if self._is_seen else None
        if request is not None and _is_same(request, self._request):
            return
        self._request, self._is_current = request, False
        self._measurer.ask(request)
        self._enable()
        if request is not None:
            self._outdated.start()
        else:
            self._show_message(_EMPTY if self.regions.selected is None else "There is no image to measure in.")

    def _new_request(self) -> MeasureRequest | None:
        exposure, selected = self._exposure, self.regions.selected
        if exposure is None or selected is None:
            return None
        images = {name: _image(stage) for name, stage in exposure.stages.items()}
        image = images.get(self._stage)
        if image is None:
            return None
        stages = tuple(each for each in images.values() if each is not None)
        view = View(self._view.currentText())
        return MeasureRequest(view, selected.region, image, stages, numbers=self._numbers, annulus=self.regions.annulus)

    def _take(self, request: MeasureRequest, measured: Measured) -> None:
        # Results of previous positions are shown while a region is dragged, results of another image are not.
        if self._request is None or request.stage.image is not self._request.stage.image:
            return
        self._measured, self._is_current = measured, request is self._request
        if self._is_current:
            self._outdated.stop()
        self._result.show_measured(measured)
        self._enable()

    def _take_error(self, request: MeasureRequest, text: str) -> None:
        if request is self._request:
            self._outdated.stop()
            self._show_message(text)

    def _show_measuring(self) -> None:
        if not self._is_current and self._request is not None:
            self._show_message("Measuring...")

    def _show_message(self, text: str) -> None:
        self._measured, self._is_current = None, False
        self._result.show_message(text)
        self._enable()

    def _enable(self) -> None:
        for name in ("copy", "table"):
            self._files[name].setEnabled(self.table() is not None)

    def _prepare(self) -> None:
        for button in self._shapes.values():
            button.setCheckable(True)
            button.setToolTip("Drag over the image; a click draws a shape of the default size")
        self._convention.setObjectName("measure_convention")
        mute(self._convention)
        self._convention.setText(f"{self._numbers.convention.capitalize()}.")
        self._view.setObjectName("view")
        self._view.setAccessibleName("Kind of measurement")
        self._view.addItems([str(view) for view in View])
        tips = {
            "open": "Read regions from a DS9 region file",
            "save": "Write the regions to a DS9 region file",
            "copy": "Copy the result as a table",
            "table": "Save the result as an ECSV table",
        }
        for name, file_button in self._files.items():
            file_button.setObjectName(f"regions_{name}")
            file_button.setToolTip(tips[name])

    def _arrange(self) -> None:
        scroll = QScrollArea()
        scroll.setWidgetResizable(True)
        scroll.setFrameShape(QScrollArea.Shape.NoFrame)
        scroll.setWidget(self._result)
        layout = QVBoxLayout(self)
        layout.addLayout(_row(*self._shapes.values(), self._star))
        layout.addWidget(self._list)
        layout.addLayout(_row(*(self._files[name] for name in ("open", "save"))))
        layout.addWidget(self._view)
        layout.addWidget(scroll, stretch=1)
        layout.addWidget(self._convention)
        layout.addLayout(_row(*(self._files[name] for name in ("copy", "table"))))

    def _connect(self) -> None:
        for shape, button in self._shapes.items():
            button.clicked.connect(lambda checked, shape=shape: self.shape_chosen.emit(shape if checked else None))
        self._star.clicked.connect(self.star_asked)
        self._files["open"].clicked.connect(self.open_asked)
        self._files["save"].clicked.connect(self.save_asked)
        self._files["table"].clicked.connect(self.table_asked)
        self._files["copy"].clicked.connect(self.copy)
        self._view.currentTextChanged.connect(self._ask)
        self.regions.changed.connect(self._refresh)
        self._measurer.measured.connect(self._take)
        self._measurer.failed.connect(self._take_error)


def _is_same(one: MeasureRequest, other: MeasureRequest | None) -> bool:
    return other is not None and _key(one) == _key(other)


def _key(request: MeasureRequest) -> tuple[object, ...]:
    images = [(each.name, id(each.image), each.pixel_area_sr) for each in (request.stage, *request.stages)]
    return request.view, request.region, request.annulus, request.numbers, images


def _image(stage: Stage) -> StageInput | None:
    if stage.image is None:
        return None
    try:
        area = float(stage.metadata.get(_PIXEL_AREA, ""))
    except ValueError:
        return StageInput(title(stage.name), stage.image, None)
    return StageInput(title(stage.name), stage.image, area)


def _button(name: str, text: str, tip: str = "") -> QToolButton:
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
