"""Scene of a visit of the demonstration: a bright star, faint stars, background; and the telescope."""

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

__all__ = ["PlacedStar", "Star", "flux_image", "optics_record", "place", "stars", "telescope_of"]

_INNER, _OUTER = 8.0, 70.0
"""Least and largest distance of faint stars from the target, arcsec."""

_SMALLEST_FIELD: Final = 128
"""Least width of a star image, pixels: enough for small subarrays."""

_FAINT_FLUX: Final = 600.0
"""Median flux of the faint stars, DN/s."""


@dataclass(frozen=True)
class Star:
    """A star of the scene.

    Attributes
    ----------
    ra, dec : float
        Position at the epoch of the observation, degrees.
    flux : float
        DN/s.
    """

    ra: float
    dec: float
    flux: float


@dataclass(frozen=True)
class PlacedStar:
    """A star in the pixels of an exposure.

    Attributes
    ----------
    x, y : float
        0-based pixel of the stored image, possibly outside.
    flux : float
        DN/s.
    """

    x: float
    y: float
    flux: float


def stars(spec: ExposureSpec, plan: Plan) -> tuple[Star, ...]:
    """Make the random stars of the scene.

    Parameters
    ----------
    spec : ExposureSpec
        First exposure; it has the position of the target.
    plan : Plan
        Plan with number, flux and seed of the stars.

    Returns
    -------
    tuple of Star
        Stars, the target first.
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
    """Compute the pixel positions of the stars in an exposure.

    Parameters
    ----------
    scene : tuple of Star
        The stars.
    spec : ExposureSpec
        The exposure.

    Returns
    -------
    tuple of PlacedStar
        Stars in the same order.
    """
    x, y = point(spec).sky_to_pixel([star.ra for star in scene], [star.dec for star in scene])
    return tuple(PlacedStar(float(a), float(b), star.flux) for a, b, star in zip(x, y, scene, strict=True))


def flux_image(placed: tuple[PlacedStar, ...], spec: ExposureSpec, plan: Plan) -> NDArray[np.float32]:
    """Compute the flux in each pixel of the detector.

    Parameters
    ----------
    placed : tuple of PlacedStar
        Stars of the exposure.
    spec : ExposureSpec
        The exposure.
    plan : Plan
        Plan with telescope and background.

    Returns
    -------
    ndarray of float32, shape (y, x)
        Flux, DN/s per pixel.
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
    """Adapt the model of the telescope to a detector, a filter and a subarray.

    Parameters
    ----------
    spec : ExposureSpec
        The exposure.
    plan : Plan
        Plan; its telescope is that of the short-wave detectors of NIRCam with F212N.

    Returns
    -------
    Telescope
        Telescope with wavelengths, pixel scale, field and sampling of the exposure.
    """
    field = min(plan.telescope.field, max(_SMALLEST_FIELD, 2 * max(spec.shape)))
    if spec.instrument == "NIRCAM" and spec.filter == "F212N":
        return replace(plan.telescope, field=field)
    detector = detector_named(spec.detector)
    elements = (spec.filter, spec.pupil)
    (band,) = (band for band in passbands(detector) if (band.filter, band.pupil) == elements)
    # One wavelength only, to save time: no phases are retrieved from these images.
    wavelength = band.wavelength * 1e-6
    siaf = aperture(detector)
    scale = float(siaf.XSciScale + siaf.YSciScale) / 2
    # A sample must not be wider than half the resolution of the telescope.
    resolved = float(np.degrees(wavelength / (2 * PUPIL_RADIUS))) * 3600.0
    oversampling = max(plan.telescope.oversampling, ceil(2 * scale / resolved))
    return replace(plan.telescope, field=field, wavelengths=(wavelength,), pixel_scale=scale, oversampling=oversampling)


def optics_record(plan: Plan) -> dict[str, Any]:
    """Return the true parameters of the telescope.

    Parameters
    ----------
    plan : Plan
        Plan of the visit.

    Returns
    -------
    dict
        JSON values: lenses, pixel scale, segment errors.
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
