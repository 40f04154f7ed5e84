"""Shows the regions of the star on the image, and measures again when the analyst moves them."""

from __future__ import annotations

from PySide6.QtCore import QObject
from PySide6.QtGui import QAction

from wfsgui.core.assess.results import StarRegions
from wfsgui.core.model.exposure import Exposure
from wfsgui.gui.assess.assessments import Assessments
from wfsgui.gui.canvas.image_canvas import ImageCanvas
from wfsgui.gui.verdict.region_layer import StarRegionLayer
from wfsgui.gui.verdict.region_tool import StarRegionTool

__all__ = ["RegionControl"]


class RegionControl(QObject):
    """Connect overlay and tool with the assessments.

    Parameters
    ----------
    canvas : ImageCanvas
        Canvas of the image.
    assessments : Assessments
        Assessments of the exposures.
    action : QAction
        Switch of the overlay. It follows the panel until the analyst has used it.
    parent : QObject
        Owner.

    Attributes
    ----------
    layer : StarRegionLayer
        The overlay.
    """

    def __init__(self, canvas: ImageCanvas, assessments: Assessments, action: QAction, parent: QObject) -> None:
        super().__init__(parent)
        self._assessments, self._action = assessments, action
        self.layer, self._tool = StarRegionLayer(canvas), StarRegionTool(canvas)
        self._exposure: Exposure | None = None
        self._stage = ""
        self._follows_panel = True
        self.layer.show_handles(shown=True)
        action.triggered.connect(self._leave_panel)
        action.toggled.connect(self._show)
        self._tool.dragged.connect(self.layer.show_regions)
        self._tool.dropped.connect(self._take_dropped)
        assessments.known.connect(self._take)
        assessments.failed.connect(self._take)
        assessments.choice_changed.connect(self._take)

    def show_stage(self, exposure: Exposure | None, stage: str) -> None:
        """Show the regions of a stage."""
        if exposure is not self._exposure:
            # They may not stay until those of this exposure are known.
            self._put(None)
        self._exposure, self._stage = exposure, stage
        self._show()

    def follow_panel(self, seen: object) -> None:
        """Show the regions while the panel is seen, unless the analyst has chosen otherwise."""
        if self._follows_panel:
            self._action.setChecked(bool(seen))

    def _leave_panel(self) -> None:
        self._follows_panel = False

    def _take(self, exposure: Exposure, _stage: str = "") -> None:
        if exposure is self._exposure:
            self._show()

    def _show(self) -> None:
        exposure = self._exposure
        if exposure is None or not self._action.isChecked():
            self._put(None)
            return
        assessment = self._assessments.find(exposure, self._stage) or self._assessments.latest(exposure)
        if assessment is not None:
            self._put(assessment.regions)
        elif not self._assessments.is_awaited(exposure, self._stage):
            self._put(None)

    def _put(self, regions: StarRegions | None) -> None:
        self._tool.set_regions(regions)
        if not self._tool.is_dragging:
            self.layer.show_regions(regions)

    def _take_dropped(self, regions: StarRegions) -> None:
        if self._exposure is None:
            return
        signal = regions.signal if "signal" in regions.by_analyst else None
        background = regions.background if "background" in regions.by_analyst else None
        self._assessments.set_regions(self._exposure, signal, background)
