"""CRDS settings that change in a real window, with the real engine."""

from __future__ import annotations

from pathlib import Path

from pytestqt.qtbot import QtBot

from tests.gui.window_driver import find
from wfsgui.core.model.exposure import ExposureState
from wfsgui.gui.crds.panel import CrdsPanel
from wfsgui.gui.window.main_window import MainWindow


def test_another_cache_takes_effect_in_the_same_session(
    window: MainWindow, qtbot: QtBot, visit: Path, tmp_path: Path
) -> None:
    services, runner = window.services, window.services.runner
    qtbot.waitUntil(lambda: runner.engine_info is not None)
    window.open([visit])
    qtbot.waitUntil(lambda: len(services.open_exposures.exposures) == 2)
    with qtbot.waitSignal(runner.loaded):
        window.settings.set("crds_path", str(tmp_path / "empty"))
    exposure = services.open_exposures.exposures[0]
    with qtbot.waitSignal(services.control.ended):
        services.control.run([exposure])
    assert exposure.state is ExposureState.FAILED
    assert "names no context" in exposure.error
    window.table["crds"].trigger()
    panel = find(window, CrdsPanel)
    qtbot.waitUntil(lambda: "CRDS cannot work" in panel.text)
    with qtbot.waitSignal(runner.loaded):
        # The cache of the environment, which is that of the demonstration.
        window.settings.set("crds_path", "")
    qtbot.waitUntil(lambda: "Ready, also without a network" in panel.text)
    with qtbot.waitSignal(services.control.ended):
        services.control.run([exposure])
    assert exposure.state in (ExposureState.DONE, ExposureState.WARNED)
    assert exposure.context == "jwst_demonstration.pmap"
