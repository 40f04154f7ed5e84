"""Backgrounds are attached to an exposure in the window, and taken off again."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QCheckBox, QDialogButtonBox, QFileDialog, QLabel, QPushButton, QTreeView

from tests.gui.window_driver import WindowDriver, drop, files, find
from tests.headers_only import write_exposure
from wfsgui.core.intake.attached_backgrounds import association_text
from wfsgui.core.intake.products import take_in
from wfsgui.core.model.exposure import Exposure, ExposureState, StageState
from wfsgui.core.model.product import AssociationEntry
from wfsgui.core.model.stages import BACKGROUND
from wfsgui.gui.visit.backgrounds_dialog import BackgroundsDialog


def run(driver: WindowDriver) -> None:
    """Run every exposure; a question that was open has left the window inactive."""
    with driver.qtbot.waitSignal(driver.window.services.control.ended):
        driver.action("run_all").trigger()
    driver.rest()


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    keys: dict[str, dict[str, str | float]] = {
        "a": {},
        "b": {"BKGDTARG": "T"},
        "c": {},
        "other": {"PUPIL": "WLM8"},
    }
    for name, changes in keys.items():
        write_exposure(tmp_path / "in" / f"{name}_rate.fits", changes)
    return tmp_path / "in"


@pytest.fixture
def exposure(driver: WindowDriver, folder: Path) -> Exposure:
    (opened,) = driver.open(folder / "a_rate.fits")
    return opened


def names(exposure: Exposure) -> list[str]:
    return [member.path.name for member in exposure.product.backgrounds]


def drop_on_row(driver: WindowDriver, exposure: Exposure, *paths: Path) -> None:
    view = find(driver.window, QTreeView, "exposure_view")
    spot = view.visualRect(driver.window.docks.model.index_of(exposure)).center()
    assert drop(driver.window, files(*paths), view.viewport().mapTo(driver.window, spot))


def drop_on_image(driver: WindowDriver, *paths: Path) -> None:
    image = driver.window.workspace.image
    assert drop(driver.window, files(*paths), image.mapTo(driver.window, image.rect().center()))


def attach(driver: WindowDriver, exposure: Exposure, *paths: Path) -> None:
    with driver.qtbot.waitSignal(driver.window.services.open_exposures.reset):
        driver.window.visit.backgrounds.attach(exposure, paths)


def dialog_of(driver: WindowDriver) -> BackgroundsDialog:
    driver.action("backgrounds").trigger()
    return find(driver.window, BackgroundsDialog, "backgrounds_dialog")


def use(dialog: BackgroundsDialog) -> None:
    buttons = find(dialog, QDialogButtonBox)
    QTest.mouseClick(buttons.button(QDialogButtonBox.StandardButton.Ok), Qt.MouseButton.LeftButton)


def test_files_dropped_on_a_row_become_its_backgrounds_if_that_is_chosen(
    driver: WindowDriver, exposure: Exposure, folder: Path
) -> None:
    drop_on_row(driver, exposure, folder / "b_rate.fits", folder / "c_rate.fits")
    assert driver.answers() == {"Open", "Use as backgrounds", "Cancel"}
    with driver.qtbot.waitSignal(driver.window.services.open_exposures.reset):
        driver.answer("Use as backgrounds")
    assert names(exposure) == ["b_rate.fits", "c_rate.fits"]
    assert exposure.product.association == AssociationEntry("a_asn.json", "none")
    assert driver.exposures == [exposure]
    top = driver.window.docks.model.index_of(exposure)
    members = [driver.window.docks.model.index(row, 0, top).data() for row in range(3)]
    assert members == ["science: a_rate.fits", "background: b_rate.fits", "background: c_rate.fits"]
    run(driver)
    assert driver.fake.requests[-1].product is exposure.product
    assert exposure.stages[BACKGROUND].state is StageState.DONE


def test_files_dropped_on_a_row_are_opened_if_that_is_chosen(
    driver: WindowDriver, exposure: Exposure, folder: Path
) -> None:
    drop_on_row(driver, exposure, folder / "other_rate.fits")
    with driver.qtbot.waitSignal(driver.window.services.opener.opened):
        driver.answer("Open")
    assert len(driver.exposures) == 2
    assert names(exposure) == []


def test_files_dropped_on_the_image_are_asked_about_if_they_can_be_backgrounds(
    driver: WindowDriver, exposure: Exposure, folder: Path
) -> None:
    drop_on_image(driver, folder / "b_rate.fits")
    with driver.qtbot.waitSignal(driver.window.services.open_exposures.reset):
        driver.answer("Use as background")
    assert names(exposure) == ["b_rate.fits"]


@pytest.mark.parametrize("dropped", [["other_rate.fits"], ["b_rate.fits", "other_rate.fits"], [""]])
def test_files_dropped_on_the_image_are_opened_if_some_cannot_be_backgrounds(
    driver: WindowDriver, exposure: Exposure, folder: Path, dropped: list[str]
) -> None:
    assert driver.window.presenter.exposure is exposure
    with driver.qtbot.waitSignal(driver.window.services.opener.opened):
        drop_on_image(driver, *(folder / name for name in dropped))
    assert not driver.is_asking
    assert names(exposure) == []


def test_files_dropped_elsewhere_are_opened(driver: WindowDriver, folder: Path) -> None:
    driver.open(folder / "a_rate.fits")
    status = driver.window.statusBar()
    with driver.qtbot.waitSignal(driver.window.services.opener.opened):
        assert drop(driver.window, files(folder / "b_rate.fits"), status.mapTo(driver.window, QPoint(5, 5)))
    assert len(driver.exposures) == 2
    assert not driver.is_asking


def test_dialog_offers_open_exposures_with_their_verdicts(
    driver: WindowDriver, exposure: Exposure, folder: Path
) -> None:
    driver.open(folder / "b_rate.fits", folder / "other_rate.fits")
    driver.window.docks.exposures.select(exposure)
    dialog = dialog_of(driver)
    assert dialog.verdicts == {"b_rate.fits": "matches"}
    find(dialog, QCheckBox, "show_all").setChecked(True)
    assert dialog.verdicts == {"b_rate.fits": "matches", "other_rate.fits": "differs: pupil WLM8, not WLP8"}
    assert dialog.checked == []
    dialog.set_checked(folder / "b_rate.fits", checked=True)
    with driver.qtbot.waitSignal(driver.window.services.open_exposures.reset):
        use(dialog)
    assert names(exposure) == ["b_rate.fits"]


def test_dialog_offers_files_and_chooses_those_that_match(
    driver: WindowDriver, exposure: Exposure, folder: Path
) -> None:
    dialog = dialog_of(driver)
    assert dialog.verdicts == {}
    assert "add files" in find(dialog, QLabel, "backgrounds_count").text()
    QTest.mouseClick(find(dialog, QPushButton, "add_files"), Qt.MouseButton.LeftButton)
    find(dialog, QFileDialog, "file_dialog").filesSelected.emit([str(folder / "c_rate.fits")])
    driver.wait(lambda: list(dialog.verdicts) == ["c_rate.fits"])
    assert drop(dialog, files(folder / "other_rate.fits", exposure.product.science.path))
    driver.wait(lambda: list(dialog.verdicts) == ["c_rate.fits", "other_rate.fits"])
    assert "its own background" in find(dialog, QLabel, "backgrounds_fault").text()
    assert [member.path.name for member in dialog.checked] == ["c_rate.fits"]
    dialog.files_given.emit([folder / "nothing_rate.fits"])
    driver.wait(lambda: "nothing_rate.fits" in find(dialog, QLabel, "backgrounds_fault").text())


def test_backgrounds_are_taken_off_again(driver: WindowDriver, exposure: Exposure, folder: Path) -> None:
    before = exposure.product
    attach(driver, exposure, folder / "b_rate.fits", folder / "c_rate.fits")
    dialog = dialog_of(driver)
    assert [member.path.name for member in dialog.checked] == ["b_rate.fits", "c_rate.fits"]
    for name in ("b", "c"):
        dialog.set_checked(folder / f"{name}_rate.fits", checked=False)
    with driver.qtbot.waitSignal(driver.window.services.open_exposures.reset):
        use(dialog)
    assert exposure.product is before
    assert exposure.stages[BACKGROUND].state is StageState.NOT_APPLICABLE
    assert any("has no background" in sentence for sentence in driver.sentences)


def test_background_that_does_not_match_is_used_only_if_that_is_confirmed(
    driver: WindowDriver, exposure: Exposure, folder: Path
) -> None:
    backgrounds = driver.window.visit.backgrounds
    backgrounds.attach(exposure, [folder / "other_rate.fits"])
    assert "pupil WLM8, not WLP8" in driver.question().informativeText()
    driver.answer("Cancel")
    assert names(exposure) == []
    backgrounds.attach(exposure, [folder / "other_rate.fits"])
    with driver.qtbot.waitSignal(driver.window.services.open_exposures.reset):
        driver.answer("Use it anyway")
    assert names(exposure) == ["other_rate.fits"]
    assert any("mismatches were allowed" in sentence for sentence in driver.sentences)
    assert any("mismatches were allowed" in notice for notice in exposure.notices)


def test_part_that_a_background_does_not_cover_is_told(driver: WindowDriver, tmp_path: Path) -> None:
    place = {"SUBSTRT1": 1, "SUBSTRT2": 1}
    science = write_exposure(tmp_path / "s_rate.fits", place)
    half = write_exposure(tmp_path / "h_rate.fits", {**place, "SUBARRAY": "SUB"}, shape=(4, 6))
    (exposure,) = driver.open(science)
    driver.window.visit.backgrounds.attach(exposure, [half])
    with driver.qtbot.waitSignal(driver.window.services.open_exposures.reset):
        driver.answer("Use it anyway")
    assert any("it does not cover 50 % of the exposure's pixels" in sentence for sentence in driver.sentences)


def test_background_attached_after_a_run_resets_the_steps(
    driver: WindowDriver, exposure: Exposure, folder: Path
) -> None:
    run(driver)
    exposure.saved = folder / "a_cal.fits"
    attach(driver, exposure, folder / "b_rate.fits")
    assert exposure.finished_steps == ()
    assert exposure.result is None
    assert exposure.state is ExposureState.WAITING
    assert any("all later steps are reset" in sentence for sentence in driver.sentences)
    driver.wait(lambda: exposure.key in driver.fake.released)
    run(driver)
    assert exposure.stages[BACKGROUND].state is StageState.DONE


def test_result_that_is_not_saved_is_dropped_only_if_that_is_confirmed(
    driver: WindowDriver, exposure: Exposure, folder: Path
) -> None:
    run(driver)
    driver.window.visit.backgrounds.attach(exposure, [folder / "b_rate.fits"])
    driver.answer("Cancel")
    assert exposure.is_unsaved
    assert names(exposure) == []
    driver.window.visit.backgrounds.attach(exposure, [folder / "b_rate.fits"])
    with driver.qtbot.waitSignal(driver.window.services.open_exposures.reset):
        driver.answer("Drop the result")
    assert names(exposure) == ["b_rate.fits"]
    assert exposure.result is None


def test_backgrounds_are_not_changed_during_a_run(driver: WindowDriver, exposure: Exposure, folder: Path) -> None:
    driver.load()
    driver.fake.gate.clear()
    driver.press("F5")
    driver.wait(lambda: exposure.state is ExposureState.RUNNING)
    with driver.qtbot.waitSignal(driver.window.visit.backgrounds.error) as told:
        driver.window.visit.backgrounds.attach(exposure, [folder / "b_rate.fits"])
    assert "were not changed" in str(told.args)
    assert names(exposure) == []
    with driver.qtbot.waitSignal(driver.window.services.control.ended):
        driver.fake.gate.set()
    assert exposure.result is not None


@pytest.mark.parametrize(("name", "why"), [("a_rate.fits", "its own background"), ("none_rate.fits", "none_rate.fits")])
def test_file_that_cannot_be_a_background_is_refused_with_the_reason(
    driver: WindowDriver, exposure: Exposure, folder: Path, name: str, why: str
) -> None:
    driver.window.visit.backgrounds.attach(exposure, [folder / name])
    driver.wait(lambda: any(why in sentence for sentence in driver.sentences))
    assert names(exposure) == []


def save_to(driver: WindowDriver, path: Path) -> None:
    """Choose a name in the dialog as soon as it is open."""

    def opened() -> list[QFileDialog]:
        return [each for each in driver.window.findChildren(QFileDialog, "file_dialog") if each.isVisible()]

    driver.wait(lambda: len(opened()) == 1)
    (dialog,) = opened()
    dialog.filesSelected.emit([str(path)])
    dialog.close()


def test_association_is_saved_and_opens_as_the_same_product(
    driver: WindowDriver, exposure: Exposure, folder: Path, tmp_path: Path
) -> None:
    attach(driver, exposure, folder / "b_rate.fits")
    table = tmp_path / "a_asn.json"
    driver.action("save_association").trigger()
    with driver.qtbot.waitSignal(driver.window.visit.backgrounds.message):
        save_to(driver, table)
    (product,) = take_in([table]).products
    assert product.identity == exposure.product.identity
    assert (product.name, product.association) == (exposure.product.name, exposure.product.association)


def test_association_of_the_choice_is_saved_from_the_dialog(
    driver: WindowDriver, exposure: Exposure, folder: Path, tmp_path: Path
) -> None:
    driver.open(folder / "b_rate.fits")
    driver.window.docks.exposures.select(exposure)
    dialog = dialog_of(driver)
    dialog.set_checked(folder / "b_rate.fits", checked=True)
    QTest.mouseClick(find(dialog, QPushButton, "save_association"), Qt.MouseButton.LeftButton)
    with driver.qtbot.waitSignal(driver.window.visit.backgrounds.message):
        save_to(driver, tmp_path / "x.json")
    content = json.loads((tmp_path / "x.json").read_text("utf-8"))
    assert [member["exptype"] for member in content["products"][0]["members"]] == ["science", "background"]
    assert names(exposure) == []


def test_existing_file_is_replaced_by_an_association_only_if_that_is_confirmed(
    driver: WindowDriver, folder: Path, tmp_path: Path
) -> None:
    driver.open(folder / "a_rate.fits")
    path = tmp_path / "notes.json"
    path.write_text("mine")
    for answer in ("Cancel", "Replace"):
        driver.action("save_association").trigger()
        save_to(driver, path)
        assert path.read_text() == "mine"
        driver.answer(answer)
    driver.wait(lambda: "image2" in path.read_text())


def test_association_replaces_none_of_its_exposures(driver: WindowDriver, exposure: Exposure) -> None:
    path = exposure.product.science.path
    before = path.read_bytes()
    driver.action("save_association").trigger()
    save_to(driver, path)
    driver.wait(lambda: any("choose another name" in sentence for sentence in driver.sentences))
    assert path.read_bytes() == before
    assert not driver.is_asking


def test_exposure_with_attached_backgrounds_is_not_opened_again(
    driver: WindowDriver, exposure: Exposure, folder: Path, tmp_path: Path
) -> None:
    attach(driver, exposure, folder / "b_rate.fits")
    table = tmp_path / "a_asn.json"
    table.write_text(association_text(exposure.product), "utf-8")
    driver.open(exposure.product.science.path, table)
    assert driver.exposures == [exposure]


def test_files_that_are_read_after_the_dialog_is_closed_are_dropped(
    driver: WindowDriver, exposure: Exposure, folder: Path
) -> None:
    dialog = dialog_of(driver)
    worker = driver.window.services.file_worker
    worker.pause("test")
    dialog.files_given.emit([folder / "b_rate.fits"])
    gone: list[bool] = []
    dialog.destroyed.connect(lambda: gone.append(True))
    dialog.reject()
    driver.wait(lambda: bool(gone))
    worker.resume("test")
    driver.wait(lambda: not worker.is_busy)
    assert names(exposure) == []


def test_background_that_is_attached_already_is_not_attached_again(
    driver: WindowDriver, exposure: Exposure, folder: Path, tmp_path: Path
) -> None:
    attach(driver, exposure, folder / "b_rate.fits")
    product = exposure.product
    (tmp_path / "link_rate.fits").symlink_to(folder / "b_rate.fits")
    for path in (folder / "b_rate.fits", tmp_path / "link_rate.fits"):
        with driver.qtbot.waitSignal(driver.window.visit.backgrounds.message):
            driver.window.visit.backgrounds.attach(exposure, [path])
        assert exposure.product is product
    assert any("has these backgrounds already" in sentence for sentence in driver.sentences)
