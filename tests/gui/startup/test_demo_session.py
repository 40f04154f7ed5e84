"""The demonstration session runs, saves and takes pictures, and reports every exposure without a result."""

from __future__ import annotations

from pathlib import Path

from tests.gui.window_driver import WindowDriver
from wfsgui.gui.startup.demo_session import DemoSession


def session_of(driver: WindowDriver, folder: Path) -> DemoSession:
    return DemoSession(driver.window, driver.window.parts, folder, overwrite=False)


def test_results_and_pictures_are_written(driver: WindowDriver, tmp_path: Path) -> None:
    session = session_of(driver, tmp_path / "out")
    with driver.qtbot.waitSignal(session.finished):
        driver.open(*driver.write(2))
    assert session.failures == []
    assert len([path for path in session.files if path.suffix == ".fits"]) == 2
    assert {path.name for path in session.files if path.suffix == ".png"} == {
        "window_flat_field.png",
        "window_cal.png",
    }
    assert all(path.exists() for path in session.files)


def test_an_exposure_that_was_stopped_is_reported(driver: WindowDriver, tmp_path: Path) -> None:
    session = session_of(driver, tmp_path / "out")
    driver.fake.waits_for_stop = True
    (path,) = driver.write(1)
    driver.window.services.control.state_changed.connect(
        lambda: driver.window.services.runner.stop() if driver.window.services.runner.tasks else None
    )
    with driver.qtbot.waitSignal(session.finished):
        (exposure,) = driver.open(path)
    assert session.failures == [f"{exposure.product.name} has no result: waiting."]


def test_an_exposure_that_failed_is_reported_once(driver: WindowDriver, tmp_path: Path) -> None:
    session = session_of(driver, tmp_path / "out")
    driver.fake.fails_at = {"photom": "There is no row."}
    with driver.qtbot.waitSignal(session.finished):
        (exposure,) = driver.open(*driver.write(1))
    assert session.failures == [f"{exposure.product.name}: There is no row."]
