"""Panel of the pixels around the cursor, in every stage."""

from __future__ import annotations

from typing import Final

from PySide6.QtCore import QTimer, Signal
from PySide6.QtGui import QGuiApplication, QKeySequence, QResizeEvent, QShowEvent
from PySide6.QtWidgets import (
    QBoxLayout,
    QButtonGroup,
    QHBoxLayout,
    QLabel,
    QStackedWidget,
    QToolButton,
    QVBoxLayout,
    QWidget,
)
from typing_extensions import override

from wfsgui.core.model.exposure import Exposure
from wfsgui.core.regions.pixel_numbers import FROM_1, PixelNumbers
from wfsgui.gui.pixels.block import PLANES, PixelBlock
from wfsgui.gui.pixels.grid_strip import GridStrip
from wfsgui.gui.pixels.stage_reader import has_pixel, read_blocks, stage_images
from wfsgui.gui.widgets.controls import focus_key, message_label, tool_button
from wfsgui.gui.widgets.theme import mute

__all__ = ["PixelTable"]

_INTERVAL_MS: Final = 50


class PixelTable(QWidget):
    """Show the pixels around the cursor or around a pinned pixel, in every stage that has an image.

    Values that the stage has changed are bold. The stages are side by side, or in a narrow panel one beneath the other.

    Attributes
    ----------
    pin_changed : Signal()
        Another pixel is pinned, or none.
    """

    pin_changed = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.setObjectName("pixel_table")
        self._exposure: Exposure | None = None
        self._plane, self._numbers = PLANES[0], FROM_1
        self._position: tuple[int, int] | None = None
        self._pinned = self._is_due = False
        self._blocks: list[PixelBlock] = []
        self._where, self._convention, self._pin = QLabel(), QLabel(), QToolButton()
        self._message = message_label("pixels_message")
        self._pages, self._grids = QStackedWidget(), GridStrip()
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(_INTERVAL_MS)
        self._timer.timeout.connect(self._update_if_due)
        self._arrange()
        self._update()

    @property
    def pinned(self) -> tuple[int, int] | None:
        """Column and row of the pinned pixel, counted from 0; None without one, or if it is outside of the image."""
        return self._position if self._pinned and self._is_inside(self._position) else None

    def show_exposure(self, exposure: Exposure | None) -> None:
        """Show the stages of an exposure; to be called again when the exposure has changed."""
        self._exposure = exposure
        self._update_soon()

    def set_pixel_numbers(self, numbers: PixelNumbers) -> None:
        """Set how pixels are numbered."""
        self._numbers = numbers
        self._update_soon()

    def point(self, position: tuple[int, int] | None) -> None:
        """Follow the cursor.

        Parameters
        ----------
        position : tuple of (x, y) or None
            Pixel under the cursor, column and row counted from 0; None when the cursor has left: the last pixel stays.
        """
        if not self._pinned and self._is_inside(position):
            self._position = position
            self._update_soon()

    def pin(self, x: int, y: int) -> None:
        """Pin a pixel, column and row counted from 0; ignored outside of the image."""
        if self._is_inside((x, y)):
            self._position, self._pinned = (x, y), True
            self._update_soon()
            self.pin_changed.emit()

    def unpin(self) -> None:
        """Follow the cursor again."""
        self._pinned = False
        self._update_soon()
        self.pin_changed.emit()

    def copy(self) -> None:
        """Copy the visible values to the clipboard, stage by stage, after pending updates."""
        if self._is_due:
            self._update()
        QGuiApplication.clipboard().setText("\n\n".join(block.as_text(self._numbers) for block in self._blocks))

    def _is_inside(self, position: tuple[int, int] | None) -> bool:
        return position is not None and has_pixel(stage_images(self._exposure), *position)

    def _update_soon(self) -> None:
        self._is_due = True
        if not self._timer.isActive():
            self._update_if_due()

    def _update_if_due(self) -> None:
        # A hidden panel is updated when it is shown.
        if self._is_due and self.isVisible():
            self._timer.start()
            self._update()

    def _update(self) -> None:
        self._is_due = False
        images, position = stage_images(self._exposure), self._position
        if position is not None and not has_pixel(images, *position):
            position = None
        self._blocks = read_blocks(images, self._plane, *position) if position is not None else []
        self._grids.show_blocks(self._blocks, self._numbers)
        self._message.setText(self._why_nothing())
        self._pages.setCurrentWidget(self._grids if self._blocks else self._message)
        self._show_position(position)

    def _why_nothing(self) -> str:
        if self._exposure is None:
            return "No exposure is chosen."
        return "Point at a pixel of the image." if stage_images(self._exposure) else "There is no image yet."

    def _show_position(self, position: tuple[int, int] | None) -> None:
        pinned = self._pinned and position is not None
        self._pin.setEnabled(position is not None)
        self._pin.setChecked(pinned)
        self._pin.setText("Unpin" if pinned else "Pin")
        text = self._numbers.place(*position) if position is not None else ""
        self._where.setText(f"pinned at {text}" if pinned else text)
        self._convention.setText(f"({self._numbers.convention})" if text else "")

    def _choose(self, plane: str) -> None:
        self._plane = plane
        self._update()

    def _take_pin(self, checked: object) -> None:
        if checked and self._position is not None:
            self.pin(*self._position)
        else:
            self.unpin()

    def _arrange(self) -> None:
        self._grids.addAction("Copy", self.copy)
        focus_key(self, QKeySequence.StandardKey.Copy, self.copy, with_children=True)
        self._pages.addWidget(self._message)
        self._pages.addWidget(self._grids)
        layout = QVBoxLayout(self)
        layout.addLayout(self._tools())
        layout.addWidget(self._pages, stretch=1)

    def _tools(self) -> QHBoxLayout:
        tools, gap = QHBoxLayout(), self.fontMetrics().averageCharWidth()
        tools.setSpacing(0)
        self._add_plane_buttons(tools)
        self._where.setObjectName("pixels_place")
        self._convention.setObjectName("pixels_convention")
        # In a narrow panel the convention is cut off, not the position.
        self._convention.setMinimumWidth(1)
        mute(self._convention)
        self._pin.setObjectName("pixels_pin")
        self._pin.setCheckable(True)
        self._pin.setToolTip("Stay at this pixel; a click on the image chooses another one")
        self._pin.clicked.connect(self._take_pin)
        tools.addSpacing(2 * gap)
        tools.addWidget(self._where)
        tools.addSpacing(gap)
        tools.addWidget(self._convention, stretch=1)
        tools.addWidget(self._pin)
        return tools

    def _add_plane_buttons(self, tools: QHBoxLayout) -> None:
        group = QButtonGroup(self)
        for plane in PLANES:
            button = tool_button(f"pixels_{plane}", plane, f"Read {plane}", checkable=True)
            button.setChecked(plane == self._plane)
            button.clicked.connect(lambda _checked, plane=plane: self._choose(plane))
            group.addButton(button)
            tools.addWidget(button)

    @override
    def resizeEvent(self, event: QResizeEvent) -> None:
        """Put the stages side by side in a wide panel, and one beneath the other in a narrow one."""
        super().resizeEvent(event)
        is_wide = self.width() >= self.height()
        self._grids.set_direction(QBoxLayout.Direction.LeftToRight if is_wide else QBoxLayout.Direction.TopToBottom)

    @override
    def showEvent(self, event: QShowEvent) -> None:
        """Update the panel if that was pending."""
        super().showEvent(event)
        self._update_if_due()
