"""A real window on a real (virtual) screen, with the real engine."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QSettings
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from tests.e2e.drag_source import SIDE
from tests.exposures import small, write_association, write_small
from wfsgui.app import make_window
from wfsgui.gui.settings.settings import Settings
from wfsgui.gui.window.main_window import MainWindow

SIZE = (1280, 800)


@pytest.fixture(autouse=True)
def _no_garbage_in_threads(garbage: None) -> None:
    """Windows of earlier tests must not be destroyed by whatever thread needs memory."""


@pytest.fixture(autouse=True)
def screen(qapp: QApplication) -> None:
    """Skip where there is no screen; `make test` runs these tests under Xvfb."""
    if QGuiApplication.platformName() != "xcb":
        pytest.skip("needs an X screen: run it as `xvfb-run -a env QT_QPA_PLATFORM=xcb python -m pytest tests/e2e`")
    if shutil.which("xdotool") is None:
        pytest.skip("needs xdotool")
    qapp.setStyle("Fusion")


@pytest.fixture
def visit(tmp_path: Path, references: Callable[[str], None]) -> Path:
    """Write an association of two exposures, the first with two backgrounds; return it."""
    references("NRCA3")
    folder = tmp_path / "visit with a space"
    science = [write_small(folder, small(exposure=number), level=50.0) for number in (1, 2)]
    backgrounds = [write_small(folder, small(exposure=number)) for number in (3, 4)]
    return write_association(folder / "jw99001-o001_image2_00001_asn.json", {science[0]: backgrounds, science[1]: []})


@pytest.fixture
def window(qtbot: QtBot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[MainWindow]:
    """Open the program's window, with nothing of the user's."""
    for variable in ("XDG_DATA_HOME", "XDG_CONFIG_HOME", "XDG_CACHE_HOME"):
        monkeypatch.setenv(variable, str(tmp_path / variable))
    settings = Settings(QSettings(str(tmp_path / "wfsgui.ini"), QSettings.Format.IniFormat))
    made = make_window(settings, tmp_path / "session")
    # Beside the window that files are dragged from.
    made.setGeometry(SIDE + 10, 0, *SIZE)
    with qtbot.waitExposed(made):
        made.show()
    made.begin([])
    yield made
    made.services.control.stop()
    qtbot.waitUntil(lambda: not made.services.control.is_busy)
    made.services.close()
    made.deleteLater()
