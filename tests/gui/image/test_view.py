"""Image view: pixels on screen, and settings that stay from image to image."""

from __future__ import annotations

import gc
import weakref
from collections.abc import Iterator

import numpy as np
import pytest
from numpy.typing import NDArray
from PySide6.QtCore import QEvent, QPoint, QPointF, Qt, QTimer
from PySide6.QtGui import QMouseEvent, QWheelEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLabel, QWidget
from pytestqt.qtbot import QtBot

from tests.gui import fakes
from tests.gui.image_helpers import button, colour, combo, edit, image_of, levels, place, put, viewport
from tests.gui.window_driver import find
from wfsgui.core.model.step_image import SkyPosition, StepImage
from wfsgui.gui.image.image_or_message import ImageOrMessage
from wfsgui.gui.image.pixel_probe import Hover
from wfsgui.gui.image.view import ImageView
from wfsgui.gui.threads.worker_thread import WorkerThread
from wfsgui.gui.widgets.theme import NAN_COLOUR


@pytest.fixture
def view(qtbot: QtBot, qapp: QApplication) -> Iterator[ImageView]:
    worker = WorkerThread(qapp)
    made = ImageView(worker)
    qtbot.addWidget(made)
    made.resize(620, 560)
    with qtbot.waitExposed(made):
        made.show()
    yield made
    worker.close()


def choose(view: ImageView, name: str, choice: str) -> None:
    """Choose from a combo box with the keyboard."""
    box = combo(view, name)
    wanted = box.findText(choice)
    assert wanted >= 0
    step = Qt.Key.Key_Down if wanted > box.currentIndex() else Qt.Key.Key_Up
    while box.currentIndex() != wanted:
        QTest.keyClick(box, step)


def type_level(view: ImageView, qtbot: QtBot, name: str, text: str) -> None:
    """Type a level and wait for the image."""
    field = edit(view, name)
    field.selectAll()
    QTest.keyClicks(field, text)
    with qtbot.waitSignal(view.rendered):
        QTest.keyClick(field, Qt.Key.Key_Return)


def message(view: ImageView) -> QLabel:
    label = view.findChild(QLabel, "image_message")
    assert isinstance(label, QLabel)
    return label


def zoom(view: ImageView) -> str:
    label = view.findChild(QLabel, "zoom")
    assert isinstance(label, QLabel)
    return label.text()


def ramp(height: int, width: int) -> NDArray[np.float32]:
    return np.arange(height * width, dtype=np.float32).reshape(height, width)


# Pixels on screen


def test_pixel_colours_follow_the_levels_and_row_0_is_at_the_bottom(view: ImageView, qtbot: QtBot) -> None:
    sci = np.array([[0, 254, 127], [np.nan, np.inf, -np.inf]], np.float32)
    put(view, qtbot, image_of(sci))
    type_level(view, qtbot, "level_low", "0")
    type_level(view, qtbot, "level_high", "2.54e2")
    expected = {
        (0, 0): "#000000",
        (1, 0): "#ffffff",
        (2, 0): "#808080",
        (0, 1): NAN_COLOUR,
        (1, 1): "#ffffff",
        (2, 1): "#000000",
    }
    seen = {(x, y): colour(view, place(view, x, y, (2, 3))) for x, y in expected}
    assert seen == expected


def test_colour_map_changes_all_pixels_but_nan(view: ImageView, qtbot: QtBot) -> None:
    put(view, qtbot, image_of(np.array([[0, 1, np.nan]], np.float32)))
    choose(view, "limits", "min-max")
    qtbot.waitUntil(lambda: levels(view) == (0, 1))
    points = [place(view, x, 0, (1, 3)) for x in range(3)]
    assert [colour(view, point) for point in points] == ["#000000", "#ffffff", NAN_COLOUR]
    QTest.mouseClick(button(view, "inverse"), Qt.MouseButton.LeftButton)
    assert [colour(view, point) for point in points] == ["#ffffff", "#000000", NAN_COLOUR]
    choose(view, "colour_map", "viridis")
    assert [colour(view, point) for point in points] == ["#fde725", "#440154", NAN_COLOUR]


