"""Two images as one view: parted by a line, in turns, or side by side."""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QPointF, QRectF, QTimer, Signal
from PySide6.QtWidgets import QHBoxLayout, QWidget

from wfsgui.core.image.compare import Mode, Offset
from wfsgui.core.image.display import NAN_INDEX
from wfsgui.core.image.sampling import windowed
from wfsgui.gui.image.canvas import ImageCanvas
from wfsgui.gui.image.comparison import OffsetAt
from wfsgui.gui.image.corner_caption import ImageCaption
from wfsgui.gui.image.cursor_mark import CursorMark
from wfsgui.gui.image.swipe_line import SwipeLine

__all__ = ["CanvasPair"]

_MOST_PER_SECOND: Final = 10.0
_FIRST_PER_SECOND: Final = 2.0


def _no_offset(_x: float, _y: float) -> Offset:
    return 0.0, 0.0


class CanvasPair(QWidget):
    """The image, and another one that it is compared with.

    Parameters
    ----------
    parent : QWidget, optional
        Owner.

    Attributes
    ----------
    canvas : ImageCanvas
        Where the image is; in all modes but side by side, the other one, too.
    pointed : Signal(QPointF or None)
        Position under the cursor, on the image's own grid whichever of the two the cursor is over.
    """

    pointed = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.canvas = ImageCanvas()
        self._beside = ImageCanvas()
        self._beside.setObjectName("canvas_beside")
        self._mode = Mode.VALUE
        self._offset: Offset = (0.0, 0.0)
        self._offset_at: OffsetAt = _no_offset
        self._index: NDArray[np.uint8] | None = None
        self._other: NDArray[np.uint8] | None = None
        self._shows_other = self._is_following = False
        self._turns = ("", "")
        self._line = SwipeLine(self.canvas)
        self._line.dragged.connect(self._compose)
        self._captions = ImageCaption(self.canvas), ImageCaption(self._beside), ImageCaption(self.canvas, right=True)
        self._mark = CursorMark(self._beside)
        self._timer = QTimer(self)
        self._timer.timeout.connect(self._turn)
        self.set_blink_rate(_FIRST_PER_SECOND)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(2)
        layout.addWidget(self.canvas, stretch=1)
        layout.addWidget(self._beside, stretch=1)
        self._beside.hide()
        self._connect()

    def set_colours(self, table: NDArray[np.uint8]) -> None:
        """Set the colour of each index; shape (256, 3)."""
        for canvas in (self.canvas, self._beside):
            canvas.set_colours(table)

    def set_blink_rate(self, per_second: float) -> None:
        """Set how often the images take turns in a second."""
        self._timer.setInterval(round(1000 / min(per_second, _MOST_PER_SECOND)))

    def show_index(self, index: NDArray[np.uint8]) -> None:
        """Show an image by itself, or with what it is compared with."""
        self._index = index
        self._compose()

    def show_other(self, index: NDArray[np.uint8]) -> None:
        """Set the image beside, in turns or parted by the line, as the mode has it."""
        self._other = index
        self._compose()
        if self._mode is Mode.BLINK and not self._timer.isActive():
            self._timer.start()
        if self._mode is Mode.SIDE_BY_SIDE:
            self._follow(self.canvas.view)

    def set_mode(
        self,
        mode: Mode,
        names: tuple[str, str] = ("", ""),
        offset: Offset = (0.0, 0.0),
        offset_at: OffsetAt = _no_offset,
    ) -> None:
        """Say how the two images are shown; the other one is to be shown anew.

        Parameters
        ----------
        mode : Mode
            How; the difference and the ratio are one image.
        names : tuple of str
            What the image and the other one are called.
        offset : tuple of float
            What to add to a pixel to have that of the other image, where that is moved as a whole.
        offset_at : OffsetAt
            The same at any pixel.
        """
        self._mode, self._offset, self._offset_at, self._other = mode, offset, offset_at, None
        self._timer.stop()
        self._shows_other = False
        self._beside.setVisible(mode is Mode.SIDE_BY_SIDE)
        self._line.set_shown(shown=mode is Mode.SWIPE)
        self._mark.show_at(None)
        self._name(names)
        self._compose()

    def _connect(self) -> None:
        self.canvas.moved.connect(self._follow)
        # Not whenever it moves: it does so, too, when the window changes.
        self._beside.steered.connect(self._lead)
        self.canvas.pointed.connect(self._point)
        self._beside.pointed.connect(self._point_beside)

    def _name(self, names: tuple[str, str]) -> None:
        main, beside, right = self._captions
        name, other = names
        texts = {
            Mode.VALUE: name,
            Mode.DIFFERENCE: f"{name} \N{MINUS SIGN} {other}",
            Mode.RATIO: f"{name} / {other}",
        }
        main.set_text(texts.get(self._mode, name), is_alone=self._mode is not Mode.SWIPE)
        beside.set_text(other if self._mode is Mode.SIDE_BY_SIDE else "")
        right.set_text(other if self._mode is Mode.SWIPE else "")
        self._turns = (name, other)

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
            made[:, split:] = self._fitting(other)[:, split:]
            self.canvas.show_index(made)
        else:
            self.canvas.show_index(self._fitting(other) if self._shows_other else index)

    def _fitting(self, other: NDArray[np.uint8]) -> NDArray[np.uint8]:
        """Move the other image to where its pixels belong."""
        height, width = self._index.shape if self._index is not None else other.shape
        return windowed(other, self._offset, (height, width), NAN_INDEX)

    def _turn(self) -> None:
        self._shows_other = not self._shows_other
        self._captions[0].set_text(self._turns[self._shows_other])
        self._compose()

    def _follow(self, view: QRectF) -> None:
        """Bring the image beside to the same place."""
        if self._mode is not Mode.SIDE_BY_SIDE or self._is_following or self._other is None:
            return
        there = self._beyond(view.center())
        if there is not None:
            self._is_following = True
            self._beside.look_at(there, self.canvas.scale)
            self._is_following = False

    def _lead(self) -> None:
        """Go where the analyst has taken the image beside."""
        if self._mode is not Mode.SIDE_BY_SIDE or self._is_following or self._other is None:
            return
        here = self._back(self._beside.view.center())
        if here is not None:
            self._is_following = True
            self.canvas.look_at(here, self._beside.scale)
            self._is_following = False

    def _point(self, point: QPointF | None) -> None:
        if self._mode is Mode.SIDE_BY_SIDE:
            self._mark.show_at(None if point is None else self._beyond(point))
        self.pointed.emit(point)

    def _point_beside(self, point: QPointF | None) -> None:
        self._mark.show_at(None)
        self.pointed.emit(None if point is None else self._back(point))

    def _beyond(self, point: QPointF) -> QPointF | None:
        """Return the place in the other image; None where nothing of it belongs there."""
        offset = self._offset_at(point.x() - 0.5, point.y() - 0.5)
        return point + QPointF(*offset) if offset is not None else None

    def _back(self, point: QPointF) -> QPointF | None:
        """Return the place in the image that belongs to one of the other; None where there is none."""
        # The offset belongs to a place of the image: a second look is near enough, for it hardly changes.
        found: QPointF | None = point
        for _ in range(2):
            if found is None:
                return None
            offset = self._offset_at(found.x() - 0.5, found.y() - 0.5)
            found = point - QPointF(*offset) if offset is not None else None
        return found
