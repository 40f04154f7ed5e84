"""The export waits until everything over the image belongs to the stage on screen."""

from __future__ import annotations

import pytest
from PySide6.QtGui import QColor
from PySide6.QtWidgets import QFileDialog

from tests.gui.window_driver import WindowDriver, find
from wfsgui.gui.dq.flag_overlay import FlagOverlay
from wfsgui.gui.threads.worker_thread import WorkerThread


def _dialog(driver: WindowDriver) -> QFileDialog | None:
    return driver.window.findChild(QFileDialog, "export_dialog")


def _worker(driver: WindowDriver, layer: str) -> WorkerThread:
    services = driver.window.services
    return services.measure_worker if layer == "flags" else services.read_worker


@pytest.mark.parametrize("layer", ["flags", "sky"])
def test_export_waits_for_the_layers_over_the_image(driver: WindowDriver, layer: str) -> None:
    driver.load()
    driver.open(*driver.write(1))
    driver.run_all()
    driver.window.table["grid"].setChecked(True)
    driver.window.docks.dq.overlay_changed.emit(FlagOverlay(((1, QColor("red")),)))
    driver.wait(
        lambda: not (driver.window.services.measure_worker.is_busy or driver.window.services.read_worker.is_busy)
    )
    worker = _worker(driver, layer)
    worker.pause("test")
    with driver.drawn():
        driver.window.presenter.show_stage("assign_wcs")
    driver.window.table["export"].trigger()
    assert not driver.window.workspace.image.is_drawing
    asked_early = _dialog(driver) is not None
    worker.resume("test")
    driver.wait(lambda: _dialog(driver) is not None)
    assert not asked_early
    find(driver.window, QFileDialog, "export_dialog").close()
