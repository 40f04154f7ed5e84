"""Pictures of the window on the demonstration, the guide's among them: ``python -m tests.screenshots FOLDER``."""

from __future__ import annotations

import os
import sys
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from PySide6.QtCore import QSettings
from PySide6.QtWidgets import QApplication

from tests.screenshots_camera import Photographer
from tests.screenshots_guide import guide_pictures
from tests.screenshots_scenes import every_state
from wfsgui.app import make_window
from wfsgui.demo.visit.kinds import Kind
from wfsgui.gui.settings.settings import Settings
from wfsgui.gui.startup.application import make_application
from wfsgui.gui.widgets.theme import apply_scheme
from wfsgui.gui.window.main_window import MainWindow


@dataclass(frozen=True)
class Sitting:
    """Pictures of one window."""

    folder: str
    scheme: str
    size: tuple[int, int]
    scenes: Callable[[MainWindow, Photographer], None]


SITTINGS = (
    Sitting("guide", "light", (1440, 900), guide_pictures),
    Sitting("light", "light", (1280, 800), every_state),
    Sitting("dark", "dark", (1600, 1000), every_state),
)


def sit(sitting: Sitting, folder: Path, application: QApplication) -> None:
    """Take all pictures of a session."""
    apply_scheme(sitting.scheme)
    with tempfile.TemporaryDirectory() as own:
        # Without the verdicts of the user.
        os.environ["XDG_DATA_HOME"] = own
        settings = Settings(QSettings(str(Path(own) / "wfsgui.ini"), QSettings.Format.IniFormat))
        window = make_window(settings, Path(own) / "session", demonstration=Kind.TODAY)
        window.resize(*sitting.size)
        window.show()
        photographer = Photographer(window, folder / sitting.folder)
        photographer.take("welcome")
        window.begin([])
        photographer.until(lambda: len(window.services.open_exposures.exposures) > 0)
        photographer.take("opened")
        sitting.scenes(window, photographer)
        window.services.close()
        window.deleteLater()
        application.processEvents()


def main() -> None:
    folder = Path(sys.argv[1])
    application = make_application()
    for sitting in SITTINGS:
        sit(sitting, folder, application)


if __name__ == "__main__":
    main()
