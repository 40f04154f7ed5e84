"""What the WCS tells, for the exposure on screen."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject

from wfsgui.core.sky_measures import target_of
from wfsgui.core.worklist import Exposure
from wfsgui.gui.ruler import Ruler
from wfsgui.gui.sky_layer import SkyLayer

if TYPE_CHECKING:
    from wfsgui.gui.main_window import MainWindow

__all__ = ["SkyControl"]


class SkyControl(QObject):
    """Keep grid, compass, target and ruler in step with the image.

    Parameters
    ----------
    window : MainWindow
        The window, with its image made.

    Attributes
    ----------
    layer : SkyLayer
        Grid, compass and target.
    ruler : Ruler
        Measures distances.
    """

    def __init__(self, window: MainWindow) -> None:
        super().__init__(window)
        canvas = window.workspace.image.canvas
        self.layer = SkyLayer(canvas, window.services.look_lane)
        self.ruler = Ruler(canvas)
        window.presenter.shown.connect(self._show)

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
