"""The splash screen is painted before anything else happens, in the colours of the desktop."""

from __future__ import annotations

import pytest
from PySide6.QtGui import QGuiApplication, QPalette
from pytestqt.qtbot import QtBot

from wfsgui.gui.startup.splash import Splash
from wfsgui.gui.widgets.theme import apply_scheme, is_dark


@pytest.mark.usefixtures("schemes")
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_splash_screen_is_visible_and_painted_at_once(qtbot: QtBot, scheme: str) -> None:
    apply_scheme(scheme)
    qtbot.waitUntil(lambda: is_dark() is (scheme == "dark"))
    splash = Splash()
    qtbot.addWidget(splash)
    splash.appear()
    assert splash.isVisible()
    image, palette = splash.grab().toImage(), QGuiApplication.palette()
    assert image.pixelColor(4, 4) == palette.color(QPalette.ColorRole.Base)
    spots = [image.pixelColor(x, y) for x in range(130, 230) for y in range(38, 70)]
    assert palette.color(QPalette.ColorRole.Text) in spots
