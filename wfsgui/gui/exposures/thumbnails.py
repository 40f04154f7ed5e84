"""Thumbnails of the exposures for the list."""

from __future__ import annotations

import logging
from functools import partial
from typing import Final

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QColor, QImage

from wfsgui.core.files.planes import read_sci
from wfsgui.core.image.display import thumbnail
from wfsgui.core.model.exposure import Exposure
from wfsgui.gui.exposures.open_exposures import OpenExposures
from wfsgui.gui.threads.worker_thread import WorkerThread
from wfsgui.gui.widgets.theme import NAN_COLOUR

__all__ = ["Thumbnails"]

log = logging.getLogger(__name__)

_SIZE: Final = 128
_NAN_INDEX: Final = 255


class Thumbnails(QObject):
    """Make a thumbnail of every exposure that is opened.

    Parameters
    ----------
    open_exposures : OpenExposures
        The exposures.
    worker : WorkerThread
        Thread that reads and reduces the images.
    parent : QObject, optional
        Owner.

    Attributes
    ----------
    made : Signal(str, QImage)
        The thumbnail of the exposure with this key.
    """

    made = Signal(str, object)

    def __init__(self, open_exposures: OpenExposures, worker: WorkerThread, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._open_exposures = open_exposures
        self._worker = worker
        open_exposures.added.connect(self._make)

    def _make(self, exposures: list[Exposure]) -> None:
        for exposure in exposures:
            work = partial(self._reduced, exposure)
            self._worker.submit(work, partial(self._take, exposure.key), partial(_leave_out, exposure))

    def _reduced(self, exposure: Exposure) -> QImage | None:
        # In the worker thread; the exposure may have been removed meanwhile.
        if not self._open_exposures.holds(exposure):
            return None
        return _picture(thumbnail(read_sci(exposure.product.science.path), _SIZE))

    def _take(self, key: str, picture: QImage | None) -> None:
        if picture is not None:
            self.made.emit(key, picture)


def _leave_out(exposure: Exposure, error: BaseException) -> None:
    # The list shows a placeholder; the error is shown when the exposure is opened on screen.
    log.info("No thumbnail of %s: %s", exposure.product.name, error)


def _picture(index: NDArray[np.uint8]) -> QImage:
    height, width = index.shape
    # Row 0 of an exposure is at the bottom.
    upright = np.ascontiguousarray(index[::-1])
    picture = QImage(upright.tobytes(), width, height, width, QImage.Format.Format_Indexed8)
    greys = [QColor(level, level, level).rgb() for level in range(_NAN_INDEX)]
    picture.setColorTable([*greys, QColor(NAN_COLOUR).rgb()])
    # A copy, because the image uses the memory of numpy.
    return picture.copy()
