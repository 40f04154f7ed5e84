"""What actions do is about what is on screen, and not about what was there before."""

from __future__ import annotations

import threading

from PySide6.QtWidgets import QFileDialog

from tests.gui.window_driver import WindowDriver, find


def test_a_view_is_exported_when_the_image_of_its_caption_is_drawn(driver: WindowDriver) -> None:
    driver.open(*driver.write(1))
    driver.run_all()
    gate = threading.Event()
    driver.window.services.render_worker.submit(lambda: gate.wait(8))
    driver.window.presenter.show_stage("flat_field")
    driver.window.table["export"].trigger()
    was_drawing = driver.window.workspace.image.is_drawing
    asked_early = driver.window.findChild(QFileDialog, "export_dialog") is not None
    gate.set()
    assert was_drawing
    assert not asked_early
    driver.wait(lambda: driver.window.findChild(QFileDialog, "export_dialog") is not None)
    assert not driver.window.workspace.image.is_drawing
    find(driver.window, QFileDialog, "export_dialog").close()
