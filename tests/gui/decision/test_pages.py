"""Pages *Pair* and *Visit* in the window: how they are reached, and what they follow."""

from __future__ import annotations

import pytest
from astropy.io import fits
from PySide6.QtCore import QPointF, Qt
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QComboBox, QFileDialog, QLabel, QTabBar

from tests.gui.window_driver import WindowDriver, find
from wfsgui.core.assess.results import CheckResult, Level
from wfsgui.core.judgement.decision import Fitness
from wfsgui.gui.assess.decisions import subject_of
from wfsgui.gui.decision.page_parts import PageParts
from wfsgui.gui.pair.page import PairPage
from wfsgui.gui.visit_page.visit_model import EXPOSURE_ROLE


@pytest.fixture
def opened(driver: WindowDriver) -> WindowDriver:
    """Open three exposures in focus; the image of a lens would be larger than theirs."""
    driver.load()
    paths = driver.write(3)
    for path in paths:
        fits.setval(path, "PUPIL", value="CLEAR")
    driver.open(*paths)
    driver.rest()
    return driver


def parts(driver: WindowDriver) -> PageParts:
    return driver.window.late_pages.parts


def rest(driver: WindowDriver) -> None:
    """Wait until the pages show what is asked for."""
    driver.rest()
    pages = parts(driver)
    driver.wait(
        lambda: (
            not (
                pages.links.is_finding
                or pages.pair.is_comparing
                or pages.pair.is_searching
                or pages.pair_page.images.drawing.is_drawing
                or pages.visit.thumbnails.is_behind
            )
        )
    )


@pytest.mark.parametrize(("key", "page"), [("F2", "image"), ("F3", "pair"), ("F4", "visit")])
def test_key_shows_a_page(opened: WindowDriver, key: str, page: str) -> None:
    opened.window.pages.show_page("visit" if page == "image" else "image")
    opened.press(key)
    assert opened.window.pages.current == page


def test_pages_have_tabs(opened: WindowDriver) -> None:
    bar = find(opened.window.pages, QTabBar)
    assert bar.isVisible()
    assert [bar.tabText(number) for number in range(3)] == ["Image", "Pair", "Visit"]


def test_pair_page_follows_the_exposure_on_screen(opened: WindowDriver) -> None:
    opened.press("F3")
    rest(opened)
    for exposure in opened.exposures:
        opened.window.docks.exposures.select(exposure)
        rest(opened)
        assert parts(opened).pair.choice.holds(exposure)


def test_zoom_keys_act_on_the_visible_page(opened: WindowDriver) -> None:
    opened.press("F3")
    rest(opened)
    page: PairPage = parts(opened).pair_page
    assert page.message == ""
    image = opened.window.workspace.image.canvas
    before, of_image = page.images.canvases[0].scale, image.scale
    opened.press("+")
    assert [canvas.scale for canvas in page.images.canvases] == pytest.approx([1.5 * before] * 3, rel=0.01)
    assert image.scale == of_image
    opened.press("F")
    shape = page.images.canvases[0].shape
    assert shape is not None
    assert page.images.canvases[0].view.height() >= shape[0] - 0.5
    opened.press("F2")
    opened.rest()
    of_image = image.scale
    opened.press("+")
    assert image.scale == pytest.approx(1.5 * of_image, rel=0.01)


def test_tile_brings_its_exposure_on_the_image_page(opened: WindowDriver) -> None:
    opened.press("F4")
    rest(opened)
    wanted = opened.exposures[2]
    parts(opened).visit.page.opened.emit(wanted)
    assert opened.window.pages.current == "image"
    assert opened.window.presenter.exposure is wanted


def test_comparison_is_told_to_the_verdict_panel(opened: WindowDriver) -> None:
    told: list[tuple[object, ...]] = []
    parts(opened).pair_checked.connect(lambda subject, name, checks: told.append((subject, name, checks)))
    shown: list[object] = []
    parts(opened).pair_shown.connect(lambda subject, _name: shown.append(subject))
    opened.press("F3")
    rest(opened)
    subject, _name, checks = told[-1]
    pair = parts(opened).pair.pair
    assert pair is not None
    assert subject == (pair.first.info.path, pair.second.info.path)
    assert isinstance(checks, tuple)
    assert all(isinstance(check, CheckResult) and isinstance(check.level, Level) for check in checks)
    assert shown[-1] == subject
    opened.press("F2")
    assert shown[-1] is None


def test_results_of_a_pair_are_compared_before_its_page_is_seen(opened: WindowDriver) -> None:
    subjects: list[object] = []
    parts(opened).pair_checked.connect(lambda subject, _name, _checks: subjects.append(subject))
    rest(opened)
    assert subjects == []
    opened.run_all()
    opened.wait(lambda: bool(subjects))
    rest(opened)
    pair = parts(opened).pair.pair
    assert opened.window.pages.current == "image"
    assert pair is not None
    assert subjects[-1] == (pair.first.info.path, pair.second.info.path)


def test_verdict_is_told_in_the_tile(opened: WindowDriver) -> None:
    opened.press("F4")
    rest(opened)
    exposure, view = opened.exposures[0], parts(opened).visit.page.view
    opened.window.decision.decisions.decide(subject_of(exposure), Fitness.CARE, "")
    row = next(row for row in range(3) if view.model().index(row, 0).data(EXPOSURE_ROLE) is exposure)
    spoken = view.model().index(row, 0).data(Qt.ItemDataRole.AccessibleTextRole)
    assert "Verdict: fit with care" in spoken


def test_tiles_are_filtered_by_a_verdict_that_is_given_later(opened: WindowDriver) -> None:
    opened.press("F4")
    rest(opened)
    page = parts(opened).visit.page
    box = find(page, QComboBox, "visit_verdict")
    box.setCurrentText("not fit")
    box.activated.emit(box.currentIndex())
    assert page.view.model().rowCount() == 0
    opened.window.decision.decisions.decide(subject_of(opened.exposures[1]), Fitness.NOT_FIT, "")
    opened.wait(lambda: page.view.model().rowCount() == 1)


@pytest.mark.parametrize(("key", "what"), [("F3", "pair"), ("F4", "visit")])
def test_export_saves_the_page_that_is_visible(opened: WindowDriver, key: str, what: str) -> None:
    opened.press(key)
    rest(opened)
    opened.action("export").trigger()
    opened.wait(lambda: bool(opened.window.findChildren(QFileDialog, "export_dialog")))
    dialog = find(opened.window, QFileDialog, "export_dialog")
    path = opened.folder / f"{what}.png"
    dialog.filesSelected.emit([str(path)])
    dialog.close()
    opened.wait(path.exists)
    opened.wait(lambda: f"The {what} is saved as {path}." in opened.sentences)
    image = QImage(str(path))
    assert image.width() > 300
    assert "nrca3" in image.text("Description") or "99001" in image.text("Description")


def test_pixels_of_the_pair_are_numbered_as_set(opened: WindowDriver) -> None:
    opened.press("F3")
    rest(opened)
    page, pair = parts(opened).pair_page, parts(opened).pair.pair
    assert pair is not None
    page.images.views.cursor_moved.emit(QPointF(3.5, 4.5))
    readout = find(page, QLabel, "pair_readout")
    x, y = (corner + at for corner, at in zip(pair.comparison.corner, (3, 4), strict=True))
    assert readout.text().startswith(f"x {x + 1}, y {y + 1}")
    opened.settings.set("first_pixel", "0")
    assert readout.text().startswith(f"x {x}, y {y}")
