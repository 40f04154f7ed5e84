"""Operation files of QUIP in the window: they are opened, set the stage of the sensing, and get their output files."""

from __future__ import annotations

from pathlib import Path

from lxml import etree

from tests.core.quip.operations import write_operation
from tests.core.quip.test_output import SCHEMAS, valid
from tests.gui.window_driver import WindowDriver
from wfsgui.core.judgement.decision import Fitness
from wfsgui.gui.assess.decisions import subject_of


def operation_of(driver: WindowDriver, count: int = 2, kind: str = "MIMF") -> Path:
    """Write exposures, and an operation file that lists them."""
    return write_operation(driver.folder / "op.xml", driver.write(count), driver.folder / "out", kind=kind)


def run_and_save(driver: WindowDriver) -> None:
    """Run everything, and save the results that are selected."""
    driver.load()
    driver.run_all()
    with driver.qtbot.waitSignal(driver.window.services.saver.idle):
        driver.window.docks.exposures.select(driver.exposures[0])
        driver.action("save").trigger()


def write(driver: WindowDriver) -> None:
    """Write the files of QUIP."""
    driver.action("write_quip").trigger()
    driver.wait(lambda: not driver.window.services.file_worker.is_busy)


def entries(driver: WindowDriver) -> list[tuple[str, str, str]]:
    """List type, description and data of each entry of the activity log."""
    root = valid((driver.folder / "out" / "quip_activity_log.xml").read_bytes(), SCHEMAS / "quip_activity_log.xsd")
    return [(entry.get("type"), entry.findtext("ENTRY_DESCRIPTION"), entry.findtext("ENTRY_DATA")) for entry in root]


def results(driver: WindowDriver) -> list[str]:
    """List the results in QUIP_OUT."""
    root: etree.ElementBase = valid((driver.folder / "out" / "quip_out.xml").read_bytes(), SCHEMAS / "quip_out.xsd")
    return [image.text for image in root.iter("IMAGE_PATH")]


def test_dropped_operation_file_opens_its_images_and_sets_the_stage(driver: WindowDriver) -> None:
    path = operation_of(driver)
    assert not driver.action("write_quip").isEnabled()
    opened = driver.open(path)
    assert len(opened) == 2
    assessments = driver.window.decision.assessments
    assert {assessments.choice(exposure).sensing_stage for exposure in opened} == {"MIMF"}
    assert driver.action("write_quip").isEnabled()


def test_stage_of_other_exposures_stays(driver: WindowDriver) -> None:
    one, two = driver.write(2)
    driver.open(two)
    driver.open(write_operation(driver.folder / "op.xml", [one]))
    choice = driver.window.decision.assessments.choice
    assert {exposure.product.science.path: choice(exposure).sensing_stage for exposure in driver.exposures} == {
        one: "FINE_PHASING",
        two: "",
    }


def test_action_is_off_again_when_the_exposures_are_removed(driver: WindowDriver) -> None:
    driver.open(operation_of(driver))
    driver.window.services.open_exposures.remove(driver.exposures)
    assert not driver.action("write_quip").isEnabled()


def test_operation_file_that_cannot_be_used_is_told(driver: WindowDriver) -> None:
    path = operation_of(driver, kind="FOCUS")
    driver.open(path)
    assert driver.exposures == []
    assert any("does not fit the schema" in sentence for sentence in driver.sentences)


def test_files_have_results_steps_decisions_and_what_is_missing(driver: WindowDriver) -> None:
    driver.open(operation_of(driver))
    run_and_save(driver)
    saved, other = driver.exposures
    driver.window.decision.decisions.decide(subject_of(saved), Fitness.CARE, "jumps")
    write(driver)
    assert results(driver) == [str(saved.saved)]
    found = entries(driver)
    assert ("status", f"{saved.product.name}[decision]", "fit with care") in found
    assert ("status", saved.product.name, f"saved {saved.saved}") in found
    assert ("warning", other.product.name, "the result is not saved") in found
    assert {about for _, about, _ in found} >= {f"{saved.product.name}[{step}]" for step in saved.steps}
    assert any(
        sentence.startswith(f"{other.product.name} is not saved and not in quip_out.xml")
        for sentence in driver.sentences
    )


def test_nothing_is_written_before_a_result_is_saved(driver: WindowDriver) -> None:
    driver.open(operation_of(driver))
    write(driver)
    assert driver.sentences[0] == "No result of op.xml is saved; save the results first."
    assert not (driver.folder / "out").exists()


def test_existing_files_are_replaced_only_when_asked(driver: WindowDriver) -> None:
    driver.open(operation_of(driver, 1))
    run_and_save(driver)
    (driver.folder / "out").mkdir()
    (driver.folder / "out" / "quip_out.xml").write_text("mine", "utf-8")
    write(driver)
    driver.answer("Cancel")
    driver.wait(lambda: not driver.window.services.file_worker.is_busy)
    assert (driver.folder / "out" / "quip_out.xml").read_text("utf-8") == "mine"
    write(driver)
    driver.answer("Replace")
    driver.wait(lambda: not driver.window.services.file_worker.is_busy)
    assert results(driver) == [str(driver.exposures[0].saved)]


def test_file_that_cannot_be_written_is_told(driver: WindowDriver) -> None:
    driver.open(operation_of(driver, 1))
    run_and_save(driver)
    (driver.folder / "out").write_text("", "utf-8")
    write(driver)
    assert driver.sentences[0].startswith(f"The folder {driver.folder / 'out'} cannot be created")


def test_one_folder_of_a_link_is_the_same_image(driver: WindowDriver) -> None:
    (rate,) = driver.write(1)
    (driver.folder / "link").symlink_to(rate.parent)
    driver.open(write_operation(driver.folder / "op.xml", [driver.folder / "link" / rate.name]))
    assert driver.action("write_quip").isEnabled()
