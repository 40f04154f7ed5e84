"""Registration of the second exposure of a pair on the first one."""

from __future__ import annotations

from dataclasses import dataclass
from math import hypot, nan, sqrt
from typing import TYPE_CHECKING, Final

import numpy as np

from wfsgui.core.errors import WfsguiError
from wfsgui.core.image.sampling import block_reduced
from wfsgui.core.pair.correlation import NO_PIXELS, correlation_lag
from wfsgui.core.pair.resampling import Resampled, Shiftable
from wfsgui.core.pair.star_cut import StarCut, cut_star

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    from wfsgui.core.pair.results import PairSide

__all__ = ["Registered", "register"]

_MARGIN: Final = 12
"""Rows and columns around a cut-out that feed its resampling, pixels."""

_BLOCK: Final = 8
"""Side of the blocks in which correlated differences are summed, pixels: a few resolution elements."""

_LEAST_CURVATURE: Final = 0.002
"""Least curvature of chi2 over the power of the slopes, to which noise contributes."""

_PARAMETERS: Final = 3
"""Flux ratio and shift along x and y."""

_STEPS: Final = 20
_TOLERANCE: Final = 1e-4
_SMALL: Final = 0.05
"""Last step of the fit: pixels, and standard deviations of the shift."""

_FARTHEST: Final = 1.5
"""Distance from the peak of the correlation at which the fit has failed, pixels."""


@dataclass(frozen=True, eq=False)
class Registered:
    """Second exposure of a pair on the pixels of the first one.

    Attributes
    ----------
    cut : StarCut
        The second exposure, turned if asked, with its star in the same pixel as the first one.
    shift : tuple of float
        Star in the second image minus star in the first image, x and y, pixels of the images.
    error : tuple of float
        Standard deviations of the shift, pixels; NaN if the fit failed.
    rest : tuple of float
        Part of the shift that the registration leaves, x and y, pixels; 0 if it was made by parts of a pixel.
    notes : tuple of str
        Sentences on the registration.
    """

    cut: StarCut
    shift: tuple[float, float]
    error: tuple[float, float]
    rest: tuple[float, float]
    notes: tuple[str, ...] = ()


@dataclass(frozen=True)
class _Fit:
    dx: float
    dy: float
    errors: tuple[float, float]


@dataclass(frozen=True, eq=False)
class _Pixels:
    """Values, variances and derivatives along x and y of the pixels that are fitted, shape (n,) each."""

    value: NDArray[np.float64]
    variance: NDArray[np.float64]
    slopes: list[NDArray[np.float64]]


def register(
    first: StarCut,
    second: PairSide,
    start: tuple[int, int],
    level: float,
    inside: NDArray[np.bool_],
    *,
    turned: bool,
    subpixel: bool,
) -> Registered:
    """Register the second exposure on the cut-out of the first one.

    The whole-pixel shift is that of the best correlation. The rest is fitted by least squares together with the ratio
    of the fluxes, with weights from both ERR planes.

    Parameters
    ----------
    first : StarCut
        Cut-out of the first exposure.
    second : PairSide
        Second exposure.
    start : tuple of int
        Pixel (x, y) near its star.
    level : float
        Its background, in its unit.
    inside : ndarray of bool, shape (n, n)
        Pixels of the cut-out that are compared.
    turned, subpixel : bool
        See `wfsgui.core.pair.results.PairOptions`.

    Returns
    -------
    Registered
        The second exposure on the pixels of the first one.

    Raises
    ------
    WfsguiError
        If the two have no usable pixel in common or cannot be registered.
    """
    sense = -1 if turned else 1

    def cut(centre: tuple[int, int]) -> StarCut:
        part = cut_star(second, centre, first.half + _MARGIN, level)
        return part.turned if turned else part

    lag = correlation_lag(first.value, _inner(cut(start).value), inside)
    centre, fit = _nearest_pixel(first, cut, _moved(start, lag, sense), sense, inside)
    notes = () if fit is not None else ("The fit of the fraction of a pixel failed: the error is not known.",)
    fit = fit or _Fit(0.0, 0.0, (nan, nan))
    shift = centre[0] + sense * fit.dx - first.centre[0], centre[1] + sense * fit.dy - first.centre[1]
    part = cut(centre)
    if subpixel:
        moved = Shiftable(part).at(fit.dx, fit.dy)
        return Registered(_with(part, moved), shift, fit.errors, (0.0, 0.0), notes)
    return Registered(_without_margin(part), shift, fit.errors, (sense * fit.dx, sense * fit.dy), notes)


def _nearest_pixel(
    first: StarCut,
    cut: Callable[[tuple[int, int]], StarCut],
    centre: tuple[int, int],
    sense: int,
    inside: NDArray[np.bool_],
) -> tuple[tuple[int, int], _Fit | None]:
    """Fit the rest of the shift, and move the centre so that at most half a pixel is left."""
    fit = _fitted(first, cut(centre), inside)
    if fit is None or max(abs(fit.dx), abs(fit.dy)) <= 0.5:
        return centre, fit
    centre = _moved(centre, (round(fit.dx), round(fit.dy)), sense)
    return centre, _fitted(first, cut(centre), inside)


