"""Measurements of a star in a circle: radial profile, encircled energy, and position, width and flux."""

from __future__ import annotations

from math import isfinite
from typing import TYPE_CHECKING, Final

from wfsgui.core.errors import WfsguiError
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
from wfsgui.core.measure.measured import Curve, Measured, MeasureRequest, Row
from wfsgui.core.measure.number_text import label, number
from wfsgui.core.measure.photometry import Photometry, background_of, flux_density, measure_flux
from wfsgui.core.measure.profiles import radial_profile
from wfsgui.core.measure.star import StarMeasurement, measure_star
from wfsgui.core.regions.shapes import enclosing_circle

if TYPE_CHECKING:
    from wfsgui.core.files.ecsv import Values
    from wfsgui.core.measure.background import Background
    from wfsgui.core.model.step_image import SkyPosition
    from wfsgui.core.regions.shapes import Circle

__all__ = ["encircled_energy_view", "radial_profile_view", "star_view"]

_FRACTIONS: Final = (0.5, 0.8)
# The time for the curve of growth increases with the cube of the radius.
_LARGEST_RADIUS: Final = 250.0
_FWHM_TIP: Final = (
    "Full width at half maximum of the radial profile about the centroid. It has no error: the position of the star "
    "relative to the pixels changes it by more than noise does."
)


def radial_profile_view(request: MeasureRequest) -> Measured:
    """Measure the radial profile above the background.

    Parameters
    ----------
    request : MeasureRequest
        The measurement.

    Returns
    -------
    Measured
        Centre, background and FWHM as rows, the profile as curve and table.

    Raises
    ------
    WfsguiError
        If no pixel of the circle or of the annulus can be used.
    """
    image, circle = without_unusable(request.stage.image), request.circle
    background = background_of(image, circle, request.background_annulus)
    found = radial_profile(image, circle.x, circle.y, circle.radius, background=background.level)
    rows = (
        _centre_row(request, circle),
        _background_row(background, image.unit),
        Row("FWHM", _fwhm_text(_fwhm_in_circle(request)), f"{_FWHM_TIP} The view Star gives the same."),
    )
    curve = Curve(found.radius, found.mean, found.error, "radius, px", label("mean above the background", image.unit))
    columns = {"radius": found.radius, "mean": found.mean, "error": found.error, "pixels": found.count}
    return Measured(rows, curve, columns, {"radius": "pix", "mean": image.unit, "error": image.unit})


def encircled_energy_view(request: MeasureRequest) -> Measured:
    """Measure the encircled energy.

    Parameters
    ----------
    request : MeasureRequest
        The measurement.

    Returns
    -------
    Measured
        Radii of half and of 80 % of the flux, and the flux, as rows; the curve of growth as curve and table.

    Raises
    ------
    WfsguiError
        If the region is a line or too large, if no pixel can be used, or if the flux is not known or not above the
        background.
    """
    image, circle = without_unusable(request.stage.image), _star_circle(request)
    found = measure_flux(image, circle, background_of(image, circle, request.background_annulus))
    found.require_flux()
    if not isfinite(found.flux):
        raise WfsguiError(
            "Encircled energy is not known: a whole ring of pixels has no value that may be used, as where a core is "
            "saturated; choose another stage or region."
        )
    radii = [(f"EE{100 * fraction:.0f}", *found.radius_at(fraction)) for fraction in _FRACTIONS]
    rows = (
        _centre_row(request, circle),
        _background_row(found.background, image.unit),
        *(Row(name, radius_text(radius, error, found), RADIUS_TIP) for name, radius, error in radii),
        *_flux_rows(request, found),
    )
    marks = tuple((radius, name) for name, radius, _ in radii if isfinite(radius))
    y_label = f"fraction of the flux within {circle.radius:.0f} px"
    curve = Curve(found.energy.radius, found.energy.fraction, None, "radius, px", y_label, marks)
    columns = {"radius": found.energy.radius, "fraction": found.energy.fraction, "flux": found.energy.flux}
    return Measured(rows, curve, columns, {"radius": "pix", "flux": image.unit})


def star_view(request: MeasureRequest) -> Measured:
    """Measure position, width and flux of the star in the region's circle.

    Parameters
    ----------
    request : MeasureRequest
        The measurement.

    Returns
    -------
    Measured
        Rows, and a table of one line.

    Raises
    ------
    WfsguiError
        If the region is a line or too large, if no pixel can be used, or if there is no star.
    """
    image, numbers, circle = request.stage.image, request.numbers, _star_circle(request)
    found = measure_star(image, circle.x, circle.y, circle.radius, request.background_annulus)
    position = image.wcs(found.x, found.y) if image.wcs is not None else None
    columns, units = _star_table(found, request, position)
    rows = _star_rows(found, request)
    if position is not None:
        text = f"{position.ra:.7f}\N{DEGREE SIGN}, {position.dec:.7f}\N{DEGREE SIGN}"
        rows.insert(2, Row("RA, Dec", text, "ICRS."))
    return Measured(tuple(rows), columns=columns, units=units, descriptions=dict.fromkeys("xy", numbers.convention))


