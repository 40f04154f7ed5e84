"""Results of a comparison beside the images."""

from __future__ import annotations

from typing import Final

from PySide6.QtCore import QEvent, QUrl, Signal
from PySide6.QtGui import QTextOption
from PySide6.QtWidgets import QFrame, QTextBrowser
from typing_extensions import override

from wfsgui.gui.pair.comparing import ComparedPair
from wfsgui.gui.pair.result_html import PLACE, message_page, result_page
from wfsgui.gui.widgets.tokens import GRID

__all__ = ["ResultView"]

_EMPTY: Final = "The numbers of the pair would be here."


class ResultView(QTextBrowser):
    """Show checks, numbers, candidates and flags; a link shows its place in the images.

    Attributes
    ----------
    place_chosen : Signal(float, float)
        Column and row of the cut-outs that the analyst wants to see, counted from 0.
    """

    place_chosen = Signal(float, float)

    def __init__(self) -> None:
        super().__init__()
        self.setObjectName("pair_results")
        self.setAccessibleName("Results of the pair")
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setWordWrapMode(QTextOption.WrapMode.WrapAtWordBoundaryOrAnywhere)
        self.viewport().setAutoFillBackground(False)
        self.document().setDocumentMargin(2 * GRID)
        self.setOpenLinks(False)
        self._pair: ComparedPair | None = None
        self._heading = ""
        self.anchorClicked.connect(self._take_link)
        self._show()

    def show_pair(self, pair: ComparedPair | None, heading: str = "") -> None:
        """Show the results of a pair, under a heading; None for none."""
        self._pair, self._heading = pair, heading
        self._show()

    @override
    def changeEvent(self, event: QEvent, /) -> None:
        """Show the results in the colours of another theme."""
        super().changeEvent(event)
        if event.type() is QEvent.Type.PaletteChange:
            self._show()

    def _show(self) -> None:
        pair = self._pair
        page = message_page(_EMPTY) if pair is None else result_page(pair.comparison, self._heading, pair.star)
        place = self.verticalScrollBar().value()
        self.setHtml(page)
        self.verticalScrollBar().setValue(place)

    def _take_link(self, link: QUrl) -> None:
        text = link.toString()
        if text.startswith(PLACE):
            x, y = (float(number) for number in text.removeprefix(PLACE).split(","))
            self.place_chosen.emit(x, y)
