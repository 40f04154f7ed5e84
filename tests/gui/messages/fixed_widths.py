"""Print which labels of fixed width are cut at one scale of the screen; run by a test for each scale.

The scale of a screen can only be set before the application starts.
"""

from __future__ import annotations

import json
import sys
from dataclasses import replace

from PySide6.QtGui import QFont, QFontDatabase
from PySide6.QtWidgets import QApplication, QLabel, QLineEdit

from wfsgui.core.model.step_image import SkyPosition
from wfsgui.gui.display.levels_bar import LevelEdit
from wfsgui.gui.image.pixel_probe import Hover
from wfsgui.gui.messages.readout import Readout

_HOVER = Hover(0, 0, 1.0, None, "MJy/sr", 0, "SCI", None)
_PIXELS = ((1978, 1834), (2047, 2047), (1110, 1111), (12344, 17776), (88887, 99998))
_SKIES = (
    SkyPosition(ra=80.0, dec=-69.5, v2=-1234.56, v3=-1888.88),
    SkyPosition(ra=359.99999, dec=66.6666666, v2=-1000.08, v3=-1444.44),
    SkyPosition(ra=11.1111111, dec=-48.0888888, v2=120.52, v3=-527.38),
)
_LEVELS = (-1.2345e-5, -8.8888e-12, 1.4444e20, 123456.0, -0.00012345)
_FIXED = ("readout_pixel", "readout_counted", "readout_sky", "readout_v2v3")
_SIZES = (7.0, 9.0, 10.5, 12.0, 15.0)
_FAMILIES = ("DejaVu Sans", "DejaVu Serif", "DejaVu Sans Condensed", "Liberation Sans", "Noto Sans", "Cantarell")


def _cut_readings() -> list[str]:
    readout = Readout()
    readout.resize(1600, 40)
    readout.show()
    found = []
    for x, y in _PIXELS:
        for sky in _SKIES:
            readout.show_hover(replace(_HOVER, x=x, y=y, position=sky))
            QApplication.processEvents()
            labels = (readout.findChild(QLabel, name) for name in _FIXED)
            found += [label.text() for label in labels if isinstance(label, QLabel) and "…" in label.text()]
            if f"x {x + 1}  y {y + 1}" not in readout.text():
                found.append(f"{x + 1} {y + 1} is not read")
    readout.close()
    return found


def _cut_levels() -> list[str]:
    edit = LevelEdit("low")
    edit.show()
    found = []
    for level in _LEVELS:
        edit.show_level(level)
        if _scrolls(edit):
            found.append(edit.text())
    edit.close()
    return found


def _scrolls(edit: QLineEdit) -> bool:
    """Whether the text is too long: its beginning is hidden if the cursor is at its end."""
    edit.setCursorPosition(len(edit.text()))
    end = edit.cursorRect().center().x()
    edit.setCursorPosition(0)
    return end - edit.cursorRect().center().x() < edit.fontMetrics().horizontalAdvance(edit.text()) - 2


def main() -> None:
    """Try every font in every size, and print the cut labels and the scale."""
    application = QApplication(sys.argv)
    default = application.font().family()
    families = [default, *(name for name in _FAMILIES if name in QFontDatabase.families())]
    cut = []
    for family in families:
        for size in _SIZES:
            font = QFont(family)
            font.setPointSizeF(size)
            application.setFont(font)
            cut += [f"{family} {size}: {text}" for text in (*_cut_readings(), *_cut_levels())]
    print(json.dumps({"cut": cut, "scale": application.devicePixelRatio(), "fonts": len(families)}))


if __name__ == "__main__":
    main()
