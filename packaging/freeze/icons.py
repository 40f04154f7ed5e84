"""Icons of the desktop, made from the drawing in ``resources/icons``."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Final

__all__ = ["DRAWING", "HICOLOR_SIZES", "write_hicolor", "write_icon"]

DRAWING: Final = Path(__file__).parents[2] / "resources" / "icons" / "wfsgui.svg"

HICOLOR_SIZES: Final = (16, 22, 24, 32, 36, 48, 64, 72, 96, 128, 192, 256, 512)
"""Widths of the folders of the hicolor theme, pixels."""

_LARGEST: Final = 1024


def write_icon(path: Path, size: int = _LARGEST) -> Path:
    """Draw the application's icon.

    Parameters
    ----------
    path : Path
        A PNG file to write.
    size : int, optional
        Width and height, pixels.

    Returns
    -------
    Path
        The file.

    Raises
    ------
    OSError
        If it cannot be written.
    """
    # Drawing works without a screen.
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    from PySide6.QtCore import QRectF, Qt
    from PySide6.QtGui import QGuiApplication, QImage, QPainter
    from PySide6.QtSvg import QSvgRenderer

    application = QGuiApplication.instance() or QGuiApplication(["icons"])
    image = QImage(size, size, QImage.Format.Format_ARGB32)
    image.fill(Qt.GlobalColor.transparent)
    painter = QPainter(image)
    QSvgRenderer(str(DRAWING), application).render(painter, QRectF(0, 0, size, size))
    painter.end()
    path.parent.mkdir(parents=True, exist_ok=True)
    if not image.save(str(path)):
        raise OSError(f"The icon cannot be written to {path}; choose another folder.")
    return path


def write_hicolor(theme: Path, name: str) -> list[Path]:
    """Draw the icon of the application in every size of the hicolor theme, and copy the drawing beside them.

    Parameters
    ----------
    theme : Path
        The folder of the theme.
    name : str
        What the icon is called.

    Returns
    -------
    list of Path
        The files.
    """
    files = [write_icon(theme / f"{size}x{size}" / "apps" / f"{name}.png", size) for size in HICOLOR_SIZES]
    scalable = theme / "scalable" / "apps" / f"{name}.svg"
    scalable.parent.mkdir(parents=True, exist_ok=True)
    scalable.write_bytes(DRAWING.read_bytes())
    return [*files, scalable]
