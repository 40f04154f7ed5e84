"""Widths of labels whose text must never be cut."""

from __future__ import annotations

import re
from math import ceil
from typing import Final

from PySide6.QtGui import QFont, QFontMetricsF

__all__ = ["width_of"]

_DIGITS: Final = "0123456789"
_SIGNS: Final = "+-"


def width_of(font: QFont, *texts: str) -> int:
    """Return the width that holds any of some texts without a cut.

    Digits stand for any digit and signs for any sign: in a proportional font they differ in width.

    Parameters
    ----------
    font : QFont
        The font that the text is drawn in.
    *texts : str
        The longest texts, for example ``x 00000  y 00000``.

    Returns
    -------
    int
        Pixels of the screen, rounded up: an advance is not a whole number of pixels, and `QFontMetrics` rounds it to
        the nearest one.
    """
    metrics = QFontMetricsF(font)
    digit, sign = (max(group, key=metrics.horizontalAdvance) for group in (_DIGITS, _SIGNS))
    widest = {re.sub(r"[0-9]", digit, re.sub(r"[+-]", sign, text)) for text in texts}
    return ceil(max(map(metrics.horizontalAdvance, widest)))
