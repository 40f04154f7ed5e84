"""Driving a window, and taking pictures of it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QEventLoop, QRect, Qt, QTimer
from PySide6.QtWidgets import QApplication, QComboBox, QPushButton, QTableView, QWidget

from wfsgui.core.model.exposure import Exposure
from wfsgui.gui.window.main_window import MainWindow

__all__ = ["Photographer", "awaits", "check_flags", "choose", "clear_flags"]

LONGEST_MS = 300_000
SETTLE_MS = 700


class Photographer:
    """Drive the window and take pictures of it."""

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
        """Wait until it is known what a step did."""
        self.until(lambda: self._window.services.effects.find(exposure, step) is not None)

    def take(self, name: str, widget: QWidget | None = None, *, height: int = -1) -> None:
        """Take the window, a part of it, or that many of its upper pixels."""
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
    """Choose an entry of a combo box, as the analyst does."""
    (combo,) = parent.findChildren(QComboBox, name)
    # Where a choice is written in few letters, its tool tip has the full name.
    number = combo.findData(text, Qt.ItemDataRole.ToolTipRole, Qt.MatchFlag.MatchStartsWith)
    number = combo.findText(text) if number < 0 else number
    if number < 0:
        raise ValueError(f"{name} does not offer {text}.")
    combo.setCurrentIndex(number)
    combo.activated.emit(number)
    combo.textActivated.emit(text)


def check_flags(window: MainWindow, *left_out: str) -> None:
    """Show every flag over the image but some."""
    for view in window.docks.dq.findChildren(QTableView):
        flags = view.model()
        for row in range(flags.rowCount()):
            if flags.index(row, 1).data() not in left_out:
                flags.setData(flags.index(row, 0), Qt.CheckState.Checked, Qt.ItemDataRole.CheckStateRole)


def clear_flags(window: MainWindow) -> None:
    (clear,) = window.docks.dq.findChildren(QPushButton, "dq_clear")
    clear.click()
