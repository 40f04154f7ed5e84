"""What the WCS tells, for the exposure on screen."""

from __future__ import annotations

from PySide6.QtCore import QObject

from wfsgui.core.model.exposure import Exposure
from wfsgui.core.sky.geometry import target_of
from wfsgui.gui.image.canvas import ImageCanvas
from wfsgui.gui.sky.ruler import Ruler
from wfsgui.gui.sky.sky_layer import SkyLayer
from wfsgui.gui.threads.worker_thread import WorkerThread

__all__ = ["SkyControl"]


class SkyControl(QObject):
    """Keep grid, compass, target and ruler in step with the image.

    Parameters
    ----------
    canvas : ImageCanvas
        The image that they lie over.
    worker : WorkerThread
        Thread in which positions are computed.
    parent : QObject
        Owner.

    Attributes
    ----------
    layer : SkyLayer
        Grid, compass and target.
    ruler : Ruler
        Measures distances.
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
        # Any step's metadata have it; the exposure as it came has none here.
        told = [each.metadata for each in exposure.stages.values() if each.metadata]
        self.layer.set_target(target_of(told[-1]) if told else None)
