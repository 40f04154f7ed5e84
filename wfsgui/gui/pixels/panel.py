"""The pixels around the cursor, in every stage."""

from __future__ import annotations

from typing import Final

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtGui import QGuiApplication, QKeySequence, QResizeEvent, QShortcut, QShowEvent
from PySide6.QtWidgets import (
    QBoxLayout,
    QButtonGroup,
    QFrame,
    QHBoxLayout,
    QLabel,
    QScrollArea,
    QStackedWidget,
    QToolButton,
    QVBoxLayout,
    QWidget,
)
from typing_extensions import override

from wfsgui.core.image.dq_flags import neighbourhood
from wfsgui.core.model.exposure import Exposure
from wfsgui.core.model.stages import title
from wfsgui.core.model.step_image import StepImage
from wfsgui.core.regions.pixel_numbers import FROM_1, PixelNumbers
from wfsgui.gui.pixels.block import HALF, PLANES, PixelBlock
from wfsgui.gui.pixels.grid import PixelGrid
from wfsgui.gui.widgets.theme import mute

__all__ = ["PixelTable"]

_INTERVAL_MS: Final = 50
_WITH_CHILDREN: Final = Qt.ShortcutContext.WidgetWithChildrenShortcut


class PixelTable(QWidget):
    """Read the pixels around the cursor, or around one that is pinned, in all the stages that have an image.

    In bold: what the stage has changed. The stages are side by side, or in a narrow panel one beneath the other.

    Attributes
    ----------
    pin_changed : Signal()
        Another pixel is pinned, or none any more.
    """

    pin_changed = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.setObjectName("pixel_table")
        self._exposure: Exposure | None = None
        self._plane, self._numbers = PLANES[0], FROM_1
        self._place: tuple[int, int] | None = None
        self._pinned = self._is_due = False
        self._blocks: list[PixelBlock] = []
        self._grids: list[PixelGrid] = []
        self._where, self._convention, self._message, self._pin = QLabel(), QLabel(), QLabel(), QToolButton()
        self._pages, self._scroll, self._content = QStackedWidget(), QScrollArea(), QWidget()
        self._strip = QBoxLayout(QBoxLayout.Direction.LeftToRight, self._content)
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(_INTERVAL_MS)
        self._timer.timeout.connect(self._read_if_due)
        self._arrange()
        self._read()

    @property
    def pinned(self) -> tuple[int, int] | None:
        """The pinned pixel, column and row counted from 0; None where none is, or the image does not have it."""
        return self._place if self._pinned and self._place is not None and self._has(self._place) else None

    def show_exposure(self, exposure: Exposure | None) -> None:
        """Show the stages of an exposure; to be called again when it has changed."""
        self._exposure = exposure
        self._ask()

    def set_pixel_numbers(self, numbers: PixelNumbers) -> None:
        """Set how pixels are numbered."""
        self._numbers = numbers
        self._ask()

    def point(self, place: tuple[int, int] | None) -> None:
        """Follow the cursor.

        Parameters
        ----------
        place : tuple of (x, y) or None
            Pixel under it, column and row counted from 0; None where the cursor has left: the last one stays.
        """
        if place is not None and not self._pinned and self._has(place):
            self._place = place
            self._ask()

    def pin(self, x: int, y: int) -> None:
        """Stay at a pixel, column and row counted from 0; beyond the edge of the image there is none."""
        if self._has((x, y)):
            self._place, self._pinned = (x, y), True
            self._ask()
            self.pin_changed.emit()

    def unpin(self) -> None:
        """Follow the cursor again."""
        self._pinned = False
        self._ask()
        self.pin_changed.emit()

    def copy(self) -> None:
        """Copy what is shown, stage by stage."""
        if self._is_due:
            self._read()
        QGuiApplication.clipboard().setText("\n\n".join(block.as_text(self._numbers) for block in self._blocks))

    def _images(self) -> list[tuple[str, StepImage]]:
        stages = self._exposure.stages.values() if self._exposure is not None else ()
        return [(title(stage.name), stage.image) for stage in stages if stage.image is not None]

    def _has(self, place: tuple[int, int]) -> bool:
        shapes = [image.sci.shape for _, image in self._images()]
        return bool(shapes) and 0 <= place[0] < shapes[0][1] and 0 <= place[1] < shapes[0][0]

    def _ask(self) -> None:
        self._is_due = True
        if not self._timer.isActive():
            self._read_if_due()

    def _read_if_due(self) -> None:
        # What is not seen is not read: not before it is.
        if self._is_due and self.isVisible():
            self._timer.start()
            self._read()

    def _read(self) -> None:
        self._is_due = False
        place = self._place if self._place is not None and self._has(self._place) else None
        self._blocks = self._read_around(*place) if place is not None else []
        self._match_grids()
        for grid, block in zip(self._grids, self._blocks, strict=True):
            grid.show_block(block, self._numbers)
        self._message.setText(self._why_nothing())
        self._pages.setCurrentWidget(self._scroll if self._blocks else self._message)
        self._show_place(place)

    def _read_around(self, x: int, y: int) -> list[PixelBlock]:
        blocks, before = [], None
        for name, image in self._images():
            near = neighbourhood(image, x, y, HALF)
            blocks.append(PixelBlock(name, image.unit, self._plane, near, before))
            before = near
        return blocks

    def _match_grids(self) -> None:
        """Have as many grids as there are blocks."""
        while len(self._grids) < len(self._blocks):
            self._grids.append(PixelGrid())
            self._strip.insertWidget(len(self._grids) - 1, self._grids[-1])
        while len(self._grids) > len(self._blocks):
            grid = self._grids.pop()
            self._strip.removeWidget(grid)
            grid.hide()
            grid.deleteLater()

    def _centre(self) -> None:
        """Bring the pixel itself into sight where the stages are beneath each other and wider than the panel."""
        if self._grids and self._strip.direction() is QBoxLayout.Direction.TopToBottom:
            middle = self._grids[0].centre() - self._scroll.viewport().width() // 2
            self._scroll.horizontalScrollBar().setValue(middle)

    def _why_nothing(self) -> str:
        if self._exposure is None:
            return "No exposure is chosen."
        return "Point at a pixel of the image." if self._images() else "There is no image yet."

    def _show_place(self, place: tuple[int, int] | None) -> None:
        pinned = self._pinned and place is not None
        self._pin.setEnabled(place is not None)
        self._pin.setChecked(pinned)
        self._pin.setText("Unpin" if pinned else "Pin")
        told = self._numbers.place(*place) if place is not None else ""
        self._where.setText(f"pinned at {told}" if pinned else told)
        self._convention.setText(f"({self._numbers.convention})" if told else "")

    def _choose(self, plane: str) -> None:
        self._plane = plane
        self._read()

    def _take_pin(self, checked: object) -> None:
        if checked and self._place is not None:
            self.pin(*self._place)
        else:
            self.unpin()

    def _arrange(self) -> None:
        self._message.setObjectName("pixels_message")
        self._message.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._message.setWordWrap(True)
        mute(self._message)
        self._where.setObjectName("pixels_place")
        self._convention.setObjectName("pixels_convention")
        # It is cut, and not the place, where the panel is narrow.
        self._convention.setMinimumWidth(1)
        mute(self._convention)
        self._pin.setObjectName("pixels_pin")
        self._pin.setCheckable(True)
        self._pin.setToolTip("Stay at this pixel; a click on the image chooses another one")
        self._pin.clicked.connect(self._take_pin)
        self._strip.setContentsMargins(0, 0, 0, 0)
        self._strip.setSpacing(2 * self.fontMetrics().averageCharWidth())
        self._strip.addStretch()
        self._scroll.setObjectName("pixels_scroll")
        self._scroll.setAccessibleName("Pixels in every stage")
        self._scroll.setFrameShape(QFrame.Shape.NoFrame)
        self._scroll.setWidgetResizable(True)
        self._scroll.setWidget(self._content)
        self._scroll.setContextMenuPolicy(Qt.ContextMenuPolicy.ActionsContextMenu)
        self._scroll.horizontalScrollBar().valueChanged.connect(self._content.update)
        self._scroll.horizontalScrollBar().rangeChanged.connect(self._centre)
        self._scroll.addAction("Copy", self.copy)
        QShortcut(QKeySequence(QKeySequence.StandardKey.Copy), self, self.copy, context=_WITH_CHILDREN)
        self._pages.addWidget(self._message)
        self._pages.addWidget(self._scroll)
        layout = QVBoxLayout(self)
        layout.addLayout(self._tools())
        layout.addWidget(self._pages, stretch=1)

    def _tools(self) -> QHBoxLayout:
        tools, group = QHBoxLayout(), QButtonGroup(self)
        tools.setSpacing(0)
        for plane in PLANES:
            button = QToolButton()
            button.setObjectName(f"pixels_{plane}")
            button.setText(plane)
            button.setToolTip(f"Read {plane}")
            button.setCheckable(True)
            button.setChecked(plane == self._plane)
            # Flat unless chosen: the frame says which one is, without colour.
            button.setAutoRaise(True)
            button.clicked.connect(lambda _checked, plane=plane: self._choose(plane))
            group.addButton(button)
            tools.addWidget(button)
        tools.addSpacing(2 * self.fontMetrics().averageCharWidth())
        tools.addWidget(self._where)
        tools.addSpacing(self.fontMetrics().averageCharWidth())
        tools.addWidget(self._convention, stretch=1)
        tools.addWidget(self._pin)
        return tools

    @override
    def resizeEvent(self, event: QResizeEvent) -> None:
        """Put the stages side by side where the panel is wide, and one beneath the other where it is high."""
        super().resizeEvent(event)
        is_wide = self.width() >= self.height()
        self._strip.setDirection(QBoxLayout.Direction.LeftToRight if is_wide else QBoxLayout.Direction.TopToBottom)

    @override
    def showEvent(self, event: QShowEvent) -> None:
        """Read what was not seen."""
        super().showEvent(event)
        self._read_if_due()
