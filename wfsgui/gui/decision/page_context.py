"""What the pages *Pair* and *Visit* need from the window."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from PySide6.QtWidgets import QWidget

    from wfsgui.core.judgement.decision import Decision
    from wfsgui.core.model.exposure import Exposure
    from wfsgui.gui.assess.assessments import Assessments
    from wfsgui.gui.exposures.open_exposures import OpenExposures
    from wfsgui.gui.exposures.stage_presenter import StagePresenter
    from wfsgui.gui.pair.forecast_control import AskForecast
    from wfsgui.gui.threads.worker_thread import WorkerThread
    from wfsgui.gui.widgets.pages import Pages

__all__ = ["PageContext"]


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
