"""Icons: existence, colours, sizes, theme."""

from __future__ import annotations

from importlib.resources import files

import pytest
from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QColor, QIcon, QImage, QPainter, qAlpha
from pytestqt.qtbot import QtBot

from wfsgui.core.model.exposure import ExposureState, StageState
from wfsgui.gui.actions.action_table import ACTIONS
from wfsgui.gui.widgets.icons import application_icon, icon, pixmap
from wfsgui.gui.widgets.theme import apply_scheme, is_dark, muted_colour, text_colour

pytestmark = pytest.mark.usefixtures("qapp")

DRAWINGS = sorted(path.name.removesuffix(".svg") for path in (files("wfsgui.resources") / "icons").iterdir())
RED = QColor("#ff0000")


def inked(image: QImage) -> list[QColor]:
    """Return the colours of the opaque pixels."""
    places = [(x, y) for x in range(image.width()) for y in range(image.height())]
    return [image.pixelColor(x, y) for x, y in places if qAlpha(image.pixel(x, y)) == 255]


@pytest.mark.parametrize("name", DRAWINGS)
@pytest.mark.parametrize("size", [16, 64])
def test_every_icon_has_visible_pixels(name: str, size: int) -> None:
    image = pixmap(name, size, RED).toImage()
    assert (image.width(), image.height()) == (size, size)
    visible = sum(qAlpha(image.pixel(x, y)) > 60 for x in range(size) for y in range(size))
    assert visible > size, name


@pytest.mark.parametrize("name", sorted(set(DRAWINGS) - {"wfsgui"}))
def test_every_icon_has_the_given_colour(name: str) -> None:
    colours = inked(pixmap(name, 64, RED).toImage())
    assert RED in colours
    # Marks on a filled ground are white.
    assert all(colour.red() == 255 and colour.green() == colour.blue() for colour in colours)


def test_every_state_and_action_has_an_icon() -> None:
    states = {f"state-{state.value.replace(' ', '-')}" for state in (*ExposureState, *StageState)}
    assert states | {spec.icon for spec in ACTIONS if spec.icon} <= set(DRAWINGS)


def test_unknown_icon_raises() -> None:
    with pytest.raises(FileNotFoundError):
        pixmap("no-such-drawing", 16, RED)


def test_disabled_icons_are_muted() -> None:
    made = icon("stop")
    for mode, colour in ((QIcon.Mode.Normal, text_colour()), (QIcon.Mode.Disabled, muted_colour())):
        assert colour.name() in {found.name() for found in inked(made.pixmap(32, mode).toImage())}


def test_application_icon_is_coloured_in_every_size() -> None:
    made = application_icon()
    for size in (16, 256):
        assert made.actualSize(made.pixmap(size).size()).width() == size
        assert len({colour.name() for colour in inked(made.pixmap(size).toImage())}) > 2


@pytest.mark.parametrize("scale", [1.0, 1.5, 2.0])
def test_icons_are_sharp_on_every_screen(scale: float) -> None:
    made = icon("stop").pixmap(QSize(24, 24), scale)
    assert made.width() == 24 * scale
    assert made.devicePixelRatio() == scale


def test_icons_can_be_painted_into_a_pixmap() -> None:
    image = QImage(24, 24, QImage.Format.Format_ARGB32_Premultiplied)
    image.fill(Qt.GlobalColor.transparent)
    painter = QPainter(image)
    QIcon(icon("stop")).paint(painter, 0, 0, 24, 24)
    painter.end()
    assert text_colour() in inked(image)


@pytest.mark.usefixtures("schemes")
def test_icons_follow_the_theme(qtbot: QtBot) -> None:
    made = icon("stop")
    apply_scheme("light")
    qtbot.waitUntil(lambda: not is_dark())
    assert text_colour() in inked(made.pixmap(32).toImage())
    apply_scheme("dark")
    qtbot.waitUntil(is_dark)
    assert text_colour() in inked(made.pixmap(32).toImage())
