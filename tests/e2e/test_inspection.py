"""Looking closely at real results, in a real window."""

from __future__ import annotations

from functools import partial
from pathlib import Path

import numpy as np
from PySide6.QtCore import QPoint
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QApplication, QFileDialog, QLabel
from pytestqt.qtbot import QtBot

from tests.e2e.test_window import mouse, open_visit, press
from wfsgui.core.measure.number_text import with_error
from wfsgui.core.measure.statistics import region_statistics
from wfsgui.core.model.exposure import Exposure, ExposureState
from wfsgui.core.model.stages import STEPS
from wfsgui.core.model.step_image import StepImage
from wfsgui.core.regions.shapes import Rectangle
from wfsgui.core.step_checks.evidence import Outcome
from wfsgui.gui.window.main_window import MainWindow


def calibrated(qtbot: QtBot, window: MainWindow, visit: Path) -> Exposure:
    """Run the whole visit, and return the exposure with backgrounds, which is on screen."""
    first, second = open_visit(qtbot, window, visit)
    press(window, "F5")
    qtbot.waitUntil(lambda: second.state is ExposureState.DONE)
    assert window.presenter.exposure is first
    return first


def rest(window: MainWindow) -> None:
    """Let the panels take their places: the image is as large as it stays."""
    surface = window.workspace.image.canvas.surface
    before = None
    while before != surface.size():
        before = surface.size()
        window.services.deferred.finish()
        QApplication.processEvents()


def drag_over_image(window: MainWindow, start: tuple[float, float], end: tuple[float, float]) -> None:
    """Drag with the real mouse, from one share of the fitted image to another."""
    surface = window.workspace.image.canvas.surface
    side = min(surface.width(), surface.height())
    left, top = (surface.width() - side) / 2, (surface.height() - side) / 2
    script: list[object] = []
    for across, up in (start, ((start[0] + end[0]) / 2, (start[1] + end[1]) / 2), end):
        point = surface.mapToGlobal(QPoint(round(left + across * side), round(top + (1 - up) * side)))
        script += ["mousemove", point.x(), point.y()]
        if (across, up) == start:
            script += ["mousedown", 1]
    mouse(*script, "mouseup", 1)


def test_every_step_did_what_is_expected(window: MainWindow, visit: Path, qtbot: QtBot) -> None:
    first = calibrated(qtbot, window, visit)
    effects = window.services.effects
    qtbot.waitUntil(lambda: all(effects.find(first, step) is not None for step in STEPS))
    found = [effects.find(first, step) for step in STEPS]
    outcomes = {
        (step, each.name): each.outcome
        for step, effect in zip(STEPS, found, strict=True)
        if effect is not None
        for each in effect.expectations
    }
    assert len(outcomes) > 10
    assert set(outcomes.values()) == {Outcome.MET}, outcomes


def test_looking_around(window: MainWindow, visit: Path, qtbot: QtBot, tmp_path: Path) -> None:
    first = calibrated(qtbot, window, visit)
    fly_to_a_flagged_pixel(window, first, qtbot)
    export_the_view(window, tmp_path / "view.png", qtbot)
    divide_photom_by_the_step_before(window, first, qtbot)


def divide_photom_by_the_step_before(window: MainWindow, first: Exposure, qtbot: QtBot) -> None:
    press(window, "5")
    qtbot.waitUntil(lambda: window.presenter.stage == "photom")
    with qtbot.waitSignal(window.workspace.image.rendered):
        press(window, "r")
    levels = window.workspace.image.settings()
    factor = float(first.stages["photom"].metadata["meta.photometry.conversion_megajanskys"])
    assert levels is not None
    qtbot.waitUntil(lambda: (window.workspace.image.settings() or levels).levels is not None)
    facts = window.workspace.image.settings()
    assert facts is not None
    assert facts.levels is not None
    assert facts.plane == "ratio SCI"
    assert facts.levels.low < factor < facts.levels.high


def test_a_region_drawn_with_the_mouse_is_measured_in_every_step(window: MainWindow, visit: Path, qtbot: QtBot) -> None:
    first = calibrated(qtbot, window, visit)
    press(window, "shift+r")
    qtbot.waitUntil(lambda: window.docks.is_up("measure"))
    rest(window)
    window.workspace.image.canvas.fit()
    drag_over_image(window, (0.25, 0.25), (0.75, 0.5))
    book = window.docks.regions

    def has_size() -> bool:
        region = book.selected.region if book.selected is not None else None
        return isinstance(region, Rectangle) and region.width > 28 and region.height > 13

    qtbot.waitUntil(has_size)
    image = first.stages["cal"].image
    assert image is not None
    qtbot.waitUntil(partial(is_measured, window, image))


def is_measured(window: MainWindow, image: StepImage) -> bool:
    """Tell whether the median of the region is shown as it is now, at the end of the drag or on the way."""
    selected = window.docks.regions.selected
    assert selected is not None
    assert isinstance(selected.region, Rectangle)
    wanted = region_statistics(image, selected.region, pixel_area_sr=None)
    labels = window.docks.measure.findChildren(QLabel, "measured_value")
    return with_error(wanted.median, wanted.median_error, image.unit) in [label.text() for label in labels]


def fly_to_a_flagged_pixel(window: MainWindow, first: Exposure, qtbot: QtBot) -> None:
    image = first.stages["cal"].image
    assert image is not None
    rows, columns = np.nonzero(image.dq)
    canvas = window.workspace.image.canvas
    qtbot.waitUntil(window.table["next_flagged"].isEnabled)
    with qtbot.waitSignal(window.docks.dq.navigation.pixel_wanted) as told:
        press(window, "n")
    x, y = told.args
    assert (y, x) in set(zip(rows.tolist(), columns.tolist(), strict=True))
    centre = canvas.view.center()
    assert abs(centre.x() - x - 0.5) < 1
    assert abs(centre.y() - y - 0.5) < 1


def export_the_view(window: MainWindow, path: Path, qtbot: QtBot) -> None:
    press(window, "ctrl+e")
    qtbot.waitUntil(lambda: bool(window.findChildren(QFileDialog, "export_dialog")))
    (dialog,) = window.findChildren(QFileDialog, "export_dialog")
    dialog.filesSelected.emit([str(path)])
    dialog.close()
    qtbot.waitUntil(path.is_file)
    assert not QImage(str(path)).isNull()
