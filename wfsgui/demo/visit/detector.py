"""Simulation of a detector: from a flux image to a ``_rate`` image with noise, bad pixels, cosmic rays, saturation.

The statistics are those of an up-the-ramp fit. With n groups of t seconds, r the count rate in DN/s, g the gain and s
the noise of one group in DN (jwst's documentation of the ramp-fitting step)::

    VAR_POISSON = r / (g * t * (n - 1))        VAR_RNOISE = 12 * s**2 / (t**2 * (n**3 - n))

The variances are computed from the rate of the model, not from the noisy rate, so ``(SCI - rate) / ERR`` is normal with
variance 1 at any rate. Flags and fill values are those of the ramp fit of jwst 3.0.0: pixels with DO_NOT_USE have SCI
= NaN and 0 in ERR and both variances; reference pixels are flagged and keep a value.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np
from scipy import ndimage

from wfsgui.core.model.flags import DO_NOT_USE, FLAGS
from wfsgui.demo.references.detectors import detector_named
from wfsgui.demo.references.flats import reference_pixels
from wfsgui.demo.visit.rate_file import Planes

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from wfsgui.demo.visit.exposure_spec import ExposureSpec

__all__ = ["Electronics", "Pixels", "observe", "pixels_of", "subarray_of"]

_BAD_PIXELS: Final = (
    (2.0e-4, FLAGS["DEAD"] | DO_NOT_USE),
    (3.0e-4, FLAGS["NO_LIN_CORR"] | DO_NOT_USE),
    (2.0e-5, FLAGS["OPEN"] | DO_NOT_USE),
)
"""Fraction of the pixels, and flags of these pixels."""

_HOT_FRACTION: Final = 3.0e-4
_HOT_RATE: Final = 3.0
"""Median of the dark current of a hot pixel, DN/s."""

_FEWEST_SPLIT_GROUPS: Final = 4
"""Least number of groups of a ramp that a jump splits: with fewer, one part has no slope."""


@dataclass(frozen=True, kw_only=True)
class Electronics:
    """Properties of a detector and its electronics; the defaults are close to NRCA3.

    Attributes
    ----------
    gain : float
        Electrons per DN.
    read_noise : float
        Noise of the difference of two reads (as in the read-noise reference), electrons.
    saturation : float
        Saturation level, DN.
    cosmic_rays : float
        Hits per pixel and second.
    snowballs : float
        Large hits per pixel and second.
    """

    gain: float = 2.05
    read_noise: float = 15.8
    saturation: float = 50_000.0
    cosmic_rays: float = 3.0e-5
    snowballs: float = 1.0e-8


@dataclass(frozen=True)
class Pixels:
    """Pixels of a detector or of a subarray; arrays of the same shape (y, x).

    Attributes
    ----------
    dq : ndarray of uint32
        Flags of every exposure.
    response : ndarray of float32
        Relative sensitivity, 1 on average; 0 for reference pixels.
    dark : ndarray of float32
        Dark rate, DN/s.
    """

    dq: NDArray[np.uint32]
    response: NDArray[np.float32]
    dark: NDArray[np.float32]


def pixels_of(
    spec: ExposureSpec,
    seed: int,
    response: NDArray[np.float32] | None = None,
    response_dq: NDArray[np.uint32] | None = None,
) -> Pixels:
    """Make the pixels of a detector: reference pixels at the border, random bad and hot pixels.

    Parameters
    ----------
    spec : ExposureSpec
        An exposure of the detector.
    seed : int
        Random seed; one seed stands for one detector.
    response : ndarray of float32, optional
        Flat field of the full detector, shape (y, x); values that are not finite or not positive count as 1.
    response_dq : ndarray of uint32, optional
        Flags of the flat field, shape (y, x); DEAD and LOW_QE are used.

    Returns
    -------
    Pixels
        Pixels of the full detector.
    """
    shape = spec.detector_shape
    dq, dark = _bad_pixels(shape, np.random.default_rng(seed))
    if response_dq is not None:
        dead = (response_dq & FLAGS["DEAD"]) != 0
        dq |= response_dq & np.uint32(FLAGS["DEAD"] | FLAGS["LOW_QE"])
        dq[dead] |= np.uint32(DO_NOT_USE)
    sensitivity = np.ones(shape, dtype=np.float32)
    if response is not None:
        usable = np.isfinite(response) & (response > 0)
        sensitivity[usable] = response[usable]
    border = reference_pixels(detector_named(spec.detector))
    dq[border], sensitivity[border], dark[border] = FLAGS["REFERENCE_PIXEL"], 0.0, 0.0
    return Pixels(dq, sensitivity, dark)


def subarray_of(pixels: Pixels, spec: ExposureSpec) -> Pixels:
    """Cut out the subarray of an exposure.

    Parameters
    ----------
    pixels : Pixels
        Pixels of the full detector.
    spec : ExposureSpec
        The exposure.

    Returns
    -------
    Pixels
        Pixels of the subarray.
    """
    rows, columns = (
        slice(start - 1, start - 1 + size) for start, size in zip((spec.ystart, spec.xstart), spec.shape, strict=True)
    )
    return Pixels(pixels.dq[rows, columns], pixels.response[rows, columns], pixels.dark[rows, columns])


def observe(
    flux: NDArray[np.floating],
    spec: ExposureSpec,
    pixels: Pixels,
    seed: int | Sequence[int],
    electronics: Electronics | None = None,
) -> Planes:
    """Simulate the rate image of an exposure.

    Parameters
    ----------
    flux : ndarray, shape (y, x)
        Flux in each pixel, DN/s at a response of 1.
    spec : ExposureSpec
        The exposure, with two or more groups.
    pixels : Pixels
        The detector.
    seed : int or sequence of int
        Random seed of noise and cosmic rays.
    electronics : Electronics, optional
        Electronics; by default ``Electronics()``.

    Returns
    -------
    Planes
        The rate image.
    """
    electronics = electronics or Electronics()
    random = np.random.default_rng(seed)
    rate = (flux * pixels.response + pixels.dark).astype(np.float32)
    groups = _groups_before_saturation(rate, spec, electronics)
    jump = _hits(spec, electronics, random) & (groups >= _FEWEST_SPLIT_GROUPS)
    jump &= (pixels.dq & FLAGS["REFERENCE_PIXEL"]) == 0
    dq = pixels.dq.copy()
    dq[jump] |= np.uint32(FLAGS["JUMP_DET"])
    dq[groups < spec.ngroups] |= np.uint32(FLAGS["SATURATED"])
    # One group has no slope; by default the ramp fit of jwst drops such pixels (suppress_one_group).
    dq[groups < 2] |= np.uint32(DO_NOT_USE)
    fitted = np.maximum(groups, 2)
    electrons_per_rate = np.float32(electronics.gain * spec.group_time * spec.nints) * (fitted - 1 - jump)
    var_read = _read_variance(fitted, spec, electronics)
    # A jump splits the ramp into two parts: n**3 - n falls to a quarter.
    var_read[jump] *= 4
    sci = random.poisson(rate * electrons_per_rate).astype(np.float32) / electrons_per_rate
    sci += np.sqrt(var_read) * random.standard_normal(rate.shape, dtype=np.float32)
    return _planes(sci, rate / electrons_per_rate, var_read, dq)


def _planes(
    sci: NDArray[np.float32], var_poisson: NDArray[np.float32], var_read: NDArray[np.float32], dq: NDArray[np.uint32]
) -> Planes:
    """Set the fill values of pixels with DO_NOT_USE."""
    unusable = (dq & DO_NOT_USE) != 0
    sci[unusable] = np.nan
    var_poisson[unusable] = var_read[unusable] = 0
    return Planes(sci, np.sqrt(var_poisson + var_read), dq, var_poisson, var_read)


def _bad_pixels(shape: tuple[int, int], random: np.random.Generator) -> tuple[NDArray[np.uint32], NDArray[np.float32]]:
    """Draw the flags of a detector and its dark current, DN/s."""
    dq = np.zeros(shape, dtype=np.uint32)
    for fraction, flags in _BAD_PIXELS:
        dq.flat[_some(dq.size, fraction, random)] |= np.uint32(flags)
    is_open = (dq & FLAGS["OPEN"]) != 0
    dq[ndimage.binary_dilation(is_open) & ~is_open] |= np.uint32(FLAGS["ADJ_OPEN"] | DO_NOT_USE)
    hot = _some(dq.size, _HOT_FRACTION, random)
    dq.flat[hot] |= np.uint32(FLAGS["HOT"])
    dark = np.zeros(shape, dtype=np.float32)
    dark.flat[hot] = _HOT_RATE * np.exp(random.standard_normal(hot.size))
    return dq, dark


def _some(size: int, fraction: float, random: np.random.Generator) -> NDArray[np.int64]:
    return random.integers(0, size, round(fraction * size))


def _groups_before_saturation(
    rate: NDArray[np.float32], spec: ExposureSpec, electronics: Electronics
) -> NDArray[np.int16]:
    """Count the unsaturated groups; saturation spreads to neighbours, as in the saturation step of jwst."""
    with np.errstate(divide="ignore"):
        reached = np.floor(electronics.saturation / (rate * spec.group_time))
    if reached.min() >= spec.ngroups:
        return np.full(rate.shape, spec.ngroups, dtype=np.int16)
    groups = np.minimum(reached, spec.ngroups).astype(np.int16)
    return np.asarray(ndimage.minimum_filter(groups, size=3))


def _read_variance(groups: NDArray[np.int16], spec: ExposureSpec, electronics: Electronics) -> NDArray[np.float32]:
    """VAR_RNOISE, (DN/s)**2: a group is the mean of its frames, and one read has half the variance of a difference."""
    group_variance = (electronics.read_noise / electronics.gain) ** 2 / 2 / spec.frames[0]
    n = np.arange(2.0, spec.ngroups + 1)
    by_groups = 12.0 * group_variance / spec.group_time**2 / (n**3 - n) / spec.nints
    return np.asarray(by_groups.astype(np.float32)[groups - 2])


def _hits(spec: ExposureSpec, electronics: Electronics, random: np.random.Generator) -> NDArray[np.bool_]:
    """Choose the pixels hit by cosmic rays: half of them with four neighbours, and a few large discs (snowballs)."""
    seconds = spec.exposure_time * spec.shape[0] * spec.shape[1]
    hits = np.zeros(spec.shape, dtype=bool)
    for spreads in (False, True):
        struck = np.zeros(spec.shape, dtype=bool)
        struck.flat[random.integers(0, struck.size, random.poisson(electronics.cosmic_rays * seconds / 2))] = True
        hits |= ndimage.binary_dilation(struck) if spreads else struck
    y, x = np.ogrid[: spec.shape[0], : spec.shape[1]]
    for _ in range(random.poisson(electronics.snowballs * seconds)):
        (row, column), radius = random.integers(spec.shape), random.uniform(4.0, 16.0)
        hits |= (y - row) ** 2 + (x - column) ** 2 < radius**2
    return hits
