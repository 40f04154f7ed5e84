"""What actions do is about what is on screen, and not about what was there before."""

from __future__ import annotations

import threading

from PySide6.QtWidgets import QFileDialog

from tests.gui.window_bench import WindowBench, find


def test_a_view_is_exported_when_the_image_of_its_caption_is_drawn(bench: WindowBench) -> None:
    bench.open(*bench.write(1))
    bench.run_all()
    gate = threading.Event()
    bench.window.services.render_lane.submit(lambda: gate.wait(8))
    bench.window.presenter.show_stage("flat_field")
    bench.window.table["export"].trigger()
    was_drawing = bench.window.workspace.image.is_drawing
    asked_early = bench.window.findChild(QFileDialog, "export_dialog") is not None
    gate.set()
    assert was_drawing
    assert not asked_early
    bench.wait(lambda: bench.window.findChild(QFileDialog, "export_dialog") is not None)
    assert not bench.window.workspace.image.is_drawing
    find(bench.window, QFileDialog, "export_dialog").close()
