"""Tests of SBR and SNR: against computations by hand and by astropy, and of their errors and limits."""

from __future__ import annotations

from dataclasses import replace
from math import isnan

import numpy as np
import pytest
from astropy.stats import sigma_clip
from numpy.typing import NDArray

from tests.core.assess.stars import Scene, flagged, image_of, request
from wfsgui.core.assess.assess import assess_exposure
from wfsgui.core.assess.inputs import AssessInput
from wfsgui.core.assess.limits import Limits
from wfsgui.core.assess.part import Part
from wfsgui.core.assess.regions import find_regions
from wfsgui.core.assess.results import Level, Quantity, StarRegions
from wfsgui.core.assess.sbr import clipped_deviation, measure_sbr
from wfsgui.core.errors import WfsguiError
from wfsgui.core.model.step_image import StepImage
from wfsgui.core.regions.shapes import Annulus, Circle

REGIONS = StarRegions(160, 158, Circle(160, 158, 60.5), Annulus(160, 158, 110, 150), in_focus=False)


def spoilt(image: StepImage, seed: int = 1) -> StepImage:
    """Add missing pixels, and unusable pixels with absurd values."""
    random = np.random.default_rng(seed)
    bad, hole = random.random((2, *image.sci.shape)) < 0.02
    spoilt_image = flagged(image, bad, 1 | 4)
    return replace(spoilt_image, sci=np.where(hole, np.float32(np.nan), spoilt_image.sci))


def number(part: Part, key: str) -> Quantity:
    return next(quantity for quantity in part.quantities if quantity.key == key)


def pixels_by_hand(
    image: StepImage, place: tuple[float, float], low: float, high: float
) -> tuple[list[int], list[int]]:
    """List the usable pixels between two radii, one by one."""
    found = [
        (row, column)
        for row in range(image.sci.shape[0])
        for column in range(image.sci.shape[1])
        if low <= ((column - place[0]) ** 2 + (row - place[1]) ** 2) ** 0.5 < high
        and not image.dq[row, column] & 1
        and np.isfinite(image.sci[row, column])
    ]
    return [row for row, _ in found], [column for _, column in found]


def deviation_by_hand(values: NDArray[np.float64]) -> float:
    """Clip as stginga does, in plain numpy."""
    for _ in range(10):
        reach = 1.8 * values.std()
        kept = values[np.abs(values - np.median(values)) <= reach]
        if kept.size == values.size:
            break
        values = kept
    return float(values.std())


@pytest.mark.parametrize("lens", ["WLP8", "WLM8"])
@pytest.mark.parametrize("unit", ["MJy/sr", "DN/s"])
def test_sbr_equals_a_computation_by_hand(lens: str, unit: str) -> None:
    image = spoilt(image_of(Scene(lens), unit=unit))
    part = measure_sbr(request(image, lens), REGIONS)
    signal = image.sci[pixels_by_hand(image, (160, 158), 0, 60.5)].astype(float)
    around = image.sci[pixels_by_hand(image, (160, 158), 110, 150)].astype(float)
    assert number(part, "signal").value == pytest.approx(np.median(signal), rel=1e-12)
    assert number(part, "background_deviation").value == pytest.approx(deviation_by_hand(around), rel=1e-9)
    assert number(part, "sbr").value == pytest.approx(np.median(signal) / deviation_by_hand(around), rel=1e-6)
    assert number(part, "signal").unit == unit


@pytest.mark.parametrize("size", [1, 2, 3, 17, 400, 20001])
@pytest.mark.parametrize("kind", ["normal", "skew", "steps", "outliers"])
def test_clipped_deviation_equals_astropy(size: int, kind: str) -> None:
    random = np.random.default_rng(size)
    values = {
        "normal": random.normal(3, 2, size),
        "skew": random.exponential(2, size),
        "steps": np.round(random.normal(0, 2, size)),
        "outliers": random.normal(0, 1, size) + 1e4 * (random.random(size) < 0.05),
    }[kind]
    theirs = sigma_clip(values, sigma=1.8, maxiters=10)
    ours = clipped_deviation(values)
    assert ours.deviation == pytest.approx(float(theirs.compressed().std()), rel=1e-9, abs=1e-12)
    assert ours.count == theirs.count()


def test_clipping_leaves_half_of_normal_noise() -> None:
    """The guide says so, because the limits belong to this definition."""
    found = clipped_deviation(np.random.default_rng(0).normal(0, 1, 30000))
    assert found.deviation == pytest.approx(0.52, abs=0.03)


def test_errors_are_the_scatter_over_many_images() -> None:
    parts = [measure_sbr(request(image_of(Scene("WLP8", seed=seed)), "WLP8"), REGIONS) for seed in range(40)]
    for key in ("sbr", "signal", "background_deviation"):
        values, errors = (np.array([getattr(number(part, key), name) for part in parts]) for name in ("value", "error"))
        # The scatter of 40 images is known to 11 %.
        assert np.mean(errors) == pytest.approx(values.std(ddof=1), rel=0.4), key


