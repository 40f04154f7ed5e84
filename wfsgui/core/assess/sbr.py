"""Signal to background (SBR) and signal to noise (SNR) of a star.

The definitions are those of the plugin ``SNRCalc`` of stginga, which QUIP uses: SBR = median of the signal region over
the standard deviation of the background, after Ball Aerospace. The background is not subtracted from the signal.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from math import hypot, nan, sqrt
from typing import TYPE_CHECKING, Final

import numpy as np

from wfsgui.core.assess.checks.fitted_region import unfitted_light
from wfsgui.core.assess.limits import DEFAULT_LIMITS
from wfsgui.core.assess.part import Named, Part, StarPart
from wfsgui.core.assess.results import CheckResult, Level, Quantity
from wfsgui.core.assess.sensing import limit_key, sensing_stage
from wfsgui.core.errors import WfsguiError
from wfsgui.core.image.dq_flags import do_not_use
from wfsgui.core.measure.number_text import with_uncertainty
from wfsgui.core.measure.robust import median_of

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from wfsgui.core.assess.inputs import AssessInput
    from wfsgui.core.assess.limits import Limit
    from wfsgui.core.assess.results import StarRegions
    from wfsgui.core.assess.sensing import SensingStage
    from wfsgui.core.model.step_image import StepImage
    from wfsgui.core.regions.shapes import Area, Region

__all__ = ["SBR_PART", "Clipped", "clipped_deviation", "measure_sbr"]

_SBR: Final = Named("sbr", "Signal to background (SBR)")
_SIGNAL: Final = Named("signal", "Median of the signal region")
_NOISE: Final = Named("background_deviation", "Standard deviation of the background")
_SNR: Final = (
    Named("snr_least", "Least signal to noise (SNR)"),
    Named("snr_mean", "Mean signal to noise (SNR)"),
    Named("snr_greatest", "Greatest signal to noise (SNR)"),
)

_SIGMAS: Final = 1.8
"""Standard deviations from the median beyond which a value is left out (stginga ``utils.calc_stat``)."""

_ROUNDS: Final = 10
"""Most rounds of clipping (stginga ``utils.calc_stat``)."""

_GROUPS: Final = 16
_TRIALS: Final = 32
_SEED: Final = 17

_SOURCE: Final = "stginga, plugin SNRCalc"
_DEFINITION: Final = (
    f"Median of the signal region over the standard deviation of the background annulus, sigma-clipped at {_SIGMAS} "
    f"standard deviations in up to {_ROUNDS} rounds; the background is not subtracted ({_SOURCE})."
)
_SIGNAL_DEFINITION: Final = "Median of the usable pixels of the signal region; the background is not subtracted."
_NOISE_DEFINITION: Final = (
    f"Standard deviation of the usable pixels of the background annulus, sigma-clipped at {_SIGMAS} times itself "
    f"in up to {_ROUNDS} rounds ({_SOURCE})."
)
_SNR_DEFINITION: Final = "{} of SCI / ERR of the pixels of the signal region ({}); ERR counts as exact."


@dataclass(frozen=True)
class Clipped:
    """Standard deviation after clipping.

    Attributes
    ----------
    deviation : float
        Root mean square of the deviations from the mean of the values that remain, in their unit.
    error : float
        Standard deviation of `deviation`; NaN with fewer than three values.
    count : int
        Values that remain.
    """

    deviation: float
    error: float
    count: int


@dataclass(frozen=True)
class _Median:
    value: float
    error: float


def measure_sbr(request: AssessInput, regions: StarRegions) -> Part:
    """Measure SBR and SNR, and compare the SBR with the limit of the stage of the sensing.

    Parameters
    ----------
    request : AssessInput
        The exposure.
    regions : StarRegions
        Regions of the star.

    Returns
    -------
    Part
        SBR, its signal and its noise, least, mean and greatest SNR; the check of the SBR.

    Raises
    ------
    WfsguiError
        If no pixel of the signal region or of the annulus can be used.
    """
    image = request.image
    signal, errors = _usable(image, regions.signal)
    around, _ = _usable(image, regions.background)
    if not signal.size:
        raise WfsguiError("No pixel of the signal region has a value that may be used; move the region.")
    if not around.size:
        raise WfsguiError(
            "No pixel of the background annulus has a value that may be used: there is no SBR; move the annulus."
        )
    median, clipped = _median(signal, errors), clipped_deviation(around)
    sbr = replace(
        _quantity(_SBR, *_ratio(median, clipped), "", regions.signal, _DEFINITION),
        reason="" if clipped.deviation > 0 else "All pixels of the background annulus have the same value.",
    )
    quantities = (
        sbr,
        _quantity(_SIGNAL, median.value, median.error, image.unit, regions.signal, _SIGNAL_DEFINITION),
        _quantity(_NOISE, clipped.deviation, clipped.error, image.unit, regions.background, _NOISE_DEFINITION),
        *_snr(signal, errors, regions),
    )
    return Part(quantities, (_check(request, regions, sbr),))


def _usable(image: StepImage, region: Area) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return SCI and ERR of the pixels of a region that have a value and no DO_NOT_USE."""
    box, inside = region.cutout((image.sci.shape[0], image.sci.shape[1]))
    inside &= np.isfinite(image.sci[box]) & ~do_not_use(image.dq[box])
    return image.sci[box][inside].astype(float), image.err[box][inside].astype(float)


