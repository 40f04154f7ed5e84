"""Layer of coloured flagged pixels over the image."""

from __future__ import annotations

from dataclasses import dataclass
from math import ceil
from typing import Final

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QObject, QRectF, QTimer
from PySide6.QtGui import QImage, QPainter
from PySide6.QtWidgets import QGraphicsItem, QStyleOptionGraphicsItem, QWidget
from typing_extensions import override

from wfsgui.core.model.step_image import StepImage
from wfsgui.gui.canvas.image_canvas import ImageCanvas
from wfsgui.gui.dq.flag_overlay import FlagOverlay, overlay_index, reduced
from wfsgui.gui.threads.worker_thread import Job, WorkerThread

__all__ = ["FlagLayer"]

_HEIGHT: Final = 1.0
_CLEAR: Final = 0
_OUTDATED_MS: Final = 100


class FlagLayer(QObject):
    """Draw flagged pixels in the colours of their flags over the image.

    Parameters
    ----------
    canvas : ImageCanvas
        Canvas of the image.
    worker : WorkerThread
        Thread in which the layer is drawn.
    parent : QObject, optional
        Owner.
    """

    def __init__(self, canvas: ImageCanvas, worker: WorkerThread, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._canvas, self._worker = canvas, worker
        self._image: StepImage | None = None
        self._overlay = FlagOverlay()
        self._wanted: _FlagRequest | None = None
        self._job: Job | None = None
        # The flags of the previous image may stay over the new one for a moment only.
        self._outdated = QTimer(self)
        self._outdated.setSingleShot(True)
        self._outdated.setInterval(_OUTDATED_MS)
        self._item = _FlagItem()
        self._outdated.timeout.connect(self._item.clear)
        canvas.add_layer(self._item, height=_HEIGHT)
        canvas.scale_changed.connect(self._request)

    @property
    def is_pending(self) -> bool:
        """Whether the flags over the image are not yet the requested ones."""
        return self._job is not None

    def set_image(self, step_image: StepImage | None) -> None:
        """Show the flags of an image; None for no image."""
        if step_image is not None and self._image is not None and step_image.dq.shape != self._image.dq.shape:
            self._item.clear()
        is_other = step_image is not self._image
        self._image = step_image
        self._request()
        if is_other and self._job is not None:
            self._outdated.start()

    def set_overlay(self, overlay: FlagOverlay) -> None:
        """Set the flags to show, their colours and opacity."""
        self._overlay = overlay
        self._item.setOpacity(overlay.opacity)
        self._request()

    def _request(self) -> None:
        """Request the flag image that is needed now, unless it is there or requested already."""
        wanted = self._needed()
        if wanted == self._wanted:
            return
        if self._job is not None:
            self._job.cancel()
        self._wanted, self._job = wanted, None
        if wanted is None:
            self._outdated.stop()
            self._item.clear()
            return
        # The thread may keep its last job; the job must not keep the image in memory.
        handed = [wanted]
        self._job = self._worker.submit(lambda: _painted(handed.pop()), self._take, self._fail)

    def _take(self, flags: _FlagImage) -> None:
        self._job = None
        self._outdated.stop()
        self._item.show_image(flags)

    def _fail(self, error: BaseException) -> None:
        self._job = None
        self._item.clear()
        raise error

    def _needed(self) -> _FlagRequest | None:
        if self._image is None or not self._overlay.entries:
            return None
        # Rounded up: every block covers at least one pixel of the screen.
        block = max(ceil(1 / self._canvas.scale), 1)
        colours = tuple(colour.rgba() for _, colour in self._overlay.entries)
        return _FlagRequest(self._image, self._overlay.bits, colours, block)


@dataclass(frozen=True)
class _FlagRequest:
    """Flags to draw, their colours, and the number of pixels in each direction that are drawn as one."""

    image: StepImage
    bits: tuple[int, ...]
    colours: tuple[int, ...]
    block: int


@dataclass(frozen=True, eq=False)
class _FlagImage:
    """Flags as an image, and its rectangle on the canvas; rows run upwards, as on the canvas."""

    image: QImage
    area: QRectF


def _painted(wanted: _FlagRequest) -> _FlagImage:
    image = _as_image(reduced(overlay_index(wanted.image.dq, wanted.bits), wanted.block), wanted.colours)
    # Blocks at the upper and right edge may extend beyond the image: if cut, they could become invisible.
    return _FlagImage(image, QRectF(0, 0, image.width() * wanted.block, image.height() * wanted.block))


def _as_image(index: NDArray[np.uint8], colours: tuple[int, ...]) -> QImage:
    height, width = index.shape
    image = QImage(np.ascontiguousarray(index).data, width, height, width, QImage.Format.Format_Indexed8)
    image.setColorTable([_CLEAR, *colours])
    # In the format that is drawn fastest; a copy, as the first image uses the memory of the array.
    return image.convertToFormat(QImage.Format.Format_ARGB32_Premultiplied)


class _FlagItem(QGraphicsItem):
    """Graphics item of the flag image."""

    def __init__(self) -> None:
        super().__init__()
        self._flags: _FlagImage | None = None
        self.hide()

    def show_image(self, flags: _FlagImage) -> None:
        """Show a flag image."""
        self.prepareGeometryChange()
        self._flags = flags
        self.show()
        self.update()

    def clear(self) -> None:
        """Show no flags."""
        self._flags = None
        self.hide()

    @override
    def boundingRect(self) -> QRectF:
        """Return the rectangle of the flag image."""
        return QRectF(self._flags.area) if self._flags is not None else QRectF()

    @override
    def paint(self, painter: QPainter, _option: QStyleOptionGraphicsItem, _widget: QWidget | None = None) -> None:
        """Draw the flag image without smoothing."""
        if self._flags is not None:
            painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform, on=False)
            painter.drawImage(self._flags.area, self._flags.image)
