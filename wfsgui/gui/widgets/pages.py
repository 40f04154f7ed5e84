"""Pages in the middle of the window: the image, and whatever is shown in its place."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QStackedWidget, QTabBar, QVBoxLayout, QWidget

__all__ = ["Pages"]


class Pages(QWidget):
    """Pages with a tab for each; one is visible.

    Attributes
    ----------
    shown : Signal(str)
        Another page is visible: its name.
    """

    shown = Signal(str)

    def __init__(self) -> None:
        super().__init__()
        self._names: list[str] = []
        self._tabs = QTabBar()
        self._tabs.setDocumentMode(True)
        self._tabs.setDrawBase(False)
        self._tabs.setExpanding(False)
        self._tabs.setAutoHide(True)
        self._tabs.setAccessibleName("Pages")
        self._stack = QStackedWidget()
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addWidget(self._tabs)
        layout.addWidget(self._stack, stretch=1)
        self._tabs.currentChanged.connect(self._show)

    @property
    def current(self) -> str:
        """Name of the visible page; empty without pages."""
        index = self._tabs.currentIndex()
        return self._names[index] if index >= 0 else ""

    @property
    def names(self) -> tuple[str, ...]:
        """Names of the pages."""
        return tuple(self._names)

    def add_page(self, name: str, title: str, page: QWidget) -> None:
        """Add a page after the others.

        Parameters
        ----------
        name : str
            Name in the program.
        title : str
            Title of the tab.
        page : QWidget
            The page.
        """
        self._names.append(name)
        self._stack.addWidget(page)
        self._tabs.addTab(title)

    def show_page(self, name: str) -> None:
        """Show a page; raises ValueError if there is none of this name."""
        self._tabs.setCurrentIndex(self._names.index(name))

    def _show(self, index: int) -> None:
        self._stack.setCurrentIndex(index)
        self.shown.emit(self._names[index])
