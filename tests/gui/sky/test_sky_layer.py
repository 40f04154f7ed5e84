from __future__ import annotations

from collections.abc import Iterator
from itertools import cycle

import numpy as np
import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QColor, QWheelEvent
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from tests.core.sky.skies import BlindSky, TangentSky
from tests.gui.canvas_helpers import drag, near, pixels, place, viewport
from wfsgui.core.sky.geometry import Target
from wfsgui.gui.canvas.image_canvas import ImageCanvas
from wfsgui.gui.display.colours import COLOUR_MAPS, colour_table
from wfsgui.gui.sky.sky_layer import SkyLayer
from wfsgui.gui.threads.worker_thread import WorkerThread
from wfsgui.gui.widgets.theme import apply_scheme

SHAPE = (80, 100)
SKY = TangentSky(80.5, -69.5, angle=20.0, shape=SHAPE)


@pytest.fixture
def worker() -> Iterator[WorkerThread]:
    made = WorkerThread()
    yield made
    made.close()


@pytest.fixture
def canvas(qtbot: QtBot) -> ImageCanvas:
    made = ImageCanvas()
    qtbot.addWidget(made)
    made.resize(500, 400)
    made.show()
    made.set_colours(colour_table("grey", inverse=False))
    made.show_index(np.zeros(SHAPE, np.uint8))
    return made


@pytest.fixture
def layer(canvas: ImageCanvas, worker: WorkerThread) -> SkyLayer:
    return SkyLayer(canvas, worker)


def settled(layer: SkyLayer, worker: WorkerThread, qtbot: QtBot) -> None:
    """Wait until the overlay is up to date."""
    qtbot.waitUntil(lambda: not worker.is_busy and not layer.is_pending)


def test_overlay_is_empty_without_wcs(canvas: ImageCanvas, layer: SkyLayer, worker: WorkerThread, qtbot: QtBot) -> None:
    before = pixels(canvas)
    layer.set_grid_shown(shown=True)
    layer.set_compass_shown(shown=True)
    layer.set_target_shown(shown=True)
    layer.set_target(Target(80.5, -69.5, "STAR"))
    settled(layer, worker, qtbot)
    assert np.array_equal(pixels(canvas), before)
    layer.set_wcs(SKY, SHAPE)
    settled(layer, worker, qtbot)
    assert not np.array_equal(pixels(canvas), before)
    layer.set_wcs(None, SHAPE)
    assert np.array_equal(pixels(canvas), before)


def test_overlay_is_empty_without_wcs_values(
    canvas: ImageCanvas, layer: SkyLayer, worker: WorkerThread, qtbot: QtBot
) -> None:
    before = pixels(canvas)
    layer.set_grid_shown(shown=True)
    layer.set_compass_shown(shown=True)
    layer.set_wcs(BlindSky(), SHAPE)
    settled(layer, worker, qtbot)
    assert np.array_equal(pixels(canvas), before)


class FailingSky(BlindSky):
    """Fail, as a WCS may outside of its domain."""

    def positions(
        self, x: np.ndarray[tuple[int, ...], np.dtype[np.float64]], y: np.ndarray[tuple[int, ...], np.dtype[np.float64]]
    ) -> tuple[np.ndarray[tuple[int, ...], np.dtype[np.float64]], np.ndarray[tuple[int, ...], np.dtype[np.float64]]]:
        raise ValueError(f"There is nothing at {x.size} places and {y.size}.")


def test_error_of_wcs_removes_grid(canvas: ImageCanvas, layer: SkyLayer, worker: WorkerThread, qtbot: QtBot) -> None:
    before = pixels(canvas)
    layer.set_grid_shown(shown=True)
    layer.set_wcs(SKY, SHAPE)
    settled(layer, worker, qtbot)
    layer.set_wcs(FailingSky(), SHAPE)
    with qtbot.assertNotEmitted(worker.unhandled):
        settled(layer, worker, qtbot)
    assert np.array_equal(pixels(canvas), before)


def test_grid_lines_are_drawn_at_their_pixels(
    canvas: ImageCanvas, layer: SkyLayer, worker: WorkerThread, qtbot: QtBot
) -> None:
    layer.set_grid_shown(shown=True)
    layer.set_wcs(SKY, SHAPE)
    settled(layer, worker, qtbot)
    assert "\N{MINUS SIGN}69°30\N{PRIME}00.0\N{DOUBLE PRIME}" in layer.grid.labels
    light = pixels(canvas).max(axis=2) > 90
    # The parallel through the reference pixel, away from the labels.
    for ra in (80.5, 80.5004):
        x, y = SKY.pixels(np.array([ra]), np.array([-69.5]))
        point = place(canvas, float(x[0]) + 0.5, float(y[0]) + 0.5)
        assert light[point.y() - 1 : point.y() + 2, point.x() - 1 : point.x() + 2].any()


