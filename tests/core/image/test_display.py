"""Tests of levels, index images, histograms and thumbnails against astropy."""

from __future__ import annotations

import numpy as np
import pytest
from astropy.visualization import (
    AsinhStretch,
    BaseStretch,
    LinearStretch,
    LogStretch,
    PercentileInterval,
    SqrtStretch,
    ZScaleInterval,
)
from numpy.typing import NDArray

from wfsgui.core.image.display import (
    FLAGGED,
    LIMITS,
    NAN_INDEX,
    NO_FLAG,
    NOT_TO_BE_USED,
    STRETCHES,
    TOP_INDEX,
    Levels,
    Sample,
    dq_classes,
    index_image,
    thumbnail,
)


def noise(shape: tuple[int, int] = (60, 50)) -> NDArray[np.float32]:
    return np.random.default_rng(3).normal(100, 10, shape).astype(np.float32)


def with_gaps() -> NDArray[np.float32]:
    plane = noise()
    plane[0, :3] = np.nan, np.inf, -np.inf
    return plane


HARD = {
    "gaps": with_gaps(),
    "constant": np.full((4, 5), 7, np.float32),
    "zero": np.zeros((4, 5), np.float32),
    "all NaN": np.full((4, 5), np.nan, np.float32),
    "all infinite": np.full((4, 5), np.inf, np.float32),
    "one pixel": np.full((1, 1), -3, np.float32),
    "one NaN": np.full((1, 1), np.nan, np.float32),
    "a row": noise((1, 300)),
    "the whole range": np.array([[-3e38, 3e38], [0, np.nan]], np.float32),
    "tiny": np.array([[1e-42, 2e-42]], np.float32),
    "next to each other": np.array([[1e6, np.nextafter(np.float32(1e6), np.float32(2e6))]], np.float32),
}


@pytest.mark.parametrize("plane", HARD.values(), ids=HARD.keys())
@pytest.mark.parametrize("rule", LIMITS)
def test_levels_are_always_usable(plane: NDArray[np.float32], rule: str) -> None:
    sample = Sample.of(plane)
    levels = sample.levels(rule)
    assert np.isfinite([levels.low, levels.high]).all()
    assert levels.low < levels.high
    index = index_image(plane, levels, "log")
    np.testing.assert_array_equal(index == NAN_INDEX, np.isnan(plane))
    counted = sample.histogram(Levels.between(sample.lowest, sample.highest)).counts.sum()
    assert sample.histogram(sample.span.union(levels)).counts.sum() <= counted
    assert counted == np.count_nonzero(np.isfinite(plane))


@pytest.mark.parametrize("rule", ["99.9 %", "99.5 %", "99 %", "95 %", "90 %"])
def test_percentile_levels_equal_astropy(rule: str) -> None:
    low, high = PercentileInterval(float(rule.removesuffix(" %"))).get_limits(with_gaps().astype(float))
    assert Sample.of(with_gaps()).levels(rule) == Levels(float(low), float(high))


def test_zscale_levels_equal_astropy() -> None:
    low, high = ZScaleInterval().get_limits(with_gaps().astype(float))
    levels = Sample.of(with_gaps()).levels("zscale")
    assert (levels.low, levels.high) == pytest.approx((low, high), rel=1e-9)


def test_min_max_levels_are_of_whole_image() -> None:
    plane = noise((900, 1000))
    plane[1, 1], plane[2, 2], plane[3, 3] = -1e5, 1e5, np.inf
    assert Sample.of(plane).levels("min-max") == Levels(-1e5, 1e5)


def test_sample_of_large_image_has_every_column() -> None:
    plane = np.tile(np.arange(1024, dtype=np.float32), (1024, 1))
    sample = Sample.of(plane)
    assert sample.values.size < plane.size / 2
    assert np.unique(sample.values).size == 1024


def test_missing_pixels_are_counted() -> None:
    assert Sample.of(with_gaps()).missing == pytest.approx(3 / 3000)
    assert Sample.of(HARD["all NaN"]).missing == 1


STRETCHED: dict[str, BaseStretch] = {
    "linear": LinearStretch(),
    "sqrt": SqrtStretch(),
    "log": LogStretch(),
    "asinh": AsinhStretch(),
}


@pytest.mark.parametrize("name", STRETCHES)
def test_index_image_equals_astropy(name: str) -> None:
    plane, levels = noise(), Levels(85.0, 120.0)
    shares = np.clip((plane.astype(float) - levels.low) / (levels.high - levels.low), 0, 1)
    expected = STRETCHED[name](shares) * TOP_INDEX
    assert np.abs(index_image(plane, levels, name) - expected).max() <= 1


def test_values_outside_of_levels_have_end_colours() -> None:
    plane = np.array([[-np.inf, -1, 0, 1, 2, np.inf, np.nan]], np.float32)
    index = index_image(plane, Levels(0, 1), "linear")
    assert index.tolist() == [[0, 0, 0, TOP_INDEX, TOP_INDEX, TOP_INDEX, NAN_INDEX]]


def test_index_image_does_not_depend_on_blocks() -> None:
    plane = noise((700, 301))
    whole = index_image(plane, Levels(80, 120), "sqrt")
    rows = [index_image(plane[row : row + 1], Levels(80, 120), "sqrt") for row in range(700)]
    np.testing.assert_array_equal(whole, np.vstack(rows))


def test_read_only_planes_are_not_changed() -> None:
    plane = with_gaps()
    plane.setflags(write=False)
    before = plane.copy()
    index_image(plane, Sample.of(plane).levels("zscale"), "linear")
    thumbnail(plane, 16)
    np.testing.assert_array_equal(plane, before)


def test_levels_are_ordered_and_distinct() -> None:
    assert Levels.between(2, 1) == Levels(1, 2)
    assert Levels.between(4, 4) == Levels(2, 6)
    assert Levels.between(0, 0) == Levels(-0.5, 0.5)


def test_levels_stay_within_single_precision() -> None:
    levels = Levels.between(-1e300, 1e300)
    assert np.isfinite(np.array([levels.low, levels.high], np.float32)).all()
    assert index_image(np.zeros((1, 1), np.float32), levels, "linear") == TOP_INDEX // 2


def test_hot_pixel_does_not_compress_histogram() -> None:
    plane = noise((200, 200))
    plane[0, 0] = 1e6
    assert Sample.of(plane).span.high < 200


def test_flags_make_three_classes() -> None:
    dq = np.array([[0, 4, 1, 5]], np.uint32)
    assert dq_classes(dq).tolist() == [[NO_FLAG, FLAGGED, NOT_TO_BE_USED, NOT_TO_BE_USED]]


def test_thumbnail_marks_missing_pixels() -> None:
    sci = noise((300, 500))
    sci[:, 400:] = np.nan
    sci[0, 0] = np.inf
    small = thumbnail(sci, 50)
    assert small.shape == (30, 50)
    np.testing.assert_array_equal(small == NAN_INDEX, np.arange(50) >= np.full((30, 1), 40))


def test_thumbnail_keeps_row_0() -> None:
    sci = np.zeros((256, 256), np.float32)
    sci[:64] = 100
    small = thumbnail(sci, 128)
    assert small[:32].min() > small[32:].max()


@pytest.mark.parametrize("plane", HARD.values(), ids=HARD.keys())
def test_thumbnails_of_hard_images(plane: NDArray[np.float32]) -> None:
    small = thumbnail(plane, 128)
    assert small.ndim == 2
    assert max(small.shape) <= 128
    np.testing.assert_array_equal((small == NAN_INDEX).all(), not np.isfinite(plane).any())
