"""Construction of the pages *Pair* and *Visit*, and their connections with the window."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QWidget

from wfsgui.core.judgement.decision import Decision
from wfsgui.core.model.exposure import Exposure
from wfsgui.core.regions.pixel_numbers import PixelNumbers
from wfsgui.core.visit.roles import defocus_of
from wfsgui.gui.assess.assessments import Assessments
from wfsgui.gui.export.picture_dialog import PictureDialog
from wfsgui.gui.export.picture_sheet import PictureSheet
from wfsgui.gui.export.view_recording import ViewRecording
from wfsgui.gui.exposures.open_exposures import OpenExposures
from wfsgui.gui.exposures.stage_presenter import StagePresenter
from wfsgui.gui.pair.comparing import ComparedPair
from wfsgui.gui.pair.control import PairControl
from wfsgui.gui.pair.forecast_control import AskForecast, ForecastControl
from wfsgui.gui.pair.page import PairPage
from wfsgui.gui.pair.pair_links import PairLinks
from wfsgui.gui.threads.worker_thread import WorkerThread
from wfsgui.gui.visit_page.visit_control import VisitControl
from wfsgui.gui.widgets.pages import Pages

__all__ = ["PageContext", "PageParts"]

_IMAGE, _PAIR, _VISIT = "image", "pair", "visit"


@dataclass(frozen=True, kw_only=True)
class PageContext:
    """What the pages need from the window.

    Attributes
    ----------
    window : QWidget
        Owner of the dialogs.
    pages : Pages
        Where the pages are added.
    open_exposures : OpenExposures
        The exposures.
    presenter : StagePresenter
        The exposure on screen.
    assessments : Assessments
        What was measured.
    decision : callable
        ``decision(exposure) -> Decision | None``: the last verdict of the analyst.
    select : callable
        ``select(exposure)``: makes an exposure the one on screen.
    ask_forecast : AskForecast
        Asks the engine for a forecast of wfs_combine.
    render_worker, measure_worker, file_worker, thumbnail_worker, search_worker : WorkerThread
        Threads that draw, measure, read and write files, make thumbnails, and search for companions.
    """

    window: QWidget
    pages: Pages
    open_exposures: OpenExposures
    presenter: StagePresenter
    assessments: Assessments
    decision: Callable[[Exposure], Decision | None]
    select: Callable[[Exposure], object]
    ask_forecast: AskForecast
    render_worker: WorkerThread
    measure_worker: WorkerThread
    file_worker: WorkerThread
    thumbnail_worker: WorkerThread
    search_worker: WorkerThread


class PageParts(QObject):
    """The pages *Pair* and *Visit*.

    Parameters
    ----------
    context : PageContext
        What they need from the window.

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

    def __init__(self, context: PageContext) -> None:
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
        context.pages.add_page(_PAIR, "Pair", self.pair_page)
        context.pages.add_page(_VISIT, "Visit", self.visit.page)
        self._connect(context)

    def _connect(self, context: PageContext) -> None:
        context.pages.shown.connect(self._take_page)
        context.presenter.shown.connect(lambda exposure, _stage: self.pair.show_exposure(exposure))
        self.pair.compared.connect(self._take_pair)
        self.pair.error.connect(self.error)
        self.visit.opened.connect(self._open)
        for pictures in (self._pictures, self.visit.pictures):
            pictures.message.connect(self.message)
            pictures.error.connect(self.error)

    def handlers(self) -> dict[str, Callable[[], object]]:
        """Return what the actions of the pages do, by the id of the action."""
        return {f"page_{name}": partial(self._pages.show_page, name) for name in (_IMAGE, _PAIR, _VISIT)}

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
        page = self.pair_page
        routes: dict[str, dict[str, Callable[[], object]]] = {
            "fit": {_PAIR: self._fit_pair},
            "one_to_one": {_PAIR: lambda: page.views.zoom_to(1.0)},
            "zoom_in": {_PAIR: lambda: page.views.zoom_by(1)},
            "zoom_out": {_PAIR: lambda: page.views.zoom_by(-1)},
            "export": {_PAIR: self._export_pair, _VISIT: self.visit.export},
        }
        return {name: self._by_page(routes.get(name, {}), handler) for name, handler in handlers.items()}

    def set_pixel_numbers(self, numbers: PixelNumbers) -> None:
        """Set how pixels are numbered."""
        self.pair_page.images.set_pixel_numbers(numbers)

    def _fit_pair(self) -> None:
        self.pair_page.views.fit()

    def _export_pair(self) -> None:
        """Export the images of the pair as they are on screen."""
        page, both = self.pair_page, self.pair.choice.both
        if both is None or not page.caption:
            self.error.emit("There are no images of a pair to export: choose two exposures that can be compared.")
            return
        recording = ViewRecording(PictureSheet(page.picture, page.caption), page.caption, page.devicePixelRatioF())
        kind = "forecast" if page.shows_forecast else "pair"
        self._pictures.save(recording, both.first.path.parent / f"{both.first.name}_{kind}.png")

    def _by_page(
        self, routes: Mapping[str, Callable[[], object]], handler: Callable[[], object]
    ) -> Callable[[], object]:
        def act() -> object:
            return routes.get(self._pages.current, handler)()

        return act

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
