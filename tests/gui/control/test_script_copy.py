"""The command *Copy as script*."""

from __future__ import annotations

from PySide6.QtGui import QGuiApplication

from tests.gui.window_driver import WindowDriver
from wfsgui.core.model.requests import StepOptions
from wfsgui.core.script.api_script import api_script


def test_script_of_the_exposure_on_screen_is_copied(driver: WindowDriver) -> None:
    exposure, _ = driver.open(*driver.write(2))
    driver.action("copy_script").trigger()
    assert "copy it when the pipeline is loaded" in driver.sentences[0]
    driver.load()
    driver.window.services.open_exposures.set_options(exposure, StepOptions(skip=frozenset({"flat_field"})))
    driver.run_all()
    driver.action("copy_script").trigger()
    assert driver.sentences[0] == f"The script that repeats the run of {exposure.label} is in the clipboard."
    info = driver.window.services.runner.engine_info
    assert info is not None
    script = QGuiApplication.clipboard().text()
    assert script == api_script(exposure, info)
    assert 'exposure.choose(skip=["flat_field"])\n    exposure.run()\n' in script
