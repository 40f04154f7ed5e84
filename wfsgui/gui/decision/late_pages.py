"""Pages *Pair* and *Visit*, which are made after the first image is on screen."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from importlib import import_module
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QLayout, QVBoxLayout, QWidget

from wfsgui.core.regions.pixel_numbers import FROM_1, PixelNumbers
from wfsgui.gui.decision.page_context import PageContext
from wfsgui.gui.widgets.pages import Pages

if TYPE_CHECKING:
    from wfsgui.gui.decision.page_parts import PageParts

__all__ = ["LatePages"]

_IMAGE: Final = "image"
_TITLES: Final = {"pair": "Pair", "visit": "Visit"}
# Actions that act on the page that is visible.
_ROUTED: Final = ("fit", "one_to_one", "zoom_in", "zoom_out", "export")


class LatePages(QObject):
    """Tabs of the pages; the pages are made when they are shown, or by `prepare`: the first image comes before.

    Parameters
    ----------
    context : PageContext
        What the pages need from the window.

    Attributes
    ----------
    message, error, pair_checked, pair_shown
        Signals of `PageParts`.
    compared : Signal(ComparedPair or None)
        Another comparison is on the page *Pair*, or none.
    """

    message = Signal(str)
    error = Signal(str)
    compared = Signal(object)
    pair_checked = Signal(object, str, object)
    pair_shown = Signal(object, str)

    def __init__(self, context: PageContext) -> None:
        super().__init__(context.window)
        self._context = context
        self._numbers = FROM_1
        self._parts: PageParts | None = None
        self._places = {name: _add_place(context.pages, name, title) for name, title in _TITLES.items()}
        context.pages.shown.connect(self._take_page)

    @property
    def parts(self) -> PageParts:
        """The pages, which are made if they are not there."""
        return self._parts or self._make()

    @property
    def made(self) -> PageParts | None:
        """The pages; None while they are not made."""
        return self._parts

    def prepare(self) -> None:
        """Make the pages soon; their modules are imported in a thread."""
        self._context.thumbnail_worker.submit(_import_pages, self._take_imported)

    def refresh_tiles(self) -> None:
        """Show in the tiles of the page *Visit* what is known now."""
        if self._parts is not None:
            self._parts.visit.refresh_tiles()

    def set_pixel_numbers(self, numbers: PixelNumbers) -> None:
        """Set how pixels are numbered."""
        self._numbers = numbers
        if self._parts is not None:
            self._parts.set_pixel_numbers(numbers)

    def handlers(self) -> dict[str, Callable[[], object]]:
        """Return what the actions of the pages do, by the id of the action."""
        return {f"page_{name}": partial(self._context.pages.show_page, name) for name in (_IMAGE, *_TITLES)}

    def routed(self, handlers: Mapping[str, Callable[[], object]]) -> dict[str, Callable[[], object]]:
        """Return handlers of which those for the view and its export act on the page that is visible.

        Parameters
        ----------
        handlers : mapping of str to callable
            Handlers of the window, by the id of the action.

        Returns
        -------
        dict of str to callable
            All of them.
        """
        return {
            name: partial(self._act, name, handler) if name in _ROUTED else handler
            for name, handler in handlers.items()
        }

    def _act(self, name: str, handler: Callable[[], object]) -> object:
        current = self._context.pages.current
        return self.parts.routes(name).get(current, handler)() if current in _TITLES else handler()

    def _take_page(self, name: str) -> None:
        if name in _TITLES and self._parts is None:
            self._make()

    def _take_imported(self, _nothing: None) -> None:
        if self._parts is None:
            self._make()

    def _make(self) -> PageParts:
        from wfsgui.gui.decision.page_parts import PageParts

        parts = self._parts = PageParts(self._context, self._places)
        parts.set_pixel_numbers(self._numbers)
        parts.message.connect(self.message)
        parts.error.connect(self.error)
        parts.pair_checked.connect(self.pair_checked)
        parts.pair_shown.connect(self.pair_shown)
        parts.pair.compared.connect(self.compared)
        return parts


def _add_place(pages: Pages, name: str, title: str) -> QLayout:
    """Add an empty page, and return the layout to which its content is added."""
    holder = QWidget()
    place = QVBoxLayout(holder)
    place.setContentsMargins(0, 0, 0, 0)
    pages.add_page(name, title, holder)
    return place


def _import_pages() -> None:
    import_module("wfsgui.gui.decision.page_parts")
