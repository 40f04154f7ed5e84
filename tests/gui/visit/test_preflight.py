"""The panel *Preflight* shows the card of the exposure on screen, and no other."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from tests.gui.window_driver import WindowDriver
from wfsgui.core.model.product import Product
from wfsgui.core.model.requests import StepOptions
from wfsgui.core.visit.card import CardLine, PreflightCard, State
from wfsgui.core.visit.preflight import EngineKnowledge
from wfsgui.gui.visit import preflight_control
from wfsgui.gui.visit.preflight_panel import PreflightPanel

GO = CardLine("pointing", "CALCULATED", State.GO)
CARE = CardLine("target", "none", State.CARE, "There is no marker.")
NO_GO = CardLine("disk space", "9 MB needed", State.NO_GO, "Free some space.")


@pytest.fixture
def panel(driver: WindowDriver) -> PreflightPanel:
    driver.fake.references_found = {"flat": "/cache/flat.fits", "area": "N/A"}
    return driver.window.docks.preflight


def bring_up(driver: WindowDriver) -> None:
    driver.window.docks.bring_up("preflight")
    driver.wait(lambda: driver.window.docks.preflight.is_seen)


def shows(panel: PreflightPanel, product: str, *values: str) -> bool:
    """Whether the card of a product is shown, with these values in it."""
    card = panel.card
    told = {line.value for line in card.lines} if card is not None else set()
    return card is not None and card.product == product and told >= set(values)


@pytest.mark.parametrize(
    ("lines", "verdict"), [((GO,), "✓ Go"), ((GO, CARE), "! Go with care"), ((CARE, NO_GO, GO), "✕ No go")]
)
def test_panel_shows_a_line_for_each_check_and_the_verdict(
    qtbot: QtBot, lines: tuple[CardLine, ...], verdict: str
) -> None:
    panel = PreflightPanel()
    qtbot.addWidget(panel)
    panel.show_card(PreflightCard("a", lines))
    assert panel.text.splitlines()[0] == verdict
    for line in lines:
        assert f"{line.state} {line.what}: {line.value}" in panel.text
        assert line.reason in panel.text
    panel.show_card(PreflightCard("b", lines[:1]))
    assert panel.text.splitlines()[1] == "b"
    assert "disk space" not in panel.text


def test_panel_without_an_exposure_says_what_would_be_there(qtbot: QtBot) -> None:
    panel = PreflightPanel()
    qtbot.addWidget(panel)
    panel.show_card(PreflightCard("a", (GO,)))
    panel.show_nothing()
    assert panel.card is None
    assert panel.text == panel.message
    assert "No exposure is chosen" in panel.text


def test_path_is_copied_as_it_is_and_names_are_no_markup(qtbot: QtBot) -> None:
    panel = PreflightPanel()
    qtbot.addWidget(panel)
    path = "/data/<b>a long</b> folder/" + "x" * 80 + ".fits"
    panel.show_card(PreflightCard("<i>a</i>", (CardLine("reference flat", path, State.GO),)))
    assert path in panel.text
    assert "<i>a</i>" in panel.text


def test_card_of_the_exposure_on_screen_has_the_references_of_the_engine(
    driver: WindowDriver, panel: PreflightPanel
) -> None:
    first, second, _ = driver.open(*driver.write(3))
    driver.load()
    bring_up(driver)
    driver.window.docks.exposures.select(first)
    driver.wait(lambda: shows(panel, first.product.name, "/cache/flat.fits"))
    driver.window.docks.exposures.select(second)
    driver.wait(lambda: shows(panel, second.product.name, "/cache/flat.fits"))
    assert [product.name for product in driver.fake.looked_up] == [first.product.name, second.product.name]


def test_nothing_is_looked_up_while_the_panel_is_behind_others(driver: WindowDriver, panel: PreflightPanel) -> None:
    driver.load()
    driver.open(*driver.write(1))
    driver.run_all()
    assert panel.card is None
    assert driver.fake.looked_up == []


def test_card_before_the_engine_is_loaded_says_that_references_were_not_looked_up(
    driver: WindowDriver, panel: PreflightPanel
) -> None:
    (exposure,) = driver.open(*driver.write(1))
    bring_up(driver)
    driver.wait(lambda: shows(panel, exposure.product.name, "not looked up"))


def test_failed_look_up_is_reported_in_the_card(driver: WindowDriver, panel: PreflightPanel) -> None:
    driver.fake.lookup_fault = "CRDS cannot work."
    (exposure,) = driver.open(*driver.write(1))
    driver.load()
    bring_up(driver)
    driver.wait(lambda: "CRDS cannot work." in panel.text)
    assert panel.card is not None
    assert panel.card.product == exposure.product.name


def test_card_follows_output_folder_and_overrides(driver: WindowDriver, panel: PreflightPanel, tmp_path: Path) -> None:
    (exposure,) = driver.open(*driver.write(1))
    driver.load()
    bring_up(driver)
    driver.wait(lambda: shows(panel, exposure.product.name, "/cache/flat.fits"))
    driver.settings.set("output_folder", str(tmp_path / "elsewhere"))
    driver.wait(lambda: "elsewhere" in panel.text)
    options = StepOptions(overrides={"flat": "/mine/flat.fits"})
    driver.window.services.open_exposures.set_options(exposure, options)
    driver.wait(lambda: shows(panel, exposure.product.name, "/mine/flat.fits"))


def test_card_that_cannot_be_made_is_reported(
    driver: WindowDriver, panel: PreflightPanel, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(_product: Product, _engine: EngineKnowledge) -> PreflightCard:
        raise OSError("the disk is gone")

    monkeypatch.setattr(preflight_control, "preflight_card", fail)
    driver.open(*driver.write(1))
    bring_up(driver)
    driver.wait(lambda: panel.message == "The card cannot be made: the disk is gone")
    assert panel.card is None


def test_failed_look_up_is_tried_again_when_the_panel_or_the_exposure_is_looked_at_again(
    driver: WindowDriver, panel: PreflightPanel
) -> None:
    first, second, _ = driver.open(*driver.write(3))
    driver.fake.lookup_fault = "CRDS cannot work."
    driver.load()
    bring_up(driver)
    driver.window.docks.exposures.select(first)
    driver.wait(lambda: "CRDS cannot work." in panel.text)
    asked = len(driver.fake.looked_up)
    # Neither its own answer nor a change of the exposure asks again.
    driver.window.services.open_exposures.set_options(first, StepOptions(overrides={"flat": "N/A"}))
    driver.rest()
    assert len(driver.fake.looked_up) == asked
    driver.fake.lookup_fault = ""
    driver.window.docks.exposures.select(second)
    driver.wait(lambda: shows(panel, second.product.name, "/cache/flat.fits"))
    driver.window.docks.exposures.select(first)
    driver.wait(lambda: shows(panel, first.product.name) and "CRDS cannot work." not in panel.text)
    assert [product.name for product in driver.fake.looked_up[asked:]] == [second.product.name, first.product.name]


def test_references_of_the_parameter_file_take_the_place_of_those_of_crds(
    driver: WindowDriver, panel: PreflightPanel, tmp_path: Path
) -> None:
    driver.fake.parameter_files["mine.cfg"] = {"flat_field": {"override_flat": "/mine/flat.fits", "skip": "False"}}
    (exposure,) = driver.open(*driver.write(1))
    driver.load()
    bring_up(driver)
    driver.window.open([tmp_path / "mine.cfg"])
    driver.answer("Use it")
    driver.wait(lambda: shows(panel, exposure.product.name, "/mine/flat.fits"))
    options = replace(exposure.options, overrides={"flat": "/typed/flat.fits"})
    driver.window.services.open_exposures.set_options(exposure, options)
    driver.wait(lambda: shows(panel, exposure.product.name, "/typed/flat.fits"))
