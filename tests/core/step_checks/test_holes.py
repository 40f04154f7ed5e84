"""Tests of the search for holes, which a star in a background exposure leaves."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray

from wfsgui.core.step_checks.holes import holes_in


def background(shape: tuple[int, int] = (120, 150), seed: int = 1) -> NDArray[np.float32]:
    return np.random.default_rng(seed).normal(2, 0.5, shape).astype(np.float32)


def star(shape: tuple[int, int], x: float, y: float, peak: float, width: float = 2.0) -> NDArray[np.float32]:
    rows, columns = np.ogrid[: shape[0], : shape[1]]
    profile: NDArray[np.float32] = np.exp(-((columns - x) ** 2 + (rows - y) ** 2) / (2 * width**2)).astype(np.float32)
    return np.float32(peak) * profile


@pytest.mark.parametrize("seed", range(10))
def test_noise_has_no_holes(seed: int) -> None:
    holes = holes_in(background(seed=seed))
    assert holes is not None
    assert holes.count == 0
    assert -6 < holes.depth < 0


@pytest.mark.parametrize("place", [(40, 60), (43.5, 60.2), (46, 58.9)])
def test_subtracted_stars_are_found_at_any_position(place: tuple[float, float]) -> None:
    plane = background() - star((120, 150), *place, 20) - star((120, 150), 120, 20, 8)
    holes = holes_in(plane)
    assert holes is not None
    assert holes.count == 2
    assert holes.depth < -6
    assert -5 < holes.level < -1
    assert abs(holes.x - place[0]) <= 6
    assert abs(holes.y - place[1]) <= 6


def test_donut_is_no_hole_and_hides_none() -> None:
    rows, columns = np.ogrid[:300, :300]
    donut = 400 * np.exp(-(((np.hypot(columns - 100, rows - 100) - 50) / 9) ** 2))
    light = background((300, 300)) + donut.astype(np.float32)
    bright = holes_in(light)
    assert bright is not None
    assert bright.count == 0
    dark = holes_in(light - star((300, 300), 250, 250, 10))
    assert dark is not None
    assert dark.count == 1


def test_bad_and_missing_pixels_are_no_holes() -> None:
    plane = background()
    plane[50, 50], plane[20, 30], plane[90, 91] = -1e6, -np.inf, -300
    plane[60:80, 60:80] = np.nan
    holes = holes_in(plane)
    assert holes is not None
    assert holes.count == 0


@pytest.mark.parametrize(
    "plane", [np.full((40, 40), np.nan), np.ones((7, 100)), np.ones((1, 1)), np.full((8, 8), np.inf)]
)
def test_image_without_block_has_no_result(plane: NDArray[np.float64]) -> None:
    assert holes_in(plane.astype(np.float32)) is None


def test_constant_image_has_no_holes() -> None:
    holes = holes_in(np.full((40, 41), 1234.567, np.float32))
    assert holes is not None
    assert holes.count == 0
