"""Registration of the second exposure of a pair on the first one."""

from __future__ import annotations

from dataclasses import dataclass
from math import hypot, nan, sqrt
from typing import TYPE_CHECKING, Final

import numpy as np

from wfsgui.core.errors import WfsguiError
from wfsgui.core.image.sampling import block_reduced
from wfsgui.core.pair.resampling import Resampled, Shiftable
from wfsgui.core.pair.star_cut import StarCut, cut_star

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from wfsgui.core.pair.results import PairSide

__all__ = ["Registered", "correlation_lag", "register"]

_MOST_LAG: Final = 40
"""Largest distance of the stars from the centroids of their regions, together, pixels."""

_LEAST_OVERLAP: Final = 0.5
_LEAST_COEFFICIENT: Final = 0.3
"""Least correlation: that of opposite defocus is 0.7 and more, that of a donut and a star in focus is 0.2."""

_MARGIN: Final = 12
"""Rows and columns around a cut-out that feed its resampling, pixels."""

_BLOCK: Final = 8
"""Side of the blocks in which correlated differences are summed, pixels: a few resolution elements."""

_PARAMETERS: Final = 3
"""Flux ratio and shift along x and y."""

_STEPS: Final = 20
_TOLERANCE: Final = 1e-4
_FARTHEST: Final = 1.5
"""Distance from the peak of the correlation at which the fit has failed, pixels."""

_WHOLE_PIXEL: Final = 1 / sqrt(12)
"""Standard deviation of a position that is known to a pixel only."""

_NO_PIXELS: Final = "The two images have no usable pixels in common around the star; choose another exposure."
_NO_PEAK: Final = (
    "The two images cannot be registered: they have no structure in common; choose other regions or another exposure."
)


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
        Standard deviations of the shift, pixels.
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


