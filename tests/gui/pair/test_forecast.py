"""Forecast of wfs_combine on the page *Pair*."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from astropy.io import fits
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLabel, QToolButton
from pytestqt.qtbot import QtBot

from tests.gui.pair.pair_helpers import RADIUS, STAR, PairDriver, exposure, star
from tests.gui.window_driver import find
from wfsgui.core.errors import WfsguiError
from wfsgui.core.model.flags import DO_NOT_USE
from wfsgui.core.model.step_image import StepImage
from wfsgui.core.pair.forecast import CombinationForecast, CombinationRecord
from wfsgui.gui.pair.forecast_control import ForecastControl
from wfsgui.gui.pair.forecast_work import HALVED, LOST
from wfsgui.gui.threads.worker_thread import Job, WorkerThread

SHIFT = (12, -5)
HOLE = (round(STAR[0]) + 3, round(STAR[1]) + 2)


def combined(first: StepImage, *, flipped: bool = False) -> CombinationForecast:
    """Make a forecast with one lost pixel in the light and one beside it."""
    sci, dq = first.sci.copy(), np.zeros_like(first.dq)
    for x, y in (HOLE, (3, 4)):
        sci[y, x], dq[y, x] = 0, DO_NOT_USE
    applied = (-SHIFT[0], -SHIFT[1]) if flipped else SHIFT
    record = CombinationRecord(
        names=("a_cal.fits", "b_cal.fits"),
        flipped=flipped,
        sky_shift=(SHIFT[0] + 0.25, SHIFT[1] + 0.5),
        applied=applied,
        refined=None,
        parameters={"do_refine": "False"},
        log=(),
    )
    return CombinationForecast(StepImage(sci, first.err, dq, first.unit), record)


class Engine:
    """Answers with a forecast, or refuses."""

    def __init__(self) -> None:
        self.worker = WorkerThread()
        self.asked: list[tuple[Path, Path]] = []
        self.answer: CombinationForecast | None = None

    def ask(
        self,
        results: tuple[Path, Path],
        done: Callable[[CombinationForecast], None],
        failed: Callable[[BaseException], None],
    ) -> Job:
        self.asked.append(results)
        return self.worker.submit(self._work, done, failed)

    def _work(self) -> CombinationForecast:
        if self.answer is None:
            raise WfsguiError("The two cannot be combined.")
        return self.answer


def write(path: Path, image: StepImage) -> Path:
    """Write a result."""
    planes = {"SCI": image.sci, "ERR": image.err, "DQ": image.dq}
    images = [fits.ImageHDU(plane, name=name) for name, plane in planes.items()]
    fits.HDUList([fits.PrimaryHDU(), *images]).writeto(path)
    return path


@pytest.fixture
def driver(qtbot: QtBot, tmp_path: Path) -> Iterator[tuple[PairDriver, ForecastControl, Engine]]:
    """Open two dithered exposures that have results."""
    made, engine = PairDriver(qtbot), Engine()
    control = ForecastControl(made.page, made.control.choice, engine.ask, made.workers[0])
    made.control.compared.connect(control.show_pair)
    first, second = star(1), star(2, x=STAR[0] + SHIFT[0], y=STAR[1] + SHIFT[1])
    opened = [exposure(1, "WLP4", first), exposure(2, "WLM4", second)]
    for each, image in zip(opened, (first, second), strict=True):
        each.result = write(tmp_path / f"{each.key}_cal.fits", image)
    engine.answer = combined(first)
    made.add(*opened)
    yield made, control, engine
    made.close()
    engine.worker.close()
    assert made.faults == []


def ask(made: PairDriver, control: ForecastControl) -> None:
    QTest.mouseClick(made.button("pair_forecast"), Qt.MouseButton.LeftButton)
    made.qtbot.waitUntil(lambda: not control.is_working)


def test_forecast_counts_and_marks_the_pixels_that_become_zero(
    driver: tuple[PairDriver, ForecastControl, Engine],
) -> None:
    made, control, engine = driver
    ask(made, control)
    assert [path.name for path in engine.asked[0]] == ["1_cal.fits", "2_cal.fits"]
    shown = made.page.forecast.forecast
    assert shown is not None
    assert shown.lost == 1
    assert shown.light == pytest.approx(np.pi * RADIUS**2, rel=0.3)
    assert find(made.page, QLabel, "forecast_text").text().startswith(f"1 of {shown.light} pixels of the light")
    # One in the light, one beside it.
    assert np.count_nonzero(shown.marks.dq & LOST) == 2


def test_second_exposure_is_shown_on_the_pixels_of_the_first(
    driver: tuple[PairDriver, ForecastControl, Engine],
) -> None:
    made, control, _ = driver
    ask(made, control)
    shown = made.page.forecast.forecast
    assert shown is not None
    middle = shown.index[0].shape[0] // 2
    light = slice(middle - 25, middle + 25)
    first, second, moved = (
        index[light, light].astype(float).ravel()
        for index in (shown.index[0], shown.index[1], np.roll(shown.index[1], SHIFT, axis=(1, 0)))
    )
    assert np.corrcoef(first, second)[0, 1] > 0.9
    assert np.corrcoef(first, moved)[0, 1] < 0.5


def test_exchanged_exposures_are_named_in_their_order(
    driver: tuple[PairDriver, ForecastControl, Engine],
) -> None:
    made, control, engine = driver
    engine.answer = combined(star(2, x=STAR[0] + SHIFT[0], y=STAR[1] + SHIFT[1]), flipped=True)
    ask(made, control)
    shown = made.page.forecast.forecast
    assert shown is not None
    assert [name[0] for name in shown.names] == ["B", "A", "c"]
    assert "exchanges" in shown.text


def test_pixels_beyond_the_edge_of_one_exposure_are_marked(
    driver: tuple[PairDriver, ForecastControl, Engine],
) -> None:
    made, control, engine = driver
    assert engine.answer is not None
    engine.answer = replace(engine.answer, record=replace(engine.answer.record, applied=(80, 0)))
    ask(made, control)
    shown = made.page.forecast.forecast
    assert shown is not None
    assert shown.halved > 0
    assert np.count_nonzero(shown.marks.dq & HALVED) >= shown.halved
    assert "half as bright" in shown.text


def test_images_alternate_until_one_is_chosen(driver: tuple[PairDriver, ForecastControl, Engine]) -> None:
    made, control, _ = driver
    ask(made, control)
    view = made.page.forecast
    places: set[int] = set()

    def seen() -> bool:
        places.add(view.place)
        return places == {0, 1, 2}

    made.qtbot.waitUntil(seen)
    find(view, QToolButton, "forecast_second").click()
    assert view.place == 1
    assert not find(view, QToolButton, "forecast_blink").isChecked()


def test_refusal_is_one_sentence_and_closes(driver: tuple[PairDriver, ForecastControl, Engine]) -> None:
    made, control, engine = driver
    engine.answer = None
    ask(made, control)
    assert find(made.page, QLabel, "forecast_message").text() == "The two cannot be combined."
    QTest.mouseClick(made.button("pair_forecast"), Qt.MouseButton.LeftButton)
    assert not made.page.shows_forecast
    assert made.page.images.isVisible()


def test_another_pair_closes_the_forecast(driver: tuple[PairDriver, ForecastControl, Engine]) -> None:
    made, control, _ = driver
    ask(made, control)
    other = exposure(3, "WLM4")
    made.add(other)
    made.choose("pair_second", "00003")
    assert not made.page.shows_forecast


def test_exposures_without_results_have_no_forecast(qtbot: QtBot) -> None:
    made, engine = PairDriver(qtbot), Engine()
    control = ForecastControl(made.page, made.control.choice, engine.ask, made.workers[0])
    made.control.compared.connect(control.show_pair)
    made.add(exposure(1, "WLP4"), exposure(2, "WLM4"))
    button = made.button("pair_forecast")
    assert not button.isEnabled()
    assert "run both exposures" in button.toolTip()
    made.close()
    engine.worker.close()


def test_undithered_results_have_no_forecast(qtbot: QtBot, tmp_path: Path) -> None:
    made, engine = PairDriver(qtbot), Engine()
    control = ForecastControl(made.page, made.control.choice, engine.ask, made.workers[0])
    made.control.compared.connect(control.show_pair)
    opened = [exposure(1, "WLP4"), exposure(2, "WLM4")]
    for each in opened:
        each.result = write(tmp_path / f"{each.key}_cal.fits", star(1))
    made.add(*opened)
    assert "not dithered" in made.button("pair_forecast").toolTip()
    made.close()
    engine.worker.close()
