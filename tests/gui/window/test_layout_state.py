"""The next session finds the window as this one left it."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QDockWidget, QMainWindow

from tests.gui.window_bench import WindowBench, find, hidden, ini
from wfsgui.gui.window.main_window import MainWindow


def next_session(bench: WindowBench) -> MainWindow:
    """Close the window, and open another one on the same file."""
    bench.window.close()
    assert not bench.window.isVisible()
    bench.window = bench.another_window(ini(bench.folder / "wfsgui.ini"))
    return bench.window


def dock(window: QMainWindow, name: str) -> QDockWidget:
    return find(window, QDockWidget, f"{name}_dock")


def test_size_is_kept(bench: WindowBench) -> None:
    bench.window.resize(701, 603)
    assert next_session(bench).size().toTuple() == (701, 603)


def test_panels_come_back_where_they_were(bench: WindowBench) -> None:
    bench.open(*bench.write(1))
    bench.window.addDockWidget(Qt.DockWidgetArea.BottomDockWidgetArea, dock(bench.window, "log"))
    dock(bench.window, "header").close()
    later = next_session(bench)
    assert not dock(later, "step").isVisible()
    bench.open(*bench.write(1))
    assert later.dockWidgetArea(dock(later, "log")) is Qt.DockWidgetArea.BottomDockWidgetArea
    assert not dock(later, "header").isVisible()
    assert dock(later, "step").isVisibleTo(later)


def test_a_session_without_exposures_forgets_no_panels(bench: WindowBench) -> None:
    bench.open(*bench.write(1))
    dock(bench.window, "header").close()
    next_session(bench)
    later = next_session(bench)
    bench.open(*bench.write(1))
    assert not dock(later, "header").isVisible()
    assert dock(later, "step").isVisibleTo(later)


def test_the_list_can_be_emptied_and_filled_without_moving_panels(bench: WindowBench) -> None:
    bench.open(*bench.write(1))
    dock(bench.window, "header").close()
    bench.press("Del")
    assert bench.exposures == []
    bench.open(*bench.write(1))
    assert not dock(bench.window, "header").isVisible()


@pytest.mark.qt_log_ignore("This plugin does not support")
def test_reset_puts_every_panel_back_for_good(bench: WindowBench) -> None:
    bench.open(*bench.write(1))
    dock(bench.window, "exposures").close()
    dock(bench.window, "log").setFloating(True)
    bench.action("reset_layout").trigger()
    assert dock(bench.window, "exposures").isVisible()
    assert not dock(bench.window, "log").isFloating()
    later = next_session(bench)
    bench.open(*bench.write(1))
    assert later.dockWidgetArea(dock(later, "exposures")) is Qt.DockWidgetArea.LeftDockWidgetArea
    assert hidden(later) == {"pixels_dock"}


def test_how_images_are_shown_is_kept(bench: WindowBench) -> None:
    image = bench.window.workspace.image
    image.set_locked(locked=False)
    kept = image.state()
    later = next_session(bench)
    assert later.workspace.image.state() == kept
    assert not later.table["lock"].isChecked()


def test_nonsense_in_the_file_gives_the_first_layout(bench: WindowBench) -> None:
    bench.window.close()
    settings = ini(bench.folder / "wfsgui.ini")
    for name in ("window_geometry", "window_panels", "image_view"):
        settings.save_state(name, "nonsense")
    bench.window = bench.another_window(settings)
    bench.open(*bench.write(1))
    assert {panel.objectName() for panel in bench.window.docks.all if not panel.isVisibleTo(bench.window)} == {
        "pixels_dock"
    }
    assert bench.window.width() > 600
