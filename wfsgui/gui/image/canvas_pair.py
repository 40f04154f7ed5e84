"""Two images in one view: divided by a line, alternating, or side by side."""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QTimer, Signal
from PySide6.QtWidgets import QHBoxLayout, QWidget

from wfsgui.core.image.compare import Mode, Offset
from wfsgui.core.image.display import NAN_INDEX
from wfsgui.core.image.sampling import windowed
from wfsgui.gui.canvas.corner_caption import Corner, CornerCaption
from wfsgui.gui.canvas.image_canvas import ImageCanvas
from wfsgui.gui.canvas.swipe_line import SwipeLine
from wfsgui.gui.image.comparison import OffsetAt
from wfsgui.gui.image.side_by_side import LinkedCanvases, no_offset

__all__ = ["CanvasPair"]

_MOST_PER_SECOND: Final = 10.0
_FIRST_PER_SECOND: Final = 2.0


class CanvasPair(QWidget):
    """Show an image, alone or with the image that it is compared with.

    Parameters
    ----------
    parent : QWidget, optional
        Owner.

    Attributes
    ----------
    canvas : ImageCanvas
        Canvas of the image; in all modes but side by side, also of the other one.
    cursor_moved : Signal(QPointF or None)
        Position of the cursor in pixels of the image, whichever canvas the cursor is over.
    """

    cursor_moved = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.canvas = ImageCanvas()
        self._beside = ImageCanvas()
        self._beside.setObjectName("canvas_beside")
        self._mode = Mode.VALUE
        self._offset: Offset = (0.0, 0.0)
        self._offset_at: OffsetAt = no_offset
        self._index: NDArray[np.uint8] | None = None
        self._other: NDArray[np.uint8] | None = None
        self._shows_other = False
        self._names = ("", "")
        self._line = SwipeLine(self.canvas)
        self._line.dragged.connect(self._compose)
        self._caption, self._caption_beside = CornerCaption(self.canvas), CornerCaption(self._beside)
        # The upper right corner has the compass.
        self._caption_right = CornerCaption(self.canvas, Corner.LOWER_RIGHT)
        self._links = LinkedCanvases(self.canvas, self._beside, self)
        self._links.cursor_moved.connect(self.cursor_moved)
        self._timer = QTimer(self)
        self._timer.timeout.connect(self._alternate)
        self.set_blink_rate(_FIRST_PER_SECOND)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(2)
        layout.addWidget(self.canvas, stretch=1)
        layout.addWidget(self._beside, stretch=1)
        self._beside.hide()

    def set_colours(self, table: NDArray[np.uint8]) -> None:
        """Set the colour table of both images.

        Parameters
        ----------
        table : ndarray of uint8, shape (256, 3)
            Red, green and blue of each entry.
        """
        for canvas in (self.canvas, self._beside):
            canvas.set_colours(table)

    def set_blink_rate(self, per_second: float) -> None:
        """Set how many images are shown in a second when they alternate."""
        self._timer.setInterval(round(1000 / min(per_second, _MOST_PER_SECOND)))

    def show_index(self, index: NDArray[np.uint8]) -> None:
        """Show an image; index image of shape (y, x)."""
        self._index = index
        self._compose()

    def show_other(self, index: NDArray[np.uint8]) -> None:
        """Show the other image in the current mode; index image of shape (y, x)."""
        self._other = index
        self._compose()
        if self._mode is Mode.BLINK and not self._timer.isActive():
            self._timer.start()
        if self._mode is Mode.SIDE_BY_SIDE:
            self._links.link(self._offset_at)

    def set_mode(
        self,
        mode: Mode,
        names: tuple[str, str] = ("", ""),
        offset: Offset = (0.0, 0.0),
        offset_at: OffsetAt = no_offset,
    ) -> None:
        """Set how the two images are shown; `show_other` must be called again.

        Parameters
        ----------
        mode : Mode
            The mode; the difference and the ratio are one image.
        names : tuple of str
            Names of the image and of the other one.
        offset : tuple of float
            What to add to a pixel for that of the other image, where that is moved as a whole.
        offset_at : OffsetAt
            The same at any pixel.
        """
        self._mode, self._offset, self._offset_at, self._other = mode, offset, offset_at, None
        self._names, self._shows_other = names, False
        self._timer.stop()
        self._links.unlink()
        self._beside.setVisible(mode is Mode.SIDE_BY_SIDE)
        self._line.set_shown(shown=mode is Mode.SWIPE)
        self._show_names()
        self._compose()

    def _show_names(self) -> None:
        name, other = self._names
        texts = {
            Mode.DIFFERENCE: f"{name} \N{MINUS SIGN} {other}",
            Mode.RATIO: f"{name} / {other}",
            Mode.BLINK: other if self._shows_other else name,
        }
        self._caption.set_text(texts.get(self._mode, name), is_alone=self._mode is not Mode.SWIPE)
        self._caption_beside.set_text(other if self._mode is Mode.SIDE_BY_SIDE else "")
        self._caption_right.set_text(other if self._mode is Mode.SWIPE else "")

    def _compose(self) -> None:
        if self._index is None:
            return
        index, other = self._index, self._other
        if other is None or self._mode in (Mode.VALUE, Mode.DIFFERENCE, Mode.RATIO):
            self.canvas.show_index(index)
        elif self._mode is Mode.SIDE_BY_SIDE:
            self.canvas.show_index(index)
            self._beside.show_index(other)
        elif self._mode is Mode.SWIPE:
            split = round(min(max(self._line.x, 0), index.shape[1]))
            made = index.copy()
            made[:, split:] = self._aligned(other, index.shape)[:, split:]
            self.canvas.show_index(made)
        else:
            self.canvas.show_index(self._aligned(other, index.shape) if self._shows_other else index)

    def _aligned(self, other: NDArray[np.uint8], shape: tuple[int, ...]) -> NDArray[np.uint8]:
        """Return the other image on the pixels of the image."""
        return windowed(other, self._offset, (shape[0], shape[1]), NAN_INDEX)

    def _alternate(self) -> None:
        self._shows_other = not self._shows_other
        self._show_names()
        self._compose()
