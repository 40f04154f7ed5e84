"""What says that the pointing is planned, not measured."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest
from PySide6.QtWidgets import QLabel

from tests.gui.window_driver import WindowDriver, find
from tests.headers_only import write_exposure
from wfsgui.commands.summary import product_summary
from wfsgui.core.intake.products import take_in
from wfsgui.core.model.exposure import Exposure
from wfsgui.core.model.product import Product
from wfsgui.core.model.stages import RATE
from wfsgui.core.regions.pixel_numbers import FROM_1
from wfsgui.core.visit.pointing import PLANNED_POINTING
from wfsgui.gui.export.caption import caption
from wfsgui.gui.image.view_settings import Part, ViewSettings


def product(tmp_path: Path, quality: str) -> Product:
    (taken,) = take_in([write_exposure(tmp_path / "a_rate.fits", {"ENGQLPTG": quality})]).products
    return taken


def test_badge_of_planned_pointing_stays_while_the_exposure_is_on_screen(driver: WindowDriver, tmp_path: Path) -> None:
    badge = find(driver.window, QLabel, "pointing_badge")
    planned = write_exposure(tmp_path / "in" / "a_rate.fits", {"ENGQLPTG": "PLANNED"})
    measured = write_exposure(tmp_path / "in" / "b_rate.fits", {"ENGQLPTG": "CALCULATED"})
    first, second = driver.open(planned, measured)
    driver.window.docks.exposures.select(first)
    driver.wait(badge.isVisible)
    assert badge.text() == PLANNED_POINTING
    driver.window.docks.exposures.select(second)
    driver.wait(lambda: not badge.isVisible())


@pytest.mark.parametrize(("quality", "is_planned"), [("PLANNED", True), ("CALCULATED", False), ("", False)])
def test_summary_and_notices_tell_planned_pointing(tmp_path: Path, quality: str, *, is_planned: bool) -> None:
    taken = product(tmp_path, quality)
    assert product_summary(taken)["pointing"] == {"quality": quality, "planned": is_planned}
    assert any(PLANNED_POINTING in notice for notice in taken.notices) is is_planned


@pytest.mark.parametrize(("quality", "is_planned"), [("PLANNED", True), ("CALCULATED", False)])
def test_caption_of_an_export_tells_planned_pointing(tmp_path: Path, quality: str, *, is_planned: bool) -> None:
    exposure = Exposure(key="a", product=product(tmp_path, quality))
    facts = ViewSettings(
        plane="SCI",
        unit="DN/s",
        stretch="asinh",
        colour_map="gray",
        inverse=False,
        rule="by hand",
        levels=None,
        part=Part(range(8), range(8), whole=True),
    )
    said = caption(exposure, RATE, facts, FROM_1, datetime(2026, 1, 1, tzinfo=UTC))
    assert (PLANNED_POINTING.capitalize() in said) is is_planned
