from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray

from wfsgui.core.image.display import NAN_INDEX, TOP_INDEX
from wfsgui.core.visit.star_thumbnail import (
    SIDE,
    StarThumbnail,
    ThumbnailScale,
    common_scale,
    star_thumbnail,
    thumbnail_index,
)

NOISE = 2.0


def sky(shape: tuple[int, int], level: float = 50.0, seed: int = 3) -> NDArray[np.float32]:
    """Return noise on a level."""
    return (level + NOISE * np.random.default_rng(seed).standard_normal(shape)).astype(np.float32)


def with_star(shape: tuple[int, int], x: float, y: float, peak: float = 5000.0) -> NDArray[np.float32]:
    """Return noise and a star."""
    rows, columns = np.indices(shape)
    light = peak * np.exp(-((columns - x) ** 2 + (rows - y) ** 2) / 2 / 6.0**2)
    return (sky(shape) + light).astype(np.float32)


def made(sci: NDArray[np.float32], place: tuple[float, float] | None = None) -> StarThumbnail:
    return star_thumbnail(sci, np.zeros(sci.shape, np.uint32), "MJy/sr", place)


def test_star_is_found_and_in_the_middle() -> None:
    thumbnail = made(with_star((600, 500), 320.0, 410.0))
    assert thumbnail.place == pytest.approx((320.0, 410.0), abs=1)
    row, column = np.unravel_index(int(np.nanargmax(thumbnail.values)), thumbnail.values.shape)
    half = SIDE // 4
    assert abs(row - half) <= 1
    assert abs(column - half) <= 1


def test_background_is_subtracted_and_its_noise_measured() -> None:
    thumbnail = made(with_star((600, 500), 320.0, 410.0))
    assert float(np.median(thumbnail.values[:10])) == pytest.approx(0, abs=0.5)
    assert thumbnail.noise == pytest.approx(NOISE, rel=0.05)


def test_given_place_is_used_without_a_search() -> None:
    assert made(sky((400, 400)), (100.0, 120.0)).place == (100.0, 120.0)


def test_image_without_a_star_is_cut_in_the_middle() -> None:
    thumbnail = made(sky((400, 400)))
    assert thumbnail.place is None
    assert thumbnail.inside.all()


def test_star_at_the_edge_leaves_the_rest_dark() -> None:
    thumbnail = made(with_star((400, 400), 10.0, 200.0))
    index = thumbnail_index(thumbnail, common_scale([thumbnail]))
    assert not thumbnail.inside[:, :30].any()
    assert (index[:, :30] == 0).all()


def test_missing_pixels_have_the_index_of_nan() -> None:
    sci = with_star((400, 400), 200.0, 200.0)
    sci[190:200, 190:200] = np.nan
    index = thumbnail_index(made(sci, (200.0, 200.0)), ThumbnailScale(NOISE, 5000.0))
    assert np.count_nonzero(index == NAN_INDEX) >= 16


def test_small_image_is_shown_as_a_whole() -> None:
    thumbnail = made(sky((8, 8)))
    assert thumbnail.values.shape == (8, 8)
    assert thumbnail.inside.all()


@pytest.mark.parametrize("value", [np.nan, np.inf, 0.0, float(np.finfo(np.float32).max)])
def test_image_of_one_value_can_be_shown(value: float) -> None:
    thumbnail = made(np.full((64, 64), value, np.float32))
    index = thumbnail_index(thumbnail, common_scale([thumbnail]))
    assert index.shape == thumbnail.values.shape


def test_one_scale_shows_equal_values_alike() -> None:
    bright, faint = (made(with_star((400, 400), 200.0, 200.0, peak)) for peak in (50000.0, 500.0))
    scale = common_scale([bright, faint])
    assert scale.knee == pytest.approx(NOISE, rel=0.1)
    assert scale.high == max(bright.peak, faint.peak)
    tops = [int(thumbnail_index(each, scale)[each.inside].max()) for each in (bright, faint)]
    assert tops[0] == TOP_INDEX
    assert 0.3 * TOP_INDEX < tops[1] < 0.8 * TOP_INDEX


def test_knee_is_between_linear_and_logarithmic() -> None:
    scale = ThumbnailScale(knee=1.0, high=1e6)
    values = np.array([[scale.low, 0.0, 0.2, 0.4, 1e3, 1e4, 1e5, 1e6]], np.float32)
    thumbnail = StarThumbnail(values, np.ones(values.shape, bool), 1.0, 1e6, "", None)
    index = thumbnail_index(thumbnail, scale)[0].astype(int)
    assert index[0] == 0
    assert index[-1] == TOP_INDEX
    steps = np.diff(index[4:])
    assert steps.max() - steps.min() <= 1


def test_scale_of_no_thumbnails_is_usable() -> None:
    scale = common_scale([])
    assert scale.low < 0 < scale.knee < scale.high
