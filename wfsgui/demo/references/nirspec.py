"""Optics of NIRSpec with the mirror in the grating wheel, as references of the types that assign_wcs reads.

The SIAF has polynomials from the pixels of each detector to the grating wheel, and from there to the focal plane of the
telescope (JWST-STScI-005921). jwst has the same transform in more parts: fpa, camera, disperser, collimator, fore,
ote. Here fpa has the first polynomials and fore the second ones, so that the whole transform is that of the SIAF; the
camera is the identity, and the collimator only scales the plane of the micro-shutters.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import numpy as np
from astropy.modeling.models import Identity, Mapping, Polynomial1D, Scale, Shift

from wfsgui.demo.references.detectors import detector_named
from wfsgui.demo.references.distortion import fitted_inverse, pixels_to_ideal
from wfsgui.demo.references.filters import NIRSPEC_RANGES
from wfsgui.demo.references.reference_file import metadata, write_asdf
from wfsgui.demo.references.siaf import apertures, siaf_version, square_coefficients

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from wfsgui.demo.references.detectors import Detector, Reference

__all__ = ["OPTICS", "write_optics"]

_COLLIMATOR: Final = 0.62
"""Nominal focal length, metres: it scales the plane of the micro-shutters and cancels in the whole transform."""

_LAST_PIXEL: Final = 2047
"""Last pixel: the SCA frame of NRS2 is rotated by 180 degrees against its science frame."""

_ARCSEC: Final = 3600.0
_V3_OF_ORIGIN: Final = -468.0
"""V3 of the origin of the focal plane (XAN, YAN), arcsec; YAN has the opposite direction."""

_GWA_X: Final = (-0.145, 0.145)
_GWA_Y: Final = (-0.375, -0.22)
"""Range of the tangents of the angles at the grating wheel (sky side) of both detectors, with a margin."""


def write_optics(detector: Detector, reference: Reference, path: Path) -> None:
    """Write a reference of the optics of NIRSpec.

    Parameters
    ----------
    detector : Detector
        Either detector of NIRSpec: the file is for both.
    reference : Reference
        Type, one of `OPTICS`, and filter.
    path : Path
        The ASDF file.

    Raises
    ------
    KeyError
        If the reference type is not one of `OPTICS`.
    OSError
        If the file cannot be written.
    """
    meta = metadata(detector, reference.kind, f"{reference.kind}, with the mirror in the grating wheel")
    # One file for both detectors: it must not depend on the detector.
    meta["instrument"] = {"name": detector.instrument, "p_detector": "NRS1|NRS2|"}
    content = OPTICS[reference.kind](reference)
    meta |= content.pop("meta", {})
    write_asdf({"meta": meta, **content}, path, (f"Transforms of the SIAF, {siaf_version()}; inverses fitted.",))


def _fpa(_: Reference) -> dict[str, Any]:
    half_turn = (Scale(-1) | Shift(_LAST_PIXEL)) & (Scale(-1) | Shift(_LAST_PIXEL))
    return {
        "nrs1_model": pixels_to_ideal(detector_named("NRS1")),
        "nrs2_model": half_turn | pixels_to_ideal(detector_named("NRS2")),
    }


def _camera(_: Reference) -> dict[str, Any]:
    return {"model": Identity(2)}


def _disperser(_: Reference) -> dict[str, Any]:
    """Describe the mirror: it has no tilt at the sensor readings that the SIAF gives as zero."""
    entry = apertures("NIRSPEC")["CLEAR_GWA_OTE"]
    # The reading in x gives the tilt about y, and vice versa.
    turns = {
        "gwa_tiltx": (float(entry.YSciRef), float(entry.YSciScale)),
        "gwa_tilty": (float(entry.XSciRef), float(entry.XSciScale)),
    }
    tilts = {
        name: {"temperatures": [], "tilt_model": Polynomial1D(1, c0=0, c1=slope), "unit": "arcsec", "zeroreadings": [z]}
        for name, (z, slope) in turns.items()
    }
    angles = dict.fromkeys(("theta_x", "theta_y", "theta_z", "tilt_x", "tilt_y"), 0.0)
    return {"meta": {"instrument": {"name": "NIRSPEC", "grating": "MIRROR"}}, **tilts, **angles}


def _collimator(_: Reference) -> dict[str, Any]:
    return {"model": Scale(_COLLIMATOR) & Scale(_COLLIMATOR)}


def _fore(reference: Reference) -> dict[str, Any]:
    entry = apertures("NIRSPEC")[f"{reference.filter or 'CLEAR'}_GWA_OTE"]
    to_wheel = Scale(1 / _COLLIMATOR) & Scale(1 / _COLLIMATOR)
    nodes = (1 - np.cos(np.linspace(0, np.pi, 25))) / 2
    x, y = np.meshgrid(*(low + nodes * (high - low) for low, high in (_GWA_X, _GWA_Y)))
    to_sky = to_wheel | fitted_inverse(square_coefficients(entry), (x, y))
    # The third coordinate is the wavelength, which the SIAF does not use.
    model = Mapping((0, 1), n_inputs=3) | to_sky
    model.inverse = Mapping((0, 1), n_inputs=3) | to_sky.inverse
    instrument = {"name": "NIRSPEC", "filter": reference.filter or "CLEAR"}
    return {"meta": {"instrument": instrument}, "model": model}


def _ote(_: Reference) -> dict[str, Any]:
    return {"model": Scale(_ARCSEC) & (Scale(-_ARCSEC) | Shift(_V3_OF_ORIGIN))}


def _wavelengthrange(_: Reference) -> dict[str, Any]:
    return {
        "waverange_selector": [f"{name}_MIRROR" for name in NIRSPEC_RANGES],
        "wavelengthrange": [[low * 1e-6, high * 1e-6] for low, high in NIRSPEC_RANGES.values()],
        # A mirror reflects into order 0.
        "order": [0] * len(NIRSPEC_RANGES),
        "meta": {"wavelength_units": "m"},
    }


OPTICS: Final[dict[str, Callable[[Reference], dict[str, Any]]]] = {
    "fpa": _fpa,
    "camera": _camera,
    "disperser": _disperser,
    "collimator": _collimator,
    "fore": _fore,
    "ote": _ote,
    "wavelengthrange": _wavelengthrange,
}
"""Content of each reference type, without `metadata`."""
