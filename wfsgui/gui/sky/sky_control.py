"""Controller of grid, compass, target and ruler for the exposure on screen."""

from __future__ import annotations

from PySide6.QtCore import QObject

from wfsgui.core.model.exposure import Exposure
from wfsgui.core.sky.geometry import target_of
from wfsgui.gui.canvas.image_canvas import ImageCanvas
from wfsgui.gui.sky.ruler import Ruler
from wfsgui.gui.sky.sky_layer import SkyLayer
from wfsgui.gui.threads.worker_thread import WorkerThread

__all__ = ["SkyControl"]


class SkyControl(QObject):
    """Update grid, compass, target and ruler with the image on screen.

    Parameters
    ----------
    canvas : ImageCanvas
        Canvas of the image.
    worker : WorkerThread
        Thread that computes positions.
    parent : QObject
        Owner.

    Attributes
    ----------
    layer : SkyLayer
        Grid, compass and target.
    ruler : Ruler
        Tool that measures distances.
    """

    def __init__(self, canvas: ImageCanvas, worker: WorkerThread, parent: QObject) -> None:
        super().__init__(parent)
        self.layer = SkyLayer(canvas, worker)
        self.ruler = Ruler(canvas)

    def show_stage(self, exposure: Exposure | None, stage: str) -> None:
        """Show grid, compass and target of a stage."""
        image = exposure.stages[stage].image if exposure is not None else None
        if exposure is None or image is None:
            self.layer.set_wcs(None, (0, 0))
            self.ruler.set_wcs(None)
            return
        height, width = image.sci.shape
        self.layer.set_wcs(exposure.wcs, (height, width))
        self.ruler.set_wcs(exposure.wcs)
        # The metadata of every step have the target; the input stage has no metadata.
        metadata = [each.metadata for each in exposure.stages.values() if each.metadata]
        self.layer.set_target(target_of(metadata[-1]) if metadata else None)
