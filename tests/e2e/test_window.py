"""The program as an analyst uses it: drop, run, review, stop, save, close."""

from __future__ import annotations

import os
import select
import subprocess
import sys
from collections.abc import Callable
from functools import partial
from pathlib import Path

import numpy as np
from astropy.io import fits
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QFileDialog, QLineEdit, QMessageBox, QPushButton, QWidget
from pytestqt.qtbot import QtBot

from tests.e2e import drag_source
from tests.pipeline.parity_helpers import differences, inside, run_stock
from wfsgui.core.judgement.verdicts import Judgement
from wfsgui.core.model.exposure import Exposure, ExposureState
from wfsgui.core.model.requests import StepOptions
from wfsgui.gui.window.main_window import MainWindow


class Drag:
    """Files dragged from another program with the real mouse.

    Parameters
    ----------
    source : subprocess.Popen
        The other program, `drag_source`, which can be seen.
    target : QPoint
        Where the files are dropped, on the screen.
    """

    def __init__(self, source: subprocess.Popen[bytes], target: QPoint) -> None:
        assert source.stdout is not None
        self._output = source.stdout.fileno()
        self._target = target
        self._told = b""

    def tells(self, line: bytes) -> bool:
        """Whether the other program has printed a line; it is not waited for, because this program must go on."""
        if select.select([self._output], [], [], 0)[0]:
            self._told += os.read(self._output, 1024)
        return line in self._told.splitlines()

    def move_until_taken(self) -> bool:
        """Move the mouse a little at the target; tell whether the other program knows that it may drop."""
        self._target.setX(self._target.x() ^ 1)
        mouse("mousemove", self._target.x(), self._target.y())
        return self.tells(b"over CopyAction")


def mouse(*command: object) -> None:
    """Do something with the real mouse."""
    subprocess.run(["xdotool", *map(str, command)], check=True)


def drag(qtbot: QtBot, paths: list[Path], window: MainWindow) -> None:
    """Drag files from another program with the real mouse, and drop them on a window."""
    command = [sys.executable, drag_source.__file__, *map(str, paths)]
    with subprocess.Popen(command, stdout=subprocess.PIPE) as source:
        dragged, middle = Drag(source, window.mapToGlobal(window.rect().center())), drag_source.SIDE // 2
        qtbot.waitUntil(lambda: dragged.tells(b"ready"))
        mouse("mousemove", middle, middle, "mousedown", 1)
        qtbot.waitUntil(dragged.move_until_taken)
        # The other program may go only when this one has read what was dropped.
        with qtbot.waitSignal(window.services.opener.opened):
            mouse("mouseup", 1)
        assert dragged.tells(b"dropped CopyAction")
        source.terminate()


def answer(window: QWidget, label: str) -> None:
    box = window.findChild(QMessageBox, "question")
    assert isinstance(box, QMessageBox)
    (button,) = [button for button in box.findChildren(QPushButton) if button.text() == label]
    button.click()


def child(widget: QWidget, name: str) -> QWidget:
    found = widget.findChild(QWidget, name)
    assert isinstance(found, QWidget)
    return found


def press(window: MainWindow, keys: str) -> None:
    """Press real keys; there is no window manager that would give the window the focus."""
    subprocess.run(["xdotool", "windowfocus", str(window.winId()), "key", keys], check=True)


def open_visit(qtbot: QtBot, window: MainWindow, visit: Path) -> list[Exposure]:
    window.open([visit])
    qtbot.waitUntil(lambda: len(window.services.open_exposures.exposures) == 2)
    qtbot.waitUntil(lambda: window.services.runner.engine_info is not None)
    return window.services.open_exposures.exposures


def awaits(window: MainWindow, exposure: Exposure, step: str) -> bool:
    return window.services.stops.awaited_stage(exposure) == step


def test_drop_run_all_and_save(window: MainWindow, visit: Path, qtbot: QtBot, tmp_path: Path) -> None:
    drag(qtbot, [visit], window)
    open_exposures = window.services.open_exposures
    qtbot.waitUntil(lambda: len(open_exposures.exposures) == 2)
    qtbot.waitUntil(window.table["run_all"].isEnabled)
    with qtbot.waitSignal(window.services.control.ended):
        press(window, "F5")
    assert [exposure.state for exposure in open_exposures.exposures] == [ExposureState.DONE] * 2
    assert window.presenter.stage == "cal"
    child(window.docks.exposures, "exposure_view").setFocus()
    press(window, "ctrl+s")
    qtbot.waitUntil(lambda: open_exposures.exposures[0].saved is not None)
    with inside(visit.parent):
        run_stock(visit, tmp_path / "stock")
    saved = open_exposures.exposures[0].saved
    assert saved is not None
    assert saved.parent == visit.parent
    assert differences(saved, tmp_path / "stock" / saved.name) == []
    assert list(visit.parent.glob("*_i2d.fits")) == []


