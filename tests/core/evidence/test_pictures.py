from __future__ import annotations

from io import BytesIO

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image

from tests.core.evidence.makers import CONTEXT, PHOTMJSR, assessment, calibrated, product, record, star_image
from wfsgui.core.evidence.cuts import star_cut, star_figures
from wfsgui.core.evidence.document import Figure, FigureRow, Sentence
from wfsgui.core.evidence.pictures import Outline, bar, picture
from wfsgui.core.evidence.records import ExposureRecord, snapshot
from wfsgui.core.image.display import Levels, bar_values
from wfsgui.core.model.exposure import Exposure
from wfsgui.core.regions.shapes import Annulus, Circle, Rectangle


def pixels(png: bytes) -> NDArray[np.uint8]:
    """Decode a picture, shape (y, x, 3)."""
    return np.asarray(Image.open(BytesIO(png)).convert("RGB"))


def test_low_is_white_high_is_black_and_first_row_is_at_the_bottom() -> None:
    shown = pixels(picture(np.array([[0.0, 0.0], [10.0, 10.0]]), Levels(0, 10), "linear"))
    assert shown.shape == (512, 512, 3)
    assert (shown[100, 100] == 0).all()
    assert (shown[400, 400] == 255).all()


def test_pixels_without_a_value_have_two_colours() -> None:
    plane = np.full((4, 4), 5.0)
    plane[0, 0] = np.nan
    shown = pixels(picture(plane, Levels(0, 10), "linear"))
    corner = shown[-120:-4, 4:120].reshape(-1, 3)
    assert {tuple(map(int, colour)) for colour in np.unique(corner, axis=0)} == {(213, 94, 0), (255, 255, 255)}
    assert not (shown[:300, 200:] == (213, 94, 0)).all(axis=2).any()


def test_picture_without_nan_has_grey_levels_only() -> None:
    assert Image.open(BytesIO(picture(np.zeros((3, 3)), Levels(0, 1)))).mode == "L"
    assert Image.open(BytesIO(bar(Levels(0, 1), "linear", (("DN/s", 1.0),)))).mode == "L"


@pytest.mark.parametrize(
    ("outline", "on_line", "off_line"),
    [
        (Outline(Circle(8, 8, 4)), (8, 12), (8, 8)),
        (Outline(Annulus(8, 8, 2, 5)), (8, 13), (8, 8)),
        (Outline(Rectangle(8, 8, 6, 6)), (5, 8), (8, 8)),
    ],
)
def test_outline_is_drawn_at_its_pixels(outline: Outline, on_line: tuple[int, int], off_line: tuple[int, int]) -> None:
    plane = np.full((16, 16), 5.0)
    bare = pixels(picture(plane, Levels(0, 10), "linear"))
    drawn = pixels(picture(plane, Levels(0, 10), "linear", (outline,)))
    scale = 32
    for (x, y), expected in ((on_line, True), (off_line, False)):
        rows = slice(512 - (y + 1) * scale, 512 - y * scale)
        columns = slice(x * scale, (x + 1) * scale)
        assert (drawn[rows, columns] != bare[rows, columns]).any() == expected


def test_values_of_a_bar_are_spread_by_the_stretch() -> None:
    assert bar_values(Levels(0, 10), "linear", (0, 0.5, 1)) == pytest.approx([0, 5, 10], abs=0.03)
    values = bar_values(Levels(0, 10), "sqrt", (0, 0.5, 1))
    assert values == pytest.approx([0, 2.5, 10], abs=0.03)


def figures_of(record: ExposureRecord) -> dict[str, NDArray[np.uint8]]:
    """Decode the small pictures by their title."""
    blocks, _ = star_figures(record, CONTEXT)
    (row,) = (block for block in blocks if isinstance(block, FigureRow))
    return {figure.title: pixels(figure.png) for figure in row.figures}


def test_all_steps_have_one_stretch_across_units() -> None:
    """The result is the flat-fielded image times PHOTMJSR: its picture must be the same, pixel by pixel."""
    shown = figures_of(record(calibrated(product())))
    titles = ["rate, DN/s", "assign_wcs, DN/s", "flat_field, DN/s", "cal, MJy/sr"]
    assert list(shown) == [*titles, "signal and background (dashed)", "the whole image"]
    assert (shown["flat_field, DN/s"] == shown["cal, MJy/sr"]).mean() > 0.99
    assert (shown["rate, DN/s"] == shown["assign_wcs, DN/s"]).all()
    assert (shown["rate, DN/s"] != shown["cal, MJy/sr"]).any()


def test_bar_has_the_values_of_both_units() -> None:
    blocks, _ = star_figures(record(calibrated(product())), CONTEXT)
    (scale,) = (block for block in blocks if isinstance(block, Figure))
    one_unit = pixels(bar(Levels(0, 1), "asinh", (("DN/s", 1.0),)))
    assert pixels(scale.png).shape[0] > one_unit.shape[0]


def test_unit_without_known_factor_has_its_own_limits() -> None:
    exposure = calibrated(product())
    for stage in exposure.stages.values():
        stage.metadata = {}
    blocks, _ = star_figures(record(exposure), CONTEXT)
    (told,) = (block for block in blocks if isinstance(block, Sentence))
    assert "The limits of rate, assign_wcs, flat_field are their own: the unit is another one." in told.text


def test_cut_is_around_the_star_and_has_the_values_of_the_image() -> None:
    exposure = calibrated(product())
    regions = assessment(product(), "cal").regions
    cut = star_cut(exposure.stages["cal"], regions)
    assert cut is not None
    image = exposure.stages["cal"].image
    assert image is not None
    x, y = cut.corner
    assert cut.values.shape == (52, 52)
    np.testing.assert_array_equal(cut.values, image.sci[y : y + 52, x : x + 52])
    assert not np.shares_memory(cut.values, image.sci)


def test_cut_without_a_star_is_the_middle_of_the_image() -> None:
    cut = star_cut(calibrated(product()).stages["cal"], None)
    assert cut is not None
    assert (cut.corner, cut.has_star) == ((-8, 0), False)
    assert np.isnan(cut.values[:, :8]).all()


def test_result_without_values_is_shown_at_the_levels_of_the_step_before() -> None:
    exposure = calibrated(product())
    bad = star_image(unit="MJy/sr", factor=PHOTMJSR)
    bad.sci.fill(np.nan)
    exposure.stages["photom"].image = exposure.stages["cal"].image = bad
    shown = figures_of(record(exposure))
    assert len(np.unique(shown["flat_field, DN/s"])) > 50


def test_exposure_without_image_has_a_sentence() -> None:
    blocks, cut = star_figures(ExposureRecord(exposure=snapshot(Exposure("x", product()))), CONTEXT)
    assert blocks == (Sentence("There is no image of this exposure."),)
    assert cut is None