def test_grid_is_finer_after_zoom(canvas: ImageCanvas, layer: SkyLayer, worker: WorkerThread, qtbot: QtBot) -> None:
    layer.set_grid_shown(shown=True)
    layer.set_wcs(SKY, SHAPE)
    settled(layer, worker, qtbot)
    before = layer.grid.labels
    canvas.centre_on(QPointF(30, 30), 60.0)
    settled(layer, worker, qtbot)
    after = layer.grid.labels
    assert len(after) >= 5
    assert len(after[0]) > len(before[0])


def test_grid_is_updated_while_view_moves(
    canvas: ImageCanvas, layer: SkyLayer, worker: WorkerThread, qtbot: QtBot
) -> None:
    layer.set_grid_shown(shown=True)
    layer.set_wcs(SKY, SHAPE)
    settled(layer, worker, qtbot)
    before, ways = layer.grid.labels, cycle((-1, 1))

    def is_finer() -> bool:
        # Called a hundred times a second.
        canvas.centre_on(QPointF(30 + next(ways), 30), 60.0)
        return layer.grid.labels != before

    assert not is_finer()
    qtbot.waitUntil(is_finer)


def test_compass_stays_in_corner(canvas: ImageCanvas, layer: SkyLayer, worker: WorkerThread, qtbot: QtBot) -> None:
    # The image fills the view wherever it is dragged.
    canvas.centre_on(QPointF(50, 40), 12.0)
    layer.set_compass_shown(shown=True)
    layer.set_wcs(SKY, SHAPE)
    settled(layer, worker, qtbot)
    compass = layer.compass.compass
    assert compass is not None
    assert compass.north == pytest.approx((np.sin(np.radians(20)), np.cos(np.radians(20))), abs=1e-3)

    def corner() -> set[tuple[int, int]]:
        light = np.argwhere(near(pixels(canvas), QColor("white")))
        return {(int(y), int(x)) for y, x in light}

    before = corner()
    assert before
    assert max(y for y, _ in before) < 100
    assert min(x for _, x in before) > 380
    drag(canvas, (50, 40), (45, 36), (40, 30))
    settled(layer, worker, qtbot)
    assert corner() == before


@pytest.mark.parametrize("size", [(900, 400), (500, 700)])
def test_compass_is_within_image(
    canvas: ImageCanvas, layer: SkyLayer, worker: WorkerThread, qtbot: QtBot, size: tuple[int, int]
) -> None:
    canvas.resize(*size)
    canvas.fit()
    layer.set_wcs(SKY, SHAPE)
    settled(layer, worker, qtbot)
    before = pixels(canvas)
    layer.set_compass_shown(shown=True)
    settled(layer, worker, qtbot)
    changed = np.argwhere((pixels(canvas) != before).any(axis=-1))
    assert len(changed) > 50
    view, shape = canvas.view, before.shape
    left, right = (shape[1] * (x - view.left()) / view.width() for x in (0, SHAPE[1]))
    top, bottom = (shape[0] * (1 - (y - view.top()) / view.height()) for y in (SHAPE[0], 0))
    assert left <= changed[:, 1].min()
    assert changed[:, 1].max() <= right
    assert top <= changed[:, 0].min()
    assert changed[:, 0].max() <= bottom


def test_target_is_marked_with_name(canvas: ImageCanvas, layer: SkyLayer, worker: WorkerThread, qtbot: QtBot) -> None:
    there = SKY(30.0, 60.0)
    layer.set_wcs(SKY, SHAPE)
    layer.set_target(Target(there.ra, there.dec, "STAR"))
    layer.set_target_shown(shown=True)
    settled(layer, worker, qtbot)
    assert layer.marker.place is not None
    assert (layer.marker.place.x(), layer.marker.place.y()) == pytest.approx((30.5, 60.5), abs=0.01)
    point = place(canvas, 30.5, 60.5)
    seen = pixels(canvas).max(axis=2)
    # The centre of the cross is free.
    assert seen[point.y() - 3 : point.y() + 4, point.x() - 3 : point.x() + 4].max() < 30
    assert seen[point.y() - 1 : point.y() + 2, point.x() + 12].max() > 150
    assert seen[point.y() - 20 : point.y() - 5, point.x() + 20 : point.x() + 40].max() > 150
    layer.set_target(None)
    assert layer.marker.place is None


def test_target_outside_of_image_is_not_marked(layer: SkyLayer, worker: WorkerThread, qtbot: QtBot) -> None:
    layer.set_wcs(SKY, SHAPE)
    layer.set_target_shown(shown=True)
    layer.set_target(Target(81.0, -69.5, "STAR"))
    settled(layer, worker, qtbot)
    assert layer.marker.place is None


