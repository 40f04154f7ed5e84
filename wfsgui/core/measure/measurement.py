"""What is measured in a region, as rows to read and curves to plot."""

from __future__ import annotations

from math import isfinite
from typing import TYPE_CHECKING, Final

import numpy as np

from wfsgui.core.errors import WfsguiError
from wfsgui.core.measure.background import Background, annulus_around
from wfsgui.core.measure.cutout import without_unusable
from wfsgui.core.measure.flux_text import (
    BACKGROUND_TIP,
    FLUX_TIP,
    RADIUS_TIP,
    background_text,
    flux_text,
    radius_text,
    solid_angle,
    statistical,
)
from wfsgui.core.measure.measured import Curve, Measured, Row, StageImage, Subject, View
from wfsgui.core.measure.number_text import label, number
from wfsgui.core.measure.photometry import Photometry, background_of, flux_density, measure_flux
from wfsgui.core.measure.profiles import line_profile, radial_profile
from wfsgui.core.measure.star import measure_star
from wfsgui.core.measure.statistics import RegionStatistics, region_statistics
from wfsgui.core.model.flags import DO_NOT_USE
from wfsgui.core.regions.shapes import Annulus, Circle, Line, Rectangle

if TYPE_CHECKING:
    from wfsgui.core.files.ecsv import Values
    from wfsgui.core.model.step_image import StepImage
    from wfsgui.core.regions.shapes import Area, Region

__all__ = ["Curve", "Measured", "Row", "StageImage", "Subject", "View", "measure"]

_BINS: Final = 100
_HALF_AND_MOST: Final = (0.5, 0.8)
# What is summed circle by circle takes time with the cube of the radius.
_LARGEST_RADIUS: Final = 250.0


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


def _usable(subject: Subject) -> StepImage:
    """Return the image, in which pixels that are not to be used have no value."""
    return without_unusable(subject.image.image)


def _statistics_of(subject: Subject, image: StageImage) -> RegionStatistics:
    return region_statistics(image.image, _area(subject), pixel_area_sr=image.pixel_area_sr)


