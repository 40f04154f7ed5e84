"""One convention of pixel numbers everywhere in the window: the setting."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from astropy.table import Table
from PySide6.QtCore import QPointF
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QComboBox, QFileDialog, QLabel, QLineEdit, QListWidget, QScrollArea, QWidget

from tests.gui import fakes
from tests.gui.window_driver import WindowDriver, find
from wfsgui.core.measure.measurement import View
from wfsgui.core.model.exposure import StageState
from wfsgui.core.model.stages import BACKGROUND
from wfsgui.core.model.step_image import StepImage
from wfsgui.core.regions.ds9_file import read_regions, write_regions
from wfsgui.core.regions.shapes import Circle, Line, NamedRegion

FIRST = pytest.mark.parametrize("first", [0, 1])
HOLE = (27, 19)
"""The pixel in the middle of a hole."""

TARGET = (20, 10)
"""The pixel of the target, as `fakes.Sky` has positions."""


def with_hole(image: StepImage) -> StepImage:
    sci = np.random.default_rng(3).normal(0, 1, image.sci.shape).astype(np.float32)
    sci[16:24, 24:32] -= 50
    return replace(image, sci=sci, dq=np.zeros_like(image.dq))


@pytest.fixture
def run(driver: WindowDriver) -> WindowDriver:
    """Have an exposure calibrated, with a hole after the background step and a target on the image."""
    driver.load()
    (exposure,) = driver.open(*driver.write(1))
    driver.run_all()
    background, wcs = exposure.stages[BACKGROUND], exposure.stages["assign_wcs"]
    background.image, background.state = with_hole(fakes.image()), StageState.DONE
    wcs.metadata = {**wcs.metadata, "meta.target.ra": "80.0002", "meta.target.dec": "-69.4999"}
    driver.window.services.open_exposures.changed.emit(exposure)
    return driver


def count_from(driver: WindowDriver, first: int) -> None:
    """Choose the convention, starting from the other one."""
    for number in (1 - first, first):
        driver.window.settings.set("first_pixel", str(number))


def show(driver: WindowDriver, stage: str) -> None:
    driver.window.presenter.show_stage(stage)
    driver.rest()


def effect(driver: WindowDriver) -> list[str]:
    panel = find(find(driver.window, QScrollArea, "step_panel"), QWidget, "effect_view")
    return [label.text() for label in panel.findChildren(QLabel) if label.isVisibleTo(panel)]


def convention(first: int) -> str:
    return f"pixels count from {first}"


def test_pixels_are_numbered_from_1_by_default(driver: WindowDriver) -> None:
    assert driver.settings.text("first_pixel") == "1"


@FIRST
def test_readout_and_what_is_copied_of_it(run: WindowDriver, first: int) -> None:
    count_from(run, first)
    show(run, "flat_field")
    readout = run.window.status.readout
    run.window.workspace.image.canvas.pointed.emit(QPointF(10.5, 20.5))
    run.wait(lambda: f"x {10 + first}  y {20 + first}  (from {first})" in readout.text())
    assert convention(first) in find(readout, QLabel, "readout_pixel").toolTip()


@FIRST
def test_pinned_pixel_and_the_copied_table(run: WindowDriver, first: int) -> None:
    count_from(run, first)
    show(run, "flat_field")
    run.window.docks.bring_up("pixels")
    run.window.inspection.fly_to(10, 20)
    where = find(run.window, QLabel, "pixels_place")
    run.wait(lambda: where.text() == f"pinned at x {10 + first}, y {20 + first}")
    assert find(run.window, QLabel, "pixels_convention").text() == f"({convention(first)})"
    run.window.docks.pixels.copy()
    head = QGuiApplication.clipboard().text().splitlines()[1].split("\t")
    assert head[0] == f"y \\ x ({convention(first)})"
    assert head[5] == str(10 + first)


@FIRST
def test_findings_of_steps(run: WindowDriver, first: int) -> None:
    count_from(run, first)
    show(run, BACKGROUND)
    run.window.docks.bring_up("step")
    place = f"x {HOLE[0] + first}, y {HOLE[1] + first} ({convention(first)})"
    run.wait(lambda: any(place in text for text in effect(run)))
    show(run, "assign_wcs")
    target = f"x {TARGET[0] + first}.00, y {TARGET[1] + first}.00 ({convention(first)})"
    run.wait(lambda: any(target in text for text in effect(run)))


def test_findings_follow_the_setting_while_they_are_shown(run: WindowDriver) -> None:
    show(run, BACKGROUND)
    run.window.docks.bring_up("step")
    run.wait(lambda: any("x 28, y 20 (pixels count from 1)" in text for text in effect(run)))
    run.window.settings.set("first_pixel", "0")
    run.wait(lambda: any("x 27, y 19 (pixels count from 0)" in text for text in effect(run)))
    assert not any("count from 1" in text for text in effect(run))


@FIRST
@pytest.mark.parametrize("view", [View.STAR, View.PROFILE, View.ENERGY])
def test_measurements_their_tables_and_region_tips(run: WindowDriver, first: int, view: View, tmp_path: Path) -> None:
    count_from(run, first)
    show(run, "flat_field")
    panel = run.window.docks.measure
    run.window.docks.bring_up("measure")
    run.window.docks.regions.extend([NamedRegion("mine", Circle(32, 24, 6))])
    find(panel, QComboBox, "view").setCurrentText(view)
    run.wait(lambda: named(run, view))
    found = panel.table()
    assert found is not None
    if view is View.STAR:
        assert found.columns["x"][0] == pytest.approx(32 + first, abs=0.1)
    else:
        assert found.rows[0].value == f"x {32 + first}.00, y {24 + first}.00"
    assert find(run.window, QLabel, "measure_convention").text() == f"Pixels count from {first}."
    tip = find(panel, QListWidget, "regions").item(0).toolTip()
    assert f"x {32 + first}.00, y {24 + first}.00, radius 6.00 px ({convention(first)})" in tip
    table = saved_table(run, tmp_path / "table.ecsv")
    assert table.meta["region"] == f"mine: circle at x {32 + first}.00, y {24 + first}.00, radius 6.00 px"
    assert table.meta["pixels"] == convention(first)
    if view is View.STAR:
        assert table["x"].description == convention(first)
        assert table["x"][0] == found.columns["x"][0]
        panel.copy()
        assert QGuiApplication.clipboard().text().startswith(f"x [pix] ({convention(first)})")


def named(driver: WindowDriver, view: View) -> bool:
    """Whether what is shown belongs to a view."""
    found = driver.window.docks.measure.table()
    column = {View.STAR: "fwhm", View.PROFILE: "mean", View.ENERGY: "fraction"}[view]
    return found is not None and column in found.columns


def saved_table(driver: WindowDriver, path: Path) -> Table:
    """Save the table that is in front, and read it."""
    driver.window.inspection.tables.save()
    dialog = find(driver.window, QFileDialog, "file_dialog")
    find(dialog, QLineEdit, "fileNameEdit").setText(str(path))
    dialog.accept()
    driver.wait(path.exists)
    return Table.read(path, format="ascii.ecsv")


@FIRST
def test_captions_of_exported_views(run: WindowDriver, first: int) -> None:
    count_from(run, first)
    show(run, "flat_field")
    run.window.workspace.image.fit()
    subject = run.window.inspection.export_subject()
    assert subject is not None
    where = f"Columns {first} to {63 + first}, rows {first} to {47 + first}: the whole image ({convention(first)})"
    assert where in subject.caption


@FIRST
def test_region_files_count_from_1_whatever_is_set(run: WindowDriver, first: int, tmp_path: Path) -> None:
    count_from(run, first)
    path = tmp_path / "mine.reg"
    write_regions(path, [NamedRegion("c", Circle(10, 20, 3)), NamedRegion("l", Line(0, 1, 2, 3))], overwrite=False)
    text = path.read_text()
    assert "circle(11" in text.replace(" ", "")
    regions, left_out = read_regions(path)
    assert regions[0].region == Circle(10, 20, 3)
    assert left_out == ()
