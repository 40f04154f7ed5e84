"""View of the selected region's measurement: its kind, its result, and buttons to copy and save the result."""

from __future__ import annotations

from typing import Final

from PySide6.QtCore import QTimer, Signal
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QComboBox, QHBoxLayout, QLabel, QPushButton, QScrollArea, QVBoxLayout, QWidget

from wfsgui.core.files.ecsv import as_text
from wfsgui.core.measure.measured import Measured, MeasureRequest, StageInput, View
from wfsgui.core.model.exposure import Exposure, Stage
from wfsgui.core.model.stages import title
from wfsgui.core.regions.pixel_numbers import FROM_1, PixelNumbers
from wfsgui.gui.measure.measure_thread import MeasureThread
from wfsgui.gui.measure.region_list import RegionList
from wfsgui.gui.measure.result_view import ResultView
from wfsgui.gui.threads.worker_thread import WorkerThread
from wfsgui.gui.widgets.theme import mute

__all__ = ["MeasurementView"]

_OUTDATED_MS: Final = 150
_EMPTY: Final = "Choose a shape and drag over the image, or find the star."
_PIXEL_AREA: Final = "meta.photometry.pixelarea_steradians"


class MeasurementView(QWidget):
    """Measure the selected region in the stage on screen and show the result.

    Parameters
    ----------
    worker : WorkerThread
        Thread that measures.
    regions : RegionList
        The regions.

    Attributes
    ----------
    table_asked : Signal()
        Request to save the result as a table.
    """

    table_asked = Signal()

    def __init__(self, worker: WorkerThread, regions: RegionList) -> None:
        super().__init__()
        self._regions = regions
        self._exposure: Exposure | None = None
        self._stage = ""
        self._numbers = FROM_1
        self._is_seen = True
        self._measured: Measured | None = None
        self._request: MeasureRequest | None = None
        self._is_current = False
        # The result of the previous request may stay for a moment, to avoid flicker.
        self._outdated = QTimer(self, singleShot=True, interval=_OUTDATED_MS)
        self._outdated.timeout.connect(self._show_measuring)
        self._measurer = MeasureThread(worker, self)
        self._view, self._result, self._convention = QComboBox(), ResultView(), QLabel()
        self._buttons = (QPushButton("Copy"), QPushButton("Save table..."))
        self._prepare()
        copy, save = self._buttons
        copy.clicked.connect(self._copy)
        save.clicked.connect(self.table_asked)
        self._view.currentTextChanged.connect(self._ask)
        regions.changed.connect(self._ask)
        self._measurer.measured.connect(self._take)
        self._measurer.failed.connect(self._take_error)
        self._ask()

    def show_stage(self, exposure: Exposure | None, stage: str) -> None:
        """Measure in a stage; call again after the stage has changed."""
        self._exposure, self._stage = exposure, stage
        self._ask()

    def set_pixel_numbers(self, numbers: PixelNumbers) -> None:
        """Set the convention of pixel numbers."""
        self._numbers = numbers
        self._convention.setText(f"{numbers.convention.capitalize()}.")
        self._ask()

    def set_seen(self, *, seen: bool) -> None:
        """Set whether the view is visible; a hidden view does not measure."""
        self._is_seen = seen
        self._ask()

    def table(self) -> Measured | None:
        """Return the result; None if there is none, or if the current request is not finished."""
        return self._measured if self._is_current else None

    def _copy(self) -> None:
        measured = self.table()
        if measured is not None:
            QGuiApplication.clipboard().setText(as_text(measured.columns, measured.units, measured.descriptions))

    def _ask(self) -> None:
        request = self._new_request() if self._is_seen else None
        if request is not None and self._request is not None and _key(request) == _key(self._request):
            return
        self._request, self._is_current = request, False
        self._measurer.ask(request)
        self._enable()
        if request is not None:
            self._outdated.start()
        else:
            self._show_message(_EMPTY if self._regions.selected is None else "There is no image to measure in.")

    def _new_request(self) -> MeasureRequest | None:
        exposure, selected = self._exposure, self._regions.selected
        if exposure is None or selected is None:
            return None
        images = {name: _input(stage) for name, stage in exposure.stages.items()}
        image = images.get(self._stage)
        if image is None:
            return None
        stages = tuple(each for each in images.values() if each is not None)
        view, annulus = View(self._view.currentText()), self._regions.annulus
        return MeasureRequest(view, selected.region, image, stages, numbers=self._numbers, annulus=annulus)

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
        for button in self._buttons:
            button.setEnabled(self.table() is not None)

    def _prepare(self) -> None:
        self._view.setObjectName("view")
        self._view.setAccessibleName("Kind of measurement")
        self._view.addItems([str(view) for view in View])
        self._convention.setObjectName("measure_convention")
        self._convention.setText(f"{self._numbers.convention.capitalize()}.")
        mute(self._convention)
        names = (("regions_copy", "Copy the result as a table"), ("regions_table", "Save the result as an ECSV table"))
        row = QHBoxLayout()
        row.setSpacing(2)
        for button, (name, tip) in zip(self._buttons, names, strict=True):
            button.setObjectName(name)
            button.setToolTip(tip)
            row.addWidget(button)
        scroll = QScrollArea()
        scroll.setWidgetResizable(True)
        scroll.setFrameShape(QScrollArea.Shape.NoFrame)
        scroll.setWidget(self._result)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self._view)
        layout.addWidget(scroll, stretch=1)
        layout.addWidget(self._convention)
        layout.addLayout(row)


def _key(request: MeasureRequest) -> tuple[object, ...]:
    images = [(each.name, id(each.image), each.pixel_area_sr) for each in (request.stage, *request.stages)]
    return request.view, request.region, request.annulus, request.numbers, images


def _input(stage: Stage) -> StageInput | None:
    if stage.image is None:
        return None
    try:
        area = float(stage.metadata.get(_PIXEL_AREA, ""))
    except ValueError:
        return StageInput(title(stage.name), stage.image, None)
    return StageInput(title(stage.name), stage.image, area)
