"""A product that was declined because of its backgrounds can be opened all the same."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QPushButton

from tests.exposures import write_association
from tests.gui.window_driver import WindowDriver
from tests.headers_only import write_exposure


def written(folder: Path) -> Path:
    """Write an association whose subarray exposures a and d have a background of other rows, and c none."""
    place = {"SUBSTRT1": 1, "SUBSTRT2": 1}
    a, c, d = (write_exposure(folder / f"{name}_rate.fits", {**place, "SUBARRAY": "SUB640"}) for name in "acd")
    background = write_exposure(folder / "b_rate.fits", place, shape=(6, 6))
    return write_association(folder / "x_asn.json", {a: [background], c: [], d: [background]})


def use(driver: WindowDriver, label: str) -> None:
    (button,) = (each for each in driver.window.messages.findChildren(QPushButton) if each.text() == label)
    with driver.qtbot.waitSignal(driver.window.services.opener.opened):
        QTest.mouseClick(button, Qt.MouseButton.LeftButton)


def test_declined_products_are_opened_by_the_button_on_the_message(driver: WindowDriver, tmp_path: Path) -> None:
    driver.open(written(tmp_path / "in"))
    assert [exposure.product.name for exposure in driver.exposures] == ["c"]
    use(driver, "Use the backgrounds of 2 products anyway")
    assert {exposure.product.name: len(exposure.product.backgrounds) for exposure in driver.exposures} == {
        "a": 1,
        "c": 0,
        "d": 1,
    }
    (sentence,) = driver.sentences
    assert sentence.startswith("a: background b_rate.fits does not match a_rate.fits: subarray FULL, not SUB640")
    assert "it does not cover 25 % of the exposure's pixels" in sentence


def test_product_that_was_removed_on_purpose_is_not_opened_with_the_others(
    driver: WindowDriver, tmp_path: Path
) -> None:
    (plain,) = driver.open(written(tmp_path / "in"))
    driver.window.services.open_exposures.remove([plain])
    use(driver, "Use the backgrounds of 2 products anyway")
    assert [exposure.product.name for exposure in driver.exposures] == ["a", "d"]


def test_other_declined_inputs_have_no_such_button(driver: WindowDriver, tmp_path: Path) -> None:
    driver.open(tmp_path / "nothing_rate.fits")
    assert [message.text for message in driver.window.messages.messages if "Not opened" in message.text]
    assert not [each for each in driver.window.messages.findChildren(QPushButton) if "anyway" in each.text()]
