"""Photometry references: conversions from DN/s to surface brightness.

Some conversions of NIRCam are published; all others are estimates. The count rate of a flat spectrum is proportional
to the pixel area and to the relative width of the passband. So an estimate is scaled from the published conversion
whose passband has the most similar width, with equal throughput and gain. Its error is up to a factor of two for
NIRCam, and a few for other instruments: enough for a demonstration only.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import numpy as np
from stdatamodels.jwst.datamodels import FgsImgPhotomModel, MirImgPhotomModel, NisImgPhotomModel, NrcImgPhotomModel

from wfsgui.demo.references.detectors import detector_named
from wfsgui.demo.references.filters import MIRI_SUBARRAYS, passbands
from wfsgui.demo.references.reference_file import metadata, write_fits
from wfsgui.demo.references.siaf import pixel_area, pixel_area_metadata, pixel_area_source

if TYPE_CHECKING:
    from pathlib import Path

    from wfsgui.demo.references.detectors import Detector
    from wfsgui.demo.references.filters import Passband

__all__ = ["Conversion", "conversions", "write_photom"]

_PUBLISHED: Final = {
    "NRCA3": {"F187N": 41.50, "F200W": 1.896, "F210M": 4.405, "F212N": 42.56},
    "NRCALONG": {"F480M": 2.023},
    "NRCBLONG": {"F480M": 1.456},
}
"""PHOTMJSR by detector and filter, CRDS context 1293, as published in grizli's zero-point tables.

F187N is marked there as interpolated; F212N is quoted for the same context, but has no row in that table.
"""

_SOURCE: Final = "grizli's zero-point tables, CRDS context 1293"
_PUBLISHED_UNCERTAINTY: Final = 0.05
_ESTIMATE_UNCERTAINTY: Final = 0.5
"""Relative uncertainties; both are nominal."""

_SHORT_WAVE_LIMIT: Final = 2.4
"""Wavelength between the two channels of NIRCam, micrometres."""

_MODELS: Final = {
    "NIRCAM": NrcImgPhotomModel,
    "NIRISS": NisImgPhotomModel,
    "MIRI": MirImgPhotomModel,
    "FGS": FgsImgPhotomModel,
}


@dataclass(frozen=True)
class Conversion:
    """Conversion of one pair of filter and pupil element.

    Attributes
    ----------
    passband : Passband
        The pair and its passband.
    value : float
        PHOTMJSR: MJy/sr per DN/s.
    published : bool
        Whether the value is published for this detector and filter, or is an estimate.
    """

    passband: Passband
    value: float
    published: bool

    @property
    def uncertainty(self) -> float:
        """Nominal uncertainty, in the unit of `value`."""
        return self.value * (_PUBLISHED_UNCERTAINTY if self.published else _ESTIMATE_UNCERTAINTY)


def conversions(detector: Detector) -> tuple[Conversion, ...]:
    """List the conversions of all pairs of elements.

    A weak lens or mask in the other wheel does not change the value of the filter. WLP4, whose own filter is close to
    F212N, has the value of F212N.

    Parameters
    ----------
    detector : Detector
        The detector.

    Returns
    -------
    tuple of Conversion
        Conversions in the order of `wfsgui.demo.references.filters.passbands`.
    """
    return tuple(_conversion(detector, band) for band in passbands(detector))


def write_photom(detector: Detector, path: Path) -> None:
    """Write the photometry reference of a detector.

    Parameters
    ----------
    detector : Detector
        The detector.
    path : Path
        The FITS file.

    Raises
    ------
    OSError
        If the file cannot be written.
    """
    rows = conversions(detector)
    meta = metadata(detector, "photom", "photometry, mostly estimated")
    meta["photometry"] = pixel_area_metadata(detector)
    with _MODELS[detector.instrument]({"meta": meta}) as model:
        records = [record for row in rows for record in _records(detector, row)]
        model.phot_table = np.array(records, dtype=model.get_dtype("phot_table"))
        write_fits(model, path, _history(detector, rows))


def _conversion(detector: Detector, band: Passband) -> Conversion:
    published = _PUBLISHED.get(detector.name, {}).get(band.name)
    if published is not None:
        return Conversion(band, published, published=True)
    standard = _standard(detector, band)
    known = {known.name: known for known in passbands(standard) if known.name in _PUBLISHED[standard.name]}
    nearest = min(known.values(), key=lambda other: abs(np.log(other.relative_width / band.relative_width)))
    scale = nearest.relative_width / band.relative_width * pixel_area(standard) / pixel_area(detector)
    return Conversion(band, float(_PUBLISHED[standard.name][nearest.name] * scale), published=False)


def _standard(detector: Detector, band: Passband) -> Detector:
    """Choose the detector whose published conversions are scaled."""
    if detector.name in _PUBLISHED:
        return detector
    return detector_named("NRCA3" if band.wavelength < _SHORT_WAVE_LIMIT else "NRCALONG")


def _records(detector: Detector, row: Conversion) -> list[tuple[Any, ...]]:
    """Return the table rows of a conversion; the columns depend on the instrument."""
    numbers = (row.value, row.uncertainty)
    match detector.instrument:
        case "FGS":
            return [numbers]
        case "MIRI":
            return [(row.passband.filter, subarray, *numbers) for subarray in MIRI_SUBARRAYS]
        case _:
            return [(row.passband.filter, row.passband.pupil, *numbers)]


def _history(detector: Detector, rows: tuple[Conversion, ...]) -> list[str]:
    published = sorted({row.passband.name for row in rows if row.published})
    sentences = [pixel_area_source(detector)]
    if published:
        sentences.append(f"PHOTMJSR of {', '.join(published)}: published in {_SOURCE}.")
    sentences.append(
        "PHOTMJSR of every other passband: an estimate, for demonstration only, scaled from NIRCam's published values "
        f"({_SOURCE}) by pixel area and by the relative width of the passband."
    )
    if detector.channel == "SHORT":
        sentences.append("Pairs with a weak lens have the value of the filter; WLP4 has that of F212N.")
    return [*sentences, "UNCERTAINTY is nominal: 5 % of a published value, 50 % of an estimate."]
