"""Rich text: a label with selectable HTML."""

from __future__ import annotations

from math import ceil

from PySide6.QtCore import QEvent, QSize, Qt
from PySide6.QtGui import QTextDocument, QTextOption
from PySide6.QtWidgets import QLabel
from typing_extensions import override

__all__ = ["RichText"]


class RichText(QLabel):
    """Show HTML in the available width.

    A layout asks a label for its size a dozen times. Each time `QLabel` lays out the whole page, even several times to
    find good proportions. This label takes the width that it gets and caches its sizes.
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
        """Show a page."""
        if text != self.text():
            self._clear_sizes()
            self.setText(text)

    @override
    def minimumSizeHint(self) -> QSize:
        """Return the width of the longest word or table row; the height depends on the width."""
        if self._least is None:
            self._least = QSize(self._longest(), self.fontMetrics().height() if self.text() else 0)
        return self._least

    @override
    def sizeHint(self) -> QSize:
        """Return the minimum size: the panel sets the width."""
        return self.minimumSizeHint()

    @override
    def heightForWidth(self, width: int) -> int:
        """Return the height of the page for a width."""
        if width not in self._heights:
            self._heights[width] = super().heightForWidth(width)
        return self._heights[width]

    @override
    def changeEvent(self, event: QEvent) -> None:
        """Clear cached sizes after a change of font or style."""
        self._clear_sizes()
        super().changeEvent(event)

    def _longest(self) -> int:
        page = QTextDocument()
        page.setDocumentMargin(0)
        page.setDefaultFont(self.font())
        page.setDefaultTextOption(QTextOption(self.alignment()))
        page.setHtml(self.text())
        page.setTextWidth(0)
        return ceil(page.idealWidth())

    def _clear_sizes(self) -> None:
        self._least = None
        self._heights = {}
