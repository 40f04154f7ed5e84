"""The light of the demonstration's visit: a bright star, faint stars around it, background; and the telescope."""

from __future__ import annotations

from dataclasses import asdict, dataclass, replace
from math import ceil
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from wfsgui.demo.references.detectors import detector_named
from wfsgui.demo.references.filters import passbands
from wfsgui.demo.references.siaf import aperture
from wfsgui.demo.visit.optics import (
    LENS_REFERENCE_WAVELENGTH,
    LENS_WAVES,
    PIXEL_SCALE,
    PUPIL_RADIUS,
    geometric_radius,
    segment_errors,
    star_image,
)
from wfsgui.demo.visit.pointing import point

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from wfsgui.demo.visit.exposure_spec import ExposureSpec
    from wfsgui.demo.visit.optics import Telescope
    from wfsgui.demo.visit.plan import Plan

__all__ = ["PlacedStar", "Star", "light", "optics_record", "place", "stars", "telescope_of"]

_INNER, _OUTER = 8.0, 70.0
"""Arcsec from the target: where faint stars are."""

_SMALLEST_FIELD: Final = 128
"""Pixels; images for small subarrays need no more."""

_FAINT_FLUX: Final = 600.0
"""Median flux of the faint stars, DN/s."""


@dataclass(frozen=True)
class Star:
    """A star of the scene.

    Attributes
    ----------
    ra, dec : float
        Degrees, at the epoch of the observation.
    flux : float
        DN/s.
    """

    ra: float
    dec: float
    flux: float


@dataclass(frozen=True)
class PlacedStar:
    """A star as an exposure has it.

    Attributes
    ----------
    x, y : float
        0-based pixel of the stored image; it may lie outside.
    flux : float
        DN/s.
    """

    x: float
    y: float
    flux: float


def stars(spec: ExposureSpec, plan: Plan) -> tuple[Star, ...]:
    """Draw the stars of the scene.

    Parameters
    ----------
    spec : ExposureSpec
        The first exposure, for the position of the target.
    plan : Plan
        Number, flux and seed.

    Returns
    -------
    tuple of Star
        The target first.
    """
    random = np.random.default_rng((plan.seed, plan.field_stars))
    ra, dec = spec.target_at_mid_exposure
    radius = np.sqrt(random.uniform(_INNER**2, _OUTER**2, plan.field_stars)) / 3600.0
    angle = random.uniform(0.0, 2.0 * np.pi, plan.field_stars)
    flux = _FAINT_FLUX * np.exp(1.2 * random.standard_normal(plan.field_stars))
    declinations = dec + radius * np.cos(angle)
    ascensions = ra + radius * np.sin(angle) / np.cos(np.radians(declinations))
    faint = (Star(float(a), float(d), float(f)) for a, d, f in zip(ascensions, declinations, flux, strict=True))
    return (Star(ra, dec, plan.flux), *faint)


def place(scene: tuple[Star, ...], spec: ExposureSpec) -> tuple[PlacedStar, ...]:
    """Find where the stars fall in an exposure.

    Parameters
    ----------
    scene : tuple of Star
        The stars.
    spec : ExposureSpec
        The exposure.

    Returns
    -------
    tuple of PlacedStar
        In the same order.
    """
    x, y = point(spec).sky_to_pixel([star.ra for star in scene], [star.dec for star in scene])
    return tuple(PlacedStar(float(a), float(b), star.flux) for a, b, star in zip(x, y, scene, strict=True))


def light(placed: tuple[PlacedStar, ...], spec: ExposureSpec, plan: Plan) -> NDArray[np.float32]:
    """Render the light that falls on the detector.

    Parameters
    ----------
    placed : tuple of PlacedStar
        The stars of the exposure.
    spec : ExposureSpec
        The exposure.
    plan : Plan
        Telescope and background.

    Returns
    -------
    ndarray of float32, shape (y, x)
        DN/s per pixel.
    """
    rows, columns = spec.shape
    image = np.full(spec.shape, plan.background, dtype=np.float32)
    telescope = telescope_of(spec, plan)
    star_on_axis = star_image(spec.pupil if spec.pupil in LENS_WAVES else "CLEAR", telescope)
    half = telescope.field // 2
    for star in placed:
        if not (-half < star.x < columns + half and -half < star.y < rows + half):
            continue
        stamp, x0, y0 = star_on_axis.at(star.x, star.y)
        left, top = max(x0, 0), max(y0, 0)
        right, bottom = min(x0 + stamp.shape[1], columns), min(y0 + stamp.shape[0], rows)
        if left < right and top < bottom:
            image[top:bottom, left:right] += star.flux * stamp[top - y0 : bottom - y0, left - x0 : right - x0]
    return image


def telescope_of(spec: ExposureSpec, plan: Plan) -> Telescope:
    """Fit the model of the telescope to a detector, a filter and a subarray.

    Parameters
    ----------
    spec : ExposureSpec
        The exposure.
    plan : Plan
        Its own telescope is that of NIRCam's short-wave detectors through F212N.

    Returns
    -------
    Telescope
        Wavelengths, pixel scale, field and sampling for this exposure.
    """
    field = min(plan.telescope.field, max(_SMALLEST_FIELD, 2 * max(spec.shape)))
    if spec.instrument == "NIRCAM" and spec.filter == "F212N":
        return replace(plan.telescope, field=field)
    detector = detector_named(spec.detector)
    elements = (spec.filter, spec.pupil)
    (band,) = (band for band in passbands(detector) if (band.filter, band.pupil) == elements)
    # One wavelength alone: phases are retrieved from none of these images, and a start must not take longer.
    wavelength = band.wavelength * 1e-6
    siaf = aperture(detector)
    scale = float(siaf.XSciScale + siaf.YSciScale) / 2
    # A sample must not be wider than half of what the telescope resolves.
    resolved = float(np.degrees(wavelength / (2 * PUPIL_RADIUS))) * 3600.0
    oversampling = max(plan.telescope.oversampling, ceil(2 * scale / resolved))
    return replace(plan.telescope, field=field, wavelengths=(wavelength,), pixel_scale=scale, oversampling=oversampling)


def optics_record(plan: Plan) -> dict[str, Any]:
    """Say what is true of the telescope.

    Parameters
    ----------
    plan : Plan
        What is simulated.

    Returns
    -------
    dict
        For JSON: lenses, pixel scale, segment errors.
    """
    errors = {name: values.tolist() for name, values in asdict(segment_errors(plan.telescope)).items()}
    return {
        "lenses": {
            name: {"waves": waves, "geometric_radius_pixels": geometric_radius(name)}
            for name, waves in LENS_WAVES.items()
        },
        "lens_reference_wavelength_m": LENS_REFERENCE_WAVELENGTH,
        "pixel_scale_arcsec": PIXEL_SCALE,
        "wavefront": {"rms_nm": plan.telescope.rms_nm, "seed": plan.telescope.seed, "segments_m_and_nm": errors},
    }
