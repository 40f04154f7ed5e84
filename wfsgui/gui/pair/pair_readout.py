"""Line with the values of a pair at the cursor."""

from __future__ import annotations

from math import floor, hypot, isfinite, nan

from PySide6.QtCore import QPointF, Qt
from PySide6.QtWidgets import QLabel, QSizePolicy

from wfsgui.core.regions.pixel_numbers import FROM_1, PixelNumbers
from wfsgui.gui.dq.flag_names import flag_names
from wfsgui.gui.pair.comparing import ComparedPair
from wfsgui.gui.widgets.theme import mute
from wfsgui.gui.widgets.tokens import GRID

__all__ = ["PairReadout", "readout_text"]

_HINT = "Point at a pixel to read A, B and their difference."
_LINES = 3


class PairReadout(QLabel):
    """Show the values of the three images, and the flags, at the pixel under the cursor."""

    def __init__(self) -> None:
        super().__init__(_HINT)
        self.setObjectName("pair_readout")
        self.setAccessibleName("Values of the pair under the cursor")
        self.setTextFormat(Qt.TextFormat.PlainText)
        self.setWordWrap(True)
        self.setAlignment(Qt.AlignmentFlag.AlignTop | Qt.AlignmentFlag.AlignLeft)
        self.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        # Of one height, so that the images do not move with the cursor.
        self.setFixedHeight(_LINES * self.fontMetrics().lineSpacing())
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        self.setContentsMargins(2 * GRID, 0, 2 * GRID, 0)
        mute(self)
        self._numbers = FROM_1
        self._pair: ComparedPair | None = None
        self._point: QPointF | None = None

    def show_pair(self, pair: ComparedPair | None) -> None:
        """Set the pair to read; None for none."""
        self._pair = pair
        self._show()

    def set_pixel_numbers(self, numbers: PixelNumbers) -> None:
        """Set how pixels are numbered."""
        self._numbers = numbers
        self._show()

    def point(self, point: QPointF | None) -> None:
        """Show the pixel at a position of the images; None when the cursor has left."""
        self._point = point
        self._show()

    def _show(self) -> None:
        text = ""
        if self._pair is not None and self._point is not None:
            text = readout_text(self._pair, floor(self._point.x()), floor(self._point.y()), self._numbers)
        self.setText(text or _HINT)


def readout_text(pair: ComparedPair, x: int, y: int, numbers: PixelNumbers = FROM_1) -> str:
    """Return the values and flags of a pixel.

    Parameters
    ----------
    pair : ComparedPair
        The pair.
    x, y : int
        Pixel of the cut-outs, counted from 0.
    numbers : PixelNumbers
        How pixels are numbered.

    Returns
    -------
    str
        Pixel of A, the three values with their unit, the difference in standard deviations, flags of A and of B, and
        the contrast at which a companion would be found; empty outside of the images.
    """
    first, second, difference = pair.images
    height, width = first.sci.shape
    if not (0 <= x < width and 0 <= y < height):
        return ""
    corner = pair.comparison.corner
    place = numbers.place(corner[0] + x, corner[1] + y)
    values = [f"{name} {_number(image.sci[y, x])}" for name, image in (("A", first), ("B", second))]
    sigma = _number(pair.significance.sci[y, x])
    shown = f"A \N{MINUS SIGN} B {_number(difference.sci[y, x])} {first.unit}".rstrip()
    flags = [f"{name}: {_flags(image.dq[y, x])}" for name, image in (("A", first), ("B", second))]
    parts = (place, *values, f"{shown} ({sigma} \N{GREEK SMALL LETTER SIGMA})", *flags, *_limit(pair, x, y))
    return "  \N{MIDDLE DOT}  ".join(parts)


def _limit(pair: ComparedPair, x: int, y: int) -> list[str]:
    """Return the contrast at which a companion would be found here, in a list; an empty one if that is not known."""
    search, star = pair.comparison.search, pair.star
    limit = search.limit_at(hypot(x - star[0], y - star[1])) if search is not None else nan
    return [f"companion limit {limit:.2g}"] if isfinite(limit) else []


def _flags(dq: int) -> str:
    return ", ".join(flag_names(int(dq))) or "no flag"


def _number(value: float) -> str:
    return f"{value:.5g}" if isfinite(value) else "no value"