def test_grid_compass_and_target_are_shown_separately(
    canvas: ImageCanvas, layer: SkyLayer, worker: WorkerThread, qtbot: QtBot
) -> None:
    there = SKY(30.0, 60.0)
    layer.set_wcs(SKY, SHAPE)
    layer.set_target(Target(there.ra, there.dec, "STAR"))
    nothing = pixels(canvas)
    for show in (layer.set_grid_shown, layer.set_compass_shown, layer.set_target_shown):
        show(shown=True)
        settled(layer, worker, qtbot)
        assert not np.array_equal(pixels(canvas), nothing)
        show(shown=False)
        assert np.array_equal(pixels(canvas), nothing)


def test_grid_of_previous_image_is_removed_immediately(
    canvas: ImageCanvas, layer: SkyLayer, worker: WorkerThread, qtbot: QtBot
) -> None:
    layer.set_grid_shown(shown=True)
    layer.set_wcs(SKY, SHAPE)
    settled(layer, worker, qtbot)
    wcs = TangentSky(10.0, 0.0, shape=SHAPE)
    layer.set_wcs(wcs, SHAPE)
    assert not list(layer.grid.labels)
    settled(layer, worker, qtbot)
    assert any(label.startswith("00h40m") for label in layer.grid.labels)
    labels = layer.grid.labels
    # The same WCS, as in the next step of an exposure, changes nothing.
    layer.set_wcs(wcs, SHAPE)
    assert layer.grid.labels == labels
    assert canvas.shape == SHAPE


@pytest.mark.usefixtures("schemes")
@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("colour_map", COLOUR_MAPS)
def test_overlay_contrasts_with_every_colour_map(
    canvas: ImageCanvas, layer: SkyLayer, worker: WorkerThread, qtbot: QtBot, scheme: str, colour_map: str
) -> None:
    apply_scheme(scheme)
    ramp = np.repeat(np.linspace(0, 254, SHAPE[1]).astype(np.uint8)[None], SHAPE[0], axis=0)
    canvas.show_index(ramp)
    canvas.set_colours(colour_table(colour_map, inverse=False))
    plain = pixels(canvas).astype(int)
    layer.set_grid_shown(shown=True)
    layer.set_wcs(SKY, SHAPE)
    settled(layer, worker, qtbot)
    changed = np.abs(pixels(canvas).astype(int) - plain).max(axis=2)
    # In every tenth of the image's width, which has another part of the colour map.
    for part in np.array_split(changed, 10, axis=1):
        assert (part > 60).sum() > 50


def test_wheel_and_drag_reach_image_below(
    canvas: ImageCanvas, layer: SkyLayer, worker: WorkerThread, qtbot: QtBot
) -> None:
    layer.set_grid_shown(shown=True)
    layer.set_wcs(SKY, SHAPE)
    settled(layer, worker, qtbot)
    target, point = viewport(canvas), place(canvas, 50, 40)
    wheel = QWheelEvent(
        QPointF(point),
        QPointF(target.mapToGlobal(point)),
        QPoint(),
        QPoint(0, 120),
        Qt.MouseButton.NoButton,
        Qt.KeyboardModifier.NoModifier,
        Qt.ScrollPhase.NoScrollPhase,
        False,
    )
    before = canvas.scale
    QApplication.sendEvent(target, wheel)
    assert canvas.scale > before
    view = canvas.view
    drag(canvas, (50, 40), (52, 42), (55, 44))
    assert canvas.view != view


def test_hidden_canvas_is_updated_when_shown(
    canvas: ImageCanvas, layer: SkyLayer, worker: WorkerThread, qtbot: QtBot
) -> None:
    layer.set_grid_shown(shown=True)
    canvas.hide()
    layer.set_wcs(SKY, SHAPE)
    qtbot.waitUntil(lambda: not layer.is_pending)
    assert layer.grid.labels == ()
    assert not worker.is_busy
    canvas.show()
    qtbot.waitUntil(lambda: len(layer.grid.labels) > 0)


def test_labels_do_not_cover_compass(canvas: ImageCanvas, layer: SkyLayer, worker: WorkerThread, qtbot: QtBot) -> None:
    canvas.centre_on(QPointF(50, 40), 20.0)
    layer.set_wcs(TangentSky(80.5, -69.5, angle=100.0, shape=SHAPE), SHAPE)

    def letters() -> int:
        """Count the pixels in the corner that are brighter than grid lines."""
        settled(layer, worker, qtbot)
        return int((pixels(canvas)[:84, -84:].min(axis=2) > 195).sum())

    layer.set_compass_shown(shown=True)
    compass = letters()
    layer.set_grid_shown(shown=True)
    both = letters()
    layer.set_compass_shown(shown=False)
    labels = letters()
    assert compass > 40
    assert labels > 40
    assert both < compass + labels / 2
