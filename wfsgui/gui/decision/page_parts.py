"""Construction of the pages *Pair* and *Visit*, and their connections with the window."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QLayout, QWidget

from wfsgui.core.model.exposure import Exposure
from wfsgui.core.regions.pixel_numbers import PixelNumbers
from wfsgui.core.visit.roles import defocus_of
from wfsgui.gui.decision.page_context import PageContext
from wfsgui.gui.export.picture_dialog import PictureDialog
from wfsgui.gui.export.picture_sheet import PictureSheet
from wfsgui.gui.export.view_recording import ViewRecording
from wfsgui.gui.pair.comparing import ComparedPair
from wfsgui.gui.pair.control import PairControl
from wfsgui.gui.pair.forecast_control import ForecastControl
from wfsgui.gui.pair.page import PairPage
from wfsgui.gui.pair.pair_links import PairLinks
from wfsgui.gui.visit_page.visit_control import VisitControl

__all__ = ["PageParts"]

_IMAGE, _PAIR, _VISIT = "image", "pair", "visit"


class PageParts(QObject):
    """The pages *Pair* and *Visit*.

    Parameters
    ----------
    context : PageContext
        What they need from the window.
    places : mapping of str to QLayout
        Where each page is put, by its name.

    Attributes
    ----------
    links : PairLinks
        Pairs of the exposures.
    pair_page : PairPage
        Page *Pair*.
    pair, visit : PairControl, VisitControl
        Controllers of the pages.
    forecast : ForecastControl
        Forecast of wfs_combine on the page *Pair*.
    message, error : Signal(str)
        A sentence for the message bar: what was done, or why it was not.
    pair_checked : Signal(tuple of Path, str, tuple of CheckResult)
        Two exposures were compared: their files, the name of the pair, and the checks.
    pair_shown : Signal(tuple of Path or None, str)
        A pair is on screen: the files of its exposures, and its name; None if none is.
    """

    message = Signal(str)
    error = Signal(str)
    pair_checked = Signal(object, str, object)
    pair_shown = Signal(object, str)

    def __init__(self, context: PageContext, places: Mapping[str, QLayout]) -> None:
        super().__init__(context.window)
        self._pages, self._select = context.pages, context.select
        self._pictures = PictureDialog(context.window, context.file_worker, "pair")
        self.links = PairLinks(context.open_exposures, context.measure_worker, self)
        self.pair_page = PairPage(context.render_worker)
        self.pair = PairControl(
            self.pair_page,
            context.open_exposures,
            self.links,
            context.assessments,
            context.measure_worker,
            context.file_worker,
            context.search_worker,
        )
        self.visit = VisitControl(
            context.open_exposures,
            context.assessments,
            context.decision,
            context.thumbnail_worker,
            context.file_worker,
            context.window,
        )
        self.forecast = ForecastControl(self.pair_page, self.pair.choice, context.ask_forecast, context.measure_worker)
        for name, page in ((_PAIR, self.pair_page), (_VISIT, self.visit.page)):
            places[name].addWidget(page)
            for child in (page, *page.findChildren(QWidget)):
                # The window takes every drop.
                child.setAcceptDrops(False)
        self._connect(context)
        self.pair.show_exposure(context.presenter.exposure)
        self._take_page(context.pages.current)

    def _connect(self, context: PageContext) -> None:
        context.pages.shown.connect(self._take_page)
        context.presenter.shown.connect(lambda exposure, _stage: self.pair.show_exposure(exposure))
        self.pair.compared.connect(self._take_pair)
        self.pair.error.connect(self.error)
        self.visit.opened.connect(self._open)
        for pictures in (self._pictures, self.visit.pictures):
            pictures.message.connect(self.message)
            pictures.error.connect(self.error)

    def routes(self, action: str) -> dict[str, Callable[[], object]]:
        """Return what an action does, by the name of the page that is visible; empty if it acts on the image only."""
        views = self.pair_page.views
        routes: dict[str, dict[str, Callable[[], object]]] = {
            "fit": {_PAIR: views.fit},
            "one_to_one": {_PAIR: lambda: views.zoom_to(1.0)},
            "zoom_in": {_PAIR: lambda: views.zoom_by(1)},
            "zoom_out": {_PAIR: lambda: views.zoom_by(-1)},
            "export": {_PAIR: self._export_pair, _VISIT: self.visit.export},
        }
        return routes.get(action, {})

    def set_pixel_numbers(self, numbers: PixelNumbers) -> None:
        """Set how pixels are numbered."""
        self.pair_page.images.set_pixel_numbers(numbers)

    def _export_pair(self) -> None:
        """Export the images of the pair as they are on screen."""
        page, both = self.pair_page, self.pair.choice.both
        if both is None or not page.caption:
            self.error.emit("There are no images of a pair to export: choose two exposures that can be compared.")
            return
        recording = ViewRecording(PictureSheet(page.picture, page.caption), page.caption, page.devicePixelRatioF())
        kind = "forecast" if page.shows_forecast else "pair"
        self._pictures.save(recording, both.first.path.parent / f"{both.first.name}_{kind}.png")

    def _take_page(self, name: str) -> None:
        self.pair.set_seen(seen=name == _PAIR)
        self._show_pair()
        self.visit.set_seen(seen=name == _VISIT)

    def _take_pair(self, pair: ComparedPair | None) -> None:
        self.forecast.show_pair(pair)
        if pair is not None:
            self.pair_checked.emit(*_named(pair), pair.comparison.checks)
        self._show_pair()

    def _show_pair(self) -> None:
        pair = self.pair.pair if self._pages.current == _PAIR else None
        self.pair_shown.emit(*(_named(pair) if pair is not None else (None, "")))

    def _open(self, exposure: Exposure) -> None:
        self._select(exposure)
        self._pages.show_page(_IMAGE)


def _named(pair: ComparedPair) -> tuple[tuple[Path, Path], str]:
    """Return the files of a pair, and its name: the lenses, or the whole beam without one."""
    infos = pair.first.info, pair.second.info
    lenses = [defocus.name if (defocus := defocus_of(info)) is not None else info.optical_elements for info in infos]
    return (infos[0].path, infos[1].path), " and ".join(lenses)
