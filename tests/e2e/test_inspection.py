"""Looking closely at real results, in a real window."""

from __future__ import annotations

import subprocess
from functools import partial
from pathlib import Path

import numpy as np
from PySide6.QtCore import QPoint
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QFileDialog, QLabel
from pytestqt.qtbot import QtBot

from tests.e2e.test_window import LONG, has_ended, open_visit, press
from wfsgui.core.regions import Rectangle
from wfsgui.core.stages import STEPS
from wfsgui.core.statistics import region_statistics
from wfsgui.core.step_evidence import Outcome
from wfsgui.core.worklist import Exposure, ExposureState
from wfsgui.gui.main_window import MainWindow


def calibrated(qtbot: QtBot, window: MainWindow, visit: Path) -> Exposure:
    """Run the whole visit, and return the exposure with backgrounds, which is on screen."""
    first, second = open_visit(qtbot, window, visit)
    press(window, "F5")
    qtbot.waitUntil(lambda: second.state is ExposureState.DONE, timeout=LONG)
    assert window.presenter.exposure is first
    return first


def drag_over_image(qtbot: QtBot, window: MainWindow, start: tuple[float, float], end: tuple[float, float]) -> None:
    """Drag with the real mouse, from one share of the fitted image to another."""
    surface = window.workspace.image.canvas.surface
    side = min(surface.width(), surface.height())
    left, top = (surface.width() - side) / 2, (surface.height() - side) / 2
    places = []
    for across, up in (start, ((start[0] + end[0]) / 2, (start[1] + end[1]) / 2), end):
        point = surface.mapToGlobal(QPoint(round(left + across * side), round(top + (1 - up) * side)))
        places.append((str(point.x()), str(point.y())))
    script = ["mousemove", *places[0], "sleep", "0.2", "mousedown", "1"]
    for place in places[1:]:
        script += ["sleep", "0.2", "mousemove", *place]
    with subprocess.Popen(["xdotool", *script, "sleep", "0.2", "mouseup", "1"]) as mouse:
        qtbot.waitUntil(partial(has_ended, mouse), timeout=LONG)


def test_every_step_did_what_is_expected(window: MainWindow, visit: Path, qtbot: QtBot) -> None:
    first = calibrated(qtbot, window, visit)
    effects = window.services.effects
    qtbot.waitUntil(lambda: all(effects.find(first, step) is not None for step in STEPS), timeout=LONG)
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
    with qtbot.waitSignal(window.workspace.image.rendered, timeout=LONG):
        press(window, "r")
    levels = window.workspace.image.facts()
    factor = float(first.stages["photom"].metadata["meta.photometry.conversion_megajanskys"])
    assert levels is not None
    qtbot.waitUntil(lambda: (window.workspace.image.facts() or levels).levels is not None)
    facts = window.workspace.image.facts()
    assert facts is not None
    assert facts.levels is not None
    assert facts.plane == "ratio SCI"
    assert facts.levels.low < factor < facts.levels.high


def test_a_region_drawn_with_the_mouse_is_measured_in_every_step(window: MainWindow, visit: Path, qtbot: QtBot) -> None:
    first = calibrated(qtbot, window, visit)
    press(window, "shift+r")
    qtbot.waitUntil(lambda: window.docks.is_up("measure"))
    qtbot.wait(200)
    window.workspace.image.fit()
    drag_over_image(qtbot, window, (0.25, 0.25), (0.75, 0.5))
    book = window.docks.regions

    def has_size() -> bool:
        region = book.selected.region if book.selected is not None else None
        return isinstance(region, Rectangle) and region.width > 28 and region.height > 13

    qtbot.waitUntil(has_size)
    qtbot.wait(500)
    assert book.selected is not None
    region = book.selected.region
    assert isinstance(region, Rectangle)
    frame = first.stages["cal"].frame
    assert frame is not None
    wanted = region_statistics(frame, region, pixel_area_sr=None)
    told = f"{wanted.median:.6g} {frame.unit}"
    qtbot.waitUntil(partial(is_shown, window, told))


def is_shown(window: MainWindow, text: str) -> bool:
    labels = window.docks.measure.findChildren(QLabel, "measured_value")
    return text in [label.text() for label in labels]


def fly_to_a_flagged_pixel(window: MainWindow, first: Exposure, qtbot: QtBot) -> None:
    frame = first.stages["cal"].frame
    assert frame is not None
    rows, columns = np.nonzero(frame.dq)
    canvas = window.workspace.image.canvas
    qtbot.waitUntil(window.table["next_flagged"].isEnabled)
    with qtbot.waitSignal(window.docks.dq.pixel_wanted, timeout=LONG) as told:
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
    dialog.fileSelected.emit(str(path))
    dialog.close()
    qtbot.waitUntil(path.is_file, timeout=LONG)
    assert not QImage(str(path)).isNull()
