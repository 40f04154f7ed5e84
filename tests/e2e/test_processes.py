"""Exposures calibrated side by side in processes of their own, in a real window."""

from __future__ import annotations

import multiprocessing
from collections.abc import Callable
from pathlib import Path

import numpy as np
from astropy.io import fits
from pytestqt.qtbot import QtBot

from tests.exposures import small, write_association, write_small
from tests.pipeline.parity_helpers import differences, inside, run_stock
from wfsgui.core.model.exposure import ExposureState
from wfsgui.gui.window.main_window import MainWindow

# The process of the window's own engine, which stays.
ENGINE = 1


def test_run_all_goes_to_processes_and_comes_back_whole(
    window: MainWindow, qtbot: QtBot, references: Callable[[str], None], tmp_path: Path
) -> None:
    references("NRCA3")
    folder = tmp_path / "visit"
    science = [write_small(folder, small(exposure=number), level=50.0) for number in range(1, 6)]
    sky = [write_small(folder, small(exposure=number)) for number in (6, 7)]
    table = write_association(folder / "jw99001-o001_image2_00001_asn.json", dict.fromkeys(science, sky))
    window.services.runner.jobs = 2
    window.open([table])
    exposures = window.services.open_exposures.exposures
    qtbot.waitUntil(lambda: len(exposures) == 5)
    # Prepared as soon as the engine has been loaded and several exposures wait.
    qtbot.waitUntil(lambda: len(multiprocessing.active_children()) > ENGINE)
    with qtbot.waitSignal(window.services.control.ended):
        window.table["run_all"].trigger()
    assert {exposure.state for exposure in exposures} == {ExposureState.DONE}
    with inside(folder):
        stock = run_stock(table, tmp_path / "stock")
    for exposure, official in zip(exposures, stock, strict=True):
        assert exposure.result is not None
        assert differences(exposure.result, official) == []
        frame = exposure.stages["cal"].image
        assert frame is not None
        with fits.open(official) as hdus:
            np.testing.assert_array_equal(frame.sci, hdus["SCI"].data)
        assert exposure.wcs is not None
    qtbot.waitUntil(lambda: len(multiprocessing.active_children()) == ENGINE)
