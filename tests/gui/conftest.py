"""What tests of the window share."""

from __future__ import annotations

import gc
from collections.abc import Iterator
from pathlib import Path

import pytest
from astropy.io import fits
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from tests.exposures import small, write_small
from tests.gui.fake_engine import FakeEngine
from tests.gui.fakes import star_light
from tests.gui.window_driver import WindowDriver
from wfsgui.gui.widgets.theme import apply_scheme

STAR = (25.0, 30.0)
"""Where the exposures have a star, x and y."""


@pytest.fixture(autouse=True)
def _no_garbage_in_threads(garbage: None) -> None:
    """Windows of earlier tests must not be destroyed by whatever thread needs memory."""


@pytest.fixture(scope="session")
def rates(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, ...]:
    """Write three exposures, to be copied."""
    folder = tmp_path_factory.mktemp("rates")
    written = tuple(write_small(folder, small(exposure=number)) for number in (1, 2, 3))
    for path in written:
        with fits.open(path, mode="update", memmap=False) as hdus:
            sci = hdus["SCI"].data
            sci += star_light((sci.shape[0], sci.shape[1]), *STAR).astype(sci.dtype)
    return written


@pytest.fixture
def driver(qtbot: QtBot, tmp_path: Path, rates: tuple[Path, ...]) -> WindowDriver:
    """Make a window on the fake engine, shown and active."""
    return WindowDriver(FakeEngine(), qtbot, tmp_path, rates)


@pytest.fixture
def schemes(qapp: QApplication) -> Iterator[None]:
    """Use the style that follows the colour scheme, and undo what a test does to the scheme."""
    # Icons that were placed in windows of other tests: Qt has deleted what they were placed on.
    gc.collect()
    before = qapp.style().name()
    qapp.setStyle("Fusion")
    yield
    apply_scheme("system")
    qapp.setStyle(before)
