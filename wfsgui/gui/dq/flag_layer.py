"""The flags over the image."""

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
from wfsgui.gui.dq.flag_overlay import FlagOverlay, overlay_index, reduced
from wfsgui.gui.image.canvas import ImageCanvas
from wfsgui.gui.threads.worker_thread import Job, WorkerThread

__all__ = ["FlagLayer"]

_HEIGHT: Final = 1.0
_CLEAR: Final = 0
_OUTDATED_MS: Final = 100


class FlagLayer(QObject):
    """Colour the pixels that have flags.

    Parameters
    ----------
    canvas : ImageCanvas
        Where the image is.
    worker : WorkerThread
        Where the colours are put in their places.
    parent : QObject, optional
        Owner.
    """

    def __init__(self, canvas: ImageCanvas, worker: WorkerThread, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._canvas, self._worker = canvas, worker
        self._image: StepImage | None = None
        self._overlay = FlagOverlay()
        self._wanted: _Wanted | None = None
        self._job: Job | None = None
        # What lies over the image may be that of the image before for a moment, not for longer.
        self._outdated = QTimer(self)
        self._outdated.setSingleShot(True)
        self._outdated.setInterval(_OUTDATED_MS)
        self._item = _FlagItem()
        self._outdated.timeout.connect(self._item.clear)
        canvas.add_layer(self._item, height=_HEIGHT)
        canvas.scale_changed.connect(self._ask)

    @property
    def is_pending(self) -> bool:
        """Whether the flags over the image are not yet those that were asked for."""
        return self._job is not None

    def set_image(self, step_image: StepImage | None) -> None:
        """Show the flags of another frame; None for no frame."""
        if step_image is not None and self._image is not None and step_image.dq.shape != self._image.dq.shape:
            self._item.clear()
        is_other = step_image is not self._image
        self._image = step_image
        self._ask()
        if is_other and self._job is not None:
            self._outdated.start()

    def set_overlay(self, overlay: FlagOverlay) -> None:
        """Show other flags, or show them in another way."""
        self._overlay = overlay
        self._item.setOpacity(overlay.opacity)
        self._ask()

    def _ask(self) -> None:
        """Have the image made that is wanted now, unless that is there or on its way."""
        wanted = self._want()
        if wanted == self._wanted:
            return
        if self._job is not None:
            self._job.cancel()
        self._wanted, self._job = wanted, None
        if wanted is None:
            self._outdated.stop()
            self._item.clear()
            return
        # The lane may hold on to its last job; it must not hold the frame with it.
        handed = [wanted]
        self._job = self._worker.submit(lambda: _painted(handed.pop()), self._take, self._fail)

    def _take(self, picture: _FlagImage) -> None:
        self._job = None
        self._outdated.stop()
        self._item.show_picture(picture)

    def _fail(self, error: BaseException) -> None:
        self._job = None
        self._item.clear()
        raise error

    def _want(self) -> _Wanted | None:
        if self._image is None or not self._overlay.entries:
            return None
        # From the next whole number of pixels: one pixel of the screen or more for every block.
        block = max(ceil(1 / self._canvas.scale), 1)
        colours = tuple(colour.rgba() for _, colour in self._overlay.entries)
        return _Wanted(self._image, self._overlay.bits, colours, block)


@dataclass(frozen=True)
class _Wanted:
    """What is to be painted: the flags of a frame, their colours, and the pixels that become one."""

    image: StepImage
    bits: tuple[int, ...]
    colours: tuple[int, ...]
    block: int


@dataclass(frozen=True, eq=False)
class _FlagImage:
    """Flags as an image, and the room that it takes over the image; rows run upwards, as on the canvas."""

    image: QImage
    room: QRectF


def _painted(wanted: _Wanted) -> _FlagImage:
    image = _as_image(reduced(overlay_index(wanted.image.dq, wanted.bits), wanted.block), wanted.colours)
    # Blocks at the far edges may stick out, by less than a pixel of the screen or two: cut, they might get lost.
    return _FlagImage(image, QRectF(0, 0, image.width() * wanted.block, image.height() * wanted.block))


def _as_image(index: NDArray[np.uint8], colours: tuple[int, ...]) -> QImage:
    height, width = index.shape
    image = QImage(np.ascontiguousarray(index).data, width, height, width, QImage.Format.Format_Indexed8)
    image.setColorTable([_CLEAR, *colours])
    # Drawn as it is, on any zoom; a copy, for the first image is a view of numpy's memory.
    return image.convertToFormat(QImage.Format.Format_ARGB32_Premultiplied)


class _FlagItem(QGraphicsItem):
    """An image of flags over the image."""

    def __init__(self) -> None:
        super().__init__()
        self._picture: _FlagImage | None = None
        self.hide()

    def show_picture(self, picture: _FlagImage) -> None:
        """Show it."""
        self.prepareGeometryChange()
        self._picture = picture
        self.show()
        self.update()

    def clear(self) -> None:
        """Show nothing."""
        self._picture = None
        self.hide()

    @override
    def boundingRect(self) -> QRectF:
        """Take as much room as the image, or little more."""
        return QRectF(self._picture.room) if self._picture is not None else QRectF()

    @override
    def paint(self, painter: QPainter, _option: QStyleOptionGraphicsItem, _widget: QWidget | None = None) -> None:
        """Draw pixels as squares."""
        if self._picture is not None:
            painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform, on=False)
            painter.drawImage(self._picture.room, self._picture.image)