def test_review_with_redo_and_reject(window: MainWindow, visit: Path, qtbot: QtBot) -> None:
    first, second = open_visit(qtbot, window, visit)
    bar = window.workspace.verdict_bar
    press(window, "F8")
    qtbot.waitUntil(window.table["review"].isChecked)
    press(window, "F5")
    for step in ("bkg_subtract", "assign_wcs"):
        qtbot.waitUntil(partial(awaits, window, first, step))
        QTest.mouseClick(child(bar, "verdict_accept"), Qt.MouseButton.LeftButton)
    qtbot.waitUntil(partial(awaits, window, first, "flat_field"))
    before = first.stages["flat_field"].image
    window.services.open_exposures.set_options(first, StepOptions(skip=frozenset({"flat_field"})))
    QTest.keyClicks(child(bar, "verdict_note"), "without the flat")
    press(window, "ctrl+shift+r")
    branches_of = window.services.open_exposures.branches_of
    qtbot.waitUntil(lambda: len(branches_of(first)) == 2)
    branch = branches_of(first)[-1]
    qtbot.waitUntil(partial(awaits, window, branch, "flat_field"))
    after = branch.stages["flat_field"].image
    assert branch is not first
    assert branch.stages["assign_wcs"].image is first.stages["assign_wcs"].image
    assert first.stages["flat_field"].image is before
    assert before is not None
    assert after is not None
    assert not np.array_equal(before.sci, after.sci, equal_nan=True)
    press(window, "ctrl+j")
    qtbot.waitUntil(lambda: branch.state is ExposureState.REJECTED)
    assert [(v.judgement, v.note) for v in branch.verdicts][-2:] == [
        (Judgement.REDONE, "without the flat"),
        (Judgement.REJECTED, ""),
    ]
    qtbot.waitUntil(lambda: window.services.stops.awaited_stage(second) == "assign_wcs")
    assert window.presenter.exposure is second


def test_stop_in_mid_run_and_go_on(window: MainWindow, visit: Path, qtbot: QtBot) -> None:
    first, second = open_visit(qtbot, window, visit)
    # At once, for the engine goes on meanwhile.
    window.services.control.step_done.connect(window.table["stop"].trigger, Qt.ConnectionType.SingleShotConnection)
    with qtbot.waitSignal(window.services.control.stopped):
        press(window, "F5")
    assert first.state is ExposureState.PAUSED
    assert first.finished_steps
    assert first.pending_steps
    assert second.state is ExposureState.WAITING
    assert first.stages[first.finished_steps[-1]].image is not None
    with qtbot.waitSignal(window.services.control.ended):
        press(window, "F5")
    assert [first.state, second.state] == [ExposureState.DONE] * 2


def test_save_as_under_another_name(window: MainWindow, visit: Path, qtbot: QtBot, tmp_path: Path) -> None:
    first, _ = open_visit(qtbot, window, visit)
    with qtbot.waitSignal(window.services.control.ended):
        window.table["run_selected"].trigger()
    press(window, "ctrl+shift+s")
    qtbot.waitUntil(lambda: window.findChild(QFileDialog) is not None)
    dialog = window.findChild(QFileDialog)
    assert isinstance(dialog, QFileDialog)
    assert Path(dialog.selectedFiles()[0]).name == "jw99001001001_03101_00001_nrca3_cal.fits"
    target = tmp_path / "mine_cal.fits"
    name = dialog.findChild(QLineEdit, "fileNameEdit")
    assert isinstance(name, QLineEdit)
    # `selectFile` changes nothing while the field has the focus.
    name.setText(str(target))
    dialog.accept()
    qtbot.waitUntil(lambda: first.saved is not None)
    assert first.saved == target
    assert first.state is ExposureState.SAVED
    with fits.open(target) as mine, fits.open(first.result) as own:
        assert mine[0].header["FILENAME"] == "mine_cal.fits"
        np.testing.assert_array_equal(mine["SCI"].data, own["SCI"].data)


def test_closing_with_unsaved_results_asks_once(window: MainWindow, visit: Path, qtbot: QtBot) -> None:
    exposures = open_visit(qtbot, window, visit)
    with qtbot.waitSignal(window.services.control.ended):
        window.table["run_all"].trigger()
    window.close()
    window.close()
    assert window.isVisible()
    (box,) = window.findChildren(QMessageBox, "question")
    for exposure in exposures:
        assert exposure.product.name in box.informativeText()
    answer(window, "Cancel")
    qtbot.waitUntil(lambda: window.findChild(QMessageBox, "question") is None)
    assert window.isVisible()
    window.close()
    with qtbot.waitSignal(window.closed):
        answer(window, "Save and close")
    names = sorted(path.name for path in visit.parent.glob("*_cal.fits"))
    assert names == [f"{exposure.product.name}_cal.fits" for exposure in exposures]


def test_the_cursor_reads_the_results_own_wcs(window: MainWindow, visit: Path, qtbot: QtBot) -> None:
    first, _ = open_visit(qtbot, window, visit)
    with qtbot.waitSignal(window.services.control.ended):
        window.table["run_selected"].trigger()
    place = window.workspace.image.mapToGlobal(window.workspace.image.rect().center())
    mouse("mousemove", place.x(), place.y() - 40)
    mouse("mousemove_relative", 2, 2)
    readout: Callable[[], str] = window.status.readout.text
    qtbot.waitUntil(lambda: "MJy/sr" in readout())
    assert "V2" in readout()
    assert first.wcs is not None