def _star_rows(found: StarMeasurement, request: MeasureRequest) -> list[Row]:
    photometry, numbers = found.photometry, request.numbers
    diameter, diameter_error = (2 * each for each in photometry.radius_at(0.5))
    centroid = f"Centroid above the background; {numbers.convention}."
    return [
        Row("x", statistical(numbers.of(found.x), found.x_error, "px"), centroid),
        Row("y", statistical(numbers.of(found.y), found.y_error, "px"), centroid),
        Row("FWHM", _fwhm_text(found.fwhm), _FWHM_TIP),
        Row("Half-flux diameter", radius_text(diameter, diameter_error, photometry), RADIUS_TIP),
        *_flux_rows(request, photometry),
        Row(
            "Peak",
            statistical(found.peak, found.peak_error, found.unit),
            "Highest value above the background in the circle. The error is that of this pixel and of the background.",
        ),
        _background_row(photometry.background, found.unit),
        *(Row("Note", note) for note in found.notes),
    ]


def _star_table(
    found: StarMeasurement, request: MeasureRequest, position: SkyPosition | None
) -> tuple[dict[str, Values], dict[str, str]]:
    """Return the columns of a star's table and their units."""
    photometry, numbers = found.photometry, request.numbers
    diameter, diameter_error = (2 * each for each in photometry.radius_at(0.5))
    columns: dict[str, Values] = {
        "x": [numbers.of(found.x)],
        "y": [numbers.of(found.y)],
        "x_error": [found.x_error],
        "y_error": [found.y_error],
        "fwhm": [found.fwhm],
        "half_flux_diameter": [diameter],
        "half_flux_diameter_error": [diameter_error],
        "flux": [photometry.flux],
        "flux_error_statistical": [photometry.error],
        "flux_error_systematic": [photometry.systematic],
        "peak": [found.peak],
        "peak_error": [found.peak_error],
        "background": [photometry.background.level],
        "background_error": [photometry.background.error],
        "radius": [photometry.circle.radius],
        "annulus_inner": [photometry.background.annulus.inner],
        "annulus_outer": [photometry.background.annulus.outer],
    }
    units = {name: found.unit if name.startswith(("flux", "peak", "background")) else "pix" for name in columns}
    if position is not None:
        columns |= {"ra": [position.ra], "dec": [position.dec]}
        units |= {"ra": "deg", "dec": "deg"}
    return columns, units


def _fwhm_in_circle(request: MeasureRequest) -> float:
    """Measure the FWHM as in the view Star; NaN if there is no star."""
    circle = request.circle
    radius = min(circle.radius, _LARGEST_RADIUS)
    try:
        return measure_star(request.stage.image, circle.x, circle.y, radius, request.background_annulus).fwhm
    except WfsguiError:
        return float("nan")


def _fwhm_text(fwhm: float) -> str:
    return f"{number(fwhm, 'px')} (no error)" if isfinite(fwhm) else number(fwhm)


def _star_circle(request: MeasureRequest) -> Circle:
    """Return the circle of an area that is not too large; raises `WfsguiError` otherwise."""
    circle = enclosing_circle(request.area)
    if circle.radius > _LARGEST_RADIUS:
        raise WfsguiError(f"The region is too large for this: make its radius {_LARGEST_RADIUS:.0f} pixels or less.")
    return circle


def _centre_row(request: MeasureRequest, circle: Circle) -> Row:
    place = request.numbers.place(circle.x, circle.y, decimals=2)
    return Row("Centre", place, f"{request.numbers.convention.capitalize()}.")


def _background_row(found: Background, unit: str) -> Row:
    return Row("Background", background_text(found, unit), BACKGROUND_TIP)


def _flux_rows(request: MeasureRequest, found: Photometry) -> list[Row]:
    """Return the flux, and the flux density if the solid angle is known."""
    image = request.stage.image
    rows = [Row("Flux", flux_text(found, 1.0, found.unit), FLUX_TIP)]
    factor = flux_density(image, found, request.stage.pixel_area_sr)
    if factor is not None:
        tip = f"{solid_angle(has_area=image.area is not None)} {FLUX_TIP}"
        rows.append(Row("Flux density", flux_text(found, factor, "Jy"), tip))
    return rows
