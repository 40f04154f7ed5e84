"""Widths of labels whose text must not be cut."""

from __future__ import annotations

import re
from math import ceil
from typing import Final

from PySide6.QtGui import QFont, QFontMetricsF

__all__ = ["width_of"]

_DIGITS: Final = "0123456789"
_SIGNS: Final = "+-"


def width_of(font: QFont, *texts: str) -> int:
    """Return the width in which each of some texts fits.

    A digit stands for any digit and a sign for any sign: in a proportional font their widths differ.

    Parameters
    ----------
    font : QFont
        Font of the label.
    *texts : str
        The longest texts, for example ``x 00000  y 00000``.

    Returns
    -------
    int
        Screen pixels, rounded up; `QFontMetrics` would round to the nearest pixel.
    """
    metrics = QFontMetricsF(font)
    digit, sign = (max(group, key=metrics.horizontalAdvance) for group in (_DIGITS, _SIGNS))
    widest = {re.sub(r"[0-9]", digit, re.sub(r"[+-]", sign, text)) for text in texts}
    return ceil(max(map(metrics.horizontalAdvance, widest)))
