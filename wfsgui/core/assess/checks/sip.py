"""Parts of an assessment: error of the SIP approximation in the header against the WCS of the image."""

from __future__ import annotations

import re
from math import isfinite
from typing import TYPE_CHECKING, Final

import numpy as np

from wfsgui.core.assess.checks.limit_check import limit_check
from wfsgui.core.assess.part import ImagePart, Named, Part, StarPart
from wfsgui.core.assess.results import Level, Quantity
from wfsgui.core.errors import WfsguiError
from wfsgui.core.measure.number_text import number

if TYPE_CHECKING:
    from collections.abc import Mapping

    from astropy.wcs import WCS
    from numpy.typing import NDArray

    from wfsgui.core.assess.inputs import AssessInput
    from wfsgui.core.assess.results import StarRegions
    from wfsgui.core.model.step_image import WcsReader

__all__ = ["SIP_AT_STAR_PART", "SIP_PART", "header_wcs", "sip_errors", "sip_in_image", "sip_under_star"]

_MOST: Final = Named("sip", "Error of the SIP, greatest in the image")
_RMS: Final = Named("sip_rms", "Error of the SIP, rms in the image")
_STAR: Final = Named("sip_at_star", "Error of the SIP at the star")

_PREFIX: Final = "meta.wcsinfo."
_COEFFICIENT: Final = re.compile(r"(a|b)_(\d+)_(\d+)")
_MOST_ORDER: Final = 9
_GRID: Final = 33
_PIXEL: Final = "pix"
_DEGREE: Final = "deg"
_DEFINITION: Final = (
    "Distance, in pixels of the header's linear WCS, of the positions that the header's keywords (CRPIX, CRVAL, CD, "
    "A_i_j, B_i_j) and the WCS of the image (gwcs) give the same pixel. jwst's assign_wcs fits these keywords, and no "
    "A_i_j, B_i_j where a linear WCS is good to 0.01 px, as in a small subarray, or where sip_approx is false. "
    "Programs that read only FITS keywords use them."
)


def sip_in_image(request: AssessInput) -> Part:
    """Measure the error of the header's SIP over the image.

    Parameters
    ----------
    request : AssessInput
        The stage.

    Returns
    -------
    Part
        Greatest and rms error on a grid of 33 x 33 pixels, and the check.

    Raises
    ------
    WfsguiError
        If there is no WCS, or none in the header, or if they have no value in the image.
    """
    wcs, header = _both(request)
    height, width = request.image.sci.shape
    x, y = (axis.ravel() for axis in np.meshgrid(np.linspace(0, width - 1, _GRID), np.linspace(0, height - 1, _GRID)))
    errors = sip_errors(header, wcs, x, y)
    known = np.isfinite(errors)
    if not known.any():
        raise WfsguiError("The WCS or that of the header has no value in the image.")
    worst = int(np.nanargmax(errors))
    most, rms = float(errors[worst]), float(np.sqrt(np.square(errors[known]).mean()))
    limit, place = request.limits[_MOST.key], (float(x[worst]), float(y[worst]))
    what = "The SIP in the header" if header.sip is not None else "The linear WCS in the header, which has no SIP,"
    return Part(
        (_quantity(_MOST, most), _quantity(_RMS, rms)),
        (
            limit_check(
                _MOST,
                limit,
                Level.GOOD if limit.is_met(most) else Level.CARE,
                number(most, "px"),
                f"{what} differs from the WCS of the image by {number(rms, 'px')} rms and at most by "
                f"{number(most, 'px')}.",
                place=place,
            ),
        ),
    )


def sip_under_star(request: AssessInput, regions: StarRegions) -> Part:
    """Measure the error of the header's SIP at the star.

    Parameters
    ----------
    request : AssessInput
        The stage.
    regions : StarRegions
        Regions of the star.

    Returns
    -------
    Part
        The error.

    Raises
    ------
    WfsguiError
        If there is no WCS, or none in the header, or if they have no value at the star.
    """
    wcs, header = _both(request)
    error = float(sip_errors(header, wcs, np.array([regions.x]), np.array([regions.y]))[0])
    if not isfinite(error):
        raise WfsguiError("The WCS or that of the header has no value at the star.")
    return Part((_quantity(_STAR, error),))


def _quantity(name: Named, value: float) -> Quantity:
    # A difference of two models has no statistical error.
    return Quantity(name.key, name.name, value, error=0.0, unit=_PIXEL, definition=_DEFINITION)