def test_unit_of_the_levels_is_shown(view: ImageView, qtbot: QtBot) -> None:
    put(view, qtbot, image_of(np.array([[0, 1, 2]], np.float32)))
    unit = view.findChild(QLabel, "levels_unit")
    assert isinstance(unit, QLabel)
    image = view.settings()
    assert image is not None
    assert image.unit
    assert unit.text() == image.unit
    view.show_message("no image")
    assert unit.text() == ""


def test_sqrt_stretch_brightens_faint_pixels(view: ImageView, qtbot: QtBot) -> None:
    put(view, qtbot, image_of(np.array([[0, 10, 100]], np.float32)))
    choose(view, "limits", "min-max")
    qtbot.waitUntil(lambda: levels(view) == (0, 100))
    faint = place(view, 1, 0, (1, 3))
    qtbot.waitUntil(lambda: colour(view, faint) == "#191919")
    choose(view, "stretch", "sqrt")
    qtbot.waitUntil(lambda: colour(view, faint) == "#505050")


def test_one_to_one_puts_each_pixel_on_one_pixel_of_the_screen(view: ImageView, qtbot: QtBot) -> None:
    sci = np.random.default_rng(1).integers(0, 255, (64, 48)).astype(np.float32)
    sci[0, 0], sci[0, 1] = 0, 254
    put(view, qtbot, image_of(sci))
    choose(view, "limits", "min-max")
    qtbot.waitUntil(lambda: levels(view) == (0, 254))
    QTest.mouseClick(button(view, "one_to_one"), Qt.MouseButton.LeftButton)
    assert zoom(view) == "100 %"
    screen = viewport(view).grab().toImage()
    middle = round(screen.width() / 2), round(screen.height() / 2)
    near = range(-1, 2)
    shown = np.array(
        [
            [screen.pixelColor(middle[0] - 24 + x, middle[1] + 31 - y).red() for x in range(-2, 50)]
            for y in range(-2, 66)
        ]
    )
    expected = np.rint(sci / 254 * 255)
    # Where the middle of the screen is between two pixels, the image may be one pixel aside.
    found = [
        (right, up)
        for right in near
        for up in near
        if (shown[2 + up : 66 + up, 2 + right : 50 + right] == expected).all()
    ]
    assert len(found) == 1


