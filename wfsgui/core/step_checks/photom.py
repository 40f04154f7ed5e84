"""Facts and checks of photom, which multiplies every pixel by the same conversion factor."""

from __future__ import annotations

from math import isfinite
from typing import Final

from wfsgui.core.measure.measured import Row
from wfsgui.core.measure.number_text import number
from wfsgui.core.step_checks.evidence import (
    CannotTellError,
    Case,
    Check,
    Finding,
    Measurement,
    ratio_unit,
)

__all__ = ["CHECKS", "facts"]

_CONVERSION: Final = "meta.photometry.conversion_megajanskys"
_UNIT: Final = "MJy/sr"
_RECORDED: Final = f"{_UNIT} per DN/s"
# A few rounding errors in single precision, each of at most 6e-8.
_TOLERANCE: Final = 1e-6


def facts(case: Case) -> tuple[Row, ...]:
    """Return the conversion factor and the pixel area.

    Parameters
    ----------
    case : Case
        The step.

    Returns
    -------
    tuple of Row
        The recorded values and the measured ratio.
    """
    return tuple(measurement.row(case) for measurement in _MEASUREMENTS)


def _conversion(case: Case) -> str:
    return number(case.evidence.number(_CONVERSION), _RECORDED)


def _area(case: Case) -> str:
    return number(case.evidence.number("meta.photometry.pixelarea_steradians"), "sr")


def _area_on_sky(case: Case) -> str:
    return number(case.evidence.number("meta.photometry.pixelarea_arcsecsq"), "arcsec²")


_MEASUREMENTS: Final = (
    Measurement("PHOTMJSR", "Conversion factor from the reference file, as photom recorded it.", _conversion),
    Measurement(
        "Pixel area", "Nominal solid angle of a pixel, PIXAR_SR; SCI x PIXAR_SR x AREA is a flux density.", _area
    ),
    Measurement("Pixel area on the sky", "The same in square arcseconds (PIXAR_A2).", _area_on_sky),
    Measurement(
        "Ratio measured",
        "Median of SCI after / SCI before: the conversion factor that was applied.",
        lambda case: f"{case.change.ratio.median:.8g} {ratio_unit(case)}".strip(),
    ),
)


def _constant(case: Case) -> Finding:
    ratio = case.change.ratio
    if not isfinite(ratio.median):
        raise CannotTellError("No pixel has a value before and after.")
    spread = (ratio.highest - ratio.lowest) / abs(ratio.median) if ratio.median else float("inf")
    text = f"{ratio.median:.8g} {ratio_unit(case)}".strip()
    return Finding(spread < _TOLERANCE, f"The ratio is {text}, with a relative range of {spread:.2g}.")


def _recorded(case: Case) -> Finding:
    recorded, measured = case.evidence.number(_CONVERSION), case.change.ratio.median
    if not isfinite(measured):
        raise CannotTellError("No pixel has a value before and after.")
    met = abs(measured - recorded) <= _TOLERANCE * abs(recorded)
    return Finding(met, f"The median ratio is {measured:.8g}, PHOTMJSR is {recorded:.8g} {_RECORDED}.")


def _unit(case: Case) -> Finding:
    unit = case.evidence.after.unit
    return Finding(unit.replace(" ", "") == _UNIT, f"The unit is {unit or 'missing'}.")


CHECKS: Final = (
    Check(
        "One factor for every pixel",
        "An imaging mode has one conversion factor. If the ratio varies, something else has changed the image, and "
        "phase retrieval fits a wrong shape.",
        _constant,
    ),
    Check(
        "The factor is PHOTMJSR",
        "The header's PHOTMJSR converts the image back to DN/s. If another factor was applied, noise models and fluxes "
        "from the header are wrong by the ratio of the two.",
        _recorded,
    ),
    Check(
        f"The unit is {_UNIT}",
        "Calibrated images are in surface brightness. Another unit means that photom found no conversion for these "
        "optical elements in its reference: the values are still count rates.",
        _unit,
    ),
)
"""Checks of photom alone."""
