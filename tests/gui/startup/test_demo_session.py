"""The demonstration session runs, saves and takes pictures, and reports every exposure without a result."""

from __future__ import annotations

from pathlib import Path

from tests.gui.window_driver import WindowDriver
from wfsgui.gui.startup.demo_session import DemoSession


def session_of(driver: WindowDriver, folder: Path) -> DemoSession:
    return DemoSession(driver.window, driver.window.parts, driver.window.evidence, folder, overwrite=False)


def test_results_pictures_and_evidence_are_written(driver: WindowDriver, tmp_path: Path) -> None:
    session = session_of(driver, tmp_path / "out")
    with driver.qtbot.waitSignal(session.finished):
        driver.open(*driver.write(2))
    assert session.failures == []
    assert len([path for path in session.files if path.suffix == ".fits"]) == 2
    assert {path.name for path in session.files if path.suffix == ".png"} == {
        "window_flat_field.png",
        "window_cal.png",
    }
    evidence = [path for path in session.files if path.parent == tmp_path / "out" / "evidence"]
    assert {path.suffix for path in evidence} == {".html", ".pdf", ".json", ".ecsv"}
    assert all(path.exists() for path in session.files)


def test_evidence_that_cannot_be_written_is_reported(driver: WindowDriver, tmp_path: Path) -> None:
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / "evidence").write_text("A file, not a folder.")
    session = session_of(driver, tmp_path / "out")
    with driver.qtbot.waitSignal(session.finished):
        driver.open(*driver.write(1))
    assert len(session.failures) == 1
    assert "evidence" in session.failures[0]


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
