"""A page of formatted text that can be selected."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QSize, Qt
from PySide6.QtWidgets import QLabel
from typing_extensions import override

__all__ = ["PageText"]


class PageText(QLabel):
    """Show HTML as wide as there is room.

    A layout asks a label for its size a dozen times, which sets the whole page anew each time. Here each answer is
    kept as long as it holds.
    """

    def __init__(self) -> None:
        super().__init__()
        self._least: QSize | None = None
        self._heights: dict[int, int] = {}
        self.setTextFormat(Qt.TextFormat.RichText)
        self.setWordWrap(True)
        self.setAlignment(Qt.AlignmentFlag.AlignTop | Qt.AlignmentFlag.AlignLeft)
        self.setTextInteractionFlags(
            Qt.TextInteractionFlag.TextSelectableByMouse | Qt.TextInteractionFlag.TextSelectableByKeyboard
        )

    def show_text(self, text: str) -> None:
        """Show another page, unless it is the same."""
        if text != self.text():
            self._forget()
            self.setText(text)

    @override
    def minimumSizeHint(self) -> QSize:
        """Ask for what the longest word takes."""
        if self._least is None:
            self._least = super().minimumSizeHint()
        return self._least

    @override
    def sizeHint(self) -> QSize:
        """Ask for no more than that: the width is that of the panel."""
        return self.minimumSizeHint()

    @override
    def heightForWidth(self, width: int) -> int:
        """Return how high the page is where it is so wide."""
        if width not in self._heights:
            self._heights[width] = super().heightForWidth(width)
        return self._heights[width]

    @override
    def changeEvent(self, event: QEvent) -> None:
        """Measure anew where the font or the style is another."""
        self._forget()
        super().changeEvent(event)

    def _forget(self) -> None:
        self._least = None
        self._heights = {}
