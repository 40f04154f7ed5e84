"""Text that is as high as its content, and breaks long paths anywhere."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QTextOption
from PySide6.QtWidgets import QFrame, QSizePolicy, QTextBrowser

__all__ = ["FittedText"]


class FittedText(QTextBrowser):
    """Show rich text that can be selected; hidden while it is empty.

    Parameters
    ----------
    name : str
        Object name.
    title : str
        Name for screen readers.
    """

    def __init__(self, name: str, title: str) -> None:
        super().__init__()
        self.setObjectName(name)
        self.setAccessibleName(title)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setWordWrapMode(QTextOption.WrapMode.WrapAtWordBoundaryOrAnywhere)
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        self.viewport().setAutoFillBackground(False)
        self.document().setDocumentMargin(0)
        self.document().documentLayout().documentSizeChanged.connect(self._fit)
        self.hide()

    def show_html(self, page: str) -> None:
        """Replace the text."""
        self.setHtml(page)
        self.setVisible(bool(page))

    def _fit(self) -> None:
        self.setFixedHeight(max(int(self.document().size().height() + 0.5), 1))
