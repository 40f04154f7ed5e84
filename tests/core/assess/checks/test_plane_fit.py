"""Tests of the robust fit of a plane."""

from __future__ import annotations

import warnings

import numpy as np
import pytest
from astropy.modeling.fitting import FittingWithOutlierRemoval, LinearLSQFitter
from astropy.modeling.polynomial import Polynomial2D
from astropy.stats import sigma_clip
from numpy.typing import NDArray

from tests.core.assess.checks.scenes import REGIONS, SHAPE
from wfsgui.core.assess.checks.plane_fit import fit_plane
from wfsgui.core.errors import WfsguiError

DX, DY, NOISE = 0.004, -0.007, 0.5


def tilted(seed: int | None = 0, shape: tuple[int, int] = SHAPE) -> NDArray[np.float64]:
    """Make a plane with a known slope in the annulus of the scene, with noise."""
    y, x = np.mgrid[: shape[0], : shape[1]]
    plane = 3 + DX * x + DY * y
    if seed is not None:
        plane = plane + np.random.default_rng(seed).normal(0, NOISE, shape)
    return np.where(REGIONS.background.mask(shape), plane, np.nan)


def test_slope_without_noise_is_exact() -> None:
    fit = fit_plane(tilted(None))
    assert (fit.dx, fit.dy) == pytest.approx((DX, DY), rel=1e-9)
    assert fit.slope == pytest.approx(np.hypot(DX, DY), rel=1e-9)
    assert fit.slope_error < 1e-9


def test_errors_are_the_scatter_over_realizations_of_the_noise() -> None:
    fits = [fit_plane(tilted(seed)) for seed in range(200)]
    # 200 realizations give the mean within 7 % of the error, and the scatter within 5 %; three of these.
    for values, errors, truth in (
        ([fit.dx for fit in fits], [fit.dx_error for fit in fits], DX),
        ([fit.dy for fit in fits], [fit.dy_error for fit in fits], DY),
        ([fit.slope for fit in fits], [fit.slope_error for fit in fits], float(np.hypot(DX, DY))),
    ):
        assert np.mean(values) == pytest.approx(truth, abs=0.25 * float(np.mean(errors)))
        assert np.std(values, ddof=1) == pytest.approx(np.mean(errors), rel=0.2)


def test_fit_agrees_with_astropy() -> None:
    value = tilted(3)
    fit = fit_plane(value)
    y, x = np.nonzero(np.isfinite(value))
    fitter = FittingWithOutlierRemoval(LinearLSQFitter(), sigma_clip, niter=5, sigma=3.0)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        model, _ = fitter(Polynomial2D(1), x, y, value[y, x])
    assert fit.dx == pytest.approx(model.c1_0.value, abs=2 * fit.dx_error)
    assert fit.dy == pytest.approx(model.c0_1.value, abs=2 * fit.dy_error)


def test_stars_and_bad_pixels_do_not_tilt_the_plane() -> None:
    value = tilted(4)
    clean = fit_plane(value)
    y, x = np.mgrid[: SHAPE[0], : SHAPE[1]]
    for place in ((175, 95), (170, 130), (105, 168)):
        value += 500 * np.exp(-((x - place[0]) ** 2 + (y - place[1]) ** 2) / 8)
    value[95, 176], value[30, 105], value[96, 35] = 1e30, -1e30, np.inf
    fit = fit_plane(value)
    assert fit.dx == pytest.approx(clean.dx, abs=3 * fit.dx_error)
    assert fit.dy == pytest.approx(clean.dy, abs=3 * fit.dy_error)


def test_float32_pixels_are_enough() -> None:
    assert fit_plane(tilted(5).astype(np.float32)).dx == pytest.approx(fit_plane(tilted(5)).dx, abs=1e-6)


def test_uniform_background_has_no_slope() -> None:
    fit = fit_plane(np.full((50, 60), 7.0))
    assert [fit.slope, fit.slope_error] == pytest.approx([0.0, 0.0], abs=1e-12)


@pytest.mark.parametrize(
    "value",
    [
        np.full((20, 20), np.nan),
        np.array([[1.0, 2.0], [np.nan, 3.0]]),
        np.arange(30.0)[None, :],
        np.zeros((0, 5)),
    ],
    ids=["no value", "three pixels", "one row", "no pixel"],
)
def test_too_few_pixels_have_the_reason(value: NDArray[np.float64]) -> None:
    with pytest.raises(WfsguiError, match="Too few pixels"):
        fit_plane(value)


def test_small_image_has_a_slope() -> None:
    y, x = np.mgrid[:8, :8]
    fit = fit_plane(1.0 + 0.5 * x - 0.25 * y)
    assert (fit.dx, fit.dy) == pytest.approx((0.5, -0.25))
