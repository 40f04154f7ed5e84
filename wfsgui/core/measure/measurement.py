"""Measurements in a region: statistics, comparison of the stages, line profile and histogram."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

from wfsgui.core.errors import WfsguiError
from wfsgui.core.image.dq_flags import do_not_use
from wfsgui.core.measure.cutout import without_unusable
from wfsgui.core.measure.flux_text import solid_angle, statistical
from wfsgui.core.measure.measured import Curve, Measured, Row, View
from wfsgui.core.measure.number_text import label, number, with_error
from wfsgui.core.measure.profiles import line_profile
from wfsgui.core.measure.star_views import encircled_energy_view, radial_profile_view, star_view
from wfsgui.core.measure.statistics import RegionStatistics, region_statistics
from wfsgui.core.regions.shapes import Line

if TYPE_CHECKING:
    from wfsgui.core.files.ecsv import Values
    from wfsgui.core.measure.measured import MeasureRequest, StageInput

__all__ = ["measure"]

_BINS: Final = 100
_MEDIAN_TIP: Final = (
    "The error is the standard error of the median, from the MAD standard deviation; it is valid in a region of "
    "uniform brightness."
)


def measure(request: MeasureRequest) -> Measured:
    """Carry out a measurement.

    Parameters
    ----------
    request : MeasureRequest
        The measurement.

    Returns
    -------
    Measured
        The result.

    Raises
    ------
    WfsguiError
        If the measurement is not possible there; the text says what to do.
    """
    return _MEASURES[request.view](request)


def _statistics_of(request: MeasureRequest, stage: StageInput) -> RegionStatistics:
    return region_statistics(stage.image, request.area, pixel_area_sr=stage.pixel_area_sr)


def _statistics(request: MeasureRequest) -> Measured:
    found = _statistics_of(request, request.stage)
    if not found.used:
        raise WfsguiError(_why_empty(found))
    unit = found.unit
    mean = statistical(found.mean, found.total_error / found.used, unit)
    rows = [
        Row("Pixels", f"{found.used} of {found.pixels}", "Pixels with a value and without DO_NOT_USE are used."),
        Row("NaN", str(found.missing), "Pixels without a value."),
        Row("DO_NOT_USE", str(found.flagged), "Pixels with this flag."),
        Row("Median", with_error(found.median, found.median_error, unit), _MEDIAN_TIP),
        Row("Mean", mean, "Standard deviation from ERR alone."),
        Row("MAD standard deviation", number(found.mad_std, unit), "1.4826 times the median absolute deviation."),
        Row("Standard deviation", number(found.standard_deviation, unit), "About the mean."),
        Row("Minimum", number(found.minimum, unit)),
        Row("Maximum", number(found.maximum, unit)),
        Row(
            "Sum",
            statistical(found.total, found.total_error, unit),
            "Standard deviation from ERR alone. The background is not subtracted.",
        ),
    ]
    if found.flux_jy is not None and found.flux_error_jy is not None:
        flux = statistical(found.flux_jy, found.flux_error_jy, "Jy")
        tip = solid_angle(has_area=request.stage.image.area is not None)
        rows.append(Row("Flux density", flux, f"{tip} The background is not subtracted."))
    columns = {"quantity": [row.name for row in rows], "value": [row.value for row in rows]}
    return Measured(tuple(rows), columns=columns)


def _why_empty(found: RegionStatistics) -> str:
    if not found.pixels:
        return "The region is outside of the image; move it onto the image."
    return (
        f"None of the {found.pixels} pixels of the region can be used ({found.missing} have no value, {found.flagged} "
        "are flagged DO_NOT_USE); choose another region."
    )


def _stages(request: MeasureRequest) -> Measured:
    found = [(stage.name, _statistics_of(request, stage)) for stage in request.stages]
    rows = tuple(
        Row(
            name,
            f"{with_error(each.median, each.median_error, each.unit)}\n"
            f"MAD standard deviation {number(each.mad_std, each.unit)}\n"
            f"sum {statistical(each.total, each.total_error, each.unit)}, {each.used} pixels"
            if each.used
            else _why_empty(each),
            f"Median, MAD standard deviation and sum of the pixels that are used. {_MEDIAN_TIP}",
        )
        for name, each in found
    )
    columns: dict[str, Values] = {
        "stage": [name for name, _ in found],
        "unit": [each.unit for _, each in found],
        "pixels": [each.used for _, each in found],
        "median": [each.median for _, each in found],
        "median_error": [each.median_error for _, each in found],
        "mean": [each.mean for _, each in found],
        "robust_scatter": [each.mad_std for _, each in found],
        "sum": [each.total for _, each in found],
        "sum_error": [each.total_error for _, each in found],
        "flux": [each.flux_jy for _, each in found],
        "flux_error": [each.flux_error_jy for _, each in found],
    }
    descriptions = {"robust_scatter": "MAD standard deviation"}
    return Measured(rows, columns=columns, units={"flux": "Jy", "flux_error": "Jy"}, descriptions=descriptions)


def _profile(request: MeasureRequest) -> Measured:
    if not isinstance(request.region, Line):
        return radial_profile_view(request)
    image = without_unusable(request.stage.image)
    found = line_profile(image, request.region)
    if not np.isfinite(found.value).any():
        raise WfsguiError("No pixel along the line has a value that may be used; draw another line.")
    rows = (
        Row("Length", number(request.region.length, "px")),
        Row("Highest", number(float(np.nanmax(found.value)), image.unit)),
        Row("Lowest", number(float(np.nanmin(found.value)), image.unit)),
    )
    curve = Curve(found.distance, found.value, found.error, "distance, px", label("value", image.unit))
    columns = {"distance": found.distance, "value": found.value, "error": found.error}
    return Measured(rows, curve, columns, {"distance": "pix", "value": image.unit, "error": image.unit})


def _histogram(request: MeasureRequest) -> Measured:
    image = request.stage.image
    height, width = image.sci.shape
    box, mask = request.area.cutout((height, width))
    values = image.sci[box][mask & ~do_not_use(image.dq[box])]
    values = values[np.isfinite(values)].astype(float)
    if not values.size:
        raise WfsguiError("No pixel of the region has a value: choose another region.")
    counts, edges = np.histogram(values, bins=min(_BINS, max(10, values.size // 10)))
    rows = (
        Row("Pixels", str(values.size), "Pixels with a value and without DO_NOT_USE."),
        Row("Median", number(float(np.median(values)), image.unit)),
    )
    curve = Curve(edges, counts.astype(float), None, label("value", image.unit), "pixels")
    columns = {"from": edges[:-1], "to": edges[1:], "pixels": counts}
    return Measured(rows, curve, columns, {"from": image.unit, "to": image.unit})


_MEASURES: Final = {
    View.STATISTICS: _statistics,
    View.STAGES: _stages,
    View.PROFILE: _profile,
    View.ENERGY: encircled_energy_view,
    View.HISTOGRAM: _histogram,
    View.STAR: star_view,
}
