"""Layer of flags: every flagged pixel is visible at every zoom."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from dataclasses import replace

import numpy as np
import pytest
from PySide6.QtCore import QPoint, QPointF
from PySide6.QtGui import QColor, QImage
from PySide6.QtWidgets import QApplication, QGraphicsView
from pytestqt.qtbot import QtBot

from tests.gui.window_driver import find
from wfsgui.core.model.step_image import StepImage
from wfsgui.gui.canvas.image_canvas import ImageCanvas
from wfsgui.gui.dq.flag_layer import FlagLayer
from wfsgui.gui.dq.flag_overlay import FlagOverlay, overlay_index, reduced
from wfsgui.gui.threads.worker_thread import WorkerThread

SHAPE = (80, 100)
RED, BLUE = QColor("#d00000"), QColor("#0000d0")
BLACK = "#000000"


def image_with(*pixels: tuple[int, int, int], shape: tuple[int, int] = SHAPE) -> StepImage:
    """Return an image with flags at x, y."""
    dq = np.zeros(shape, np.uint32)
    for x, y, value in pixels:
        dq[y, x] |= np.uint32(value)
    plane = np.zeros(shape, np.float32)
    return StepImage(plane, plane, dq, "DN/s")


@pytest.fixture
def worker(qapp: QApplication) -> Iterator[WorkerThread]:
    made = WorkerThread(qapp)
    yield made
    made.close()


@pytest.fixture
def canvas(qtbot: QtBot) -> ImageCanvas:
    """Show a black image, four pixels of the screen for each of its own."""
    made = ImageCanvas()
    qtbot.addWidget(made)
    made.resize(400, 320)
    made.show()
    made.set_colours(np.zeros((256, 3), np.uint8))
    made.show_index(np.zeros(SHAPE, np.uint8))
    return made


@pytest.fixture
def layer(canvas: ImageCanvas, worker: WorkerThread) -> FlagLayer:
    return FlagLayer(canvas, worker, canvas)


def settle(worker: WorkerThread, qtbot: QtBot) -> None:
    qtbot.waitUntil(lambda: not worker.is_busy)


def screen(canvas: ImageCanvas) -> QImage:
    return find(canvas, QGraphicsView, "image_canvas").viewport().grab().toImage()


def colour(canvas: ImageCanvas, x: float, y: float) -> str:
    """Return what is on screen at a position of the image."""
    picture, view = screen(canvas), canvas.view
    across = (x - view.left()) / view.width() * picture.width()
    up = (y - view.top()) / view.height() * picture.height()
    return QColor(picture.pixelColor(QPoint(int(across), int(picture.height() - up)))).name()


def count(canvas: ImageCanvas, wanted: QColor) -> int:
    """Count the pixels of the screen that have a colour."""
    picture = screen(canvas).convertToFormat(QImage.Format.Format_RGB32)
    pixels = np.frombuffer(picture.constBits(), np.uint32)
    return int(np.count_nonzero(pixels == np.uint32(wanted.rgb())))


def test_flagged_pixels_have_their_colour(
    layer: FlagLayer, canvas: ImageCanvas, worker: WorkerThread, qtbot: QtBot
) -> None:
    layer.set_image(image_with((10, 20, 1), (99, 79, 4), (0, 0, 1 << 31), (50, 50, 8)))
    layer.set_overlay(FlagOverlay(((1, RED), (4, BLUE), (1 << 31, BLUE))))
    settle(worker, qtbot)
    assert colour(canvas, 10.5, 20.5) == RED.name()
    assert colour(canvas, 99.5, 79.5) == BLUE.name()
    assert colour(canvas, 0.5, 0.5) == BLUE.name()
    assert [colour(canvas, x, y) for x, y in ((9.5, 20.5), (11.5, 20.5), (10.5, 21.5), (50.5, 50.5))] == [BLACK] * 4
    # One pixel of the image and no more.
    assert count(canvas, RED) == 16


def test_flags_of_the_previous_image_disappear(
    layer: FlagLayer, canvas: ImageCanvas, worker: WorkerThread, qtbot: QtBot
) -> None:
    layer.set_image(image_with((10, 20, 1)))
    layer.set_overlay(FlagOverlay(((1, RED),)))
    settle(worker, qtbot)
    assert colour(canvas, 10.5, 20.5) == RED.name()
    assert not layer.is_pending
    worker.pause("test")
    layer.set_image(image_with((30, 40, 1)))
    assert layer.is_pending
    qtbot.waitUntil(lambda: colour(canvas, 10.5, 20.5) == BLACK)
    worker.resume("test")
    settle(worker, qtbot)
    assert not layer.is_pending
    assert colour(canvas, 30.5, 40.5) == RED.name()


def test_flags_disappear_if_drawing_them_fails(layer: FlagLayer, canvas: ImageCanvas, qtbot: QtBot) -> None:
    layer.set_image(image_with((10, 20, 1)))
    layer.set_overlay(FlagOverlay(((1, RED),)))
    qtbot.waitUntil(lambda: not layer.is_pending)
    assert count(canvas, RED) > 0
    # An index image has no room for more than 255 entries.
    with qtbot.captureExceptions() as errors:
        layer.set_overlay(FlagOverlay(((1, RED),) * 256))
        qtbot.waitUntil(lambda: bool(errors))
    assert [kind for kind, *_ in errors] == [OverflowError]
    assert count(canvas, RED) == 0
    assert not layer.is_pending


def test_later_entry_covers_earlier(layer: FlagLayer, canvas: ImageCanvas, worker: WorkerThread, qtbot: QtBot) -> None:
    layer.set_image(image_with((10, 20, 5)))
    layer.set_overlay(FlagOverlay(((1, RED), (4, BLUE))))
    settle(worker, qtbot)
    assert colour(canvas, 10.5, 20.5) == BLUE.name()
    layer.set_overlay(FlagOverlay(((4, BLUE), (1, RED))))
    settle(worker, qtbot)
    assert colour(canvas, 10.5, 20.5) == RED.name()


def test_opacity_changes_at_once(layer: FlagLayer, canvas: ImageCanvas, worker: WorkerThread, qtbot: QtBot) -> None:
    overlay = FlagOverlay(((1, RED),), 1.0)
    layer.set_image(image_with((10, 20, 1)))
    layer.set_overlay(overlay)
    settle(worker, qtbot)
    layer.set_overlay(replace(overlay, opacity=0.5))
    assert not worker.is_busy
    assert QColor(colour(canvas, 10.5, 20.5)).red() == pytest.approx(RED.red() / 2, abs=2)


def test_no_checked_flag_shows_nothing(
    layer: FlagLayer, canvas: ImageCanvas, worker: WorkerThread, qtbot: QtBot
) -> None:
    layer.set_image(image_with((10, 20, 1)))
    assert not worker.is_busy
    layer.set_overlay(FlagOverlay(((1, RED),)))
    settle(worker, qtbot)
    assert count(canvas, RED) > 0
    layer.set_overlay(FlagOverlay())
    assert count(canvas, RED) == 0
    layer.set_overlay(FlagOverlay(((1, RED),)))
    layer.set_image(None)
    settle(worker, qtbot)
    assert count(canvas, RED) == 0


@pytest.mark.parametrize("place", [(0, 0), (1022, 700), (2046, 2047), (2047, 3), (1001, 2047)])
@pytest.mark.parametrize("size", [(400, 320), (701, 333), (1500, 1203)])
def test_single_flagged_pixel_is_visible_at_any_zoom(
    layer: FlagLayer,
    canvas: ImageCanvas,
    worker: WorkerThread,
    qtbot: QtBot,
    place: tuple[int, int],
    size: tuple[int, int],
) -> None:
    canvas.resize(*size)
    canvas.show_index(np.zeros((2048, 2048), np.uint8))
    layer.set_image(image_with((*place, 1), shape=(2048, 2048)))
    layer.set_overlay(FlagOverlay(((1, RED),)))
    settle(worker, qtbot)
    assert canvas.scale < 1
    assert 1 <= count(canvas, RED) <= 4
    canvas.zoom_to(0.07)
    settle(worker, qtbot)
    assert 1 <= count(canvas, RED) <= 4
    canvas.centre_on(QPointF(place[0] + 0.5, place[1] + 0.5), 8.0)
    settle(worker, qtbot)
    assert count(canvas, RED) == 64


def test_zoom_of_1_and_more_needs_no_new_flag_image(
    layer: FlagLayer, canvas: ImageCanvas, worker: WorkerThread, qtbot: QtBot
) -> None:
    layer.set_image(image_with((10, 20, 1)))
    layer.set_overlay(FlagOverlay(((1, RED),)))
    settle(worker, qtbot)
    for scale in (1.0, 2.5, 40.0):
        canvas.centre_on(QPointF(10.5, 20.5), scale)
        assert not worker.is_busy
        assert count(canvas, RED) == pytest.approx(scale**2, rel=0.3)


def test_latest_image_wins(layer: FlagLayer, canvas: ImageCanvas, worker: WorkerThread, qtbot: QtBot) -> None:
    gate = threading.Event()
    worker.submit(gate.wait)
    layer.set_overlay(FlagOverlay(((1, RED),)))
    for x in range(5):
        layer.set_image(image_with((10 * x, 20, 1)))
    gate.set()
    settle(worker, qtbot)
    assert [colour(canvas, 10 * x + 0.5, 20.5) for x in range(5)] == [BLACK] * 4 + [RED.name()]


def test_an_image_of_another_shape_does_not_get_the_old_flags(
    layer: FlagLayer, canvas: ImageCanvas, worker: WorkerThread, qtbot: QtBot
) -> None:
    layer.set_image(image_with((10, 20, 1)))
    layer.set_overlay(FlagOverlay(((1, RED),)))
    settle(worker, qtbot)
    gate = threading.Event()
    worker.submit(gate.wait)
    layer.set_image(image_with((3, 4, 1), shape=(20, 20)))
    assert count(canvas, RED) == 0
    canvas.show_index(np.zeros((20, 20), np.uint8))
    gate.set()
    settle(worker, qtbot)
    assert colour(canvas, 3.5, 4.5) == RED.name()


@pytest.mark.parametrize("bits", [(1,), (2, 1 << 16), (1 << 31, 3, 1 << 15), tuple(1 << bit for bit in range(32))])
def test_overlay_index_is_the_last_entry_of_a_pixel(bits: tuple[int, ...]) -> None:
    dq = np.random.default_rng(5).integers(0, 2**32, (31, 17), dtype=np.uint32)
    dq[::2] &= np.uint32(1 << 16 | 1)
    expected = np.zeros(dq.shape, np.uint8)
    for number, value in enumerate(bits, start=1):
        expected[(dq & np.uint32(value)) != 0] = number
    assert np.array_equal(overlay_index(dq, bits), expected)


@pytest.mark.parametrize("block", [1, 2, 3, 7, 40])
def test_reduced_index_has_the_highest_entry_of_each_block(block: int) -> None:
    index = np.random.default_rng(5).integers(0, 9, (31, 17)).astype(np.uint8)
    smaller = reduced(index, block)
    rows, columns = (range(0, size, block) for size in index.shape)
    assert smaller.tolist() == [[index[y : y + block, x : x + block].max() for x in columns] for y in rows]
