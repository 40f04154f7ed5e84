"""Legends of colours that are not on a scale: NaN and the data-quality classes."""

from __future__ import annotations

from collections.abc import Mapping

from PySide6.QtGui import QColor, QPainter, QPixmap
from PySide6.QtWidgets import QHBoxLayout, QLabel, QWidget

from wfsgui.gui.display.colours import DQ_CLASS_NAMES, DQ_COLOURS
from wfsgui.gui.widgets.theme import muted_colour

__all__ = ["DqLegend", "LegendEntry"]


class LegendEntry(QWidget):
    """Square of colour and its meaning.

    Parameters
    ----------
    name : str
        Meaning of the colour.
    colour : str
        Name of the colour.
    parent : QWidget, optional
        Owner.
    """

    def __init__(self, name: str, colour: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._name = name
        self._text = QLabel(name)
        patch = QLabel()
        patch.setPixmap(self._patch(colour))
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(patch)
        layout.addWidget(self._text)
        layout.addStretch()

    def set_share(self, share: float) -> None:
        """Show the share of the pixels that have this colour, 0 to 1."""
        self._text.setText(f"{self._name} {_percent(share)}")

    def clear_share(self) -> None:
        """Show the meaning without a share."""
        self._text.setText(self._name)

    def _patch(self, colour: str) -> QPixmap:
        ratio = self.devicePixelRatioF()
        size = round(0.8 * self.fontMetrics().height() * ratio)
        made = QPixmap(size, size)
        made.fill(QColor(colour))
        painter = QPainter(made)
        painter.setPen(muted_colour())
        painter.drawRect(0, 0, size - 1, size - 1)
        painter.end()
        made.setDevicePixelRatio(ratio)
        return made


class DqLegend(QWidget):
    """Legend of the data-quality classes.

    Parameters
    ----------
    parent : QWidget, optional
        Owner.
    """

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("dq_legend")
        self._entries = {number: LegendEntry(name, DQ_COLOURS[number]) for number, name in DQ_CLASS_NAMES.items()}
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(2 * self.fontMetrics().averageCharWidth())
        for number, entry in self._entries.items():
            entry.setObjectName(f"dq_class_{number}")
            layout.addWidget(entry)
        layout.addStretch()

    def set_shares(self, shares: Mapping[int, float]) -> None:
        """Show the share of the pixels in each class.

        Parameters
        ----------
        shares : mapping of int to float
            Share of the pixels of each class, 0 to 1.
        """
        for number, entry in self._entries.items():
            entry.set_share(shares[number])


def _percent(share: float) -> str:
    """Return a percentage that is 0 % or 100 % only if it is exactly that."""
    percent = 100 * share
    if 0 < percent < 0.01:
        return "< 0.01 %"
    if 99.99 < percent < 100:
        return "> 99.99 %"
    return f"{percent:.3g} %" if percent < 99 else f"{percent:.4g} %"
