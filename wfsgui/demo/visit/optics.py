"""Images of a star by a model of the telescope: segmented pupil, segment errors, weak lens, diffraction.

The pupil is that of JWST: eighteen hexagonal segments with gaps of 7 mm, five of which measure 6.603464 m from flat to
flat, behind three struts of the secondary mirror. The propagation to the detector is the matrix Fourier transform of
``poppy``. Images are in the science frame of NRCA3, where +y is +V3 and +x is -V2. The other detectors of module A are
rotated by less than a degree against it; the larger rotation of other instruments is ignored.

A weak lens adds ``power * 2.12 um * (r / R)**2``, where power is its peak-to-valley defocus in waves over the pupil of
radius R. By geometrical optics a ray through r arrives at ``2 * power * 2.12 um * r / R**2`` from the axis, so the
image is the shadow of the pupil, inverted for one sign of the lens. The struts do not shade the pupil evenly, so the
centroid of a donut is a fifth of a pixel off the star, up with one lens and down with the other.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Final

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

__all__ = [
    "LENS_REFERENCE_WAVELENGTH",
    "LENS_WAVES",
    "PIXEL_SCALE",
    "PUPIL_RADIUS",
    "SegmentErrors",
    "StarImage",
    "Telescope",
    "geometric_radius",
    "pupil",
    "segment_errors",
    "star_image",
    "wavefront_error",
]

PUPIL_RADIUS: Final = 6.603464 / 2
"""Half the height of the primary mirror, m: the reference radius of the power of a weak lens."""

PIXEL_SCALE: Final = 0.03122
"""Arcsec per pixel: mean scale of the SIAF at NRCA3_FP1."""

LENS_WAVES: Final[Mapping[str, float]] = {"CLEAR": 0.0, "WLP8": 8.0292, "WLM8": -8.0188}
"""Peak-to-valley defocus of module A by PUPIL, waves at the reference wavelength (JWST-REF-046515)."""

LENS_REFERENCE_WAVELENGTH: Final = 2.12e-6
"""Wavelength of `LENS_WAVES`, m."""

_GAP: Final = 0.007
_PITCH: Final = 2 * PUPIL_RADIUS / 5
_SEGMENT_RADIUS: Final = _PITCH / np.sqrt(3.0)
_STRUT_WIDTH: Final = 0.127
_SEGMENTS: Final = 18
_NM: Final = 1e-9
_ARCSEC: Final = np.pi / 180 / 3600

# F212N: its pivot wavelength and the middles of the outer thirds of its pass band.
_F212N: Final = (2.1122e-6, 2.1213e-6, 2.1304e-6)


@dataclass(frozen=True)
class Telescope:
    """Sampling of the model, and wavefront error of the telescope.

    Attributes
    ----------
    pupil_samples : int
        Samples across the pupil.
    field : int
        Width of an image, an even number of pixels.
    oversampling : int
        Samples per pixel, 2 or more: at 2.12 um one sample per pixel is the Nyquist frequency.
    wavelengths : tuple of float
        Wavelengths, m.
    pixel_scale : float
        Arcsec per pixel.
    rms_nm : float
        Root mean square of the wavefront error over the pupil, nm.
    seed : int
        Random seed of the segment errors.
    """

    pupil_samples: int = 768
    field: int = 640
    oversampling: int = 2
    wavelengths: tuple[float, ...] = _F212N
    pixel_scale: float = PIXEL_SCALE
    rms_nm: float = 70.0
    seed: int = 2120


@dataclass(frozen=True)
class SegmentErrors:
    """Wavefront error of each segment, nm; every array has the shape (18,).

    Tip, tilt, focus and astigmatism are values at the circle around a segment, of radius 0.7625 m: the wavefront is
    ``piston + tip*v + tilt*u + focus*(2*r**2 - 1) + astigmatism*(u**2 - v**2)``, with (u, v) the position within the
    segment in units of that radius, along the image's axes.

    Attributes
    ----------
    x, y : ndarray
        Centres of the segments, m.
    piston, tip, tilt, focus, astigmatism : ndarray
        Coefficients, nm of wavefront.
    """

    x: NDArray[np.float64]
    y: NDArray[np.float64]
    piston: NDArray[np.float64]
    tip: NDArray[np.float64]
    tilt: NDArray[np.float64]
    focus: NDArray[np.float64]
    astigmatism: NDArray[np.float64]


@dataclass(frozen=True)
class StarImage:
    """Image of a star, as a spectrum that can be sampled at any position.

    Attributes
    ----------
    spectrum : ndarray of complex, shape (n, n // 2 + 1)
        ``rfft2`` of the oversampled image after convolution with the pixel, origin at sample (0, 0).
    field, oversampling : int
        Values of the telescope.
    """

    spectrum: NDArray[np.complex128]
    field: int
    oversampling: int

    def at(self, x: float, y: float) -> tuple[NDArray[np.float32], int, int]:
        """Compute the image of a star at a position on the detector.

        Parameters
        ----------
        x, y : float
            0-based position of the star, pixels.

        Returns
        -------
        stamp : ndarray of float32, shape (field, field)
            Fraction of the flux of the star in each pixel.
        x0, y0 : int
            Detector pixel of ``stamp[0, 0]``.
        """
        corner_x, corner_y = (int(np.floor(c)) - self.field // 2 for c in (x, y))
        samples = self.field * self.oversampling
        row = np.exp(-2j * np.pi * np.fft.fftfreq(samples) * (y - corner_y) * self.oversampling)
        column = np.exp(-2j * np.pi * np.fft.rfftfreq(samples) * (x - corner_x) * self.oversampling)
        shifted = np.fft.irfft2(self.spectrum * row[:, None] * column[None, :], s=(samples, samples))
        # Negative values are rounding errors of the shift.
        stamp = shifted[:: self.oversampling, :: self.oversampling].clip(min=0.0).astype(np.float32)
        return stamp, corner_x, corner_y


def geometric_radius(lens: str) -> float:
    """Compute the radius of a defocused image by geometrical optics.

    Parameters
    ----------
    lens : str
        PUPIL.

    Returns
    -------
    float
        Radius of the image of `PUPIL_RADIUS`, pixels: the angle ``2 * power * wavelength / R``.
    """
    angle = 2.0 * abs(LENS_WAVES[lens]) * LENS_REFERENCE_WAVELENGTH / PUPIL_RADIUS
    return angle / _ARCSEC / PIXEL_SCALE


def segment_errors(telescope: Telescope) -> SegmentErrors:
    """Make the random segment errors of a telescope.

    Piston has no mean and no slope over the mirror, tip and tilt have no mean, so that the star is not moved.

    Parameters
    ----------
    telescope : Telescope
        The model.

    Returns
    -------
    SegmentErrors
        Errors scaled to ``telescope.rms_nm``.
    """
    x, y = _segment_centres()
    random = np.random.default_rng(telescope.seed)
    # Relative sizes: figure errors are smaller than alignment errors.
    piston, tip, tilt, focus, astigmatism = (
        size * random.standard_normal(_SEGMENTS) for size in (1.0, 1.0, 1.0, 0.4, 0.6)
    )
    plane = np.column_stack([np.ones(_SEGMENTS), x, y])
    piston -= plane @ np.linalg.lstsq(plane, piston)[0]
    errors = [piston, tip - tip.mean(), tilt - tilt.mean(), focus, astigmatism]
    unit = SegmentErrors(x, y, *errors)
    transmission, _ = pupil(telescope.pupil_samples)
    opd = wavefront_error(unit, telescope.pupil_samples)
    weight = transmission / transmission.sum()
    mean = float((weight * opd).sum())
    scale = telescope.rms_nm / float(np.sqrt((weight * (opd - mean) ** 2).sum()))
    return SegmentErrors(x, y, *(scale * error for error in errors))


@lru_cache(maxsize=8)
def star_image(lens: str, telescope: Telescope) -> StarImage:
    """Compute the image of a star with or without a weak lens.

    Parameters
    ----------
    lens : str
        PUPIL: a key of `LENS_WAVES`.
    telescope : Telescope
        The model.

    Returns
    -------
    StarImage
        Image normalised to the flux that enters the telescope; flux outside the field is lost.

    Raises
    ------
    KeyError
        If the lens is unknown.
    """
    import poppy
    from astropy import units

    samples = telescope.pupil_samples
    transmission, _ = pupil(samples)
    opd = wavefront_error(segment_errors(telescope), samples)
    waves = LENS_WAVES[lens] * LENS_REFERENCE_WAVELENGTH
    x, y = _grid(samples)
    # The transmission of a sample is its free fraction.
    primary = poppy.ArrayOpticalElement(
        transmission=transmission,
        opd=opd * _NM + waves * (x**2 + y**2) / PUPIL_RADIUS**2,
        pixelscale=2 * PUPIL_RADIUS / samples * units.m / units.pixel,
    )
    system = poppy.OpticalSystem(npix=samples, pupil_diameter=2 * PUPIL_RADIUS)
    system.add_pupil(primary)
    system.add_detector(pixelscale=telescope.pixel_scale, fov_pixels=telescope.field, oversample=telescope.oversampling)
    psf = system.calc_psf(wavelength=list(telescope.wavelengths), normalize="first")
    image = np.asarray(psf[0].data, dtype=np.float64)
    return StarImage(_pixel_spectrum(image, telescope.oversampling), telescope.field, telescope.oversampling)


def _pixel_spectrum(image: NDArray[np.float64], oversampling: int) -> NDArray[np.complex128]:
    """Spectrum of an image convolved with the pixel, with the image's centre moved to sample (0, 0).

    An image has no frequency above that of the aperture, so this convolution is exact, unlike binning.
    """
    n = image.shape[0]
    row, column = np.fft.fftfreq(n)[:, None], np.fft.rfftfreq(n)[None, :]
    pixel = np.sinc(row * oversampling) * np.sinc(column * oversampling) * oversampling**2
    centre = (n - 1) / 2
    return np.asarray(np.fft.rfft2(image) * pixel * np.exp(2j * np.pi * centre * (row + column)))


def _segment_centres() -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Centres of the two rings, m; a segment's flats are its upper and its lower edge."""
    centres = [
        (_PITCH * np.sqrt(0.75) * q, _PITCH * (r + q / 2))
        for q in range(-2, 3)
        for r in range(-2, 3)
        if 0 < max(abs(q), abs(r), abs(q + r)) <= 2
    ]
    x, y = np.array(centres, dtype=np.float64).T
    return np.asarray(x), np.asarray(y)


def _grid(samples: int) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Coordinates of the samples, x along a row and y along a column, m."""
    axis = np.asarray((np.arange(samples) - (samples - 1) / 2) * (2 * PUPIL_RADIUS / samples), dtype=np.float64)
    return axis[None, :], axis[:, None]


@lru_cache(maxsize=2)
def pupil(samples: int) -> tuple[NDArray[np.float64], NDArray[np.intp]]:
    """Compute the transmission of the pupil, and the nearest segment of each sample.

    Parameters
    ----------
    samples : int
        Samples across the pupil.

    Returns
    -------
    transmission : ndarray of float64, shape (samples, samples)
        Transmitted fraction, 0 to 1; at edges it follows from the distance of the edge.
    index : ndarray of int, shape (samples, samples)
        Number of the nearest segment.
    """
    x, y = _grid(samples)
    step = 2 * PUPIL_RADIUS / samples
    centres = np.stack(_segment_centres(), axis=1)
    within = np.full((samples, samples), -np.inf)
    index = np.zeros((samples, samples), dtype=np.intp)
    for number, (x0, y0) in enumerate(centres):
        # Distance to the nearest of the hexagon's three pairs of edges, positive inside.
        slant = np.sqrt(0.75) * (x - x0), 0.5 * (y - y0)
        farthest = np.maximum.reduce(
            np.broadcast_arrays(abs(y - y0), abs(slant[0] + slant[1]), abs(slant[0] - slant[1]))
        )
        inside = (_PITCH - _GAP) / 2 - farthest
        index[inside > within] = number
        np.maximum(within, inside, out=within)
    free = np.clip(0.5 + within / step, 0.0, 1.0)
    # One strut stands on +V3, two lean 30 degrees from -V3.
    for angle in np.radians([90.0, -60.0, -120.0]):
        along, across = x * np.cos(angle) + y * np.sin(angle), x * np.sin(angle) - y * np.cos(angle)
        clear = np.maximum(abs(across) - _STRUT_WIDTH / 2, -along)
        free *= np.clip(0.5 + clear / step, 0.0, 1.0)
    return free, index


def wavefront_error(errors: SegmentErrors, samples: int) -> NDArray[np.float64]:
    """Compute the wavefront error over the pupil, without a weak lens.

    Parameters
    ----------
    errors : SegmentErrors
        Errors of the segments.
    samples : int
        Samples across the pupil.

    Returns
    -------
    ndarray of float64, shape (samples, samples)
        Wavefront error, nm; outside the pupil that of the nearest segment.
    """
    _, index = pupil(samples)
    x, y = _grid(samples)
    u, v = (x - errors.x[index]) / _SEGMENT_RADIUS, (y - errors.y[index]) / _SEGMENT_RADIUS
    return np.asarray(
        errors.piston[index]
        + errors.tip[index] * v
        + errors.tilt[index] * u
        + errors.focus[index] * (2 * (u**2 + v**2) - 1)
        + errors.astigmatism[index] * (u**2 - v**2)
    )
