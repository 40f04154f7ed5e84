"""Scrollable strip of pixel grids, one for each stage."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QBoxLayout, QFrame, QScrollArea, QWidget

from wfsgui.core.regions.pixel_numbers import PixelNumbers
from wfsgui.gui.pixels.block import PixelBlock
from wfsgui.gui.pixels.grid import PixelGrid

__all__ = ["GridStrip"]


class GridStrip(QScrollArea):
    """Show pixel blocks side by side, or one beneath the other."""

    def __init__(self) -> None:
        super().__init__()
        self._grids: list[PixelGrid] = []
        self._content = QWidget()
        self._strip = QBoxLayout(QBoxLayout.Direction.LeftToRight, self._content)
        self._strip.setContentsMargins(0, 0, 0, 0)
        self._strip.setSpacing(2 * self.fontMetrics().averageCharWidth())
        self._strip.addStretch()
        self.setObjectName("pixels_scroll")
        self.setAccessibleName("Pixels in every stage")
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setWidgetResizable(True)
        self.setWidget(self._content)
        self.setContextMenuPolicy(Qt.ContextMenuPolicy.ActionsContextMenu)
        self.horizontalScrollBar().valueChanged.connect(self._content.update)
        self.horizontalScrollBar().rangeChanged.connect(self._show_centre)

    def show_blocks(self, blocks: Sequence[PixelBlock], numbers: PixelNumbers) -> None:
        """Show one grid for each block, with columns and rows numbered by `numbers`."""
        while len(self._grids) < len(blocks):
            self._grids.append(PixelGrid())
            self._strip.insertWidget(len(self._grids) - 1, self._grids[-1])
        while len(self._grids) > len(blocks):
            grid = self._grids.pop()
            self._strip.removeWidget(grid)
            grid.hide()
            grid.deleteLater()
        for grid, block in zip(self._grids, blocks, strict=True):
            grid.show_block(block, numbers)

    def set_direction(self, direction: QBoxLayout.Direction) -> None:
        """Set whether the grids are side by side or one beneath the other."""
        self._strip.setDirection(direction)

    def _show_centre(self) -> None:
        """Scroll to the central pixel where the grids are beneath each other and wider than the panel."""
        if self._grids and self._strip.direction() is QBoxLayout.Direction.TopToBottom:
            middle = self._grids[0].centre() - self.viewport().width() // 2
            self.horizontalScrollBar().setValue(middle)
