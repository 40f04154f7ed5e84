"""Pages *Pair* and *Visit* are made after the first image, or when they are shown."""

from __future__ import annotations

from PySide6.QtWidgets import QWidget

from tests.gui.window_driver import WindowDriver
from wfsgui.gui.pair.page import PairPage
from wfsgui.gui.visit_page.visit_page import VisitPage


def made(driver: WindowDriver) -> list[int]:
    """Count the pages of each kind."""
    return [len(driver.window.findChildren(kind)) for kind in (PairPage, VisitPage)]


def test_pages_have_tabs_before_they_are_made(driver: WindowDriver) -> None:
    assert {"pair", "visit"} <= set(driver.window.pages.names)
    assert made(driver) == [0, 0]


def test_pages_are_made_when_the_first_image_is_on_screen(driver: WindowDriver) -> None:
    driver.load()
    driver.wait(lambda: made(driver) == [1, 1])
    assert driver.window.late_pages.parts is driver.window.late_pages.parts


def test_page_that_is_shown_is_made_at_once_and_knows_the_open_exposures(driver: WindowDriver) -> None:
    exposures = driver.open(*driver.write(2))
    assert made(driver) == [0, 0]
    driver.press("F4")
    assert made(driver) == [1, 1]
    parts = driver.window.late_pages.parts
    driver.wait(lambda: not parts.links.is_finding)
    assert parts.visit.page.view.model().rowCount() == len(exposures)
    assert parts.pair.choice.holds(exposures[0])
    assert not any(child.acceptDrops() for child in parts.pair_page.findChildren(QWidget))
