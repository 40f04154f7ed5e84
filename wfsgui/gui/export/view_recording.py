"""Exporting the view as a picture: PNG, PDF or SVG."""

from __future__ import annotations

from collections.abc import Sequence
from math import sqrt
from pathlib import Path
from typing import Final

from PySide6.QtCore import QByteArray, QIODevice, QMarginsF, QPoint, QRect, QSaveFile, QSizeF, Qt
from PySide6.QtGui import QImage, QImageWriter, QPageSize, QPaintDevice, QPainter, QPdfWriter, QPicture
from PySide6.QtSvg import QSvgGenerator
from PySide6.QtWidgets import QWidget

from wfsgui.core.errors import WfsguiError
from wfsgui.gui.export.colour_key import Key
from wfsgui.gui.export.page import Page

__all__ = ["KINDS", "ViewRecording", "export_view", "record_view"]

KINDS: Final = {".png": "PNG image", ".pdf": "PDF document", ".svg": "SVG drawing"}
"""Endings of the files that can be written, and what they are."""

# Pixels of the picture to one of the screen, unless that makes too many of them.
_ENLARGEMENT: Final = 2.0
_MOST_PIXELS: Final = 6.4e7
# To the inch.
_POINTS: Final = 72


class ViewRecording:
    """A view as it was when it was drawn; it may be written in another thread, as any kind of picture.

    Parameters
    ----------
    page : Page
        What to draw.
    caption : sequence of str
        What is written on it.
    ratio : float
        Pixels of the device per pixel of the screen.
    """

    def __init__(self, page: Page, caption: Sequence[str], ratio: float) -> None:
        self._size = page.size
        self._caption = tuple(caption)
        self._ratio = ratio
        self._record = QPicture()
        painter = QPainter(self._record)
        page.paint(painter)
        painter.end()

    def save(self, path: Path) -> Path:
        """Write a file, which is there when it is complete and not before; one of that name is replaced.

        Parameters
        ----------
        path : Path
            The file; its ending, one of `KINDS`, says what it becomes.

        Returns
        -------
        Path
            The same.

        Raises
        ------
        WfsguiError
            If there is no such kind of picture, or it cannot be written.
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
        # Without this a PDF would have the image compressed as a photograph is.
        painter.setRenderHint(QPainter.RenderHint.LosslessImageRendering)
        painter.fillRect(QRect(QPoint(), self._size), Qt.GlobalColor.white)
        self._record.play(painter)
        return painter.end()


def record_view(view: QWidget, caption: Sequence[str], key: Key | None = None) -> ViewRecording:
    """Draw the image as it is on screen, with what is drawn over it.

    Parameters
    ----------
    view : QWidget
        A canvas, or what one is in.
    caption : sequence of str
        Paragraphs to write beneath.
    key : Key, optional
        What the colours mean.

    Returns
    -------
    ViewRecording
        What can be written.
    """
    return ViewRecording(Page(view, caption, key), caption, view.devicePixelRatioF())


def export_view(view: QWidget, path: Path, caption: Sequence[str], key: Key | None = None) -> None:
    """Write the image as it is on screen, with what is drawn over it.

    Parameters
    ----------
    view : QWidget
        A canvas, or what one is in.
    path : Path
        The file; its ending says what it becomes. One of that name is replaced.
    caption : sequence of str
        Paragraphs to write beneath.
    key : Key, optional
        What the colours mean.

    Raises
    ------
    WfsguiError
        If there is no such kind of picture, or the file cannot be written.
    """
    record_view(view, caption, key).save(path)
