"""Parameter files are dropped on the window, used for exposures, and taken off again."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtGui import QTextDocument
from PySide6.QtWidgets import QFileDialog, QLabel

from tests.gui.window_driver import WindowDriver, drop, files, find

CONTENT = {"bkg_subtract": {"sigma": "2.5"}, "flat_field": {"skip": "True", "override_flat": "mine.fits"}}


def run(driver: WindowDriver) -> None:
    """Run every exposure; a question that was open has left the window inactive."""
    with driver.qtbot.waitSignal(driver.window.services.control.ended):
        driver.action("run_all").trigger()
    driver.rest()


@pytest.fixture
def file(driver: WindowDriver, tmp_path: Path) -> Path:
    driver.fake.parameter_files["pars.asdf"] = CONTENT
    return tmp_path / "pars.asdf"


def used(driver: WindowDriver) -> list[Path | None]:
    return [exposure.options.parameter_file for exposure in driver.exposures]


def give(driver: WindowDriver, file: Path, answer: str) -> None:
    assert drop(driver.window, files(file))
    driver.answer(answer)


def step_text(driver: WindowDriver, stage: str) -> str:
    driver.window.presenter.show_stage(stage)
    driver.rest()
    page = QTextDocument()
    page.setHtml(find(driver.window, QLabel, "step_page").text())
    return page.toPlainText()


def test_question_names_the_file_and_what_it_sets_in_each_step(driver: WindowDriver, file: Path) -> None:
    driver.open(*driver.write(2))
    assert drop(driver.window, files(file))
    box = driver.question()
    assert "pars.asdf" in box.text()
    assert "resample stays off" in box.text()
    assert box.informativeText().splitlines() == [
        "bkg_subtract: sigma = 2.5",
        "flat_field: skip = True, override_flat = mine.fits",
    ]
    driver.answer("Cancel")
    assert used(driver) == [None, None]


@pytest.mark.parametrize(
    ("answer", "expected"), [("For the selected exposure", [True, False, False]), ("For all exposures", [True] * 3)]
)
def test_file_is_used_for_the_chosen_exposures_and_their_runs(
    driver: WindowDriver, file: Path, answer: str, expected: list[bool]
) -> None:
    first, *_ = driver.open(*driver.write(3))
    driver.window.docks.exposures.select(first)
    give(driver, file, answer)
    assert [path == file for path in used(driver)] == expected
    assert any("pars.asdf is used for" in sentence for sentence in driver.sentences)
    run(driver)
    requested = {request.product.name: request.options.parameter_file for request in driver.fake.requests}
    assert [requested[exposure.product.name] for exposure in driver.exposures] == used(driver)


def test_file_that_is_opened_with_exposures_is_offered_for_them(driver: WindowDriver, file: Path) -> None:
    driver.window.open([file, *driver.write(2)])
    driver.answer("For all exposures")
    assert used(driver) == [file, file]
    assert not any("Not opened" in sentence for sentence in driver.sentences)


def test_step_panel_shows_the_origin_of_the_parameters(driver: WindowDriver, file: Path) -> None:
    (exposure,) = driver.open(*driver.write(1))
    give(driver, file, "Use it")
    text = step_text(driver, "flat_field")
    assert "Parameter file of the next run: pars.asdf" in text
    assert "skip = True" in text
    assert "sets nothing in this step" in step_text(driver, "photom")
    typed = replace(exposure.options, parameters={"flat_field": {"skip": "False"}}, overrides={"flat": "other.fits"})
    driver.window.services.open_exposures.set_options(exposure, typed)
    text = step_text(driver, "flat_field")
    assert "skip = True (not used: you have set False)" in text
    assert "override_flat = mine.fits (not used: you have set other.fits)" in text


def test_file_is_taken_off_again(driver: WindowDriver, file: Path) -> None:
    (exposure,) = driver.open(*driver.write(1))
    assert not driver.action("no_parameter_file").isEnabled()
    give(driver, file, "Use it")
    run(driver)
    driver.action("no_parameter_file").trigger()
    assert exposure.options.parameter_file is None
    assert any("Steps that have run keep their results" in sentence for sentence in driver.sentences)
    assert "pars.asdf" not in step_text(driver, "flat_field")


def test_file_is_chosen_by_the_menu(driver: WindowDriver, file: Path) -> None:
    driver.open(*driver.write(1))
    driver.action("parameter_file").trigger()
    find(driver.window, QFileDialog, "file_dialog").filesSelected.emit([str(file)])
    driver.answer("Use it")
    assert used(driver) == [file]


def test_file_that_cannot_be_read_is_refused_with_the_reason(driver: WindowDriver, tmp_path: Path) -> None:
    driver.open(*driver.write(1))
    assert drop(driver.window, files(tmp_path / "broken.cfg"))
    driver.wait(lambda: any("broken.cfg cannot be read" in sentence for sentence in driver.sentences))
    assert used(driver) == [None]


def test_file_without_exposures_and_two_files_are_refused(driver: WindowDriver, file: Path, tmp_path: Path) -> None:
    assert drop(driver.window, files(file))
    driver.wait(lambda: any("open the exposures first" in sentence for sentence in driver.sentences))
    driver.open(*driver.write(1))
    assert drop(driver.window, files(file, tmp_path / "b.cfg"))
    driver.wait(lambda: any("give one at a time" in sentence for sentence in driver.sentences))
    assert not driver.is_asking