def _statistics(subject: Subject) -> Measured:
    found = _statistics_of(subject, subject.image)
    if not found.used:
        raise WfsguiError(_why_empty(found))
    unit = found.unit
    rows = [
        Row("Pixels", f"{found.used} of {found.pixels}", "Those with a value and without DO_NOT_USE; they count."),
        Row("NaN", str(found.missing), "Pixels without a value."),
        Row("DO_NOT_USE", str(found.flagged), "Pixels that are flagged so."),
        Row("Median", number(found.median, unit), "The value that half of the pixels are below."),
        Row(
            "Mean", statistical(found.mean, found.total_error / found.used, unit), "Standard deviation from ERR alone."
        ),
        Row("Robust scatter", number(found.robust_scatter, unit), "1.4826 times the median absolute deviation."),
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
        tip = solid_angle(has_area=subject.image.image.area is not None)
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


def _stages(subject: Subject) -> Measured:
    found = [(image.name, _statistics_of(subject, image)) for image in subject.stages]
    rows = tuple(
        Row(
            name,
            f"{number(each.median, each.unit)}\nscatter {number(each.robust_scatter, each.unit)}\n"
            f"sum {statistical(each.total, each.total_error, each.unit)}, {each.used} pixels"
            if each.used
            else _why_empty(each),
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
    step_image = _usable(subject)
    found = line_profile(step_image, line)
    if not np.isfinite(found.value).any():
        raise WfsguiError("No pixel along the line has a value that may be used; draw another line.")
    rows = (
        Row("Length", number(line.length, "px")),
        Row("Highest", number(float(np.nanmax(found.value)), step_image.unit)),
        Row("Lowest", number(float(np.nanmin(found.value)), step_image.unit)),
    )
    curve = Curve(found.distance, found.value, found.error, "distance, px", label("value", step_image.unit))
    columns = {"distance": found.distance, "value": found.value, "error": found.error}
    return Measured(rows, curve, columns, {"distance": "pix", "value": step_image.unit, "error": step_image.unit})


def _around(subject: Subject) -> Measured:
    step_image, (x, y, radius) = _usable(subject), _circle(subject.region)
    background = background_of(step_image, Circle(x, y, radius), _annulus(subject))
    found = radial_profile(step_image, x, y, radius, background=background.level)
    rows = (
        Row("Centre", subject.numbers.place(x, y, decimals=2), f"{subject.numbers.convention.capitalize()}."),
        _background_row(background, step_image.unit),
        Row("FWHM", number(_width_here(subject), "px"), "Of the star in the circle, around its centroid; as in Star."),
    )
    curve = Curve(
        found.radius, found.mean, found.error, "radius, px", label("mean above the background", step_image.unit)
    )
    columns = {"radius": found.radius, "mean": found.mean, "error": found.error, "pixels": found.count}
    return Measured(rows, curve, columns, {"radius": "pix", "mean": step_image.unit, "error": step_image.unit})


def _width_here(subject: Subject) -> float:
    """Measure the width as Star does; NaN where that finds no star."""
    x, y, radius = _circle(subject.region)
    try:
        return measure_star(subject.image.image, x, y, min(radius, _LARGEST_RADIUS), _annulus(subject)).fwhm
    except WfsguiError:
        return float("nan")


def _energy(subject: Subject) -> Measured:
    step_image, (x, y, radius) = _usable(subject), _circle_of_a_star(subject)
    circle = Circle(x, y, radius)
    found = measure_flux(step_image, circle, background_of(step_image, circle, _annulus(subject)))
    found.require_light()
    if not isfinite(found.flux):
        raise WfsguiError(
            "Encircled energy is not known: a whole ring of pixels has no value that may be used, as where a core is "
            "saturated; choose another stage or region."
        )
    radii = [(share, *found.radius_at(share)) for share in _HALF_AND_MOST]
    rows = (
        Row("Centre", subject.numbers.place(x, y, decimals=2), f"{subject.numbers.convention.capitalize()}."),
        _background_row(found.background, step_image.unit),
        *(Row(f"EE{100 * share:.0f}", radius_text(reach, error, found), RADIUS_TIP) for share, reach, error in radii),
        *_flux_rows(subject, found),
    )
    marks = tuple((reach, f"EE{100 * share:.0f}") for share, reach, _ in radii if isfinite(reach))
    label_y = f"fraction of the flux within {radius:.0f} px"
    curve = Curve(found.energy.radius, found.energy.fraction, None, "radius, px", label_y, marks)
    columns = {"radius": found.energy.radius, "fraction": found.energy.fraction, "flux": found.energy.flux}
    return Measured(rows, curve, columns, {"radius": "pix", "flux": step_image.unit})


def _histogram(subject: Subject) -> Measured:
    step_image = subject.image.image
    height, width = step_image.sci.shape
    slices, mask = _area(subject).cutout((height, width))
    inside = mask & ((step_image.dq[slices] & np.uint32(DO_NOT_USE)) == 0)
    values = step_image.sci[slices][inside]
    values = values[np.isfinite(values)].astype(float)
    if not values.size:
        raise WfsguiError("No pixel of the region has a value: choose another region.")
    counts, edges = np.histogram(values, bins=min(_BINS, max(10, values.size // 10)))
    rows = (
        Row("Pixels", str(values.size), "Those with a value and without DO_NOT_USE."),
        Row("Median", number(float(np.median(values)), step_image.unit)),
    )
    curve = Curve(edges, counts.astype(float), None, label("value", step_image.unit), "pixels")
    columns = {"from": edges[:-1], "to": edges[1:], "pixels": counts}
    return Measured(rows, curve, columns, {"from": step_image.unit, "to": step_image.unit})


def _star(subject: Subject) -> Measured:
    step_image, numbers, (x, y, radius) = subject.image.image, subject.numbers, _circle_of_a_star(subject)
    found = measure_star(step_image, x, y, radius, _annulus(subject))
    light = found.photometry
    spread, spread_error = (2 * each for each in light.radius_at(0.5))
    place = step_image.wcs(found.x, found.y) if step_image.wcs is not None else None
    centroid = f"Centroid above the background; {numbers.convention}."
    rows = [
        Row("x", statistical(numbers.of(found.x), found.x_error, "px"), centroid),
        Row("y", statistical(numbers.of(found.y), found.y_error, "px"), centroid),
        Row("FWHM", number(found.fwhm, "px"), "Full width at half maximum of the radial profile."),
        Row("Half-flux diameter", radius_text(spread, spread_error, light), RADIUS_TIP),
        *_flux_rows(subject, light),
        Row("Peak", number(found.peak, found.unit), "Highest value above the background in the circle."),
        _background_row(light.background, found.unit),
    ]
    columns: dict[str, Values] = {
        "x": [numbers.of(found.x)],
        "y": [numbers.of(found.y)],
        "x_error": [found.x_error],
        "y_error": [found.y_error],
        "fwhm": [found.fwhm],
        "half_flux_diameter": [spread],
        "half_flux_diameter_error": [spread_error],
        "flux": [light.flux],
        "flux_error_statistical": [light.error],
        "flux_error_systematic": [light.systematic],
        "peak": [found.peak],
        "background": [light.background.level],
        "background_error": [light.background.error],
        "radius": [light.circle.radius],
        "annulus_inner": [light.background.annulus.inner],
        "annulus_outer": [light.background.annulus.outer],
    }
    units = {name: "pix" for name in columns if not name.startswith(("flux", "peak", "background"))}
    units |= {name: found.unit for name in columns if name not in units}
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


def _annulus(subject: Subject) -> Annulus:
    """Return where the background is measured: the one on screen, or else the usual one."""
    return subject.annulus or annulus_around(Circle(*_circle(subject.region)))


def _background_row(found: Background, unit: str) -> Row:
    return Row("Background", background_text(found, unit), BACKGROUND_TIP)


def _flux_rows(subject: Subject, found: Photometry) -> list[Row]:
    """Tell the flux, and its density where that can be had."""
    image = subject.image
    rows = [Row("Flux", flux_text(found, 1.0, found.unit), FLUX_TIP)]
    factor = flux_density(image.image, found, image.pixel_area_sr)
    if factor is not None:
        tip = f"{solid_angle(has_area=image.image.area is not None)} {FLUX_TIP}"
        rows.append(Row("Flux density", flux_text(found, factor, "Jy"), tip))
    return rows


_MEASURES: Final = {
    View.STATISTICS: _statistics,
    View.STAGES: _stages,
    View.PROFILE: _profile,
    View.ENERGY: _energy,
    View.HISTOGRAM: _histogram,
    View.STAR: _star,
}
