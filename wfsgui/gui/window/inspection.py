"""Pixel, DQ and measurement panels, and the overlays of the image, for the stage on screen."""

from __future__ import annotations

from functools import partial
from typing import Final

from PySide6.QtCore import QObject, QPointF
from PySide6.QtWidgets import QWidget

from wfsgui.core.model.engine_info import EngineInfo
from wfsgui.core.model.exposure import Exposure
from wfsgui.core.regions.pixel_numbers import FROM_1, PixelNumbers
from wfsgui.core.regions.shapes import Circle
from wfsgui.gui.dq.flag_layer import FlagLayer
from wfsgui.gui.export.export_dialog import ExportDialog, ExportSubject
from wfsgui.gui.export.subject import describe
from wfsgui.gui.exposures.stage_presenter import StagePresenter
from wfsgui.gui.image.pixel_mark import PixelMark
from wfsgui.gui.image.pixel_probe import Hover
from wfsgui.gui.image.view import ImageView
from wfsgui.gui.measure.measure_control import MeasureControl
from wfsgui.gui.sky.sky_control import SkyControl
from wfsgui.gui.window.docks import Docks
from wfsgui.gui.window.services import Services
from wfsgui.gui.window.table_export import TableExport

__all__ = ["Inspection"]

# Screen pixels for one image pixel at which single pixels can be seen.
_CLOSE: Final = 16.0


class Inspection(QObject):
    """Connect the pixel, DQ and measurement panels and the overlays with the image.

    Parameters
    ----------
    services : Services
        Threads and stars.
    docks : Docks
        The panels.
    image : ImageView
        The image.
    presenter : StagePresenter
        The exposure and the stage on screen.
    parent : QWidget
        Parent of the dialogs.

    Attributes
    ----------
    measures : MeasureControl
        Regions and measurements.
    sky : SkyControl
        Grid, compass, target and ruler.
    tables : TableExport
        Export of tables.
    exports : ExportDialog
        Export of the view.
    """

    def __init__(
        self, services: Services, docks: Docks, image: ImageView, presenter: StagePresenter, parent: QWidget
    ) -> None:
        super().__init__(parent)
        canvas, files = image.canvas, services.file_worker
        self._presenter, self._stars = presenter, services.stars
        self._image, self._canvas = image, canvas
        self._dq, self._pixels, self._measure = docks.dq, docks.pixels, docks.measure
        self._flag_layer = FlagLayer(canvas, services.measure_worker, self)
        self._mark = PixelMark(canvas)
        self.measures = MeasureControl(
            docks.measure, partial(docks.bring_up, "measure"), canvas, presenter, services.stars, files, parent
        )
        self.sky = SkyControl(canvas, services.read_worker, self)
        self.tables = TableExport(docks, presenter, files, services.deferred, parent)
        self._measure.table_asked.connect(self.tables.save)
        self._numbers = FROM_1
        self.exports = ExportDialog(parent, canvas, self.export_subject, files, self._is_settled)
        services.open_exposures.removed.connect(self.measures.forget)
        self._stars.found.connect(self._take_star)
        self._dq.overlay_changed.connect(self._flag_layer.set_overlay)
        self._dq.pixel_wanted.connect(self.fly_to)
        self._image.hovered.connect(self._point)
        self._canvas.clicked.connect(self._pin)
        self._pixels.pin_changed.connect(self._show_mark)

    def show_stage(self, exposure: Exposure | None, stage: str) -> None:
        """Show a stage in the panels and overlays."""
        self.measures.show_exposure(exposure)
        self.sky.show_stage(exposure, stage)
        image = exposure.stages[stage].image if exposure is not None else None
        self._flag_layer.set_image(image)
        self._dq.set_star(self._star_of(exposure))
        self._dq.show_stage(exposure, stage)
        self._measure.show_stage(exposure, stage)
        self._pixels.show_exposure(exposure)
        self._show_mark()

    def set_engine_info(self, facts: EngineInfo) -> None:
        """Set flag names and meanings, once the engine is loaded."""
        self._dq.set_engine_info(facts)

    def set_pixel_numbers(self, numbers: PixelNumbers) -> None:
        """Set how pixels are numbered, in panels, tables and captions."""
        self._numbers = numbers
        for each in (self._pixels, self._measure, self.tables):
            each.set_pixel_numbers(numbers)

    def fly_to(self, x: int, y: int) -> None:
        """Centre the view on a pixel, with a zoom at which single pixels can be seen."""
        self._canvas.look_at(QPointF(x + 0.5, y + 0.5), max(self._canvas.scale, _CLOSE))
        self._pixels.pin(x, y)

    def export_subject(self) -> ExportSubject | None:
        """Describe the view for its export; None if there is no image."""
        return describe(self._presenter, self._image, self._numbers)

    def _is_settled(self) -> bool:
        """Whether image, flags and grid of the chosen stage are on screen."""
        layers = self._flag_layer.is_pending or self.sky.layer.is_pending
        return not (self._image.is_drawing or layers)

    def _star_of(self, exposure: Exposure | None) -> Circle | None:
        return self._stars.circle(exposure) if exposure is not None else None

    def _take_star(self, exposure: Exposure) -> None:
        if exposure is self._presenter.exposure:
            self._dq.set_star(self._star_of(exposure))

    def _point(self, hover: Hover | None) -> None:
        self._pixels.point((hover.x, hover.y) if hover is not None else None)

    def _pin(self, point: QPointF) -> None:
        if self._pixels.isVisible():
            self._pixels.pin(int(point.x() // 1), int(point.y() // 1))
        else:
            # The values are hidden: a click only removes the mark of a flagged pixel.
            self._pixels.unpin()

    def _show_mark(self) -> None:
        self._mark.show_pixel(self._pixels.pinned)
