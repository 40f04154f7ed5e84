"""Regions and measurements in the window, by mouse and keys."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QComboBox, QFileDialog, QLabel, QListWidget, QPushButton, QToolButton, QWidget

from tests.gui.image_helpers import place, viewport
from tests.gui.window_driver import WindowDriver, find
from wfsgui.core.measure.measurement import View
from wfsgui.core.measure.star_extent import StarCircles
from wfsgui.core.measure.statistics import region_statistics
from wfsgui.core.regions.pixel_numbers import FROM_1
from wfsgui.core.regions.shapes import Annulus, Circle, Line, NamedRegion, Rectangle, Region
from wfsgui.gui.measure.curve_plot import CurvePlot
from wfsgui.gui.measure.region_list import RegionList

SHAPE = (48, 64)
LEFT = Qt.MouseButton.LeftButton
NONE = Qt.KeyboardModifier.NoModifier


@pytest.fixture
def run(driver: WindowDriver) -> WindowDriver:
    """Have two exposures calibrated, the first on screen at flat_field, whole."""
    driver.load()
    driver.open(*driver.write(2))
    driver.run_all()
    with driver.drawn():
        driver.window.presenter.show_stage("flat_field")
    driver.window.docks.bring_up("measure")
    driver.wait(lambda: driver.window.docks.is_up("measure"))
    driver.window.workspace.image.fit()
    return driver


def panel(driver: WindowDriver) -> QWidget:
    return find(driver.window, QWidget, "measure_panel")


def book(driver: WindowDriver) -> RegionList:
    return driver.window.docks.regions


def at(driver: WindowDriver, x: float, y: float) -> QPoint:
    return place(driver.window.workspace.image, x, y, SHAPE)


def drag(driver: WindowDriver, start: tuple[float, float], end: tuple[float, float]) -> None:
    surface = viewport(driver.window.workspace.image)
    QTest.mousePress(surface, LEFT, NONE, at(driver, *start))
    QTest.mouseMove(surface, at(driver, (start[0] + end[0]) / 2, (start[1] + end[1]) / 2))
    QTest.mouseMove(surface, at(driver, *end))
    QTest.mouseRelease(surface, LEFT, NONE, at(driver, *end))


def draw(driver: WindowDriver, keys: str, start: tuple[float, float], end: tuple[float, float]) -> Region:
    driver.press(keys)
    drag(driver, start, end)
    selected = book(driver).selected
    assert selected is not None
    return selected.region


def values(driver: WindowDriver) -> list[str]:
    labels = panel(driver).findChildren(QLabel, "measured_value")
    return [label.text() for label in labels if label.isVisibleTo(panel(driver))]


def message(driver: WindowDriver) -> str:
    label = find(panel(driver), QLabel, "measured_message")
    return label.text() if label.isVisibleTo(panel(driver)) else ""


def choose(driver: WindowDriver, view: View) -> None:
    find(panel(driver), QComboBox, "view").setCurrentText(view)


def median_at(driver: WindowDriver, stage: str, region: Circle, exposure: int = 0) -> str:
    frame = driver.exposures[exposure].stages[stage].image
    assert frame is not None
    found = region_statistics(frame, region, pixel_area_sr=None)
    return f"{found.median:.6g} {frame.unit}"


def test_shapes_are_drawn_by_dragging(run: WindowDriver) -> None:
    rectangle = draw(run, "Shift+R", (10, 10), (20, 16))
    assert isinstance(rectangle, Rectangle)
    assert (rectangle.x, rectangle.y) == pytest.approx((15, 13), abs=0.2)
    assert (rectangle.width, rectangle.height) == pytest.approx((10, 6), abs=0.3)
    circle = draw(run, "Shift+C", (40, 30), (46, 30))
    assert isinstance(circle, Circle)
    assert (circle.x, circle.y, circle.radius) == pytest.approx((40, 30, 6), abs=0.2)
    annulus = draw(run, "Shift+A", (30, 20), (40, 20))
    assert isinstance(annulus, Annulus)
    assert annulus.outer == pytest.approx(10, abs=0.2)
    line = draw(run, "Shift+L", (5, 5), (55, 40))
    assert isinstance(line, Line)
    assert (line.x1, line.y1, line.x2, line.y2) == pytest.approx((5, 5, 55, 40), abs=0.2)
    assert [named.name for named in book(run).regions] == ["1", "2", "3", "4"]
    names = find(panel(run), QListWidget, "regions")
    assert [names.item(row).text() for row in range(names.count())] == ["1", "2", "3", "4"]


def test_a_click_makes_one_of_a_usual_size_and_the_tool_is_put_down(run: WindowDriver) -> None:
    circle = draw(run, "Shift+C", (30, 20), (30, 20))
    assert isinstance(circle, Circle)
    assert circle.radius > 5
    assert not find(panel(run), QToolButton, "draw_circle").isChecked()


def test_escape_puts_the_tool_down(run: WindowDriver) -> None:
    run.press("Shift+C")
    assert find(panel(run), QToolButton, "draw_circle").isChecked()
    surface = run.window.workspace.image.canvas.surface
    surface.setFocus()
    QTest.keyClick(surface, Qt.Key.Key_Escape)
    assert not find(panel(run), QToolButton, "draw_circle").isChecked()
    drag(run, (30, 20), (35, 20))
    assert book(run).regions == []


def test_regions_are_moved_resized_and_removed(run: WindowDriver) -> None:
    draw(run, "Shift+C", (30, 20), (38, 20))
    drag(run, (30, 20), (36, 26))
    moved = book(run).regions[0].region
    assert isinstance(moved, Circle)
    assert (moved.x, moved.y, moved.radius) == pytest.approx((36, 26, 8), abs=0.3)
    drag(run, (moved.x + moved.radius, 26), (moved.x + 3, 26))
    smaller = book(run).regions[0].region
    assert isinstance(smaller, Circle)
    assert (smaller.x, smaller.radius) == pytest.approx((36, 3), abs=0.3)
    surface = run.window.workspace.image.canvas.surface
    surface.setFocus()
    QTest.keyClick(surface, Qt.Key.Key_Delete)
    assert book(run).regions == []
    assert len(run.exposures) == 2


@pytest.mark.parametrize(
    ("region", "handle"),
    [
        (Rectangle(20, 20, 10, 8), (25, 24)),
        (Annulus(20, 20, 4, 8), (28, 20)),
        (Line(10, 10, 30, 30), (30, 30)),
    ],
)
def test_handles_of_every_shape(run: WindowDriver, region: Region, handle: tuple[float, float]) -> None:
    book(run).add(region)
    drag(run, handle, (handle[0] + 5, handle[1]))
    changed = book(run).regions[0].region
    match changed:
        case Rectangle():
            assert (changed.x, changed.width, changed.height) == pytest.approx((22.5, 15, 8), abs=0.4)
        case Annulus():
            assert (changed.x, changed.inner, changed.outer) == pytest.approx((20, 4, 13), abs=0.4)
        case Line():
            assert (changed.x1, changed.x2, changed.y2) == pytest.approx((10, 35, 30), abs=0.4)


def test_the_numbers_are_those_of_the_region_on_screen(run: WindowDriver) -> None:
    circle = draw(run, "Shift+C", (20, 12), (28, 12))
    assert isinstance(circle, Circle)
    run.wait(lambda: median_at(run, "flat_field", circle) in values(run))


def test_regions_stay_from_step_to_step_and_from_exposure_to_exposure(run: WindowDriver) -> None:
    circle = Circle(20, 12, 8)
    book(run).add(circle)
    run.press("5")
    run.wait(lambda: median_at(run, "photom", circle) in values(run))
    run.window.docks.exposures.select(run.exposures[1])
    run.wait(lambda: run.window.presenter.exposure is run.exposures[1])
    run.wait(lambda: median_at(run, "cal", circle, exposure=1) in values(run))
    assert [named.region for named in book(run).regions] == [circle]


def test_all_steps_at_once(run: WindowDriver) -> None:
    circle = Circle(20, 12, 8)
    book(run).add(circle)
    choose(run, View.STAGES)
    wanted = [median_at(run, stage, circle) for stage in ("rate", "assign_wcs", "flat_field", "photom", "cal")]
    run.wait(lambda: [value.splitlines()[0] for value in values(run)] == wanted)
    find(panel(run), QPushButton, "regions_copy").click()
    lines = QGuiApplication.clipboard().text().splitlines()
    assert [line.split("\t")[0] for line in lines] == ["stage", "rate", "assign_wcs", "flat_field", "photom", "cal"]


@pytest.mark.parametrize("view", [View.PROFILE, View.ENERGY, View.HISTOGRAM])
def test_curves_are_plotted(run: WindowDriver, view: View) -> None:
    book(run).add(Circle(32, 24, 8))
    choose(run, view)
    run.wait(lambda: find(panel(run), CurvePlot).isVisible())
    assert values(run)


def test_a_line_has_a_profile_and_no_statistics(run: WindowDriver) -> None:
    book(run).add(Line(5, 5, 50, 5))
    run.wait(lambda: message(run).startswith("A line holds no pixels"))
    choose(run, View.PROFILE)
    run.wait(lambda: find(panel(run), CurvePlot).isVisible())


def test_it_says_what_to_do_while_there_is_nothing(run: WindowDriver) -> None:
    assert message(run) == "Choose a shape and drag over the image, or find the star."
    book(run).add(Circle(500, 500, 3))
    choose(run, View.HISTOGRAM)
    run.wait(lambda: message(run) == "No pixel of the region has a value: choose another region.")


def names(driver: WindowDriver) -> list[str]:
    return [named.name for named in book(driver).regions]


def circles_of(driver: WindowDriver, number: int) -> StarCircles:
    found = driver.window.services.stars.circles(driver.exposures[number])
    assert found is not None
    return found


def shapes(driver: WindowDriver) -> list[Region]:
    return [named.region for named in book(driver).regions]


def show(driver: WindowDriver, number: int) -> None:
    driver.window.docks.exposures.select(driver.exposures[number])
    driver.wait(lambda: driver.window.presenter.exposure is driver.exposures[number])


def change_second(driver: WindowDriver, x: float | None) -> None:
    """Give the exposure that has not been shown yet another image, with a star at a column, or with none."""
    rows, columns = np.indices(SHAPE)
    light = 0 if x is None else 5e3 * np.exp(-((columns - x) ** 2 + (rows - 22.0) ** 2) / 2 / 1.5**2)
    sci = (np.random.default_rng(1).normal(5.0, 0.5, SHAPE) + light).astype(np.float32)
    for stage in driver.exposures[1].stages.values():
        if stage.image is not None:
            stage.image = replace(stage.image, sci=sci, dq=np.zeros(SHAPE, np.uint32))


def test_the_star_gets_a_circle_and_an_annulus(run: WindowDriver) -> None:
    run.press("T")
    run.wait(lambda: names(run) == ["annulus", "star"])
    found = circles_of(run, 0)
    assert shapes(run) == [found.annulus, found.aperture]
    assert book(run).selected == NamedRegion("star", found.aperture, of_star=True)


def test_the_star_is_replaced_and_not_added(run: WindowDriver) -> None:
    book(run).add(Line(1, 1, 9, 9))
    run.press("T")
    run.wait(lambda: names(run) == ["1", "annulus", "star"])
    drag(run, (32, 24), (42, 24))
    annulus, circle = shapes(run)[1:]
    assert circle != circles_of(run, 0).aperture
    assert isinstance(annulus, Annulus)
    assert annulus.x == pytest.approx(circles_of(run, 0).annulus.x + 10, abs=0.3)
    run.press("T")
    run.wait(lambda: shapes(run)[1:] == [circles_of(run, 0).annulus, circles_of(run, 0).aperture])
    assert names(run) == ["1", "annulus", "star"]


def test_the_regions_of_the_star_follow_the_exposure(run: WindowDriver) -> None:
    change_second(run, 40.0)
    run.press("T")
    run.wait(lambda: names(run) == ["annulus", "star"])
    drag(run, (32, 24), (34, 24))
    kept = shapes(run)
    show(run, 1)
    run.wait(lambda: names(run) == ["annulus", "star"])
    found = circles_of(run, 1)
    assert shapes(run) == [found.annulus, found.aperture]
    assert found.aperture.x == pytest.approx(40.0, abs=0.3)
    assert book(run).place == 1
    show(run, 0)
    assert shapes(run) == kept


def test_regions_of_the_star_that_were_removed_do_not_come_back(run: WindowDriver) -> None:
    run.press("T")
    run.wait(lambda: names(run) == ["annulus", "star"])
    book(run).clear()
    show(run, 1)
    show(run, 0)
    assert names(run) == []


def test_an_exposure_without_a_star_has_no_regions_of_one(run: WindowDriver) -> None:
    change_second(run, None)
    run.press("T")
    run.wait(lambda: names(run) == ["annulus", "star"])
    show(run, 1)
    run.wait(lambda: any("There is no star in this image" in sentence for sentence in run.sentences))
    assert names(run) == []
    show(run, 0)
    assert names(run) == ["annulus", "star"]


def test_the_annulus_on_screen_is_the_one_that_is_measured(run: WindowDriver) -> None:
    choose(run, View.STAR)
    run.press("T")
    run.wait(lambda: names(run) == ["annulus", "star"])
    annulus = circles_of(run, 0).annulus
    told = f"background {annulus.inner:.0f} to {annulus.outer:.0f} px"
    run.wait(lambda: any(told in value for value in values(run)))
    book(run).select(0)
    book(run).reshape(Annulus(32, 24, 11, 19))
    book(run).select(1)
    run.wait(lambda: any("background 11 to 19 px" in value for value in values(run)))


def test_regions_are_renamed_in_the_list(run: WindowDriver) -> None:
    book(run).add(Circle(20, 12, 8))
    find(panel(run), QListWidget, "regions").item(0).setText("ghost")
    assert book(run).regions[0].name == "ghost"


def answer(run: WindowDriver, path: Path) -> None:
    run.wait(lambda: any(each.isVisible() for each in run.window.findChildren(QFileDialog)))
    (dialog,) = [each for each in run.window.findChildren(QFileDialog) if each.isVisible()]
    dialog.filesSelected.emit([str(path)])
    dialog.close()


def test_regions_go_to_a_file_and_come_back(run: WindowDriver, tmp_path: Path) -> None:
    kept: list[Region] = [Circle(20.25, 12.5, 8), Line(1, 2, 30, 40)]
    for region in kept:
        book(run).add(region)
    find(panel(run), QPushButton, "regions_save").click()
    answer(run, tmp_path / "mine.reg")
    run.wait((tmp_path / "mine.reg").is_file)
    run.wait(lambda: any("mine.reg" in sentence for sentence in run.sentences))
    book(run).clear()
    find(panel(run), QPushButton, "regions_open").click()
    answer(run, tmp_path / "mine.reg")
    run.wait(lambda: len(book(run).regions) == 2)
    assert [named.region for named in book(run).regions] == kept


def test_a_file_that_is_none_is_told(run: WindowDriver, tmp_path: Path) -> None:
    (tmp_path / "bad.reg").write_bytes(b"\xff\xfe\x00")
    find(panel(run), QPushButton, "regions_open").click()
    answer(run, tmp_path / "bad.reg")
    run.wait(lambda: any("bad.reg" in sentence for sentence in run.sentences))


def test_what_is_shown_is_saved_as_a_table(run: WindowDriver, tmp_path: Path) -> None:
    book(run).add(Circle(20, 12, 8))
    choose(run, View.STAGES)
    run.wait(lambda: len(values(run)) == 5)
    find(panel(run), QPushButton, "regions_table").click()
    answer(run, tmp_path / "steps.ecsv")
    run.wait((tmp_path / "steps.ecsv").is_file)
    text = (tmp_path / "steps.ecsv").read_text(encoding="utf-8")
    assert "%ECSV" in text
    assert "flat_field" in text
    assert run.exposures[0].product.name in text


def test_nothing_is_measured_while_the_panel_is_hidden(run: WindowDriver) -> None:
    book(run).add(Circle(20, 12, 8))
    run.wait(lambda: bool(values(run)))
    run.window.docks.bring_up("step")
    run.wait(lambda: not run.window.docks.is_up("measure"))
    worker = run.window.services.measure_worker
    run.wait(lambda: not worker.is_busy)
    book(run).reshape(Circle(30, 12, 8))
    assert not worker.is_busy
    run.window.docks.bring_up("measure")
    circle = Circle(30, 12, 8)
    run.wait(lambda: median_at(run, "flat_field", circle) in values(run))
    assert np.isfinite(float(median_at(run, "flat_field", circle).split()[0]))


def table_saved(run: WindowDriver, path: Path) -> str:
    run.action("export_table").trigger()
    answer(run, path)
    run.wait(path.is_file)
    return path.read_text(encoding="utf-8")


def test_what_is_in_front_is_exported(run: WindowDriver, tmp_path: Path) -> None:
    run.window.docks.bring_up("dq")
    run.wait(lambda: run.window.docks.is_up("dq"))
    run.wait(lambda: any(len(column) > 0 for column in run.window.docks.dq.table()[0].values()))
    run.wait(lambda: run.window.services.stars.is_known(run.exposures[0]))
    run.wait(lambda: bool(run.window.docks.dq.table()[0]))
    flags = table_saved(run, tmp_path / "flags.ecsv")
    assert "JUMP_DET" in flags
    # What the counts refer to.
    assert "compared with: assign_wcs" in flags
    circle = run.window.services.stars.circle(run.exposures[0])
    assert circle is not None
    assert FROM_1.region(circle) in flags
    assert FROM_1.convention in flags
    run.window.docks.bring_up("step")
    run.wait(lambda: bool(run.window.docks.step.effect_rows()))
    run.wait(lambda: run.window.docks.is_up("step"))
    effect = table_saved(run, tmp_path / "effect.ecsv")
    assert "No pixel loses DO_NOT_USE" in effect
    assert "step: flat_field" in effect


def test_where_no_table_is_in_front_it_is_said(run: WindowDriver) -> None:
    run.window.docks.bring_up("log")
    run.wait(lambda: run.window.docks.is_up("log"))
    run.press("Ctrl+Shift+E")
    assert any("No table is visible" in sentence for sentence in run.sentences)


def test_while_it_is_measured_nothing_older_is_shown_or_given_away(run: WindowDriver) -> None:
    worker, measures = run.window.services.measure_worker, run.window.docks.measure
    book(run).add(Circle(30, 20, 6))
    run.wait(lambda: measures.table() is not None)
    shown = median_at(run, "flat_field", Circle(30, 20, 6))
    assert shown in values(run)
    worker.pause("test")
    book(run).reshape(Circle(12, 11, 5))
    assert measures.table() is None
    assert not find(panel(run), QPushButton, "regions_table").isEnabled()
    run.wait(lambda: message(run) == "Measuring...")
    worker.resume("test")
    run.wait(lambda: measures.table() is not None)
    assert median_at(run, "flat_field", Circle(12, 11, 5)) in values(run)


def test_a_failure_of_what_was_asked_before_does_not_hide_the_answer(run: WindowDriver) -> None:
    worker, measures = run.window.services.measure_worker, run.window.docks.measure
    worker.pause("test")
    # A line holds no pixels.
    book(run).add(Line(5, 5, 20, 20))
    book(run).add(Circle(30, 20, 6))
    worker.resume("test")
    run.wait(lambda: measures.table() is not None)
    assert message(run) == ""
    assert median_at(run, "flat_field", Circle(30, 20, 6)) in values(run)
