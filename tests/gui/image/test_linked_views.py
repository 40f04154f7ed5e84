from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pytest
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QGraphicsPathItem, QGraphicsView, QWidget
from pytestqt.qtbot import QtBot

from tests.gui.canvas_helpers import drag, place, viewport
from tests.gui.window_driver import find
from wfsgui.gui.canvas.image_canvas import ImageCanvas
from wfsgui.gui.image.image_grid import ImageGrid, columns_for
from wfsgui.gui.image.linked_views import LinkedViews


@dataclass(frozen=True)
class Three:
    """Three linked images."""

    grid: ImageGrid
    canvases: tuple[ImageCanvas, ...]
    views: LinkedViews


@pytest.fixture
def three(qtbot: QtBot) -> Three:
    """Show three linked images."""
    canvases = tuple(ImageCanvas() for _ in range(3))
    grid = ImageGrid(canvases)
    qtbot.addWidget(grid)
    grid.resize(900, 300)
    grid.show()
    views = LinkedViews(canvases, grid)
    for canvas in canvases:
        canvas.show_index(np.zeros((40, 40), np.uint8))
    return Three(grid, canvases, views)


def marked(canvas: ImageCanvas) -> list[QPointF]:
    """Return where a canvas marks the cursor of another one."""
    scene = find(canvas, QGraphicsView, "image_canvas").scene()
    items = [item for item in scene.items() if isinstance(item, QGraphicsPathItem) and item.isVisible()]
    return [item.pos() for item in items]


@pytest.mark.parametrize("leader", [0, 1, 2])
def test_panning_one_image_moves_all(three: Three, leader: int) -> None:
    canvases = three.canvases
    drag(canvases[leader], (20, 20), (12, 14))
    centre = canvases[leader].view.center()
    assert centre != QPointF(20, 20)
    assert all((canvas.view.center() - centre).manhattanLength() < 0.2 for canvas in canvases)


def test_arrow_keys_move_all(three: Three) -> None:
    canvases = three.canvases
    QTest.keyClick(canvases[1].surface, Qt.Key.Key_Right)
    assert all(canvas.view.center().x() > 21 for canvas in canvases)


def test_zoom_and_fit_act_on_all(three: Three) -> None:
    canvases, views = three.canvases, three.views
    before = canvases[0].scale
    views.zoom_by(2)
    assert all(canvas.scale == pytest.approx(2.25 * before) for canvas in canvases)
    views.fit()
    # The widths of the canvases may differ by a pixel.
    assert all(canvas.scale == pytest.approx(before, rel=0.01) for canvas in canvases)


def test_area_is_shown_also_after_the_window_changes_its_size(three: Three, qtbot: QtBot) -> None:
    canvases, views = three.canvases, three.views
    area = QRectF(10, 12, 16, 16)
    views.show_area(area)
    for size in ((900, 300), (450, 200)):
        three.grid.resize(*size)
        qtbot.waitUntil(lambda: all(_shows(canvas, area) for canvas in canvases))
    drag(canvases[0], (18, 20), (14, 20))
    moved = canvases[0].view.center()
    three.grid.resize(600, 220)
    three.grid.resize(610, 220)
    assert (canvases[0].view.center() - moved).manhattanLength() < 0.5


def _shows(canvas: ImageCanvas, area: QRectF) -> bool:
    """Whether an area fills a canvas, in the direction with less room."""
    view = canvas.view
    spare = min(view.width() - area.width(), view.height() - area.height())
    return (view.center() - area.center()).manhattanLength() < 0.5 and abs(spare) < 0.5


def test_pixel_is_shown_in_the_middle_of_all(three: Three) -> None:
    canvases, views = three.canvases, three.views
    views.centre_on(5, 30)
    assert all((canvas.view.center() - QPointF(5.5, 30.5)).manhattanLength() < 0.2 for canvas in canvases)


def test_cursor_is_marked_in_the_other_images(three: Three) -> None:
    canvases, views = three.canvases, three.views
    points: list[QPointF | None] = []
    views.cursor_moved.connect(points.append)
    QTest.mouseMove(viewport(canvases[1]), place(canvases[1], 10, 12))
    QTest.mouseMove(viewport(canvases[1]), place(canvases[1], 11, 12))
    assert points
    at = points[-1]
    assert at is not None
    assert [len(marked(canvas)) > 0 for canvas in canvases] == [True, False, True]
    assert all(position == at for canvas in (canvases[0], canvases[2]) for position in marked(canvas))


@pytest.mark.parametrize(
    ("size", "columns"), [((900, 300), 3), ((600, 600), 2), ((300, 900), 1), ((340, 340), 2), ((1000, 500), 3)]
)
def test_grid_shows_square_images_as_large_as_possible(size: tuple[int, int], columns: int) -> None:
    assert columns_for(3, *size) == columns


def test_grid_is_arranged_anew_with_the_room(qtbot: QtBot) -> None:
    widgets = [QWidget() for _ in range(3)]
    grid = ImageGrid(widgets)
    qtbot.addWidget(grid)
    grid.show()
    grid.resize(900, 300)
    assert len({widget.y() for widget in widgets}) == 1
    grid.resize(300, 900)
    qtbot.waitUntil(lambda: len({widget.x() for widget in widgets}) == 1)
    assert all(widget.width() == 300 for widget in widgets)
