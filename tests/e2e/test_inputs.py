"""Inputs of several kinds are opened in a real window and calibrated there; the official pipeline gives the same."""

from __future__ import annotations

import gzip
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from astropy.io import fits
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QFileDialog, QMessageBox, QPushButton
from pytestqt.qtbot import QtBot

from tests.exposures import small, write_small
from tests.pipeline.parity_helpers import differences, inside, run_stock
from wfsgui.core.model.exposure import Exposure, StageState
from wfsgui.gui.window.main_window import MainWindow


def nirspec(folder: Path) -> Path:
    return write_small(folder, replace(small("NRS1", pupil="", filter_name="F110W"), exp_type="NRS_MIMF"))


def hartmann(folder: Path) -> Path:
    return write_small(folder, small(pupil="GDHS0", filter_name="F140M"))


def odd_file(folder: Path) -> Path:
    """Write a file with signed flags, bit 31 among them, in two members of gzip under a plain name."""
    plain = write_small(folder / "plain", small())
    changed, given = folder / "changed.fits", folder / "a b#1_rate.fits"
    with fits.open(plain) as hdus:
        flags = hdus["DQ"].data.copy()
        flags[3, 4] = 2**31 + 1
        hdus["DQ"] = fits.ImageHDU(flags.astype(np.int32), name="DQ")
        hdus.writeto(changed)
    content = changed.read_bytes()
    given.write_bytes(gzip.compress(content[:9000]) + gzip.compress(content[9000:]))
    return given


def opened(window: MainWindow, qtbot: QtBot, *paths: Path) -> list[Exposure]:
    with qtbot.waitSignal(window.services.opener.opened):
        window.open(paths)
    qtbot.waitUntil(lambda: window.services.runner.engine_info is not None)
    return window.services.open_exposures.exposures


def run(window: MainWindow, qtbot: QtBot, exposure: Exposure) -> Path:
    with qtbot.waitSignal(window.services.control.ended):
        window.services.control.run([exposure])
    assert exposure.result is not None, exposure.error
    return exposure.result


def answer(window: MainWindow, qtbot: QtBot, label: str) -> None:
    def buttons() -> list[QPushButton]:
        boxes = (box for box in window.findChildren(QMessageBox, "question") if box.isVisible())
        return [button for box in boxes for button in box.findChildren(QPushButton) if button.text() == label]

    qtbot.waitUntil(lambda: len(buttons()) == 1)
    QTest.mouseClick(buttons()[0], Qt.MouseButton.LeftButton)


@pytest.mark.parametrize(("detector", "make"), [("NRS1", nirspec), ("NRCA3", hartmann), ("NRCA3", odd_file)])
def test_result_of_each_kind_of_exposure_is_that_of_the_pipeline(
    window: MainWindow,
    qtbot: QtBot,
    references: Callable[[str], None],
    tmp_path: Path,
    detector: str,
    make: Callable[[Path], Path],
) -> None:
    references(detector)
    (tmp_path / "in").mkdir()
    given = make(tmp_path / "in")
    (exposure,) = opened(window, qtbot, given)
    result = run(window, qtbot, exposure)
    (stock,) = run_stock(given, tmp_path / "stock")
    assert result.name == stock.name
    assert differences(result, stock) == []


def test_result_with_attached_backgrounds_is_that_of_the_saved_association(
    window: MainWindow, qtbot: QtBot, references: Callable[[str], None], tmp_path: Path
) -> None:
    references("NRCA3")
    science, *sky = (write_small(tmp_path / f"in {number}", small(exposure=number)) for number in (1, 2, 3))
    (exposure,) = opened(window, qtbot, science)
    run(window, qtbot, exposure)
    window.visit.backgrounds.attach(exposure, sky)
    with qtbot.waitSignal(window.services.open_exposures.reset):
        answer(window, qtbot, "Drop the result")
    assert exposure.product.association is not None
    table = tmp_path / exposure.product.association.table
    window.table["save_association"].trigger()
    qtbot.waitUntil(lambda: window.findChild(QFileDialog, "file_dialog") is not None)
    dialog = window.findChild(QFileDialog, "file_dialog")
    assert isinstance(dialog, QFileDialog)
    with qtbot.waitSignal(window.visit.backgrounds.message):
        dialog.filesSelected.emit([str(table)])
    dialog.close()
    result = run(window, qtbot, exposure)
    assert exposure.stages["bkg_subtract"].state is StageState.DONE
    with inside(tmp_path):
        (stock,) = run_stock(table, tmp_path / "stock")
    assert result.name == stock.name
    assert differences(result, stock) == []


def test_result_with_a_parameter_file_is_that_of_the_pipeline(
    window: MainWindow, qtbot: QtBot, references: Callable[[str], None], tmp_path: Path
) -> None:
    references("NRCA3")
    given = write_small(tmp_path / "in", small())
    path = tmp_path / "mine.cfg"
    path.write_text(
        'class = "jwst.pipeline.Image2Pipeline"\n[steps]\n[[assign_wcs]]\nsip_degree = 3\n[[photom]]\nskip = True\n',
        "utf-8",
    )
    (exposure,) = opened(window, qtbot, given, path)
    answer(window, qtbot, "Use it")
    result = run(window, qtbot, exposure)
    assert exposure.stages["photom"].state is StageState.SKIPPED
    (stock,) = run_stock(given, tmp_path / "stock", path)
    assert differences(result, stock) == []
