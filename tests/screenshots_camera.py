"""Control of a window, and pictures of it."""

from __future__ import annotations

import tempfile
from collections.abc import Callable
from pathlib import Path

import numpy as np
from astropy.io import fits
from PySide6.QtCore import QEventLoop, QRect, Qt, QTimer
from PySide6.QtWidgets import QApplication, QComboBox, QPushButton, QTableView, QWidget

from wfsgui.core.model.exposure import Exposure, ExposureState
from wfsgui.core.model.requests import StepOptions
from wfsgui.gui.window.main_window import MainWindow

__all__ = ["Photographer", "awaits", "check_flags", "choose", "clear_flags", "redo_with_large_flat"]

LONGEST_MS = 300_000
SETTLE_MS = 700


class Photographer:
    """Control the window and take pictures of it."""

    def __init__(self, window: MainWindow, folder: Path) -> None:
        self._window = window
        self.folder = folder
        folder.mkdir(parents=True, exist_ok=True)

    def wait(self, milliseconds: int = SETTLE_MS) -> None:
        loop = QEventLoop()
        QTimer.singleShot(milliseconds, loop.quit)
        loop.exec()

    def until(self, reached: Callable[[], bool]) -> None:
        for _ in range(LONGEST_MS // 50):
            if reached():
                return
            self.wait(50)
        raise TimeoutError("The window did not get there.")

    def until_known(self, exposure: Exposure, step: str) -> None:
        """Wait for the results of the checks of a step."""
        self.until(lambda: self._window.services.effects.find(exposure, step) is not None)

    def take(self, name: str, widget: QWidget | None = None, *, height: int = -1) -> None:
        """Take a picture of the window, of a part of it, or of its upper pixel rows."""
        self.wait()
        path = self.folder / f"{name}.png"
        if not (widget or self._window).grab(QRect(0, 0, -1, height)).save(str(path)):
            raise OSError(f"{path} cannot be written.")
        print(path)

    def take_dialog(self, action: str, name: str) -> None:
        self._window.table[action].trigger()
        self.wait()
        (dialog,) = [top for top in QApplication.topLevelWidgets() if top.objectName().startswith(name)]
        self.take(name, dialog)
        dialog.close()
        self.wait()


def awaits(window: MainWindow, exposure: Exposure, step: str) -> bool:
    return window.services.stops.awaited_stage(exposure) == step


def choose(parent: QWidget, name: str, text: str) -> None:
    """Select an entry of a combo box, as the analyst does."""
    (combo,) = parent.findChildren(QComboBox, name)
    # An abbreviated entry has its full name in the tool tip.
    number = combo.findData(text, Qt.ItemDataRole.ToolTipRole, Qt.MatchFlag.MatchStartsWith)
    number = combo.findText(text) if number < 0 else number
    if number < 0:
        raise ValueError(f"{name} does not offer {text}.")
    combo.setCurrentIndex(number)
    combo.activated.emit(number)
    combo.textActivated.emit(text)


def check_flags(window: MainWindow, *left_out: str) -> None:
    """Check all flags but some."""
    for view in window.docks.dq.findChildren(QTableView):
        flags = view.model()
        for row in range(flags.rowCount()):
            if flags.index(row, 1).data() not in left_out:
                flags.setData(flags.index(row, 0), Qt.CheckState.Checked, Qt.ItemDataRole.CheckStateRole)


def clear_flags(window: MainWindow) -> None:
    (clear,) = window.docks.dq.findChildren(QPushButton, "dq_clear")
    clear.click()


def redo_with_large_flat(window: MainWindow, photographer: Photographer, exposure: Exposure) -> None:
    """Redo flat_field with a flat that is larger than the detector, and says no subarray: the step fails."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "my_flat.fits"
        _write_large_flat(path)
        window.services.open_exposures.set_options(exposure, StepOptions(overrides={"flat": str(path)}))
        window.table["redo"].trigger()
        photographer.until(lambda: exposure.state is ExposureState.FAILED)


def _write_large_flat(path: Path) -> None:
    primary = fits.PrimaryHDU()
    primary.header.update({"REFTYPE": "FLAT", "INSTRUME": "NIRCAM"})
    planes = (("SCI", np.float32), ("ERR", np.float32), ("DQ", np.int32))
    fits.HDUList([primary, *(fits.ImageHDU(np.ones((2100, 2100), kind), name=name) for name, kind in planes)]).writeto(
        path
    )
