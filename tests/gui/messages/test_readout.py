"""Readout of the pixel under the cursor."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from dataclasses import replace

import pytest
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QLabel
from pytestqt.qtbot import QtBot

from tests.gui.children import child
from wfsgui.core.image.compare import Mode
from wfsgui.core.model.flags import FLAGS
from wfsgui.core.model.step_image import SkyPosition
from wfsgui.core.regions.pixel_numbers import FROM_0
from wfsgui.gui.image.pixel_probe import Hover
from wfsgui.gui.messages.readout import Readout

HOVER = Hover(
    x=1023,
    y=7,
    value=812.4321,
    error=2.0987,
    unit="MJy/sr",
    dq=5,
    plane="SCI",
    position=SkyPosition(80.0, -69.5, 120.125, -527.25),
)


@pytest.fixture
def readout(qtbot: QtBot) -> Readout:
    made = Readout()
    qtbot.addWidget(made)
    made.resize(1000, 30)
    with qtbot.waitExposed(made):
        made.show()
    return made


def text_of(readout: Readout, name: str) -> str:
    label = child(readout, QLabel, f"readout_{name}")
    return label.text()


def tip(readout: Readout, name: str) -> str:
    label = child(readout, QLabel, f"readout_{name}")
    return label.toolTip()


def test_readout_shows_all_fields_of_a_pixel(readout: Readout) -> None:
    readout.show_hover(HOVER)
    assert text_of(readout, "pixel") == "x 1024  y 8"
    assert text_of(readout, "counted") == "(from 1)"
    assert text_of(readout, "value") == "812.4 ± 2.1 MJy/sr"
    assert text_of(readout, "dq") == "DO_NOT_USE, JUMP_DET"
    assert text_of(readout, "sky") == "05:20:00.000 -69:30:00.00"
    assert text_of(readout, "v2v3") == "V2 120.12″  V3 -527.25″"
    assert "80.0000000°" in tip(readout, "sky")
    assert "FITS" in tip(readout, "pixel")


def test_pixel_numbers_can_begin_at_0(readout: Readout) -> None:
    readout.show_hover(HOVER)
    readout.set_pixel_numbers(FROM_0)
    assert text_of(readout, "pixel") == "x 1023  y 7"
    assert text_of(readout, "counted") == "(from 0)"
    assert "numpy" in tip(readout, "pixel")


@pytest.mark.parametrize(
    ("value", "error", "expected"),
    [
        (812.4321, 2.0987, "812.4 ± 2.1 DN/s"),
        (0.5, 12.3, "0 ± 12 DN/s"),
        (123456.0, 1234.0, "123456 ± 1234 DN/s"),
        (2.5e-7, 1.25e-8, "(2.50 ± 0.12)e-7 DN/s"),
        (-4.2e8, 1e6, "(-4.200 ± 0.010)e8 DN/s"),
        (3.14159265, float("nan"), "3.14159 DN/s"),
        (3.14159265, 0.0, "3.14159 DN/s"),
        (float("nan"), 2.0, "NaN DN/s"),
        (float("inf"), 2.0, "inf DN/s"),
    ],
)
def test_value_has_the_digits_that_its_error_allows(
    readout: Readout, value: float, error: float, expected: str
) -> None:
    readout.show_hover(replace(HOVER, value=value, error=error, unit="DN/s"))
    assert text_of(readout, "value") == expected


@pytest.mark.parametrize("mode", [Mode.DIFFERENCE, Mode.RATIO, Mode.SWIPE])
def test_missing_values_are_written_as_nan(readout: Readout, mode: Mode) -> None:
    readout.show_hover(replace(HOVER, mode=mode, other=float("nan"), other_unit="MJy/sr"))
    assert "NaN" in tip(readout, "value")
    assert "nan" not in tip(readout, "value")


def test_other_planes_are_named(readout: Readout) -> None:
    readout.show_hover(replace(HOVER, value=0.25, error=None, plane="VAR_FLAT", unit="(DN/s)²"))
    assert text_of(readout, "value") == "VAR_FLAT 0.25 (DN/s)²"


def test_flags_are_named(readout: Readout) -> None:
    readout.show_hover(HOVER)
    assert text_of(readout, "dq") == "DO_NOT_USE, JUMP_DET"


@pytest.mark.parametrize(("dq", "expected"), [(0, "good"), (8, "DROPOUT"), (1 << 31, "REFERENCE_PIXEL")])
def test_every_flag_has_a_name(readout: Readout, dq: int, expected: str) -> None:
    readout.show_hover(replace(HOVER, dq=dq))
    assert text_of(readout, "dq") == expected


def test_long_flag_list_is_complete_in_the_tool_tip(readout: Readout) -> None:
    readout.show_hover(replace(HOVER, dq=0xFFFFFFFF))
    assert text_of(readout, "dq").endswith("…")
    assert all(name in tip(readout, "dq") for name in FLAGS)
    assert all(name in readout.text() for name in FLAGS)


def test_without_a_wcs_there_is_no_position(readout: Readout) -> None:
    readout.show_hover(replace(HOVER, position=None))
    assert text_of(readout, "sky") == text_of(readout, "v2v3") == ""
    assert "assign_wcs" in tip(readout, "sky")


def test_readout_has_a_fixed_layout(readout: Readout) -> None:
    def places() -> list[tuple[int, int]]:
        return [(label.x(), label.width()) for label in readout.findChildren(QLabel)]

    before, least = places(), readout.minimumSizeHint()
    readout.show_hover(replace(HOVER, value=-123456.789, error=0.001, dq=7))
    readout.adjustSize()
    readout.resize(1000, 30)
    assert (places(), readout.minimumSizeHint()) == (before, least)


def test_last_reading_can_be_copied_after_the_cursor_left(readout: Readout) -> None:
    assert readout.text() == ""
    readout.show_hover(HOVER)
    readout.show_hover(None)
    assert text_of(readout, "pixel") == text_of(readout, "value") == ""
    (copy,) = readout.actions()
    copy.trigger()
    pixel = "x 1024  y 8  (from 1)  812.4 ± 2.1 MJy/sr  DO_NOT_USE, JUMP_DET"
    expected = f"{pixel}  05:20:00.000 -69:30:00.00  V2 120.12″  V3 -527.25″"
    assert QGuiApplication.clipboard().text() == expected


@pytest.mark.parametrize("scale", ["1", "1.25", "1.5", "2"])
def test_fixed_width_fields_are_never_cut(scale: str) -> None:
    environment = {**os.environ, "QT_SCALE_FACTOR": scale, "QT_QPA_PLATFORM": "offscreen"}
    ran = subprocess.run(
        [sys.executable, "-m", "tests.gui.messages.fixed_widths"],
        env=environment,
        capture_output=True,
        text=True,
        check=True,
        timeout=120,
    )
    measured = json.loads(ran.stdout)
    assert measured["cut"] == []
    assert measured["scale"] == float(scale)


def test_larger_font_widens_the_fields(readout: Readout) -> None:
    font = readout.font()
    font.setPointSizeF(2 * font.pointSizeF())
    readout.setFont(font)
    readout.resize(3000, 60)
    readout.show_hover(replace(HOVER, x=1978, y=1833))
    assert text_of(readout, "pixel") == "x 1979  y 1834"