def clipped_deviation(values: NDArray[np.float64]) -> Clipped:
    """Measure the standard deviation of values after sigma clipping.

    In each round, values farther than 1.8 standard deviations from the median are left out; the rounds end when
    none is, or after 10. A test holds this equal to `astropy.stats.sigma_clip`, which stginga calls. Of normal
    values so many are left out that the result is about half of their standard deviation.

    Parameters
    ----------
    values : ndarray of float64, shape (n,)
        Finite values, at least one, in the order of the pixels.

    Returns
    -------
    Clipped
        The result. The error is that of a jackknife over 16 groups of interleaved pixels: clipping correlates the
        values, so the error of a plain standard deviation would be too small.
    """
    # Clipped values are the ends of a sorted array.
    order = np.argsort(values)
    ordered = values[order]
    kept = _clipped(ordered)
    return Clipped(float(kept.std()), _jackknife(ordered, order), kept.size)


def _clipped(ordered: NDArray[np.float64]) -> NDArray[np.float64]:
    for _ in range(_ROUNDS):
        middle = ordered.size // 2
        median = ordered[middle] if ordered.size % 2 else (ordered[middle - 1] + ordered[middle]) / 2
        reach = _SIGMAS * ordered.std()
        low, high = np.searchsorted(ordered, median - reach, "left"), np.searchsorted(ordered, median + reach, "right")
        if high - low == ordered.size:
            break
        ordered = ordered[low:high]
    return ordered


def _jackknife(ordered: NDArray[np.float64], order: NDArray[np.int64]) -> float:
    """Return the standard deviation of the result, from results without one group of the pixels each."""
    groups = min(_GROUPS, ordered.size)
    if groups < 3:
        return nan
    group = order % groups
    found = np.array([_clipped(ordered[group != number]).std() for number in range(groups)])
    return sqrt((groups - 1) / groups * float(np.square(found - found.mean()).sum()))


def _median(values: NDArray[np.float64], errors: NDArray[np.float64]) -> _Median:
    """Return the median and its error: the standard deviation of trials with noise from ERR, the same each time."""
    middle = float(np.median(values))
    known = np.isfinite(errors) & (errors > 0)
    if not known.any():
        return _Median(middle, nan)
    random, noise = np.random.default_rng(_SEED), np.where(known, errors, 0.0)
    trials = [median_of(values + noise * random.standard_normal(values.size)) for _ in range(_TRIALS)]
    return _Median(middle, float(np.std(trials, ddof=1)))


def _ratio(median: _Median, clipped: Clipped) -> tuple[float, float]:
    if not clipped.deviation > 0:
        return nan, nan
    value = median.value / clipped.deviation
    return value, hypot(median.error, value * clipped.error) / clipped.deviation


def _snr(values: NDArray[np.float64], errors: NDArray[np.float64], regions: StarRegions) -> tuple[Quantity, ...]:
    known = np.isfinite(errors) & (errors > 0)
    if not known.any():
        return tuple(
            Quantity(each.key, each.name, nan, reason="No pixel of the signal region has ERR.") for each in _SNR
        )
    ratios = values[known] / errors[known]
    found = ((ratios.min(), 1.0), (ratios.mean(), 1 / sqrt(ratios.size)), (ratios.max(), 1.0))
    return tuple(
        _quantity(each, float(value), error, "", regions.signal, _SNR_DEFINITION.format(kind, _SOURCE))
        for each, kind, (value, error) in zip(_SNR, ("Minimum", "Mean", "Maximum"), found, strict=True)
    )


def _quantity(named: Named, value: float, error: float, unit: str, region: Region, definition: str) -> Quantity:
    return Quantity(named.key, named.name, value, error, unit, region, definition)


def _check(request: AssessInput, regions: StarRegions, sbr: Quantity) -> CheckResult:
    info = request.product.science.info
    stage = sensing_stage(info, request.metadata, request.sensing_stage)
    key = limit_key(stage.name, info)
    limit = request.limits[key] if key in DEFAULT_LIMITS else None
    unfit = unfitted_light(request, regions)
    level, finding = Level.CANNOT_TELL, ""
    if not sbr.is_known:
        finding = sbr.reason
    elif unfit:
        finding = unfit
    elif not stage.name:
        finding = f"The stage of the sensing is not known, so there is no limit; choose the stage. {stage.reason}"
    elif limit is None:
        finding = f"QUIP has no limit for {stage.text} with {info.instrument or 'an unknown instrument'}."
    else:
        level, finding = _against(sbr, limit, stage)
    return CheckResult(
        key=_SBR.key,
        name=_SBR.name,
        level=level,
        value=with_uncertainty(sbr.value, sbr.error),
        finding=finding,
        limit=limit.text if limit is not None else "",
        source=limit.source if limit is not None else "",
        quantity=_SBR.key,
        place=(regions.x, regions.y),
    )


def _against(sbr: Quantity, limit: Limit, stage: SensingStage) -> tuple[Level, str]:
    """Compare with the limit; equal is not enough."""
    enough = sbr.value > limit.value
    is_close = abs(sbr.value - limit.value) <= sbr.error
    close = " The difference is within the error." if is_close else ""
    finding = f"The SBR is {'' if enough else 'not '}more than {limit.value:g}, the limit for {stage.text}.{close}"
    return Level.GOOD if enough else Level.BAD, finding


SBR_PART: Final = StarPart(measure_sbr, (_SBR, _SIGNAL, _NOISE, *_SNR), (_SBR,))
"""SBR and SNR."""
