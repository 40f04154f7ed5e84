"""Has the forecast of wfs_combine made for the pair on the page, when the analyst asks for it."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from math import hypot
from pathlib import Path
from typing import Final

from PySide6.QtCore import QObject

from wfsgui.core.errors import WfsguiError
from wfsgui.core.model.stages import CAL
from wfsgui.core.pair.forecast import CombinationForecast
from wfsgui.gui.pair.comparing import ComparedPair
from wfsgui.gui.pair.forecast_work import ForecastJob, ShownForecast, shown_forecast
from wfsgui.gui.pair.page import PairPage
from wfsgui.gui.pair.pair_choice import PairChoice
from wfsgui.gui.pair.pair_member import PairMember
from wfsgui.gui.threads.worker_thread import Job, WorkerThread

__all__ = ["AskForecast", "ForecastControl"]

AskForecast = Callable[[tuple[Path, Path], Callable[[CombinationForecast], None], Callable[[BaseException], None]], Job]
"""``ask(results, done, failed) -> Job``: has the engine make a forecast of two ``_cal`` files."""

_LEAST_SHIFT: Final = 1.0
"""Distance of the two stars from which exposures are dithered, pixels."""


class ForecastControl(QObject):
    """Show the forecast on the page *Pair*.

    Parameters
    ----------
    page : PairPage
        The page.
    choice : PairChoice
        Which two exposures are compared.
    ask : AskForecast
        Asks the engine.
    worker : WorkerThread
        Thread that reads the results and draws.
    """

    def __init__(self, page: PairPage, choice: PairChoice, ask: AskForecast, worker: WorkerThread) -> None:
        super().__init__(page)
        self._page, self._choice, self._ask = page, choice, ask
        self._worker = worker
        self._pair: ComparedPair | None = None
        self._job: Job | None = None
        self._shown_for: tuple[Path, Path] | None = None
        page.choice.forecast_asked.connect(self._toggle)

    @property
    def is_working(self) -> bool:
        """Whether a forecast is not done yet."""
        return self._job is not None

    def show_pair(self, pair: ComparedPair | None) -> None:
        """Offer the forecast for a pair, if it can be made; a forecast of other exposures is closed."""
        self._pair = pair
        why_not = self._why_not()
        self._page.choice.set_forecast(why_not=why_not)
        if self._page.shows_forecast and self._results() != self._shown_for:
            self._close()

    def _toggle(self) -> None:
        if self._page.shows_forecast:
            self._close()
        else:
            self._make()

    def _close(self) -> None:
        if self._job is not None:
            self._job.cancel()
            self._job = None
        self._shown_for = None
        self._page.show_forecast(shown=False)

    def _make(self) -> None:
        pair, results = self._pair, self._results()
        if pair is None or results is None:
            self._page.show_forecast(shown=False)
            return
        self._shown_for = results
        self._page.forecast.show_message("jwst's wfs_combine is being run on the two results...")
        self._page.show_forecast(shown=True)
        drawing = self._page.images.drawing
        job = ForecastJob(pair, results, drawing.rule, drawing.stretch)
        self._job = self._ask(results, partial(self._prepare, job), self._report)

    def _prepare(self, job: ForecastJob, forecast: CombinationForecast) -> None:
        # The thread may keep its last job; the job must not keep the images in memory.
        handed = [(job, forecast)]
        self._job = self._worker.submit(lambda: shown_forecast(*handed.pop()), self._take, self._report)

    def _take(self, forecast: ShownForecast) -> None:
        self._job = None
        self._page.forecast.show_forecast(forecast)

    def _report(self, error: BaseException) -> None:
        self._job = None
        known = isinstance(error, WfsguiError)
        self._page.forecast.show_message(str(error) if known else f"The forecast failed: {error}")
        if not known:
            self._worker.unhandled.emit(error)

    def _results(self) -> tuple[Path, Path] | None:
        """Return the _cal files of A and B; None if one of them is missing."""
        both = self._choice.both
        if both is None:
            return None
        first, second = _result_of(both.first), _result_of(both.second)
        return (first, second) if first is not None and second is not None else None

    def _why_not(self) -> str:
        """Say why no forecast can be made, one sentence; empty if it can."""
        pair = self._pair
        if pair is None:
            return "Choose two exposures that can be compared first."
        if self._results() is None:
            return "wfs_combine combines results: run both exposures to their _cal first."
        if pair.first.image.sci.shape != pair.second.image.sci.shape:
            return "wfs_combine combines images of one shape only."
        shift = [pair.comparison.quantity(key) for key in ("shift_x", "shift_y")]
        if hypot(*(each.value if each is not None else 0.0 for each in shift)) < _LEAST_SHIFT:
            return "The two are not dithered: there is nothing for wfs_combine to combine."
        return ""


def _result_of(member: PairMember) -> Path | None:
    """Return the _cal file of an exposure; None if there is none."""
    exposure = member.exposure
    if exposure is None:
        return member.path if member.stages == (CAL,) else None
    return next((path for path in (exposure.result, exposure.saved) if path is not None and path.exists()), None)