@pytest.mark.parametrize(
    "sci",
    [
        np.full((1, 1), 3, np.float32),
        np.full((1, 1), np.nan, np.float32),
        np.full((20, 30), np.nan, np.float32),
        np.zeros((500, 3), np.float32),
        np.ones((3, 500), np.float32),
    ],
)
def test_images_of_extreme_shapes_and_values_are_shown(view: ImageView, qtbot: QtBot, sci: NDArray[np.float32]) -> None:
    put(view, qtbot, image_of(sci))
    expected = NAN_COLOUR if np.isnan(sci).all() else "#808080"
    assert colour(view, place(view, sci.shape[1] // 2, sci.shape[0] // 2, (sci.shape[0], sci.shape[1]))) == expected


def test_flags_are_shown_by_classes(view: ImageView, qtbot: QtBot) -> None:
    image = image_of(np.zeros((1, 3), np.float32))
    image.dq[0] = 0, 4, 5
    put(view, qtbot, image)
    with qtbot.waitSignal(view.rendered):
        QTest.mouseClick(button(view, "plane_DQ"), Qt.MouseButton.LeftButton)
    points = [place(view, x, 0, (1, 3)) for x in range(3)]
    legend = view.findChild(QWidget, "dq_class_2")
    assert isinstance(legend, QWidget)
    assert [colour(view, point) for point in points] == ["#202020", "#0072b2", "#f0e442"]
    assert legend.isVisible()
    assert not combo(view, "limits").isEnabled()


def test_minimum_width_with_all_planes_is_small(view: ImageView, qtbot: QtBot) -> None:
    image = fakes.image()
    full = StepImage(image.sci, image.err, image.dq, "MJy/sr", {**image.variances, "VAR_FLAT": image.err})
    put(view, qtbot, full)
    assert view.minimumSizeHint().width() <= 620


# Messages


def test_message_is_shown_instead_of_an_image(view: ImageView, qtbot: QtBot) -> None:
    view.show_message("photom has not been run yet.")
    assert message(view).isVisible()
    assert message(view).text() == "photom has not been run yet."
    put(view, qtbot, fakes.image())
    assert not message(view).isVisible()
    view.show_message("Gone.")
    qtbot.waitUntil(message(view).isVisible)
    assert not button(view, "plane_SCI").isEnabled()


def test_previous_image_stays_while_the_next_is_read(view: ImageView, qtbot: QtBot) -> None:
    put(view, qtbot, fakes.image())
    view.show_message("Reading...")
    assert not message(view).isVisible()
    delay = find(find(view, ImageOrMessage), QTimer)
    assert delay.isActive()
    put(view, qtbot, fakes.image(200))
    assert not delay.isActive()
    assert not message(view).isVisible()


def test_message_says_that_an_image_cannot_be_drawn(view: ImageView, qtbot: QtBot) -> None:
    broken = StepImage(np.zeros(5, np.float32), np.zeros(5, np.float32), np.zeros(5, np.uint32), "DN/s")
    view.show_image(broken, identity="one")
    qtbot.waitUntil(lambda: "cannot be drawn" in message(view).text())


def test_images_are_released_from_memory(view: ImageView, qtbot: QtBot) -> None:
    image = fakes.image()
    known = weakref.ref(image)
    put(view, qtbot, image)
    del image
    put(view, qtbot, fakes.image(200))
    qtbot.waitUntil(lambda: gc.collect() >= 0 and known() is None)
    image = fakes.image()
    known = weakref.ref(image)
    put(view, qtbot, image)
    del image
    view.show_message("")
    qtbot.waitUntil(lambda: gc.collect() >= 0 and known() is None)


# Planes


def test_buttons_offer_the_planes_of_the_image_and_the_choice_stays(view: ImageView, qtbot: QtBot) -> None:
    put(view, qtbot, fakes.image())
    with qtbot.waitSignals([view.plane_changed, view.rendered]):
        QTest.mouseClick(button(view, "plane_VAR_RNOISE"), Qt.MouseButton.LeftButton)
    assert view.plane == "VAR_RNOISE"
    put(view, qtbot, fakes.image(200))
    assert view.plane == "VAR_RNOISE"
    put(view, qtbot, image_of(ramp(4, 4)))
    assert view.plane == "SCI"
    assert view.findChild(QWidget, "plane_VAR_RNOISE") is None or not button(view, "plane_VAR_RNOISE").isVisible()
    put(view, qtbot, fakes.image())
    assert view.plane == "VAR_RNOISE"


def test_next_plane_wraps_around(view: ImageView, qtbot: QtBot) -> None:
    put(view, qtbot, image_of(ramp(4, 4)))
    seen = []
    for _ in range(4):
        with qtbot.waitSignal(view.rendered):
            view.next_plane()
        seen.append(view.plane)
    assert seen == ["ERR", "DQ", "VAR_POISSON", "SCI"]


# Levels


def test_steps_of_an_exposure_share_levels_in_one_unit(view: ImageView, qtbot: QtBot) -> None:
    put(view, qtbot, fakes.image(100))
    first = levels(view)
    put(view, qtbot, fakes.image(101))
    assert levels(view) == first
    put(view, qtbot, fakes.image(300, unit="MJy/sr"))
    other = levels(view)
    assert other != first
    put(view, qtbot, fakes.image(301, unit="MJy/sr"))
    assert levels(view) == other
    put(view, qtbot, fakes.image(200), "two")
    assert levels(view) not in (first, other)
    put(view, qtbot, fakes.image(102))
    assert levels(view) == first


def test_levels_outside_the_values_are_computed_again(view: ImageView, qtbot: QtBot) -> None:
    """As after subtraction of a background that was most of the signal."""
    put(view, qtbot, fakes.image(100))
    first = levels(view)
    put(view, qtbot, fakes.image(1))
    assert levels(view)[1] < first[0]


def test_levels_set_by_hand_apply_to_all_exposures(view: ImageView, qtbot: QtBot) -> None:
    put(view, qtbot, fakes.image(100))
    type_level(view, qtbot, "level_low", "1e-3")
    assert combo(view, "limits").currentText() == "by hand"
    by_hand = levels(view)
    assert by_hand[0] == 1e-3
    put(view, qtbot, fakes.image(300), "two")
    assert levels(view) == by_hand
    put(view, qtbot, fakes.image(300, unit="MJy/sr"), "two")
    assert levels(view) != by_hand
    assert combo(view, "limits").currentText() == "zscale"
    put(view, qtbot, fakes.image(100))
    with qtbot.waitSignal(view.rendered):
        view.display.set_auto_limits()
    assert levels(view)[0] > 1
    assert combo(view, "limits").currentText() == "zscale"


def test_unlocked_images_have_their_own_levels_and_are_fitted(view: ImageView, qtbot: QtBot) -> None:
    put(view, qtbot, fakes.image(100))
    first, whole = levels(view), zoom(view)
    with qtbot.waitSignal(view.display.lock_changed) as told:
        QTest.mouseClick(button(view, "lock"), Qt.MouseButton.LeftButton)
    assert told.args == [False]
    type_level(view, qtbot, "level_low", "5")
    view.canvas.zoom_by(1)
    assert zoom(view) != whole
    put(view, qtbot, fakes.image(300))
    assert levels(view)[0] > first[1]
    assert zoom(view) == whole


@pytest.mark.parametrize("text", ["", "abc", "nan", "1e999"])
def test_text_that_is_no_number_is_replaced_by_the_level(view: ImageView, qtbot: QtBot, text: str) -> None:
    put(view, qtbot, fakes.image())
    before = levels(view)
    field = edit(view, "level_high")
    field.selectAll()
    QTest.keyClick(field, Qt.Key.Key_Delete)
    QTest.keyClicks(field, text)
    QTest.keyClick(field, Qt.Key.Key_Return)
    assert levels(view) == before


def test_dragging_a_line_of_the_histogram_sets_the_level(view: ImageView, qtbot: QtBot) -> None:
    put(view, qtbot, image_of(ramp(100, 100)))
    choose(view, "limits", "min-max")
    qtbot.waitUntil(lambda: levels(view) == (0, 9999))
    strip = view.findChild(QWidget, "histogram")
    assert isinstance(strip, QWidget)
    middle = QPoint(strip.width() // 2, strip.height() // 2)
    start = QPoint(strip.width() - 5, middle.y())
    QTest.mousePress(strip, Qt.MouseButton.LeftButton, pos=start)
    with qtbot.waitSignal(view.rendered):
        QTest.mouseMove(strip, middle)
    assert levels(view)[1] == pytest.approx(5000, abs=50)
    QTest.mouseMove(strip, QPoint(-50, middle.y()))
    qtbot.waitUntil(lambda: 0 < levels(view)[1] < 100)
    QTest.mouseRelease(strip, Qt.MouseButton.LeftButton, pos=middle)
    assert combo(view, "limits").currentText() == "by hand"
    dark = levels(view)[1]
    QTest.mouseMove(strip, middle)
    assert levels(view)[1] == dark


# View


def test_locked_view_stays_unless_the_shape_changes(view: ImageView, qtbot: QtBot) -> None:
    put(view, qtbot, image_of(ramp(48, 64)))
    view.canvas.zoom_by(1)
    view.canvas.zoom_by(1)
    zoomed = zoom(view)
    put(view, qtbot, image_of(ramp(48, 64)), "two")
    assert zoom(view) == zoomed
    put(view, qtbot, image_of(ramp(96, 128)), "two")
    assert zoom(view) != zoomed
    corner = place(view, 0, 0, (96, 128))
    assert colour(view, corner) == "#000000"


def test_a_fitted_image_stays_fitted_when_the_window_changes(view: ImageView, qtbot: QtBot) -> None:
    put(view, qtbot, image_of(np.full((40, 40), np.nan, np.float32)))
    for size in ((800, 700), (650, 400)):
        view.resize(*size)
        qtbot.waitUntil(lambda: colour(view, place(view, 0, 0, (40, 40))) == NAN_COLOUR)
        assert colour(view, place(view, 39, 39, (40, 40))) == NAN_COLOUR
    view.canvas.zoom_to(1.0)
    view.resize(800, 700)
    assert zoom(view) == "100 %"


def hovered(view: ImageView, qtbot: QtBot, point: QPoint, pixel: tuple[int, int]) -> Hover:
    """Move the mouse to a point, from elsewhere, and return what is read at the pixel that is expected there."""
    read: list[Hover | None] = []
    view.hovered.connect(read.append)
    QTest.mouseMove(viewport(view), point + QPoint(2, 2))
    QTest.mouseMove(viewport(view), point)

    def at_pixel() -> bool:
        return bool(read) and read[-1] is not None and (read[-1].x, read[-1].y) == pixel

    qtbot.waitUntil(at_pixel)
    view.hovered.disconnect(read.append)
    found = read[-1]
    assert found is not None
    return found


def drag(surface: QWidget, start: QPoint, end: QPoint) -> None:
    """Drag with the left button; QTest moves the mouse without a button."""

    def send(kind: QEvent.Type, point: QPoint, button: Qt.MouseButton, buttons: Qt.MouseButton) -> None:
        at, globally = QPointF(point), QPointF(surface.mapToGlobal(point))
        none = Qt.KeyboardModifier.NoModifier
        QApplication.sendEvent(surface, QMouseEvent(kind, at, globally, button, buttons, none))

    left, no_button = Qt.MouseButton.LeftButton, Qt.MouseButton.NoButton
    send(QEvent.Type.MouseButtonPress, start, left, left)
    for step in range(1, 11):
        send(QEvent.Type.MouseMove, start + (end - start) * (step / 10), no_button, left)
    send(QEvent.Type.MouseButtonRelease, end, left, no_button)


def test_hover_has_the_values_of_the_pixel_under_the_cursor(view: ImageView, qtbot: QtBot) -> None:
    image = fakes.image(wcs=True)
    put(view, qtbot, image)
    hover = hovered(view, qtbot, place(view, 10, 10, (48, 64)), (10, 10))
    assert (hover.dq, hover.unit, hover.plane) == (4, "DN/s", "SCI")
    assert hover.value == image.sci[10, 10]
    assert hover.error == 1
    assert hover.position is not None
    assert hover.position.v2 == pytest.approx(fakes.sky(10, 10).v2, abs=0.031 / 4)
    corner = hovered(view, qtbot, place(view, 0, 47, (48, 64)), (0, 47))
    assert corner.value == image.sci[47, 0]


def test_hover_of_another_plane_has_its_unit(view: ImageView, qtbot: QtBot) -> None:
    put(view, qtbot, fakes.image())
    view.set_plane("VAR_POISSON")
    hover = hovered(view, qtbot, place(view, 3, 4, (48, 64)), (3, 4))
    assert (hover.value, hover.error, hover.unit, hover.position) == (0.5, None, "(DN/s)²", None)


def test_hover_is_updated_when_the_image_changes(view: ImageView, qtbot: QtBot) -> None:
    put(view, qtbot, fakes.image(100))
    hovered(view, qtbot, place(view, 32, 24, (48, 64)), (32, 24))
    read: list[Hover | None] = []
    view.hovered.connect(read.append)
    put(view, qtbot, fakes.image(200))
    qtbot.waitUntil(lambda: [hover.value for hover in read[-1:] if hover] == [10000])
    view.show_message("")
    qtbot.waitUntil(lambda: read[-1] is None)


def test_hover_is_none_when_the_cursor_leaves(view: ImageView, qtbot: QtBot) -> None:
    put(view, qtbot, fakes.image())
    hovered(view, qtbot, place(view, 5, 5, (48, 64)), (5, 5))
    with qtbot.waitSignal(view.hovered) as told:
        QApplication.sendEvent(viewport(view), QEvent(QEvent.Type.Leave))
    assert told.args == [None]


@pytest.mark.parametrize("nowhere", [SkyPosition(np.nan, np.nan, np.nan, np.nan), ValueError("outside")])
def test_hover_has_no_position_if_the_wcs_fails(
    view: ImageView, qtbot: QtBot, nowhere: SkyPosition | Exception
) -> None:
    class Nowhere(fakes.Sky):
        def __call__(self, x: float, y: float) -> SkyPosition:
            del x, y
            if isinstance(nowhere, Exception):
                raise nowhere
            return nowhere

    put(view, qtbot, fakes.image(), wcs=Nowhere())
    hover = hovered(view, qtbot, place(view, 5, 5, (48, 64)), (5, 5))
    assert hover.position is None


def test_the_wheel_zooms_at_the_cursor(view: ImageView, qtbot: QtBot) -> None:
    put(view, qtbot, fakes.image(wcs=True))
    point = place(view, 50, 12, (48, 64))
    hovered(view, qtbot, point, (50, 12))
    scale = zoom(view)
    at = QPointF(point)
    wheel = QWheelEvent(
        at,
        QPointF(viewport(view).mapToGlobal(point)),
        QPoint(),
        QPoint(0, 240),
        Qt.MouseButton.NoButton,
        Qt.KeyboardModifier.NoModifier,
        Qt.ScrollPhase.NoScrollPhase,
        False,
    )
    QApplication.sendEvent(viewport(view), wheel)
    assert zoom(view) != scale
    hovered(view, qtbot, point, (50, 12))
    view.canvas.fit()
    assert zoom(view) == scale


def test_dragging_pans(view: ImageView, qtbot: QtBot) -> None:
    put(view, qtbot, fakes.image())
    start, end = place(view, 32, 24, (48, 64)), place(view, 42, 30, (48, 64))
    drag(viewport(view), start, end)
    hovered(view, qtbot, end, (32, 24))


def test_arrow_keys_pan(view: ImageView, qtbot: QtBot) -> None:
    put(view, qtbot, fakes.image())
    point, canvas = place(view, 20, 20, (48, 64)), viewport(view).parentWidget()
    assert canvas is not None
    read: list[Hover | None] = []
    view.hovered.connect(read.append)

    def pixel_after(key: Qt.Key) -> tuple[int, int]:
        QTest.keyClick(canvas, key)
        read.clear()
        QTest.mouseMove(viewport(view), point + QPoint(1, 1))
        QTest.mouseMove(viewport(view), point)
        qtbot.waitUntil(lambda: bool(read))
        last = read[-1]
        assert last is not None
        return last.x, last.y

    assert pixel_after(Qt.Key.Key_Right)[0] > 22
    assert pixel_after(Qt.Key.Key_Up)[1] > 22
    assert pixel_after(Qt.Key.Key_Left)[0] in (19, 20, 21)
    assert pixel_after(Qt.Key.Key_Down)[1] in (19, 20, 21)


# Stored settings


def test_display_settings_are_restored(view: ImageView) -> None:
    chosen = {"stretch": "log", "colour_map": "magma", "inverse": "yes", "limits": "99 %", "lock": "no"}
    view.display.restore(chosen)
    assert view.display.state() == chosen
    assert combo(view, "stretch").currentText() == "log"
    assert combo(view, "colour_map").currentText() == "magma"
    assert combo(view, "limits").currentText() == "99 %"
    assert button(view, "inverse").isChecked()
    assert not button(view, "lock").isChecked()


def test_unknown_display_settings_are_ignored(view: ImageView) -> None:
    before = view.display.state()
    view.display.restore(
        {"stretch": "x", "colour_map": "", "inverse": "3", "limits": "by hand", "lock": "", "more": "1"}
    )
    assert view.display.state() == before


def test_tool_tips_name_the_keys(view: ImageView, qtbot: QtBot) -> None:
    view.display.controls.set_shortcuts({"fit": "F", "next_plane": "P", "lock": "L"})
    put(view, qtbot, fakes.image())
    assert button(view, "fit").toolTip().endswith("(F)")
    assert "(P" in button(view, "plane_SCI").toolTip()
    assert button(view, "lock").toolTip().endswith("(L)")


def test_the_unit_is_shown_in_full_in_a_narrow_window(view: ImageView, qtbot: QtBot) -> None:
    """A cut MJy/sr reads as another unit."""
    unit = view.findChild(QLabel, "levels_unit")
    assert isinstance(unit, QLabel)
    unit.setText("MJy/sr")
    view.resize(view.minimumSizeHint().width(), 500)
    qtbot.waitUntil(lambda: unit.width() >= unit.sizeHint().width())
