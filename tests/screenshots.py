"""Pictures of the main states of the window, on the demonstration: ``python -m tests.screenshots FOLDER``."""

from __future__ import annotations

import os
import sys
import tempfile
from collections.abc import Callable
from functools import partial
from pathlib import Path

from PySide6.QtCore import QEventLoop, QSettings, Qt, QTimer
from PySide6.QtWidgets import QApplication, QComboBox, QPushButton, QTableView, QToolButton, QWidget

from wfsgui.app import make_window
from wfsgui.core.compare import Mode
from wfsgui.core.measurement import View
from wfsgui.core.request import StepOptions
from wfsgui.core.worklist import Exposure, ExposureState
from wfsgui.gui.application import make_application
from wfsgui.gui.main_window import MainWindow
from wfsgui.gui.settings import Settings
from wfsgui.gui.theme import apply_scheme

LONGEST_MS = 300_000
SETTLE_MS = 700
SIZES = {"light": (1280, 800), "dark": (1600, 1000)}


class Photographer:
    """Drive the window and take pictures of it."""

    def __init__(self, window: MainWindow, folder: Path) -> None:
        self._window = window
        self._folder = folder

    def wait(self, milliseconds: int) -> None:
        loop = QEventLoop()
        QTimer.singleShot(milliseconds, loop.quit)
        loop.exec()

    def until(self, reached: Callable[[], bool]) -> None:
        for _ in range(LONGEST_MS // 50):
            if reached():
                return
            self.wait(50)
        raise TimeoutError("The window did not get there.")

    def take(self, name: str, widget: QWidget | None = None) -> None:
        self.wait(SETTLE_MS)
        self._folder.mkdir(parents=True, exist_ok=True)
        path = self._folder / f"{name}.png"
        (widget or self._window).grab().save(str(path))
        print(path)

    def take_dialog(self, action: str, name: str) -> None:
        self._window.table[action].trigger()
        self.wait(SETTLE_MS)
        (dialog,) = [top for top in QApplication.topLevelWidgets() if top.objectName().startswith(name)]
        self.take(name, dialog)
        dialog.close()
        self.wait(SETTLE_MS)


def awaits(window: MainWindow, exposure: Exposure, step: str) -> bool:
    return window.services.control.awaited_stage(exposure) == step


def review(window: MainWindow, photographer: Photographer) -> None:
    """Go through the first exposure step by step, and fail on a reference that is not there."""
    exposure = window.services.desk.exposures[0]
    window.table["review"].setChecked(True)
    window.table["run_all"].trigger()
    for step in ("bkg_subtract", "assign_wcs", "flat_field"):
        photographer.until(partial(awaits, window, exposure, step))
        if step != "flat_field":
            photographer.take(f"review_{step}")
            window.table["accept"].trigger()
    for toggle in window.docks.step.findChildren(QToolButton, "form_toggle"):
        toggle.click()
    photographer.take("review_parameters")
    window.services.desk.set_options(exposure, StepOptions(overrides={"flat": "/data/references/my_flat.fits"}))
    window.table["redo"].trigger()
    photographer.until(lambda: exposure.state is ExposureState.FAILED)
    photographer.take("failed")
    window.services.desk.set_options(exposure, StepOptions())
    window.messages.clear()
    window.table["review"].setChecked(False)
    window.table["stop"].trigger()
    photographer.until(lambda: not window.services.control.is_busy)


def look_around(window: MainWindow, photographer: Photographer) -> None:
    """Show finished exposures from every side."""
    window.services.control.stop_review()
    window.table["run_all"].trigger()
    photographer.wait(SETTLE_MS)
    photographer.take("running")
    photographer.until(lambda: not window.services.control.is_busy)
    window.docks.exposures.select(window.services.desk.exposures[-1])
    photographer.take("finished")
    window.workspace.image.set_plane("DQ")
    photographer.take("dq")
    window.workspace.image.set_plane("SCI")
    for panel in ("header", "log"):
        window.docks.bring_up(panel)
        photographer.take(panel)
    window.docks.bring_up("step")
    photographer.take_dialog("settings", "settings")
    photographer.take_dialog("shortcuts", "shortcut")
    photographer.take_dialog("about", "about")


def inspect(window: MainWindow, photographer: Photographer) -> None:
    """Look closely: what a step did, comparisons, flags, pixels, measurements."""
    window.docks.exposures.select(window.services.desk.exposures[0])
    window.presenter.show_stage("flat_field")
    effects = window.services.effects
    photographer.until(lambda: effects.find(window.services.desk.exposures[0], "flat_field") is not None)
    for mode in Mode:
        window.compare.set_mode(mode)
        photographer.take(f"compare_{mode.name.lower()}")
    window.compare.set_mode(Mode.VALUE)
    window.docks.bring_up("dq")
    photographer.wait(SETTLE_MS)
    for view in window.docks.dq.findChildren(QTableView):
        flags = view.model()
        for row in range(flags.rowCount()):
            flags.setData(flags.index(row, 0), Qt.CheckState.Checked, Qt.ItemDataRole.CheckStateRole)
    photographer.take("flags")
    window.table["next_flagged"].trigger()
    window.table["pixel_values"].trigger()
    photographer.take("pixels")
    window.table["pixel_values"].trigger()
    for clear in window.docks.dq.findChildren(QPushButton):
        if clear.text() == "Clear":
            clear.click()
    window.workspace.image.fit()
    window.presenter.show_stage("cal")
    window.table["grid"].setChecked(True)
    window.table["mark_star"].trigger()
    photographer.until(lambda: len(window.docks.regions.regions) > 0)
    (choice,) = window.docks.measure.findChildren(QComboBox, "view")
    for what in View:
        choice.setCurrentText(what)
        photographer.take(f"measure_{what.name.lower()}")


def session(scheme: str, folder: Path, application: QApplication) -> None:
    """Take all pictures in one colour scheme."""
    apply_scheme(scheme)
    with tempfile.TemporaryDirectory() as own:
        # Not the verdicts of whoever takes the pictures.
        os.environ["XDG_DATA_HOME"] = own
        settings = Settings(QSettings(str(Path(own) / "wfsgui.ini"), QSettings.Format.IniFormat))
        window = make_window(settings, Path(own) / "session", demonstration=True)
        window.resize(*SIZES[scheme])
        window.show()
        photographer = Photographer(window, folder / scheme)
        photographer.take("welcome")
        window.begin([])
        photographer.until(lambda: len(window.services.desk.exposures) > 0)
        photographer.take("opened")
        review(window, photographer)
        look_around(window, photographer)
        inspect(window, photographer)
        window.services.close()
        window.deleteLater()
        application.processEvents()


def main() -> None:
    folder = Path(sys.argv[1])
    application = make_application()
    for scheme in SIZES:
        session(scheme, folder, application)


if __name__ == "__main__":
    main()
