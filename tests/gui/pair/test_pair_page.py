"""Page *Pair*: what is compared, what is shown, and what can be done."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import QPointF, QSize, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QCheckBox, QLabel, QLineEdit
from pytestqt.qtbot import QtBot

from tests.gui import fakes
from tests.gui.pair.pair_helpers import STAR, PairDriver, clipped, exposure, star
from tests.gui.window_driver import find
from wfsgui.core.image.display import NAN_INDEX
from wfsgui.core.model.apply_event import apply_event
from wfsgui.core.model.stages import RATE
from wfsgui.gui.pair.comparing import ComparedPair
from wfsgui.gui.pair.pair_readout import readout_text


@pytest.fixture
def driver(qtbot: QtBot) -> Iterator[PairDriver]:
    made = PairDriver(qtbot)
    yield made
    made.close()
    assert made.faults == []


@pytest.fixture
def pair(driver: PairDriver) -> PairDriver:
    """Open two exposures of opposite defocus."""
    driver.add(exposure(1, "WLM4"), exposure(2, "WLP4"))
    return driver


def test_without_exposures_one_sentence_says_what_to_do(driver: PairDriver) -> None:
    assert driver.page.message == "No exposure is open: open two exposures of a star to compare them."


def test_single_exposure_is_told_to_lack_a_partner(driver: PairDriver) -> None:
    driver.add(exposure(1, "WLP4"))
    assert driver.page.message.startswith("Only one exposure is open")
    assert driver.button("pair_file").isEnabled()


def test_opposite_defocus_is_paired_by_itself_with_the_positive_one_first(pair: PairDriver) -> None:
    assert "WLP4+CLEAR" in pair.chosen[0]
    assert "WLP4+WLM8" in pair.chosen[1]
    assert pair.state == "opposite defocus, found by the headers"
    assert pair.pair.first.info.pupil == "CLEAR"


def test_three_images_are_drawn_with_one_set_of_levels(pair: PairDriver) -> None:
    assert [canvas.shape for canvas in pair.page.images.canvases] == [pair.pair.comparison.first.shape] * 3
    low, high = (find(pair.page, QLineEdit, f"level_{name}") for name in ("low", "high"))
    high.setText("100")
    high.setModified(True)
    high.editingFinished.emit()
    pair.rest()
    assert high.text() == "100"
    assert float(low.text()) < 100


def test_difference_limits_are_symmetric_and_can_be_in_sigma(pair: PairDriver) -> None:
    span = pair.page.images.drawing.span
    assert span.low == -span.high
    find(pair.page, QCheckBox, "difference_in_sigma").click()
    pair.rest()
    assert (pair.page.images.drawing.span.low, pair.page.images.drawing.span.high) == (-5.0, 5.0)
    assert find(pair.page, QLabel, "difference_unit").text() == "\N{GREEK SMALL LETTER SIGMA}"


def test_results_have_checks_numbers_and_limits(pair: PairDriver) -> None:
    chi2 = pair.pair.comparison.check("chi2")
    assert chi2 is not None
    assert chi2.name in pair.text
    assert chi2.value in pair.text
    assert chi2.limit in pair.text
    for quantity in pair.pair.comparison.quantities:
        assert quantity.name in pair.text


def test_readout_tells_the_values_and_flags_of_both(pair: PairDriver) -> None:
    compared = pair.pair
    corner = compared.comparison.corner
    x, y = round(STAR[0]) + 2 - corner[0], round(STAR[1]) + 4 - corner[1]
    text = readout_text(compared, x, y)
    first, second, difference = (float(image.sci[y, x]) for image in compared.images)
    assert f"x {corner[0] + x + 1}, y {corner[1] + y + 1}" in text
    assert f"A {first:.5g}" in text
    assert f"B {second:.5g}" in text
    assert f"A \N{MINUS SIGN} B {difference:.5g} DN/s" in text
    assert "A: JUMP_DET" in text
    assert "B: no flag" in text
    assert readout_text(compared, -1, 0) == ""


def test_cursor_over_any_image_is_read(pair: PairDriver) -> None:
    pair.page.images.views.cursor_moved.emit(QPointF(3.5, 4.5))
    shown = find(pair.page, QLabel, "pair_readout").text()
    assert shown == readout_text(pair.pair, 3, 4)


def test_turning_b_and_sub_pixels_compare_again(pair: PairDriver) -> None:
    before = pair.pair
    find(pair.page, QCheckBox, "pair_turned").click()
    pair.rest()
    assert pair.pair.comparison.options.turned
    assert not np.array_equal(pair.pair.comparison.second, before.comparison.second, equal_nan=True)
    find(pair.page, QCheckBox, "pair_subpixel").click()
    pair.rest()
    assert pair.pair.comparison.options.subpixel


def test_pair_is_broken_and_made_by_hand(pair: PairDriver) -> None:
    QTest.mouseClick(pair.button("pair_break"), Qt.MouseButton.LeftButton)
    pair.rest()
    assert [link.by_analyst for link in pair.links.links] == []
    assert pair.state.startswith("Not a pair.")
    assert pair.control.pair is not None
    QTest.mouseClick(pair.button("pair_make"), Qt.MouseButton.LeftButton)
    assert pair.state == "opposite defocus, made by you"
    assert [link.by_analyst for link in pair.links.links] == [True]


def test_broken_pair_stays_broken_when_exposures_are_opened(pair: PairDriver) -> None:
    QTest.mouseClick(pair.button("pair_break"), Qt.MouseButton.LeftButton)
    other = exposure(3, "WLP4")
    pair.add(replace(other, product=replace(other.product)))
    assert all({link.first.name, link.second.name} != _files(1, 2) for link in pair.links.links)


def _files(*numbers: int) -> set[str]:
    return {f"jw99001001001_02101_{number:05d}_nrca3_rate.fits" for number in numbers}


def test_any_two_can_be_compared_and_the_reasons_against_are_told(driver: PairDriver) -> None:
    lone = exposure(3, "WLP4")
    about = replace(lone.product.science.info, detector="NRCA1")
    lone.product = replace(lone.product, science=replace(lone.product.science, info=about))
    driver.add(exposure(1, "WLM4"), exposure(2, "WLP4"), lone)
    driver.choose("pair_second", "NRCA1")
    assert driver.state == "Not a pair. The detectors differ: NRCA3 and NRCA1."
    assert driver.pair.second.info.detector == "NRCA1"


def test_exposure_on_screen_brings_its_pair(driver: PairDriver) -> None:
    first, second, third, fourth = (
        exposure(1, "WLM4"),
        exposure(2, "WLP4"),
        exposure(3, "WLP4"),
        exposure(4, "WLM4"),
    )
    driver.add(first, second, third, fourth)
    for shown, partner in ((third, fourth), (second, first)):
        driver.control.show_exposure(shown)
        driver.rest()
        members = {driver.pair.first.info.path, driver.pair.second.info.path}
        assert members == {shown.product.science.path, partner.product.science.path}


def test_latest_common_stage_is_compared_and_an_earlier_one_can_be_chosen(pair: PairDriver) -> None:
    for each in pair.open_exposures.exposures:
        for step in ("assign_wcs", "flat_field"):
            event = replace(fakes.finished(each, step), image=star(int(each.key)))
            apply_event(each, event)
        pair.open_exposures.changed.emit(each)
    pair.rest()
    assert pair.pair.first.stage == pair.pair.second.stage == "flat_field"
    pair.choose("pair_stage", "assign_wcs")
    assert pair.pair.first.stage == "assign_wcs"
    pair.choose("pair_stage", "latest")
    assert pair.pair.first.stage == "flat_field"


def test_latest_stage_is_one_that_both_have(pair: PairDriver) -> None:
    first = pair.open_exposures.exposures[0]
    apply_event(first, replace(fakes.finished(first, "assign_wcs"), image=star(1)))
    pair.open_exposures.changed.emit(first)
    pair.rest()
    assert pair.pair.first.stage == pair.pair.second.stage == RATE


def test_image_without_a_star_is_told_in_one_sentence(driver: PairDriver) -> None:
    empty = star(2)
    driver.add(exposure(1, "WLM4"), exposure(2, "WLP4", replace(empty, sci=np.full_like(empty.sci, np.nan))))
    assert driver.control.pair is None
    assert driver.page.message.startswith("jw99001001001_02101_00002_nrca3: ")
    assert "\n" not in driver.page.message


def test_missing_file_is_told(driver: PairDriver, tmp_path: Path) -> None:
    driver.add(exposure(1, "WLP4"))
    driver.control.compare_with_file(tmp_path / "gone_cal.fits")
    driver.qtbot.waitUntil(lambda: bool(driver.errors))
    assert "gone_cal.fits does not exist" in driver.errors[0]


def test_removed_partner_leaves_no_comparison(pair: PairDriver) -> None:
    gone = pair.open_exposures.exposures[0]
    pair.open_exposures.remove([gone])
    pair.rest()
    assert pair.control.pair is None
    assert pair.page.message.startswith("Only one exposure is open")


def test_nothing_is_compared_while_the_page_is_not_visible(driver: PairDriver) -> None:
    driver.control.set_seen(seen=False)
    driver.add(exposure(1, "WLM4"), exposure(2, "WLP4"))
    assert not driver.control.is_comparing
    assert driver.control.pair is None
    driver.control.set_seen(seen=True)
    driver.rest()
    assert driver.control.pair is not None


def test_later_choice_replaces_one_that_is_being_compared(pair: PairDriver) -> None:
    results: list[object] = []
    pair.control.compared.connect(results.append)
    boxes = [find(pair.page, QCheckBox, name) for name in ("pair_turned", "pair_subpixel")]
    for box in boxes:
        box.click()
    pair.rest()
    # The companions of the same images are known already.
    assert len(results) == 1
    assert pair.pair.comparison.options.turned
    assert pair.pair.comparison.options.subpixel


def test_comparison_is_shown_before_companions_are_searched(driver: PairDriver) -> None:
    seen: list[bool] = []

    def note(pair: ComparedPair | None) -> None:
        if pair is not None:
            seen.append(pair.comparison.search is not None)

    driver.control.compared.connect(note)
    driver.add(exposure(1, "WLM4"), exposure(2, "WLP4"))
    assert seen == [False, True]
    check = driver.pair.comparison.check("companion")
    assert check is not None
    assert check.name in driver.text
    find(driver.page, QCheckBox, "pair_turned").click()
    driver.rest()
    # The search does not depend on the options.
    assert seen == [False, True, True]


def test_link_of_a_result_shows_its_place(pair: PairDriver) -> None:
    pair.page.results.place_chosen.emit(5.0, 9.0)
    for canvas in pair.page.images.canvases:
        assert (canvas.view.center() - QPointF(5.5, 9.5)).manhattanLength() < 1


@pytest.mark.parametrize("size", [(0, 480), (900, 600), (1300, 800)])
def test_no_control_is_clipped(pair: PairDriver, size: tuple[int, int]) -> None:
    pair.page.resize(QSize(*size).expandedTo(QSize(pair.page.minimumSizeHint().width(), 0)))
    assert pair.page.height() == size[1]
    pair.rest()
    assert clipped(pair.page) == []


def test_every_control_has_a_name_for_screen_readers(pair: PairDriver) -> None:
    for name in ("pair_first", "pair_second", "pair_stage"):
        assert pair.box(name).accessibleName()
    assert pair.page.results.accessibleName() == "Results of the pair"
    assert [canvas.surface.accessibleName() for canvas in pair.page.images.canvases] == [
        "Image A",
        "Image B",
        "Image A \N{MINUS SIGN} B",
    ]


def test_missing_pixels_are_drawn_in_their_own_colour(driver: PairDriver) -> None:
    holed = star(2)
    sci = holed.sci.copy()
    sci[round(STAR[1]), round(STAR[0])] = np.nan
    driver.add(exposure(1, "WLM4"), exposure(2, "WLP4", replace(holed, sci=sci)))
    drawn: list[tuple[int, object]] = []
    driver.page.images.drawing.drawn.connect(lambda place, rendered: drawn.append((place, rendered.index)))
    driver.page.images.drawing.set_stretch("linear")
    driver.rest()
    indexes = dict(drawn)
    assert np.count_nonzero(indexes[0] == NAN_INDEX) >= 1