def _both(request: AssessInput) -> tuple[WcsReader, WCS]:
    if request.image.wcs is None:
        raise WfsguiError("This stage has no WCS; assign_wcs adds it and its SIP approximation.")
    return request.image.wcs, header_wcs(request.metadata)


def sip_errors(header: WCS, wcs: WcsReader, x: NDArray[np.float64], y: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the distance of the positions that a FITS WCS and the WCS of an image give the same pixels.

    Parameters
    ----------
    header : WCS
        The FITS WCS with SIP.
    wcs : WcsReader
        The WCS of the image.
    x, y : ndarray of float64, shape (n,)
        Pixels; the centre of the first one is (0, 0).

    Returns
    -------
    ndarray of float64, shape (n,)
        Pixels of the linear part of the FITS WCS; NaN where one of them has no value.
    """
    ra, dec = wcs.positions(x, y)
    distances = np.full(x.shape, np.nan)
    known = np.isfinite(ra) & np.isfinite(dec)
    if known.any():
        # Both positions are projected by the same linear WCS, so its approximations cancel.
        approximate = header.wcs_world2pix(*header.all_pix2world(x[known], y[known], 0), 0)
        exact = header.wcs_world2pix(ra[known], dec[known], 0)
        distances[known] = np.hypot(approximate[0] - exact[0], approximate[1] - exact[1])
    return distances


def header_wcs(metadata: Mapping[str, str]) -> WCS:
    """Make the FITS WCS of the header from metadata, with SIP if there is one.

    Parameters
    ----------
    metadata : mapping of str to str
        Metadata of the model, by dotted path; the keywords are in ``meta.wcsinfo``.

    Returns
    -------
    WCS
        The WCS that a reader of the saved file makes of its keywords.

    Raises
    ------
    WfsguiError
        If the metadata have no FITS WCS, or an incomplete or impossible one.
    """
    # The import takes a tenth of a second.
    from astropy.wcs import WCS, Sip

    info = {key.removeprefix(_PREFIX): value for key, value in metadata.items() if key.startswith(_PREFIX)}
    try:
        wcs = WCS(naxis=2)
        wcs.wcs.ctype = [info["ctype1"], info["ctype2"]]
        wcs.wcs.cunit = [_degrees(info, "cunit1"), _degrees(info, "cunit2")]
        wcs.wcs.crval = [float(info["crval1"]), float(info["crval2"])]
        wcs.wcs.crpix = [float(info["crpix1"]), float(info["crpix2"])]
        wcs.wcs.cd = _matrix(info)
        wcs.wcs.lonpole = float(info.get("lonpole", "180"))
        if "a_order" in info or "b_order" in info:
            wcs.sip = Sip(_coefficients(info, "a"), _coefficients(info, "b"), None, None, wcs.wcs.crpix)
        wcs.wcs.set()
    except (LookupError, ValueError, ArithmeticError) as error:
        raise WfsguiError(f"The WCS in the header cannot be used ({error}).") from error
    return wcs


def _degrees(info: Mapping[str, str], key: str) -> str:
    """Return the unit of an axis; raise ValueError if it is not the degree, which astropy would only warn about."""
    unit = info.get(key, _DEGREE)
    if unit != _DEGREE:
        raise ValueError(f"{key.upper()} is {unit}")
    return unit


def _matrix(info: Mapping[str, str]) -> list[list[float]]:
    """Return the linear part, degrees by pixel: the CD matrix of a fit, otherwise PC and CDELT."""
    if "cd1_1" in info:
        return [[float(info[f"cd{row}_{column}"]) for column in (1, 2)] for row in (1, 2)]
    return [[float(info[f"cdelt{row}"]) * float(info[f"pc{row}_{column}"]) for column in (1, 2)] for row in (1, 2)]


def _coefficients(info: Mapping[str, str], name: str) -> NDArray[np.float64]:
    """Return the polynomial of one axis, shape (order + 1, order + 1)."""
    order = int(info[f"{name}_order"])
    if not 0 < order <= _MOST_ORDER:
        raise ValueError(f"{name.upper()}_ORDER is {order}")
    coefficients = np.zeros((order + 1, order + 1))
    for key, value in info.items():
        match = _COEFFICIENT.fullmatch(key)
        if match is not None and match[1] == name:
            coefficients[int(match[2]), int(match[3])] = float(value)
    return coefficients


SIP_PART: Final = ImagePart(sip_in_image, (_MOST, _RMS), (_MOST,))
"""The part of the SIP over the image."""

SIP_AT_STAR_PART: Final = StarPart(sip_under_star, (_STAR,))
"""The part of the SIP at the star."""
