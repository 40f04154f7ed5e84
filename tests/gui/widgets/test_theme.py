"""Colours are legible in both themes, and the whole window follows."""

from __future__ import annotations

import logging
from functools import partial

import numpy as np
import pytest
from numpy.typing import NDArray
from PySide6.QtGui import QColor, QGuiApplication, QPalette
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from tests.gui.window_driver import WindowDriver
from wfsgui.core.image.display import NAN_INDEX
from wfsgui.core.model.exposure import ExposureState, StageState
from wfsgui.gui.display.colours import COLOUR_MAPS, colour_table
from wfsgui.gui.widgets.state_colours import state_colour
from wfsgui.gui.widgets.theme import (
    NAN_COLOUR,
    SCHEMES,
    apply_scheme,
    heading_font,
    is_dark,
    level_colour,
    muted_colour,
    text_colour,
)

pytestmark = pytest.mark.usefixtures("schemes")
both = pytest.mark.parametrize("scheme", ["light", "dark"])


def contrast(one: QColor, other: QColor) -> float:
    """Contrast ratio by the rules of WCAG 2.1."""
    bright, faint = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (bright + 0.05) / (faint + 0.05)


def _luminance(colour: QColor) -> float:
    channels = (colour.redF(), colour.greenF(), colour.blueF())
    red, green, blue = (part / 12.92 if part <= 0.03928 else ((part + 0.055) / 1.055) ** 2.4 for part in channels)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def use(scheme: str, qtbot: QtBot) -> QPalette:
    apply_scheme(scheme)
    qtbot.waitUntil(lambda: is_dark() == (scheme == "dark"))
    return QApplication.palette()


@both
def test_words_can_be_read(scheme: str, qtbot: QtBot) -> None:
    palette = use(scheme, qtbot)
    colours = {str(state): state_colour(state) for state in (*ExposureState, *StageState)}
    colours |= {str(level): level_colour(level) for level in (logging.INFO, logging.WARNING, logging.ERROR)}
    colours |= {"muted": muted_colour(), "text": text_colour()}
    grounds = [palette.color(role) for role in (QPalette.ColorRole.Window, QPalette.ColorRole.Base)]
    faint = {name: colour.name() for name, colour in colours.items() if any(contrast(colour, g) < 4 for g in grounds)}
    assert faint == {}
    pairs = [
        (QPalette.ColorRole.HighlightedText, QPalette.ColorRole.Highlight),
        (QPalette.ColorRole.ButtonText, QPalette.ColorRole.Button),
        (QPalette.ColorRole.Text, QPalette.ColorRole.Base),
        (QPalette.ColorRole.ToolTipText, QPalette.ColorRole.ToolTipBase),
    ]
    assert [pair for pair in pairs if contrast(palette.color(pair[0]), palette.color(pair[1])) < 3] == []


def test_states_of_other_meaning_have_other_colours() -> None:
    bad, good, wait = ExposureState.FAILED, ExposureState.DONE, ExposureState.NEEDS_LOOK
    assert len({state_colour(state).name() for state in (bad, good, wait)}) == 3
    assert level_colour(logging.DEBUG) == level_colour(logging.INFO)
    assert level_colour(logging.CRITICAL) == level_colour(logging.ERROR)


def test_pixels_without_a_value_have_a_colour_of_their_own() -> None:
    nan = lab(np.array([[QColor(NAN_COLOUR).red(), QColor(NAN_COLOUR).green(), QColor(NAN_COLOUR).blue()]]))
    # A difference of 20 is seen without looking for it.
    for name in COLOUR_MAPS:
        colours = lab(colour_table(name, inverse=False)[:NAN_INDEX])
        assert np.linalg.norm(colours - nan, axis=1).min() >= 20, name


def test_differences_of_colours_are_those_of_cie_1976() -> None:
    white, red = lab(np.array([[255, 255, 255], [255, 0, 0]]))
    assert white == pytest.approx([100, 0, 0], abs=0.05)
    assert red == pytest.approx([53.24, 80.09, 67.20], abs=0.05)


def lab(colours: NDArray[np.integer]) -> NDArray[np.float64]:
    """Convert sRGB, 0 to 255, to CIE L*a*b* with the white of D65 (CIE 15, IEC 61966-2-1)."""
    shares = colours / 255
    linear = np.where(shares <= 0.04045, shares / 12.92, ((shares + 0.055) / 1.055) ** 2.4)
    to_xyz = [[0.4124564, 0.3575761, 0.1804375], [0.2126729, 0.7151522, 0.0721750], [0.0193339, 0.1191920, 0.9503041]]
    xyz = linear @ np.array(to_xyz).T / [0.95047, 1.0, 1.08883]
    f = np.where(xyz > 216 / 24389, np.cbrt(xyz), (24389 / 27 * xyz + 16) / 116)
    x, y, z = f.T
    return np.column_stack([116 * y - 16, 500 * (x - y), 200 * (y - z)])


def test_every_choice_can_be_made() -> None:
    for scheme in SCHEMES:
        apply_scheme(scheme)
    with pytest.raises(KeyError):
        apply_scheme("purple")


def test_headings_are_bold_in_the_font_of_the_desktop() -> None:
    assert heading_font().bold()
    assert heading_font().family() == QGuiApplication.font().family()


def test_light_and_dark_and_back(qtbot: QtBot) -> None:
    light = use("light", qtbot).color(QPalette.ColorRole.Window).name()
    dark = use("dark", qtbot).color(QPalette.ColorRole.Window).name()
    assert light != dark
    assert use("light", qtbot).color(QPalette.ColorRole.Window).name() == light


def test_the_whole_window_follows_while_a_run_goes_on(driver: WindowDriver) -> None:
    use("light", driver.qtbot)
    driver.open(*driver.write(1))
    driver.press("F8")
    with driver.qtbot.waitSignal(driver.window.services.control.verdict_needed):
        driver.press("F5")
    driver.window.messages.show_message("Something is so.", logging.ERROR, "details")
    bar = driver.window.workspace.verdict_bar
    driver.wait(lambda: bar.isVisible() and driver.window.messages.messages[0].isVisible())
    docks = driver.window.docks
    widgets = [driver.window.menuBar(), driver.window.messages.messages[0], bar, driver.window.workspace.rail]
    widgets += [docks.exposures, docks.step, docks.header, docks.log]
    driver.window.resize(1280, 800)
    icon = driver.action("open").icon()
    light = icon.pixmap(24).toImage()
    driver.settings.set("theme", "dark")
    for widget in widgets:
        driver.wait(partial(is_painted, widget, dark=True))
    assert icon.pixmap(24).toImage() != light
    driver.settings.set("theme", "light")
    for widget in widgets:
        driver.wait(partial(is_painted, widget, dark=False))


def is_painted(widget: QWidget, *, dark: bool) -> bool:
    """Tell whether most of a widget is dark, or light."""
    image = widget.grab().toImage()
    spots = [image.pixelColor(x, y) for x in range(8, image.width(), 11) for y in range(4, image.height(), 7)]
    return sum((spot.lightness() < 128) == dark for spot in spots) > 0.6 * len(spots)