def test_snr_is_that_of_the_pixels_with_err() -> None:
    image = spoilt(image_of(Scene("WLP8")))
    err = image.err.copy()
    err[150, 130] = 0
    part = measure_sbr(request(replace(image, err=err), "WLP8"), REGIONS)
    places = pixels_by_hand(image, (160, 158), 0, 60.5)
    ratios = [float(image.sci[at]) / float(err[at]) for at in zip(*places, strict=True) if err[at] > 0]
    assert number(part, "snr_least").value == pytest.approx(min(ratios), rel=1e-6)
    assert number(part, "snr_mean").value == pytest.approx(sum(ratios) / len(ratios), rel=1e-6)
    assert number(part, "snr_greatest").value == pytest.approx(max(ratios), rel=1e-6)


def test_snr_without_err_has_a_reason() -> None:
    image = image_of(Scene("WLP8"))
    part = measure_sbr(request(replace(image, err=np.zeros_like(image.err)), "WLP8"), REGIONS)
    assert isnan(number(part, "snr_mean").value)
    assert "ERR" in number(part, "snr_mean").reason
    assert number(part, "sbr").is_known


def even_light(signal: float, shape: tuple[int, int] = (320, 320)) -> StepImage:
    """Make an image whose background has a clipped standard deviation of about 1, and whose signal is even."""
    rows, columns = np.indices(shape)
    sci = np.sqrt(1.5) * ((rows + columns) % 3 - 1.0)
    sci[np.hypot(columns - 160, rows - 158) < 80] = signal
    return StepImage(
        sci=sci.astype(np.float32), err=np.ones(shape, np.float32), dq=np.zeros(shape, np.uint32), unit="DN/s"
    )


def test_equal_to_the_limit_is_not_enough() -> None:
    entry = request(even_light(1700), "WLP8")
    value = number(measure_sbr(entry, REGIONS), "sbr").value
    assert value == pytest.approx(1700, rel=1e-3)
    for least, level in ((value, Level.BAD), (np.nextafter(value, 0), Level.GOOD), (1501, Level.GOOD)):
        limits = Limits({"sbr.WAVEFRONT_MAINTENANCE": float(least)})
        (check,) = measure_sbr(replace(entry, limits=limits), REGIONS).checks
        assert check.level is level


def test_check_has_limit_source_and_place() -> None:
    (check,) = measure_sbr(request(even_light(1700), "WLP8"), REGIONS).checks
    assert check.level is Level.GOOD
    assert check.limit == "more than 1500"
    assert "QUIP" in check.source
    assert check.place == (160, 158)
    assert "wavefront maintenance" in check.finding


def test_signal_without_values_has_a_reason() -> None:
    with pytest.raises(WfsguiError, match="signal region"):
        measure_sbr(request(even_light(float("nan")), "WLP8"), REGIONS)


def test_changed_limit_and_stage_decide() -> None:
    image = even_light(1000)

    def level(**changes: object) -> Level:
        return measure_sbr(request(image, "WLP8", **changes), REGIONS).checks[0].level

    assert level() is Level.BAD
    assert level(sensing_stage="FOCUS_SWEEP") is Level.GOOD
    assert level(limits=Limits({"sbr.WAVEFRONT_MAINTENANCE": 999})) is Level.GOOD
    assert level(sensing_stage="MIMF", instrument="FGS") is Level.GOOD


def check_of(entry: AssessInput) -> tuple[Level, str]:
    (check,) = measure_sbr(entry, REGIONS).checks
    return check.level, check.finding


def test_check_without_a_limit_cannot_tell() -> None:
    level, finding = check_of(request(even_light(1000), "CLEAR"))
    assert level is Level.CANNOT_TELL
    assert "stage of the sensing is not known" in finding
    level, finding = check_of(request(even_light(1000), "WLP8", sensing_stage="MIMF", instrument=""))
    assert level is Level.CANNOT_TELL
    assert "no limit" in finding


def test_check_of_light_that_no_region_fits_cannot_tell() -> None:
    entry = request(even_light(2000), "GDHS0")
    assert check_of(entry)[0] is Level.CANNOT_TELL
    by_hand = replace(REGIONS, by_analyst=("signal",))
    assert measure_sbr(entry, by_hand).checks[0].level is Level.GOOD


def test_even_background_has_a_reason() -> None:
    image = even_light(2000)
    part = measure_sbr(request(replace(image, sci=np.where(image.sci < 1000, 0, image.sci)), "WLP8"), REGIONS)
    assert isnan(number(part, "sbr").value)
    assert "same value" in number(part, "sbr").reason
    assert part.checks[0].level is Level.CANNOT_TELL


def test_annulus_without_pixels_has_a_reason() -> None:
    with pytest.raises(WfsguiError, match="annulus"):
        measure_sbr(request(even_light(2000), "WLP8"), replace(REGIONS, background=Annulus(160, 158, 400, 410)))


def test_sbr_of_the_assessment_is_that_of_its_regions() -> None:
    image = spoilt(image_of(Scene("WLP8")))
    found = assess_exposure(request(image, "WLP8"))
    regions = find_regions(image, request(image, "WLP8").product.science.info)
    assert found.regions == regions
    (check,) = measure_sbr(request(image, "WLP8"), regions).checks
    assert found.check("sbr") == check
