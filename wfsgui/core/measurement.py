"""What is measured in a region, as rows to read and curves to plot."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from math import isfinite
from typing import TYPE_CHECKING, Final

import numpy as np

from wfsgui.core.errors import WfsguiError
from wfsgui.core.flags import DO_NOT_USE
from wfsgui.core.patches import without_unusable
from wfsgui.core.pixel_numbers import FROM_0, PixelNumbers
from wfsgui.core.profiles import encircled_energy, line_profile, radial_profile
from wfsgui.core.quantities import label, number, with_error
from wfsgui.core.regions import Annulus, Circle, Line, Rectangle
from wfsgui.core.star import measure_star
from wfsgui.core.statistics import RegionStatistics, region_statistics

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from wfsgui.core.events import StepFrame
    from wfsgui.core.regions import Area, Region
    from wfsgui.core.value_table import Values

__all__ = ["Curve", "Measured", "Row", "StageImage", "Subject", "View", "measure"]

_BINS: Final = 100
_HALF_AND_MOST: Final = (0.5, 0.8)
# The sky around a circle: from its edge to half as far again.
_SKY_SHARE: Final = 1.5
# What is summed circle by circle takes time with the cube of the radius.
_LARGEST_RADIUS: Final = 250.0


class View(StrEnum):
    """What can be measured."""

    STATISTICS = "Statistics"
    STAGES = "Across the steps"
    PROFILE = "Profile"
    ENERGY = "Encircled energy"
    HISTOGRAM = "Histogram"
    STAR = "Star"


@dataclass(frozen=True)
class Row:
    """Something measured: what, how much with its unit, and what that means."""

    name: str
    value: str
    tip: str = ""


@dataclass(frozen=True, eq=False)
class Curve:
    """Something to plot.

    Attributes
    ----------
    x, y : ndarray of float64, shape (n,)
        The points; of a histogram, `x` has the n + 1 edges of the bins.
    error : ndarray of float64 or None
        Standard deviation of `y`, where it has one.
    x_label, y_label : str
        With units.
    marks : tuple of (float, str)
        Places on the x axis that have a name.
    """

    x: NDArray[np.float64]
    y: NDArray[np.float64]
    error: NDArray[np.float64] | None
    x_label: str
    y_label: str
    marks: tuple[tuple[float, str], ...] = ()


@dataclass(frozen=True, eq=False)
class Measured:
    """What was measured.

    Attributes
    ----------
    rows : tuple of Row
        To read.
    curve : Curve or None
        To plot.
    columns : mapping of str to Values
        The same as a table.
    units : mapping of str to str
        Units of its columns.
    descriptions : mapping of str to str
        Of columns that name pixels: how these are numbered.
    """

    rows: tuple[Row, ...]
    curve: Curve | None = None
    columns: Mapping[str, Values] = field(default_factory=dict)
    units: Mapping[str, str] = field(default_factory=dict)
    descriptions: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, eq=False)
class StageImage:
    """One stage of an exposure.

    Attributes
    ----------
    name : str
        What it is called.
    frame : StepFrame
        Its image.
    pixel_area_sr : float or None
        Solid angle of a pixel, sr, where that is known.
    """

    name: str
    frame: StepFrame
    pixel_area_sr: float | None


@dataclass(frozen=True, eq=False)
class Subject:
    """What is to be measured.

    Attributes
    ----------
    view : View
        What of it.
    region : Region
        Where.
    image : StageImage
        In which image.
    stages : tuple of StageImage
        Every stage that has an image.
    numbers : PixelNumbers
        How pixels are numbered in the result.
    """

    view: View
    region: Region
    image: StageImage
    stages: tuple[StageImage, ...]
    numbers: PixelNumbers = FROM_0


def measure(subject: Subject) -> Measured:
    """Measure.

    Parameters
    ----------
    subject : Subject
        What.

    Returns
    -------
    Measured
        The result.

    Raises
    ------
    WfsguiError
        If that cannot be measured there; the text says what to do.
    """
    return _MEASURES[subject.view](subject)


def _area(subject: Subject) -> Area:
    if isinstance(subject.region, Line):
        raise WfsguiError("A line holds no pixels: look at its profile, or choose another region.")
    return subject.region


def _usable(subject: Subject) -> StepFrame:
    """Return the image, in which pixels that are not to be used have no value."""
    return without_unusable(subject.image.frame)


def _statistics_of(subject: Subject, image: StageImage) -> RegionStatistics:
    return region_statistics(image.frame, _area(subject), pixel_area_sr=image.pixel_area_sr)


def _statistics(subject: Subject) -> Measured:
    found = _statistics_of(subject, subject.image)
    unit = found.unit
    rows = [
        Row("Pixels", f"{found.used} of {found.pixels}", "Those with a value and without DO_NOT_USE; they count."),
        Row("NaN", str(found.missing), "Pixels without a value."),
        Row("DO_NOT_USE", str(found.flagged), "Pixels that are flagged so."),
        Row("Median", number(found.median, unit), "The value that half of the pixels are below."),
        Row("Mean", number(found.mean, unit)),
        Row("Robust scatter", number(found.robust_scatter, unit), "1.4826 times the median absolute deviation."),
        Row("Standard deviation", number(found.standard_deviation, unit), "About the mean."),
        Row("Minimum", number(found.minimum, unit)),
        Row("Maximum", number(found.maximum, unit)),
        Row("Sum", with_error(found.total, found.total_error, unit), "With its standard deviation, from ERR."),
    ]
    if found.flux_jy is not None and found.flux_error_jy is not None:
        flux = with_error(found.flux_jy, found.flux_error_jy, "Jy")
        rows.append(Row("Flux density", flux, "The sum times the solid angle of a pixel; the sky is not subtracted."))
    columns = {"quantity": [row.name for row in rows], "value": [row.value for row in rows]}
    return Measured(tuple(rows), columns=columns)


def _stages(subject: Subject) -> Measured:
    found = [(image.name, _statistics_of(subject, image)) for image in subject.stages]
    rows = tuple(
        Row(
            name,
            f"{number(each.median, each.unit)}\nscatter {number(each.robust_scatter, each.unit)}\n"
            f"sum {number(each.total, each.unit)}, {each.used} pixels",
            "Median, robust scatter, and sum over the pixels that count.",
        )
        for name, each in found
    )
    columns: dict[str, Values] = {
        "stage": [name for name, _ in found],
        "unit": [each.unit for _, each in found],
        "pixels": [each.used for _, each in found],
        "median": [each.median for _, each in found],
        "mean": [each.mean for _, each in found],
        "robust_scatter": [each.robust_scatter for _, each in found],
        "sum": [each.total for _, each in found],
        "sum_error": [each.total_error for _, each in found],
        "flux": [each.flux_jy for _, each in found],
        "flux_error": [each.flux_error_jy for _, each in found],
    }
    return Measured(rows, columns=columns, units={"flux": "Jy", "flux_error": "Jy"})


def _profile(subject: Subject) -> Measured:
    return _along(subject, subject.region) if isinstance(subject.region, Line) else _around(subject)


def _along(subject: Subject, line: Line) -> Measured:
    frame = _usable(subject)
    found = line_profile(frame, line)
    rows = (
        Row("Length", number(line.length, "px")),
        Row("Highest", number(_extreme(np.nanmax, found.value), frame.unit)),
        Row("Lowest", number(_extreme(np.nanmin, found.value), frame.unit)),
    )
    curve = Curve(found.distance, found.value, found.error, "distance, px", label("value", frame.unit))
    columns = {"distance": found.distance, "value": found.value, "error": found.error}
    return Measured(rows, curve, columns, {"distance": "pix", "value": frame.unit, "error": frame.unit})


def _around(subject: Subject) -> Measured:
    frame, (x, y, radius) = _usable(subject), _circle(subject.region)
    sky = _sky(subject, x, y, radius)
    found = radial_profile(frame, x, y, radius, background=sky)
    half = _half_maximum(found.radius, found.mean)
    rows = (
        Row("Centre", subject.numbers.place(x, y, decimals=2), f"{subject.numbers.convention.capitalize()}."),
        _sky_row(sky, frame.unit),
        Row("Half width", number(half, "px"), "Radius at which the profile falls to half of its value in the middle."),
    )
    curve = Curve(found.radius, found.mean, found.error, "radius, px", label("mean above the sky", frame.unit))
    columns = {"radius": found.radius, "mean": found.mean, "error": found.error, "pixels": found.count}
    return Measured(rows, curve, columns, {"radius": "pix", "mean": frame.unit, "error": frame.unit})


def _energy(subject: Subject) -> Measured:
    frame, (x, y, radius) = _usable(subject), _circle_of_a_star(subject)
    sky = _sky(subject, x, y, radius)
    found = encircled_energy(frame, x, y, radius, background=sky)
    radii = [(share, found.radius_at(share)) for share in _HALF_AND_MOST]
    rows = (
        Row("Centre", subject.numbers.place(x, y, decimals=2), f"{subject.numbers.convention.capitalize()}."),
        _sky_row(sky, frame.unit),
        *(Row(f"{share:.0%} within", number(reach, "px"), "Radius; of the light here.") for share, reach in radii),
        Row("Light", number(float(found.flux[-1]), frame.unit), "Sum above the sky within the largest circle."),
    )
    marks = tuple((reach, f"{share:.0%}") for share, reach in radii if isfinite(reach))
    curve = Curve(found.radius, found.fraction, None, "radius, px", "share of the light", marks)
    columns = {"radius": found.radius, "fraction": found.fraction, "flux": found.flux}
    return Measured(rows, curve, columns, {"radius": "pix", "flux": frame.unit})


def _histogram(subject: Subject) -> Measured:
    frame = subject.image.frame
    height, width = frame.sci.shape
    slices, mask = _area(subject).cutout((height, width))
    inside = mask & ((frame.dq[slices] & np.uint32(DO_NOT_USE)) == 0)
    values = frame.sci[slices][inside]
    values = values[np.isfinite(values)].astype(float)
    if not values.size:
        raise WfsguiError("No pixel of the region has a value: choose another region.")
    counts, edges = np.histogram(values, bins=min(_BINS, max(10, values.size // 10)))
    rows = (
        Row("Pixels", str(values.size), "Those with a value and without DO_NOT_USE."),
        Row("Median", number(float(np.median(values)), frame.unit)),
    )
    curve = Curve(edges, counts.astype(float), None, label("value", frame.unit), "pixels")
    columns = {"from": edges[:-1], "to": edges[1:], "pixels": counts}
    return Measured(rows, curve, columns, {"from": frame.unit, "to": frame.unit})


def _star(subject: Subject) -> Measured:
    frame, numbers, (x, y, radius) = subject.image.frame, subject.numbers, _circle_of_a_star(subject)
    found = measure_star(frame, x, y, radius)
    centre = f"Centre of light above the background; {numbers.convention}."
    place = frame.sky(found.x, found.y) if frame.sky is not None else None
    rows = [
        Row("x", with_error(numbers.of(found.x), found.x_error, "px"), centre),
        Row("y", with_error(numbers.of(found.y), found.y_error, "px"), centre),
        Row("FWHM", number(found.fwhm, "px"), "Full width at half maximum of the radial profile."),
        Row("Half-flux diameter", number(found.half_flux_diameter, "px"), "Of the circle with half of the light."),
        Row("Flux", number(found.flux, found.unit), "Sum above the background in the circle."),
        Row("Peak", number(found.peak, found.unit), "Highest value above the background."),
        Row("Background", number(found.background, found.unit), "Median of the ring around the circle."),
    ]
    columns: dict[str, Values] = {
        "x": [numbers.of(found.x)],
        "y": [numbers.of(found.y)],
        "x_error": [found.x_error],
        "y_error": [found.y_error],
        "fwhm": [found.fwhm],
        "half_flux_diameter": [found.half_flux_diameter],
        "flux": [found.flux],
        "peak": [found.peak],
        "background": [found.background],
    }
    units = dict.fromkeys(("x", "y", "x_error", "y_error", "fwhm", "half_flux_diameter"), "pix")
    units |= dict.fromkeys(("flux", "peak", "background"), found.unit)
    if place is not None:
        rows.insert(2, Row("RA, Dec", f"{place.ra:.7f}\N{DEGREE SIGN}, {place.dec:.7f}\N{DEGREE SIGN}", "ICRS."))
        columns |= {"ra": [place.ra], "dec": [place.dec]}
        units |= {"ra": "deg", "dec": "deg"}
    rows += [Row("Note", note) for note in found.notes]
    return Measured(tuple(rows), columns=columns, units=units, descriptions=dict.fromkeys("xy", numbers.convention))


def _circle_of_a_star(subject: Subject) -> tuple[float, float, float]:
    _area(subject)
    x, y, radius = _circle(subject.region)
    if radius > _LARGEST_RADIUS:
        raise WfsguiError(f"The region is too large for this: make its radius {_LARGEST_RADIUS:.0f} pixels or less.")
    return x, y, radius


def _circle(region: Region) -> tuple[float, float, float]:
    """Return the centre of an area, and the radius of the circle of its extent."""
    match region:
        case Circle():
            return region.x, region.y, region.radius
        case Annulus():
            return region.x, region.y, region.outer
        case Rectangle():
            return region.x, region.y, max(region.width, region.height) / 2
        case Line():
            return (region.x1 + region.x2) / 2, (region.y1 + region.y2) / 2, region.length / 2


def _sky(subject: Subject, x: float, y: float, radius: float) -> float:
    """Return the median around a circle; 0 where nothing around it has a value."""
    ring = Annulus(x, y, radius, max(_SKY_SHARE * radius, radius + 3))
    found = region_statistics(subject.image.frame, ring, pixel_area_sr=None)
    return found.median if isfinite(found.median) else 0.0


def _sky_row(sky: float, unit: str) -> Row:
    return Row("Sky", number(sky, unit), "Median of the ring around the region, half as far again; subtracted.")


def _half_maximum(radius: NDArray[np.float64], mean: NDArray[np.float64]) -> float:
    """Return where a profile first falls to half of its first value; NaN where it does not, or rises first."""
    known = np.isfinite(mean)
    radius, mean = radius[known], mean[known]
    if mean.size < 2 or mean[0] <= 0 or np.argmax(mean) > 0:
        return float("nan")
    below = np.flatnonzero(mean < mean[0] / 2)
    if not below.size:
        return float("nan")
    ends = slice(below[0] - 1, below[0] + 1)
    return float(np.interp(mean[0] / 2, mean[ends][::-1], radius[ends][::-1]))


def _extreme(find: Callable[[NDArray[np.float64]], float], values: NDArray[np.float64]) -> float:
    return float(find(values)) if np.isfinite(values).any() else float("nan")


_MEASURES: Final = {
    View.STATISTICS: _statistics,
    View.STAGES: _stages,
    View.PROFILE: _profile,
    View.ENERGY: _energy,
    View.HISTOGRAM: _histogram,
    View.STAR: _star,
}
