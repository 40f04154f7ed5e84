"""What the WCS tells, for the exposure on screen."""

from __future__ import annotations

from PySide6.QtCore import QObject

from wfsgui.core.model.exposure import Exposure
from wfsgui.core.sky.geometry import target_of
from wfsgui.gui.exposures.stage_presenter import Presenter
from wfsgui.gui.image.canvas import ImageCanvas
from wfsgui.gui.sky.ruler import Ruler
from wfsgui.gui.sky.sky_layer import SkyLayer
from wfsgui.gui.threads.worker_thread import Lane

__all__ = ["SkyControl"]


class SkyControl(QObject):
    """Keep grid, compass, target and ruler in step with the image.

    Parameters
    ----------
    canvas : ImageCanvas
        The image that they lie over.
    presenter : Presenter
        Which stage of which exposure is on screen.
    lane : Lane
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

    def __init__(self, canvas: ImageCanvas, presenter: Presenter, lane: Lane, parent: QObject) -> None:
        super().__init__(parent)
        self.layer = SkyLayer(canvas, lane)
        self.ruler = Ruler(canvas)
        presenter.shown.connect(self._show)

    def _show(self, exposure: Exposure | None, stage: str) -> None:
        frame = exposure.stages[stage].frame if exposure is not None else None
        if exposure is None or frame is None:
            self.layer.set_sky(None, (0, 0))
            self.ruler.set_sky(None)
            return
        height, width = frame.sci.shape
        self.layer.set_sky(exposure.sky, (height, width))
        self.ruler.set_sky(exposure.sky)
        # Any step's metadata have it; the exposure as it came has none here.
        told = [each.metadata for each in exposure.stages.values() if each.metadata]
        self.layer.set_target(target_of(told[-1]) if told else None)
