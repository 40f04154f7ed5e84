"""From light to a ``_rate`` image: photon and read noise, bad pixels, cosmic rays, saturation.

The statistics are those of an up-the-ramp fit. With n groups of t seconds, r the count rate in DN/s, g the gain and s
the noise of one group in DN (jwst's documentation of the ramp-fitting step)::

    VAR_POISSON = r / (g * t * (n - 1))        VAR_RNOISE = 12 * s**2 / (t**2 * (n**3 - n))

The variances are those of the model's rate and not of a measured one, so ``(SCI - rate) / ERR`` is normal with variance
1 at any rate. Flags and fill values are as jwst 3.0.0's ramp fit leaves them: where DO_NOT_USE is set, SCI is NaN and
ERR and both variances are 0; reference pixels are flagged and keep a value.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np
from scipy import ndimage
from stdatamodels.jwst.datamodels.dqflags import pixel as dq_flags

from wfsgui.demo.visit.rate_file import Planes

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from wfsgui.demo.visit.exposure_spec import ExposureSpec

__all__ = ["Electronics", "Pixels", "observe", "pixels_of", "subarray_of"]

_BORDER: Final = 4
"""Width of the frame of reference pixels."""

_DNU: Final = int(dq_flags["DO_NOT_USE"])

_BAD_PIXELS: Final = (
    (2.0e-4, dq_flags["DEAD"] | _DNU),
    (3.0e-4, dq_flags["NO_LIN_CORR"] | _DNU),
    (2.0e-5, dq_flags["OPEN"] | _DNU),
)
"""Fraction of the pixels, and their flags."""

_HOT_FRACTION: Final = 3.0e-4
_HOT_RATE: Final = 3.0
"""Median of the dark current of a hot pixel, DN/s."""

_FEWEST_SPLIT_GROUPS: Final = 4
"""Of a ramp that a jump splits: fewer leave no slope on one side."""


@dataclass(frozen=True, kw_only=True)
class Electronics:
    """How a detector counts; the defaults are close to NRCA3.

    Attributes
    ----------
    gain : float
        Electrons per DN.
    read_noise : float
        Of the difference of two reads (as in the read-noise reference), electrons.
    saturation : float
        DN.
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
    """The pixels of a detector, or of the part that a subarray reads; arrays of one shape (y, x).

    Attributes
    ----------
    dq : ndarray of uint32
        Flags that every exposure has.
    response : ndarray of float32
        What a pixel counts of the light that falls on it, 1 on average; 0 for reference pixels.
    dark : ndarray of float32
        Rate without light, DN/s.
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
    """Draw the pixels of a detector: reference pixels at the border, bad ones, hot ones.

    Parameters
    ----------
    spec : ExposureSpec
        Any exposure with the detector.
    seed : int
        One seed stands for one detector.
    response : ndarray of float32, optional
        Flat field of the full detector; what is not finite or not positive counts as 1.
    response_dq : ndarray of uint32, optional
        Flags of the flat field; DEAD and LOW_QE are taken over.

    Returns
    -------
    Pixels
        Those of the full detector.
    """
    shape = spec.detector_shape
    dq, dark = _bad_pixels(shape, np.random.default_rng(seed))
    if response_dq is not None:
        dead = (response_dq & dq_flags["DEAD"]) != 0
        dq |= response_dq & np.uint32(dq_flags["DEAD"] | dq_flags["LOW_QE"])
        dq[dead] |= np.uint32(_DNU)
    sensitivity = np.ones(shape, dtype=np.float32)
    if response is not None:
        usable = np.isfinite(response) & (response > 0)
        sensitivity[usable] = response[usable]
    border = _reference_pixels(spec, shape)
    dq[border], sensitivity[border], dark[border] = dq_flags["REFERENCE_PIXEL"], 0.0, 0.0
    return Pixels(dq, sensitivity, dark)


def subarray_of(pixels: Pixels, spec: ExposureSpec) -> Pixels:
    """Cut out the part of a detector that an exposure reads.

    Parameters
    ----------
    pixels : Pixels
        Those of the full detector.
    spec : ExposureSpec
        The exposure.

    Returns
    -------
    Pixels
        Those of its subarray.
    """
    rows, columns = (
        slice(start - 1, start - 1 + size) for start, size in zip((spec.ystart, spec.xstart), spec.shape, strict=True)
    )
    return Pixels(pixels.dq[rows, columns], pixels.response[rows, columns], pixels.dark[rows, columns])


def observe(
    light: NDArray[np.floating],
    spec: ExposureSpec,
    pixels: Pixels,
    seed: int | Sequence[int],
    electronics: Electronics | None = None,
) -> Planes:
    """Expose a detector to light.

    Parameters
    ----------
    light : ndarray, shape (y, x)
        Rate that falls on each pixel, DN/s at a response of 1.
    spec : ExposureSpec
        The exposure: its subarray and its groups, two or more.
    pixels : Pixels
        The detector.
    seed : int or sequence of int
        Of the noise and the cosmic rays.
    electronics : Electronics, optional
        By default those of `Electronics`.

    Returns
    -------
    Planes
        The rate image.
    """
    electronics = electronics or Electronics()
    random = np.random.default_rng(seed)
    rate = (light * pixels.response + pixels.dark).astype(np.float32)
    groups = _groups_before_saturation(rate, spec, electronics)
    jump = _hits(spec, electronics, random) & (groups >= _FEWEST_SPLIT_GROUPS)
    jump &= (pixels.dq & dq_flags["REFERENCE_PIXEL"]) == 0
    dq = pixels.dq.copy()
    dq[jump] |= np.uint32(dq_flags["JUMP_DET"])
    dq[groups < spec.ngroups] |= np.uint32(dq_flags["SATURATED"])
    # One group has no slope; jwst's ramp fit gives up on such pixels by default (suppress_one_group).
    dq[groups < 2] |= np.uint32(_DNU)
    fitted = np.maximum(groups, 2)
    electrons_per_rate = np.float32(electronics.gain * spec.group_time * spec.nints) * (fitted - 1 - jump)
    var_read = _read_variance(fitted, spec, electronics)
    # Two halves of a ramp: n**3 - n falls to a quarter.
    var_read[jump] *= 4
    sci = random.poisson(rate * electrons_per_rate).astype(np.float32) / electrons_per_rate
    sci += np.sqrt(var_read) * random.standard_normal(rate.shape, dtype=np.float32)
    return _planes(sci, rate / electrons_per_rate, var_read, dq)


def _planes(
    sci: NDArray[np.float32], var_poisson: NDArray[np.float32], var_read: NDArray[np.float32], dq: NDArray[np.uint32]
) -> Planes:
    """Put in what stands for pixels that are not to be used."""
    unusable = (dq & _DNU) != 0
    sci[unusable] = np.nan
    var_poisson[unusable] = var_read[unusable] = 0
    return Planes(sci, np.sqrt(var_poisson + var_read), dq, var_poisson, var_read)


def _bad_pixels(shape: tuple[int, int], random: np.random.Generator) -> tuple[NDArray[np.uint32], NDArray[np.float32]]:
    """Draw the flags of a detector and its dark current, DN/s."""
    dq = np.zeros(shape, dtype=np.uint32)
    for fraction, flags in _BAD_PIXELS:
        dq.flat[_some(dq.size, fraction, random)] |= np.uint32(flags)
    is_open = (dq & dq_flags["OPEN"]) != 0
    dq[ndimage.binary_dilation(is_open) & ~is_open] |= np.uint32(dq_flags["ADJ_OPEN"] | _DNU)
    hot = _some(dq.size, _HOT_FRACTION, random)
    dq.flat[hot] |= np.uint32(dq_flags["HOT"])
    dark = np.zeros(shape, dtype=np.float32)
    dark.flat[hot] = _HOT_RATE * np.exp(random.standard_normal(hot.size))
    return dq, dark


def _some(size: int, fraction: float, random: np.random.Generator) -> NDArray[np.int64]:
    return random.integers(0, size, round(fraction * size))


def _reference_pixels(spec: ExposureSpec, shape: tuple[int, int]) -> NDArray[np.bool_]:
    border = np.ones(shape, dtype=bool)
    # MIRI has them at both ends of a row only.
    rows = slice(None) if spec.instrument == "MIRI" else slice(_BORDER, -_BORDER)
    border[rows, _BORDER:-_BORDER] = False
    return border


def _groups_before_saturation(
    rate: NDArray[np.float32], spec: ExposureSpec, electronics: Electronics
) -> NDArray[np.int16]:
    """Count the groups that can be fitted; a saturated pixel spoils its neighbours, as in jwst's saturation step."""
    with np.errstate(divide="ignore"):
        reached = np.floor(electronics.saturation / (rate * spec.group_time))
    if reached.min() >= spec.ngroups:
        return np.full(rate.shape, spec.ngroups, dtype=np.int16)
    groups = np.minimum(reached, spec.ngroups).astype(np.int16)
    return np.asarray(ndimage.minimum_filter(groups, size=3))


def _read_variance(groups: NDArray[np.int16], spec: ExposureSpec, electronics: Electronics) -> NDArray[np.float32]:
    """VAR_RNOISE, (DN/s)**2: a group averages its frames, and one read has half the variance of a difference."""
    group_variance = (electronics.read_noise / electronics.gain) ** 2 / 2 / spec.frames[0]
    n = np.arange(2.0, spec.ngroups + 1)
    by_groups = 12.0 * group_variance / spec.group_time**2 / (n**3 - n) / spec.nints
    return np.asarray(by_groups.astype(np.float32)[groups - 2])


def _hits(spec: ExposureSpec, electronics: Electronics, random: np.random.Generator) -> NDArray[np.bool_]:
    """Choose the pixels that cosmic rays strike: half of them with their four neighbours, a few in large discs."""
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
