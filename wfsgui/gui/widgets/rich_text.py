"""A page of formatted text that can be selected."""

from __future__ import annotations

from math import ceil

from PySide6.QtCore import QEvent, QSize, Qt
from PySide6.QtGui import QTextDocument, QTextOption
from PySide6.QtWidgets import QLabel
from typing_extensions import override

__all__ = ["RichText"]


class RichText(QLabel):
    """Show HTML as wide as there is room.

    A layout asks a label for its size a dozen times, which sets the whole page anew each time, and several times
    where the label looks for a size of good proportions. Here the page takes the width that it gets, and each answer
    is kept as long as it holds.
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
        """Ask for what the longest word or row of a table takes; the height follows from the width."""
        if self._least is None:
            self._least = QSize(self._longest(), self.fontMetrics().height() if self.text() else 0)
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

    def _longest(self) -> int:
        page = QTextDocument()
        page.setDocumentMargin(0)
        page.setDefaultFont(self.font())
        page.setDefaultTextOption(QTextOption(self.alignment()))
        page.setHtml(self.text())
        page.setTextWidth(0)
        return ceil(page.idealWidth())

    def _forget(self) -> None:
        self._least = None
        self._heights = {}