def correlation_lag(
    first: NDArray[np.float64], second: NDArray[np.float64], inside: NDArray[np.bool_], most: int = _MOST_LAG
) -> tuple[int, int]:
    """Find the whole-pixel lag at which two images correlate best.

    Normalized cross-correlation of the pixels that both images have (Padfield 2012, IEEE Transactions on Image
    Processing 21, 2706). By hand: the correlations of scipy and photutils take no masks, and a filled hole of a
    saturated core would correlate with itself.

    Parameters
    ----------
    first, second : ndarray of float64, shape (n, n)
        The images, NaN for missing pixels.
    inside : ndarray of bool, shape (n, n)
        Pixels of the first image that are compared.
    most : int, optional
        Largest lag along x and y, pixels; at most half of the width.

    Returns
    -------
    tuple of int
        (x, y): pixel p of the first image corresponds to p + lag of the second one.

    Raises
    ------
    WfsguiError
        If the images have nothing to correlate.
    """
    from scipy import fft

    most = min(most, first.shape[0] // 2)
    size = fft.next_fast_len(first.shape[0] + most, real=True)

    def spectrum(plane: NDArray[np.float64]) -> NDArray[np.complex128]:
        return np.asarray(fft.rfft2(plane, (size, size)))

    def correlated(one: NDArray[np.complex128], other: NDArray[np.complex128]) -> NDArray[np.float64]:
        whole = fft.irfft2(np.conj(one) * other, (size, size))
        lags = np.arange(-most, most + 1)
        return np.asarray(whole[np.ix_(lags, lags)])

    known = [np.isfinite(first) & inside, np.isfinite(second)]
    if not all(mask.any() for mask in known):
        raise WfsguiError(_NO_PIXELS)
    scaled = [_scaled(plane, mask) for plane, mask in zip((first, second), known, strict=True)]
    (mask_1, mask_2), (one, two) = ([spectrum(mask.astype(float)) for mask in known], [spectrum(s) for s in scaled])
    squares = [spectrum(plane**2) for plane in scaled]
    count = np.maximum(correlated(mask_1, mask_2), 1e-9)
    sum_1, sum_2 = correlated(one, mask_2), correlated(mask_1, two)
    covariance = correlated(one, two) - sum_1 * sum_2 / count
    variances = [
        correlated(squares[0], mask_2) - sum_1**2 / count,
        correlated(mask_1, squares[1]) - sum_2**2 / count,
    ]
    # Rounding of the transforms: a smaller variance is that of a constant.
    floor = 1e-9 * count.max()
    good = (count > _LEAST_OVERLAP * count.max()) & (count > 1) & (variances[0] > floor) & (variances[1] > floor)
    if not good.any():
        raise WfsguiError(_NO_PEAK)
    product = np.where(good, variances[0] * variances[1], 1.0)
    coefficient = np.where(good, covariance / np.sqrt(product), -np.inf)
    row, column = np.unravel_index(int(np.argmax(coefficient)), good.shape)
    if coefficient[row, column] < _LEAST_COEFFICIENT:
        raise WfsguiError(_NO_PEAK)
    return int(column) - most, int(row) - most


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

    centre = _moved(start, correlation_lag(first.value, _inner(cut(start).value), inside), sense)
    fit = _fitted(first, cut(centre), inside)
    notes: tuple[str, ...] = ()
    if fit is not None and max(abs(fit.dx), abs(fit.dy)) > 0.5:
        # The nearest whole pixel, so that the rest is at most half a pixel.
        centre = _moved(centre, (round(fit.dx), round(fit.dy)), sense)
        fit = _fitted(first, cut(centre), inside)
    if fit is None:
        notes = ("The shift is known to whole pixels only: the fit of its fraction failed.",)
        fit = _Fit(0.0, 0.0, (_WHOLE_PIXEL, _WHOLE_PIXEL))
    shift = (
        centre[0] + sense * fit.dx - first.centre[0],
        centre[1] + sense * fit.dy - first.centre[1],
    )
    part = cut(centre)
    if subpixel:
        moved = Shiftable.of(part).at(fit.dx, fit.dy)
        return Registered(_with(part, moved), shift, fit.errors, (0.0, 0.0), notes)
    return Registered(_without_margin(part), shift, fit.errors, (sense * fit.dx, sense * fit.dy), notes)


def _fitted(first: StarCut, second: StarCut, inside: NDArray[np.bool_]) -> _Fit | None:
    """Fit the shift of the second image from the first one, below a pixel; None if the fit does not converge."""
    shiftable = Shiftable.of(second)
    used = inside & np.isfinite(first.variance) & np.isfinite(_inner(second.variance))
    if np.count_nonzero(used) <= _PARAMETERS:
        raise WfsguiError(_NO_PIXELS)
    dx = dy = 0.0
    for _ in range(_STEPS):
        planes = [_inner(plane)[used] for plane in shiftable.with_gradient(dx, dy)]
        step = _gauss_newton(first.value[used], first.variance[used], planes, _inner(second.variance)[used])
        if step is None:
            return None
        dx, dy = dx + step.dx, dy + step.dy
        if hypot(dx, dy) > _FARTHEST:
            return None
        if hypot(step.dx, step.dy) < _TOLERANCE:
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
    ratio = float(first.value[known] @ value[known]) / float(value[known] @ value[known])
    rest = (first.value - ratio * value) / np.sqrt(first.variance + ratio**2 * variance)
    squares = np.where(known, np.square(np.nan_to_num(rest)), 0.0)
    reduced = float(squares.sum()) / max(int(np.count_nonzero(known)), 1)
    sums = block_reduced(np.add, np.where(known, np.nan_to_num(rest), 0.0), _BLOCK)
    share = 1 - 1 / max(reduced, 1.0)
    return sqrt(max(1 + (float(np.square(sums).sum()) / max(float(squares.sum()), 1e-12) - 1) * share, 1.0))


def _gauss_newton(
    first: NDArray[np.float64],
    variance: NDArray[np.float64],
    second: list[NDArray[np.float64]],
    second_variance: NDArray[np.float64],
) -> _Fit | None:
    """Make one step of the fit ``first = ratio * second(x + shift)``, with the errors of the shift.

    `second` is the second image with its derivatives along x and y. The errors are multiplied by the square root of
    the reduced chi2, where that is more than 1: images of different defocus differ by more than their noise.
    """
    image, along_x, along_y = second
    square = float(image @ image)
    ratio = float(first @ image) / square if square > 0 else nan
    if not ratio > 0:
        return None
    weight = 1 / np.sqrt(variance + ratio**2 * second_variance)
    design = np.column_stack([image, ratio * along_x, ratio * along_y]) * weight[:, None]
    rest = (first - ratio * image) * weight
    # Columns of similar size, for the condition of the matrix.
    scale = np.sqrt(np.square(design).sum(axis=0))
    if not (np.isfinite(scale).all() and scale.all()):
        return None
    found, _, rank, _ = np.linalg.lstsq(design / scale, rest)
    if rank < _PARAMETERS:
        return None
    left = rest - design @ (found / scale)
    inverse = np.linalg.inv((design / scale).T @ (design / scale))
    inflation = sqrt(max(float(left @ left) / (left.size - _PARAMETERS), 1.0))
    step, errors = found / scale, np.sqrt(np.diag(inverse)) / scale * inflation
    return _Fit(float(step[1]), float(step[2]), (float(errors[1]), float(errors[2])))


def _moved(centre: tuple[int, int], lag: tuple[int, int], sense: int) -> tuple[int, int]:
    return centre[0] + sense * lag[0], centre[1] + sense * lag[1]


def _inner(plane: NDArray[np.float64]) -> NDArray[np.float64]:
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


def _scaled(plane: NDArray[np.float64], known: NDArray[np.bool_]) -> NDArray[np.float64]:
    """Return an image with zeros for missing pixels and a root mean square of 1."""
    filled = np.where(known, plane, 0.0)
    size = sqrt(float(np.square(filled).sum()) / max(int(np.count_nonzero(known)), 1))
    return filled / size if size > 0 else filled
