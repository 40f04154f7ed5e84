"""Recording the view, and writing it as PNG, PDF or SVG."""

from __future__ import annotations

from collections.abc import Sequence
from math import sqrt
from pathlib import Path
from typing import Final, Protocol

from PySide6.QtCore import QByteArray, QIODevice, QMarginsF, QPoint, QRect, QSaveFile, QSize, QSizeF, Qt
from PySide6.QtGui import QImage, QImageWriter, QPageSize, QPaintDevice, QPainter, QPdfWriter, QPicture
from PySide6.QtSvg import QSvgGenerator
from PySide6.QtWidgets import QWidget

from wfsgui.core.errors import WfsguiError
from wfsgui.gui.export.colour_key import Key
from wfsgui.gui.export.page import Page

__all__ = ["KINDS", "Sheet", "ViewRecording", "record_view"]

KINDS: Final = {".png": "PNG image", ".pdf": "PDF document", ".svg": "SVG drawing"}
"""Suffixes of the files that can be written, and the names of their kinds."""

# Pixels of the file per pixel of the screen, and the greatest number of pixels.
_ENLARGEMENT: Final = 2.0
_MOST_PIXELS: Final = 6.4e7
# Points per inch.
_POINTS: Final = 72


class Sheet(Protocol):
    """Something that can be painted."""

    @property
    def size(self) -> QSize:
        """Width and height."""

    def paint(self, painter: QPainter) -> None:
        """Paint everything; the painter has the origin of the sheet."""


class ViewRecording:
    """Recording of a view; any kind of file may be written from it, in any thread.

    Parameters
    ----------
    page : Sheet
        Page to record.
    caption : sequence of str
        Paragraphs of the caption.
    ratio : float
        Device pixels per pixel of the screen.
    """

    def __init__(self, page: Sheet, caption: Sequence[str], ratio: float) -> None:
        self._size = page.size
        self._caption = tuple(caption)
        self._ratio = ratio
        self._record = QPicture()
        painter = QPainter(self._record)
        try:
            page.paint(painter)
        finally:
            # Without it, an exception in a layer would end the program when the record is destroyed.
            painter.end()

    def save(self, path: Path) -> Path:
        """Write a file atomically; an existing file is replaced.

        Parameters
        ----------
        path : Path
            The file; its suffix, one of `KINDS`, is the kind.

        Returns
        -------
        Path
            The same.

        Raises
        ------
        WfsguiError
            If the suffix is not one of `KINDS`, or the file cannot be written.
        """
        writers = {".png": self._write_image, ".pdf": self._write_document, ".svg": self._write_vectors}
        write = writers.get(path.suffix.lower())
        if write is None:
            raise WfsguiError(f"{path.name} is no picture; give it a name that ends in {', '.join(KINDS)}.")
        file = QSaveFile(str(path))
        if not (file.open(QIODevice.OpenModeFlag.WriteOnly) and write(file) and file.commit()):
            reason = file.errorString()
            file.cancelWriting()
            raise WfsguiError(
                f"{path.name} could not be written ({reason}); choose another folder, or free some memory."
            )
        return path

    def _write_image(self, device: QIODevice) -> bool:
        pixels = self._size.width() * self._size.height()
        enlargement = max(1.0, min(_ENLARGEMENT * self._ratio, sqrt(_MOST_PIXELS / pixels)))
        image = QImage(self._size * enlargement, QImage.Format.Format_RGB32)
        if image.isNull():
            return False
        image.setDevicePixelRatio(enlargement)
        image.fill(Qt.GlobalColor.white)
        image.setText("Description", "\n".join(self._caption))
        return self._replay(image) and QImageWriter(device, QByteArray(b"png")).write(image)

    def _write_document(self, device: QIODevice) -> bool:
        writer = QPdfWriter(device)
        writer.setResolution(self._record.logicalDpiX())
        points = QSizeF(self._size) * _POINTS / self._record.logicalDpiX()
        writer.setPageSize(QPageSize(points, QPageSize.Unit.Point, "", QPageSize.SizeMatchPolicy.ExactMatch))
        writer.setPageMargins(QMarginsF())
        writer.setTitle(self._title)
        return self._replay(writer)

    def _write_vectors(self, device: QIODevice) -> bool:
        generator = QSvgGenerator()
        generator.setOutputDevice(device)
        generator.setResolution(self._record.logicalDpiX())
        generator.setSize(self._size)
        generator.setViewBox(QRect(QPoint(), self._size))
        generator.setTitle(self._title)
        return self._replay(generator)

    @property
    def _title(self) -> str:
        return self._caption[0] if self._caption else ""

    def _replay(self, device: QPaintDevice) -> bool:
        painter = QPainter()
        if not painter.begin(device):
            return False
        # Otherwise a PDF would contain the image with lossy compression.
        painter.setRenderHint(QPainter.RenderHint.LosslessImageRendering)
        painter.fillRect(QRect(QPoint(), self._size), Qt.GlobalColor.white)
        self._record.play(painter)
        return painter.end()


def record_view(view: QWidget, caption: Sequence[str], key: Key | None = None) -> ViewRecording:
    """Record the image as it is on screen, with its layers.

    Parameters
    ----------
    view : QWidget
        A canvas, or a widget that contains one.
    caption : sequence of str
        Paragraphs beneath the image.
    key : Key, optional
        Meaning of the colours.

    Returns
    -------
    ViewRecording
        The recording.
    """
    return ViewRecording(Page(view, caption, key), caption, view.devicePixelRatioF())