def _fitted(first: StarCut, second: StarCut, inside: NDArray[np.bool_]) -> _Fit | None:
    """Fit the shift of the second image from the first one, below a pixel; None if the fit does not converge."""
    shiftable = Shiftable(second)
    used = inside & np.isfinite(first.variance) & np.isfinite(_inner(second.variance))
    used &= ~first.single & ~_inner_mask(second.single)
    if np.count_nonzero(used) <= _PARAMETERS:
        raise WfsguiError(NO_PIXELS)
    slopes = [plane[used] for plane in Shiftable(first).with_gradient(0.0, 0.0)[1:]]
    here = _Pixels(first.value[used], first.variance[used], slopes)
    dx = dy = 0.0
    for _ in range(_STEPS):
        value, *slopes = (_inner(plane)[used] for plane in shiftable.with_gradient(dx, dy))
        step = _newton_step(here, _Pixels(value, _inner(second.variance)[used], slopes))
        if step is None:
            return None
        dx, dy = dx + step.dx, dy + step.dy
        if hypot(dx, dy) > _FARTHEST:
            return None
        if hypot(step.dx, step.dy) < max(_TOLERANCE, _SMALL * min(step.errors)):
            factor = _correlation_factor(first, shiftable.at(dx, dy), used)
            return _Fit(dx, dy, (step.errors[0] * factor, step.errors[1] * factor))
    return None


def _correlation_factor(first: StarCut, second: Resampled, used: NDArray[np.bool_]) -> float:
    """Return the factor by which correlation of what remains between neighbouring pixels enlarges the errors.

    The variance of the sums of blocks over that of independent pixels; noise is independent, the effect of aberrations
    is not.
    """
    value, variance = _inner(second.value), _inner(second.variance)
    known = used & np.isfinite(value) & np.isfinite(variance)
    power = float(value[known] @ value[known])
    if not power > 0:
        return 1.0
    ratio = float(first.value[known] @ value[known]) / power
    rest = (first.value - ratio * value) / np.sqrt(first.variance + ratio**2 * variance)
    squares = np.where(known, np.square(np.nan_to_num(rest)), 0.0)
    reduced = float(squares.sum()) / max(int(np.count_nonzero(known)), 1)
    sums = block_reduced(np.add, np.where(known, np.nan_to_num(rest), 0.0), _BLOCK)
    share = 1 - 1 / max(reduced, 1.0)
    return sqrt(max(1 + (float(np.square(sums).sum()) / max(float(squares.sum()), 1e-12) - 1) * share, 1.0))


def _newton_step(first: _Pixels, second: _Pixels) -> _Fit | None:
    """Make one step of the fit ``first = ratio * second(x + shift)``, with the errors of the shift.

    The ratio is that of the fluxes. The curvature of chi2 is the sum of the products of both images' slopes: in the
    squares of the slopes of one image, noise would add up. The errors are multiplied by the square root of the reduced
    chi2, where that is more than 1: images of different defocus differ by more than their noise.
    """
    flux = float(second.value.sum())
    ratio = float(first.value.sum()) / flux if flux > 0 else nan
    if not ratio > 0:
        return None
    weight = 1 / np.sqrt(first.variance + ratio**2 * second.variance)
    rest = (first.value - ratio * second.value) * weight
    ones, others = (
        np.column_stack([slope * weight * factor for slope in image.slopes])
        for image, factor in ((first, 1.0), (second, ratio))
    )
    curvature = (ones.T @ others + others.T @ ones) / 2
    # Not a maximum of the correlation, or nothing but noise.
    if not np.linalg.eigvalsh(curvature)[0] > _LEAST_CURVATURE * float(np.trace(others.T @ others)):
        return None
    inverse = np.linalg.inv(curvature)
    step = inverse @ (others.T @ rest)
    inflation = sqrt(max(float(rest @ rest) / (rest.size - _PARAMETERS), 1.0))
    errors = np.sqrt(np.diag(inverse @ (others.T @ others) @ inverse)) * inflation
    return _Fit(float(step[0]), float(step[1]), (float(errors[0]), float(errors[1])))


def _moved(centre: tuple[int, int], lag: tuple[int, int], sense: int) -> tuple[int, int]:
    return centre[0] + sense * lag[0], centre[1] + sense * lag[1]


def _inner(plane: NDArray[np.float64]) -> NDArray[np.float64]:
    return plane[_MARGIN:-_MARGIN, _MARGIN:-_MARGIN]


def _inner_mask(plane: NDArray[np.bool_]) -> NDArray[np.bool_]:
    return plane[_MARGIN:-_MARGIN, _MARGIN:-_MARGIN]


def _without_margin(cut: StarCut) -> StarCut:
    random = None if cut.random is None else _inner(cut.random)
    dq = cut.dq[_MARGIN:-_MARGIN, _MARGIN:-_MARGIN]
    return StarCut(_inner(cut.value), _inner(cut.variance), random, dq, cut.centre)


def _with(cut: StarCut, moved: Resampled) -> StarCut:
    """Replace the planes of a part by resampled ones; flags stay in the nearest pixel."""
    part = _without_margin(cut)
    random = None if moved.random is None else _inner(moved.random)
    return StarCut(_inner(moved.value), _inner(moved.variance), random, part.dq, cut.centre)
