"""A window that was killed in the middle of its work goes on in the next one."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
from PySide6.QtCore import QSettings
from PySide6.QtWidgets import QPushButton
from pytestqt.qtbot import QtBot

from tests.limits import PROGRAM_S
from wfsgui.app import make_window
from wfsgui.core.model.exposure import ExposureState
from wfsgui.gui.settings.settings import Settings

KILLED = """
import os, signal, sys
from pathlib import Path
from PySide6.QtCore import QSettings
from wfsgui.app import make_window
from wfsgui.core.model.exposure import ExposureState
from wfsgui.gui.exposures.session_folder import SessionFolder
from wfsgui.gui.settings.settings import Settings
from wfsgui.gui.startup.application import make_application

def main():
    application = make_application()
    folder = SessionFolder(Path(sys.argv[1]))
    window = make_window(Settings(QSettings(sys.argv[2], QSettings.Format.IniFormat)), folder.path)
    window.show()
    services = window.services

    def begin():
        if services.open_exposures.exposures and services.runner.engine_info is not None:
            first, second = services.open_exposures.exposures
            services.control.run([first])
            services.control.run_to(second, "assign_wcs")

    def stop():
        first, second = services.open_exposures.exposures
        if first.result is not None and second.finished_steps == ("assign_wcs",) and not services.control.is_busy:
            window.control.session.keeper.written.connect(lambda: os.kill(os.getpid(), signal.SIGKILL))

    services.runner.loaded.connect(begin)
    services.opener.opened.connect(begin)
    services.control.state_changed.connect(stop)
    window.begin([Path(sys.argv[3])])
    application.exec()

if __name__ == "__main__":
    main()
"""


def test_a_killed_window_goes_on_where_it_was(
    qtbot: QtBot, tmp_path: Path, visit: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for variable in ("XDG_DATA_HOME", "XDG_CONFIG_HOME", "XDG_CACHE_HOME"):
        monkeypatch.setenv(variable, str(tmp_path / variable))
    script = tmp_path / "killed.py"
    script.write_text(KILLED)
    sessions, ini = tmp_path / "sessions", tmp_path / "wfsgui.ini"
    ended = subprocess.run(
        [sys.executable, str(script), str(sessions), str(ini), str(visit)], check=False, timeout=PROGRAM_S
    )
    assert ended.returncode == -9
    (former,) = sessions.iterdir()
    window = make_window(Settings(QSettings(str(ini), QSettings.Format.IniFormat)), sessions / "own")
    qtbot.addWidget(window, before_close_func=lambda _window: window.services.close())
    window.show()
    control = window.control.session
    with qtbot.waitSignals([control.offered, window.services.runner.loaded]):
        window.begin([])
    (message,) = window.messages.messages
    assert message.text.endswith("ended unexpectedly: 2 exposures, one result not saved. Continue it?")
    with qtbot.waitSignal(control.restored):
        next(button for button in message.findChildren(QPushButton) if button.text() == "Continue").click()
    first, second = window.services.open_exposures.exposures
    assert first.is_unsaved
    assert second.state is ExposureState.PAUSED
    assert all(each.stages[step].image is not None for each in (first, second) for step in each.finished_steps)
    assert second.finished_steps == ("assign_wcs",)
    assert second.wcs is not None
    begun: list[str] = []
    window.services.control.step_begins.connect(lambda exposure: begun.append(exposure.awaited_step))
    with qtbot.waitSignal(window.services.control.ended):
        window.services.control.run([second])
    assert second.result is not None
    assert begun == ["flat_field", "photom"]
    qtbot.waitUntil(lambda: not former.exists())
