"""Comparing images in the window, by keys and mouse."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from PySide6.QtCore import QPoint, QPointF, QRectF, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QComboBox, QDoubleSpinBox, QGraphicsView, QLabel, QLineEdit, QToolButton

from tests.gui import fakes
from tests.gui.image_helpers import image_of, place, viewport
from tests.gui.window_driver import WindowDriver, find
from wfsgui.core.image.compare import Mode
from wfsgui.core.model.stages import RATE
from wfsgui.gui.canvas.image_canvas import ImageCanvas
from wfsgui.gui.image.pixel_probe import Hover
from wfsgui.gui.image.view import ImageView

SHAPE = (48, 64)


@pytest.fixture
def run(driver: WindowDriver) -> WindowDriver:
    """Calibrate two exposures and show flat_field of the first one."""
    driver.load()
    driver.open(*driver.write(2))
    driver.run_all()
    show(driver, "flat_field")
    return driver


def view(driver: WindowDriver) -> ImageView:
    return driver.window.workspace.image


def show(driver: WindowDriver, stage: str) -> None:
    with driver.drawn():
        driver.window.presenter.show_stage(stage)


def press(driver: WindowDriver, key: str) -> None:
    """Press a key that changes the image, and wait until it is on screen."""
    with driver.drawn():
        driver.press(key)


def values_of(driver: WindowDriver, stage: str, number: int = 0) -> np.ndarray[tuple[int, ...], np.dtype[np.float32]]:
    frame = driver.exposures[number].stages[stage].image
    assert frame is not None
    return frame.sci


def read(driver: WindowDriver, x: int, y: int, shape: tuple[int, int] = SHAPE) -> str:
    """Point at a pixel and read the status bar; the panels may still change the size of the view meanwhile."""
    canvas_view, hovers = view(driver), list[Hover | None]()

    def is_pointed_at() -> bool:
        if hovers and (hover := hovers[-1]) is not None and (hover.x, hover.y) == (x, y):
            return True
        canvas_view.canvas.fit()
        QTest.mouseMove(viewport(canvas_view), QPoint(1, 1))
        QTest.mouseMove(viewport(canvas_view), place(canvas_view, x, y, shape))
        return False

    canvas_view.hovered.connect(hovers.append)
    driver.qtbot.waitUntil(is_pointed_at)
    canvas_view.hovered.disconnect(hovers.append)
    return find(driver.window, QLabel, "readout_value").toolTip().split("\n")[0]


def caption(driver: WindowDriver, name: str = "caption") -> str:
    return find(view(driver).canvas, QLabel, name).text()


def hint(driver: WindowDriver) -> str:
    return find(driver.window, QLabel, "compare_hint").text()


def names(combo: QComboBox, index: int) -> str:
    """Return the full name of a choice."""
    return str(combo.itemData(index, Qt.ItemDataRole.ToolTipRole) or combo.itemText(index))


def choose(driver: WindowDriver, name: str, text: str) -> None:
    combo = find(driver.window, QComboBox, name)
    assert combo.isVisible()
    number = next(index for index in range(combo.count()) if names(combo, index).startswith(text))
    combo.setCurrentIndex(number)
    combo.activated.emit(number)


def test_difference_to_the_previous_step(run: WindowDriver) -> None:
    press(run, "D")
    here, before = values_of(run, "flat_field")[20, 30], values_of(run, "assign_wcs")[20, 30]
    assert caption(run) == "flat_field \N{MINUS SIGN} assign_wcs"
    assert read(run, 30, 20).startswith(f"{here - before:.6g} = {here:.6g} \N{MINUS SIGN} {before:.6g} DN/s")


def test_ratio_of_two_units(run: WindowDriver) -> None:
    show(run, "photom")
    press(run, "R")
    here, before = values_of(run, "photom")[20, 30], values_of(run, "flat_field")[20, 30]
    assert read(run, 30, 20).startswith(f"{here / before:.6g} = {here:.6g} MJy/sr / {before:.6g} DN/s")


def test_difference_of_two_units_is_refused(run: WindowDriver) -> None:
    press(run, "D")
    show(run, "photom")
    assert hint(run) == "There is no difference between MJy/sr and DN/s: use the ratio."
    assert caption(run).startswith("There is no difference")
    assert read(run, 30, 20) == "SCI and its error"


def test_mode_stays_from_step_to_step_until_its_key_is_pressed(run: WindowDriver) -> None:
    press(run, "R")
    with run.drawn():
        run.press("3")
    assert caption(run) == "assign_wcs / rate"
    assert find(run.window, QToolButton, "compare_ratio").isChecked()
    press(run, "R")
    assert find(run.window, QToolButton, "compare_value").isChecked()
    assert caption(run) == ""
    assert not find(run.window, QComboBox, "compare_target").isVisible()


def test_first_stage_is_not_compared(run: WindowDriver) -> None:
    press(run, "D")
    show(run, RATE)
    assert hint(run) == caption(run) == "There is no step before this one."


def test_mode_buttons_set_the_mode(run: WindowDriver) -> None:
    for mode in (Mode.RATIO, Mode.SWIPE, Mode.VALUE):
        with run.drawn():
            find(run.window, QToolButton, f"compare_{mode.name.lower()}").click()
        assert run.window.compare.mode is mode


@pytest.mark.parametrize("key", ["R", "S", "B", "W"])
def test_names_of_the_images_do_not_cover_the_compass(run: WindowDriver, key: str) -> None:
    press(run, key)
    # The image fills the view: the compass is in the corner of the view.
    view(run).canvas.centre_on(QPointF(32, 24), 60.0)
    run.wait(lambda: not run.window.inspection.sky.layer.is_pending)
    canvas, compass = view(run).canvas, run.window.inspection.sky.layer.compass
    graphics = find(canvas, QGraphicsView, "image_canvas")
    placing = compass.deviceTransform(graphics.viewportTransform())
    room = compass.room(QRectF(graphics.viewport().rect()), placing)
    labels = [label for label in canvas.findChildren(QLabel) if label.isVisible()]
    assert not room.isEmpty()
    assert labels
    assert not [label.text() for label in labels if room.intersects(QRectF(label.geometry()))]


def test_tool_tips_of_the_mode_buttons_name_their_keys(run: WindowDriver) -> None:
    tips = {mode: find(run.window, QToolButton, f"compare_{mode.name.lower()}").toolTip() for mode in Mode}
    keys = {mode: tip.rpartition("(")[2].removesuffix(")") for mode, tip in tips.items()}
    assert keys == {
        Mode.VALUE: "V",
        Mode.DIFFERENCE: "D",
        Mode.RATIO: "R",
        Mode.SWIPE: "S",
        Mode.BLINK: "B",
        Mode.SIDE_BY_SIDE: "W",
    }


def test_any_step_can_be_compared_with(run: WindowDriver) -> None:
    press(run, "D")
    with run.drawn():
        choose(run, "compare_target", "rate")
    assert caption(run) == "flat_field \N{MINUS SIGN} rate"
    here, rate = values_of(run, "flat_field")[20, 30], values_of(run, RATE)[20, 30]
    assert read(run, 30, 20).startswith(f"{here - rate:.6g} = ")


def test_another_exposure_can_be_compared_with(run: WindowDriver) -> None:
    press(run, "D")
    name = run.exposures[1].product.name
    with run.drawn():
        choose(run, "compare_target", name)
    assert caption(run).startswith("flat_field")
    shared = values_of(run, "flat_field"), values_of(run, "flat_field", 1)
    assert read(run, 30, 20).startswith(f"{shared[0][20, 30] - shared[1][20, 30]:.6g} = ")


def test_removed_exposure_is_no_longer_compared_with(run: WindowDriver) -> None:
    press(run, "D")
    choose(run, "compare_target", run.exposures[1].product.name)
    run.window.services.open_exposures.remove([run.exposures[1]])
    assert find(run.window, QComboBox, "compare_target").currentText().startswith("before: ")


def test_exposure_to_compare_with_is_read_if_needed(driver: WindowDriver) -> None:
    driver.load()
    driver.open(*driver.write(2))
    driver.wait(lambda: driver.exposures[0].stages[RATE].image is not None)
    assert driver.exposures[1].stages[RATE].image is None
    driver.press("S")
    choose(driver, "compare_target", driver.exposures[1].product.name)
    driver.wait(lambda: driver.exposures[1].stages[RATE].image is not None and hint(driver) == "")
    driver.wait(lambda: caption(driver, "caption_right").startswith(driver.exposures[1].product.name[:5]))


def two_levels(driver: WindowDriver) -> None:
    """Make flat_field bright and assign_wcs dark, on one stretch."""
    exposure = driver.exposures[0]
    for stage, level in (("assign_wcs", 100.0), ("flat_field", 200.0)):
        exposure.stages[stage].image = image_of(np.full(SHAPE, level, np.float32))
    driver.window.services.open_exposures.changed.emit(exposure)


def set_levels(driver: WindowDriver) -> None:
    for name, level in (("level_low", "50"), ("level_high", "250")):
        edit = find(driver.window.workspace, QLineEdit, name)
        with driver.drawn():
            edit.selectAll()
            QTest.keyClicks(edit, level)
            QTest.keyClick(edit, Qt.Key.Key_Return)
    view(driver).canvas.setFocus()


def test_swipe_line_divides_the_images_and_can_be_dragged(run: WindowDriver) -> None:
    two_levels(run)
    set_levels(run)
    press(run, "S")
    surface = viewport(view(run))
    centre = surface.width() // 2
    image = surface.grab().toImage()
    row = image.height() // 3

    def lightness(x: int) -> int:
        return surface.grab().toImage().pixelColor(x, row).lightness()

    run.wait(lambda: lightness(centre - 30) > lightness(centre + 30) + 60)
    quarter = place(view(run), 16, 24, SHAPE)
    QTest.mousePress(surface, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, QPoint(centre, row))
    QTest.mouseMove(surface, QPoint(quarter.x(), row))
    QTest.mouseRelease(surface, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, QPoint(quarter.x(), row))
    assert lightness(centre - 30) == lightness(centre + 30)
    assert lightness(quarter.x() - 20) > lightness(quarter.x() + 20) + 60
    assert (caption(run), caption(run, "caption_right")) == ("flat_field", "assign_wcs")


def test_images_alternate_at_the_chosen_rate(run: WindowDriver) -> None:
    two_levels(run)
    set_levels(run)
    press(run, "B")
    rate = find(run.window, QDoubleSpinBox, "blink_rate")
    assert rate.isVisible()
    rate.setValue(10)
    surface = viewport(view(run))

    def lightness() -> int:
        return surface.grab().toImage().pixelColor(surface.rect().center()).lightness()

    bright = lightness()
    run.wait(lambda: lightness() < bright - 60)
    assert caption(run) == "assign_wcs"
    run.wait(lambda: lightness() == bright)
    assert caption(run) == "flat_field"
    press(run, "B")
    assert not rate.isVisible()


def beside(driver: WindowDriver) -> ImageCanvas:
    return find(view(driver), ImageCanvas, "canvas_beside")


def test_views_side_by_side_move_together(run: WindowDriver) -> None:
    press(run, "W")
    run.wait(lambda: beside(run).shape == SHAPE)
    view(run).canvas.centre_on(QPointF(20.5, 30.5), 24.0)
    assert beside(run).scale == pytest.approx(24.0, rel=0.05)
    assert beside(run).view.center().x() == pytest.approx(20.5, abs=0.2)
    QTest.keyClick(beside(run).surface, Qt.Key.Key_Up)
    there = beside(run).view.center()
    assert there.y() > 31
    assert view(run).canvas.view.center().y() == pytest.approx(there.y(), abs=0.2)
    press(run, "V")
    assert not beside(run).isVisible()


def test_fitted_image_stays_fitted_in_side_by_side_mode(run: WindowDriver) -> None:
    canvas = view(run).canvas
    view(run).canvas.fit()
    alone = canvas.scale
    press(run, "W")
    run.wait(lambda: beside(run).shape == SHAPE and canvas.scale < 0.7 * alone)
    assert canvas.view.adjusted(-0.1, -0.1, 0.1, 0.1).contains(QRectF(0, 0, SHAPE[1], SHAPE[0]))
    run.wait(lambda: beside(run).scale == pytest.approx(canvas.scale, rel=0.02))
    press(run, "V")
    run.wait(lambda: canvas.scale == pytest.approx(alone, rel=0.1))


def test_cursor_over_the_other_image_reads_both_images(run: WindowDriver) -> None:
    press(run, "W")
    run.wait(lambda: beside(run).shape == SHAPE)
    surface = find(beside(run), QGraphicsView, "image_canvas").viewport()
    with run.qtbot.waitSignal(view(run).hovered, check_params_cb=lambda hover: hover is not None) as told:
        QTest.mouseMove(surface, QPoint(5, 5))
        QTest.mouseMove(surface, surface.rect().center())
    hover = told.args[0]
    here, before = values_of(run, "flat_field"), values_of(run, "assign_wcs")
    assert hover.value == pytest.approx(here[hover.y, hover.x], nan_ok=True)
    assert hover.other == pytest.approx(before[hover.y, hover.x], nan_ok=True)


def test_list_and_text_name_the_other_image(run: WindowDriver) -> None:
    press(run, "R")
    target = find(run.window, QComboBox, "compare_target")
    assert target.currentText() == "before: assign_wcs"
    show(run, "cal")
    assert target.currentText() == "before: rate"
    assert target.toolTip().endswith("before the chain: rate")
    assert view(run).comparison_text.startswith("cal / rate")
    show(run, "rate")
    assert target.currentText() == "before: none"


def test_exposures_have_distinct_short_names(run: WindowDriver) -> None:
    press(run, "D")
    target = find(run.window, QComboBox, "compare_target")
    second = run.exposures[1].product.name
    last = target.count() - 1
    assert target.itemText(last) == "…00002…"
    assert names(target, last) == second
    choose(run, "compare_target", second)
    assert second in target.toolTip()
    # All of it can be seen.
    assert target.fontMetrics().horizontalAdvance(target.currentText()) < target.width()


def test_link_by_star_aligns_the_stars(run: WindowDriver) -> None:
    first, second = run.exposures
    run.wait(lambda: run.window.services.stars.place(first) is not None)
    here, there = (25, 30), (38, 18)
    for exposure, place_of_star in ((first, here), (second, there)):
        sci = (100 + fakes.star_light((64, 64), *place_of_star)).astype(np.float32)
        for stage in exposure.stages.values():
            stage.image = image_of(sci) if stage.image is not None else None
    run.window.services.open_exposures.changed.emit(first)
    press(run, "R")
    choose(run, "compare_target", second.product.name)
    choose(run, "compare_link", "by star")
    run.wait(lambda: hint(run) == "offset +13, -12 px")
    assert view(run).comparison_text.endswith("; by star, offset +13, -12 px")
    assert read(run, 25, 30, (64, 64)).startswith("1 = 2100 / 2100")


def test_link_by_sky_needs_a_wcs(driver: WindowDriver) -> None:
    driver.load()
    driver.open(*driver.write(2))
    driver.wait(lambda: driver.exposures[0].stages[RATE].image is not None)
    driver.press("S")
    choose(driver, "compare_target", driver.exposures[1].product.name)
    choose(driver, "compare_link", "by sky")
    driver.wait(lambda: hint(driver) == "Not compared by sky: there is no WCS before assign_wcs.")
    assert view(driver).comparison_text == ""


class NoSky(fakes.Sky):
    """A WCS that has no value anywhere."""

    def positions(self, x: fakes.Pixels, y: fakes.Pixels) -> tuple[fakes.Pixels, fakes.Pixels]:
        return np.full_like(x, np.nan), np.full_like(y, np.nan)


@pytest.mark.parametrize("number", [0, 1])
def test_link_by_sky_needs_a_wcs_value_at_the_centre(run: WindowDriver, number: int) -> None:
    press(run, "D")
    choose(run, "compare_target", run.exposures[1].product.name)
    choose(run, "compare_link", "by sky")
    assert hint(run) == "offset +0, +0 px"
    for stage in run.exposures[number].stages.values():
        if stage.image is not None and stage.image.wcs is not None:
            stage.image = replace(stage.image, wcs=NoSky())
    run.window.services.open_exposures.changed.emit(run.exposures[number])
    run.rest()
    assert hint(run).startswith("Not compared by sky: the WCS have no value")
    assert view(run).comparison_text == ""
    assert caption(run) == hint(run)


def test_link_by_star_needs_two_stars(run: WindowDriver) -> None:
    second = run.exposures[1]
    flat = image_of(np.full(SHAPE, 7.0, np.float32))
    for stage in second.stages.values():
        stage.image = flat if stage.image is not None else None
    press(run, "D")
    choose(run, "compare_target", second.product.name)
    choose(run, "compare_link", "by star")
    run.wait(lambda: run.window.services.stars.is_known(second))
    why = run.window.services.stars.why_none(second)
    run.wait(lambda: hint(run) == f"Not compared by star: {why}")
    assert view(run).comparison_text == ""


def test_cancelled_reading_shows_no_error(driver: WindowDriver) -> None:
    driver.load()
    driver.open(*driver.write(2))
    driver.wait(lambda: driver.exposures[0].stages[RATE].image is not None)
    driver.rest()
    other, worker = driver.exposures[1].product, driver.window.services.read_worker
    other.science.path.write_bytes(b"not a FITS file any more")
    driver.press("D")
    worker.pause("test")
    choose(driver, "compare_target", other.name)
    assert hint(driver).startswith("Reading")
    choose(driver, "compare_target", "rate")
    before = hint(driver)
    ended: list[None] = []
    worker.submit(lambda: None, ended.append)
    worker.resume("test")
    driver.wait(lambda: bool(ended))
    assert hint(driver) == before


def test_reading_error_is_shown_over_the_image(driver: WindowDriver) -> None:
    driver.load()
    driver.open(*driver.write(2))
    driver.wait(lambda: driver.exposures[0].stages[RATE].image is not None)
    other = driver.exposures[1].product
    other.science.path.write_bytes(b"not a FITS file any more")
    driver.press("D")
    choose(driver, "compare_target", other.name)
    driver.wait(lambda: other.science.path.name in hint(driver) and "Reading" not in hint(driver))
    assert caption(driver).endswith("be damaged, fetch it again.")


def test_plane_missing_in_the_other_image_is_not_compared(run: WindowDriver) -> None:
    exposure = run.exposures[0]
    frame = fakes.image(150.0)
    exposure.stages["flat_field"].image = replace(frame, variances={**frame.variances, "VAR_FLAT": frame.err})
    run.window.services.open_exposures.changed.emit(exposure)
    run.window.services.deferred.finish()
    press(run, "D")
    view(run).set_plane("VAR_FLAT")
    assert hint(run) == "assign_wcs has no VAR_FLAT."
