"""Panel with the preflight card of the exposure on screen."""

from __future__ import annotations

from html import escape
from typing import Final

from PySide6.QtCore import QEvent, Signal
from PySide6.QtGui import QTextOption
from PySide6.QtWidgets import QFrame, QTextBrowser, QVBoxLayout, QWidget
from typing_extensions import override

from wfsgui.core.visit.card import CardLine, PreflightCard, State
from wfsgui.gui.widgets.tokens import GRID, TYPE, palette

__all__ = ["PreflightPanel"]

_EMPTY: Final = "No exposure is chosen. Its preflight card would be here."
_MARKS: Final = {State.GO: "✓", State.CANNOT_TELL: "?", State.CARE: "!", State.NO_GO: "✕"}
_OVERALL: Final = {
    State.GO: "Go",
    State.CANNOT_TELL: "Go with care",
    State.CARE: "Go with care",
    State.NO_GO: "No go",
}


class PreflightPanel(QWidget):
    """Show each check of a card, with the verdict at the top.

    Attributes
    ----------
    seen : Signal()
        The panel can be seen now.
    crds_wanted : Signal()
        The panel of CRDS is to be shown.
    is_seen : bool
        Whether it is in front of those that share its place.
    """

    seen = Signal()
    crds_wanted = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.setObjectName("preflight_panel")
        self.is_seen = False
        self._card: PreflightCard | None = None
        self._message = ""
        # A page, not labels: it breaks a long path anywhere, and what is copied from it is the path.
        self._page = QTextBrowser()
        self._page.setObjectName("preflight_page")
        self._page.setAccessibleName("Preflight card")
        self._page.setFrameShape(QFrame.Shape.NoFrame)
        self._page.setOpenLinks(False)
        self._page.anchorClicked.connect(self.crds_wanted)
        self._page.setWordWrapMode(QTextOption.WrapMode.WrapAtWordBoundaryOrAnywhere)
        self._page.viewport().setAutoFillBackground(False)
        self._page.document().setDocumentMargin(2 * GRID)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self._page)
        self.show_nothing()

    @property
    def card(self) -> PreflightCard | None:
        """The card that is shown; None where there is a message instead."""
        return self._card

    @property
    def message(self) -> str:
        """Message that replaces the card; empty if there is a card."""
        return self._message

    @property
    def text(self) -> str:
        """Everything that can be read."""
        return self._page.toPlainText()

    def show_nothing(self) -> None:
        """Say that there is no exposure."""
        self.show_message(_EMPTY)

    def show_message(self, text: str) -> None:
        """Say why there is no card: nothing is chosen, it is being made, or that has failed."""
        self._card, self._message = None, text
        self._show()

    def show_card(self, card: PreflightCard) -> None:
        """Show a card."""
        self._card, self._message = card, ""
        self._show()

    def set_seen(self, seen: object) -> None:
        """Note whether the panel is in front of those that share its place."""
        self.is_seen = bool(seen)
        if seen:
            self.seen.emit()

    @override
    def changeEvent(self, event: QEvent) -> None:
        """Show the card in the colours of another theme."""
        super().changeEvent(event)
        if event.type() is QEvent.Type.PaletteChange:
            self._show()

    def _show(self) -> None:
        card = self._card
        page = _paragraph(self._message, "text", palette().mute) if card is None else _card(card)
        place = self._page.verticalScrollBar().value()
        self._page.setHtml(page)
        self._page.verticalScrollBar().setValue(place)


def _card(card: PreflightCard) -> str:
    overall = f"<b>{_MARKS[card.overall]} {_OVERALL[card.overall]}</b>"
    head = _paragraph(overall, "verdict", _colour(card.overall), markup=True)
    return head + _paragraph(card.product, "second", palette().mute) + "".join(map(_line, card.lines))


def _line(line: CardLine) -> str:
    colours = palette()
    state = f"<b>{_MARKS[line.state]} {line.state}</b>"
    what = f'{escape(line.what)}: <span style="color: {colours.text}">{escape(line.value)}</span>'
    head = _paragraph(f"{state} {what}", "text", _colour(line.state), markup=True, above=2 * GRID)
    reason = _paragraph(line.reason, "second", colours.mute) if line.reason else ""
    link = f'<a href="crds" style="color: {colours.accent}">Show CRDS</a>'
    return head + reason + (_paragraph(link, "second", colours.mute, markup=True) if _is_about_crds(line) else "")


def _is_about_crds(line: CardLine) -> bool:
    """Whether the panel of CRDS says more about a line."""
    return line.state is not State.GO and line.what.startswith("reference")


def _paragraph(text: str, kind: str, colour: str, *, markup: bool = False, above: int = 0) -> str:
    style = f"font-size: {TYPE[kind].size}px; color: {colour}; margin-top: {above}px; margin-bottom: 0px"
    return f'<p style="{style}">{text if markup else escape(text)}</p>'


def _colour(state: State) -> str:
    colours = palette()
    match state:
        case State.GO:
            return colours.ok
        case State.CARE:
            return colours.warn
        case State.NO_GO:
            return colours.bad
        case State.CANNOT_TELL:
            return colours.mute
