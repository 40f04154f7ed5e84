"""Check of a table of conversions, and of a map of pixel areas, against what photom does with them."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from wfsgui.core.model.exposure_info import ExposureInfo
from wfsgui.core.references.cut import area_cut
from wfsgui.core.references.facts import ReferenceFacts
from wfsgui.core.references.flat_check import image_shape
from wfsgui.core.references.judgement import FileFaultError, Judgement

if TYPE_CHECKING:
    from astropy.io import fits

__all__ = ["TABLE", "check_area", "check_photom", "matching_rows"]

TABLE: Final = "PHOTOM"
"""Extension of the table of conversions."""

_MODELS: Final = {
    "NIRCAM": "NrcImgPhotomModel",
    "NIRISS": "NisImgPhotomModel",
    "MIRI": "MirImgPhotomModel",
    "FGS": "FgsImgPhotomModel",
}
_VALUE: Final = "PHOTMJSR"
# MIRI: a row of older files for every subarray.
_ANY_SUBARRAY: Final = "GENERIC"
# Without these entries jwst refuses a photom file, and no other one.
_REQUIRED: Final = {
    "description": "DESCRIP",
    "reference_type": "REFTYPE",
    "author": "AUTHOR",
    "pedigree": "PEDIGREE",
    "use_after": "USEAFTER",
    "instrument": "INSTRUME",
}


def matching_rows(columns: Sequence[str], rows: Sequence[Sequence[object]], info: ExposureInfo) -> tuple[int, ...]:
    """Find the rows of a table of conversions that photom takes for an exposure (``jwst.photom.photom``, jwst 3.0).

    Parameters
    ----------
    columns : sequence of str
        Names of the columns.
    rows : sequence of sequence
        The values of each row.
    info : ExposureInfo
        The exposure.

    Returns
    -------
    tuple of int
        Their numbers, counted from 0. Exactly one is right: with none the step converts nothing, with several it fails.
    """
    places = {name.upper(): place for place, name in enumerate(columns)}
    if info.instrument == "FGS":
        return (0,) if rows else ()
    wanted = {"FILTER": info.filter, "PUPIL": info.pupil}
    if info.instrument == "MIRI":
        wanted = {"FILTER": info.filter, "SUBARRAY": info.subarray}
    elif info.instrument == "NIRSPEC":
        wanted = {"FILTER": info.filter, "GRATING": info.circumstances.grating}
    elif info.instrument == "NIRCAM" and "SUBARRAY" in places:
        wanted["SUBARRAY"] = info.subarray
    if not set(wanted) <= set(places):
        return ()
    found = _rows_with(places, rows, wanted)
    if not found and info.instrument == "MIRI":
        found = _rows_with(places, rows, {**wanted, "SUBARRAY": _ANY_SUBARRAY})
    return found


def check_photom(path: Path, hdus: fits.HDUList, facts: ReferenceFacts, info: ExposureInfo) -> Judgement:
    """Check that a table of conversions has exactly one value for an exposure.

    Parameters
    ----------
    path : Path
        The file.
    hdus : HDUList
        The same file, open.
    facts : ReferenceFacts
        What it says of itself.
    info : ExposureInfo
        The exposure.

    Returns
    -------
    Judgement
        Faults and doubts.

    Raises
    ------
    FileFaultError
        If the step cannot read it.
    """
    name = path.name
    _check_model(name, facts, info)
    if TABLE not in hdus or hdus[TABLE].is_image:
        raise FileFaultError(f"{name} has no table of conversions (extension {TABLE}); choose another photom file.")
    table = hdus[TABLE].data
    columns = [str(column).upper() for column in table.names]
    if info.instrument == "NIRSPEC":
        # Images of NIRSpec are not converted by a row of a filter alone.
        return Judgement()
    for column in _needed(info):
        if column not in columns:
            raise FileFaultError(f"The table of {name} has no column {column}; choose another photom reference file.")
    rows = matching_rows(columns, [tuple(row) for row in table], info)
    what = _what(info, columns)
    if not rows:
        raise FileFaultError(
            f"{name} has no row for {what}: the result would stay in {info.unit or 'DN/s'}; choose another photom file."
        )
    if len(rows) > 1:
        raise FileFaultError(f"{name} has {len(rows)} rows for {what}, and photom takes one only; choose another file.")
    return _value(name, float(table[rows[0]][columns.index(_VALUE)]), what)


def check_area(path: Path, hdus: fits.HDUList, info: ExposureInfo) -> Judgement:
    """Check a map of pixel areas.

    Parameters
    ----------
    path : Path
        The file.
    hdus : HDUList
        The same file, open.
    info : ExposureInfo
        The exposure.

    Returns
    -------
    Judgement
        Faults and doubts.

    Raises
    ------
    FileFaultError
        If it has no map that covers the exposure.
    """
    name = path.name
    if info.instrument == "NIRSPEC":
        return Judgement()
    cut = area_cut(name, image_shape(name, hdus), info)
    areas: Any = hdus["SCI"].section[cut.slices]
    doubts = []
    if not np.isfinite(areas).any() or not areas.any():
        doubts.append(f"{name} has no value in the pixels of this exposure: the plane AREA of the result has none.")
    elif (areas[np.isfinite(areas)] <= 0).any():
        doubts.append(f"{name} has pixel areas that are not positive.")
    missing = [keyword for keyword in ("PIXAR_SR", "PIXAR_A2") if hdus[0].header.get(keyword) is None]
    if missing:
        doubts.append(f"{name} has no {' and '.join(missing)}: the result does not tell the area of a pixel.")
    return Judgement(doubts=tuple(doubts))


def _check_model(name: str, facts: ReferenceFacts, info: ExposureInfo) -> None:
    missing = [keyword for entry, keyword in _REQUIRED.items() if not getattr(facts, entry)]
    if missing:
        raise FileFaultError(
            f"{name} has no {' and no '.join(missing)}, without which photom refuses it; add these keywords, or choose "
            "another file."
        )
    wanted = _MODELS.get(info.instrument, "")
    if wanted and facts.model_type != wanted:
        found = f"is a {facts.model_type}" if facts.model_type else "does not name its data model (DATAMODL)"
        raise FileFaultError(f"{name} {found}, but photom needs a {wanted} for this exposure; choose another file.")


def _needed(info: ExposureInfo) -> tuple[str, ...]:
    match info.instrument:
        case "FGS":
            return (_VALUE,)
        case "MIRI":
            return ("FILTER", "SUBARRAY", _VALUE)
    return ("FILTER", "PUPIL", _VALUE)


def _what(info: ExposureInfo, columns: Sequence[str]) -> str:
    has_subarray = info.instrument in ("MIRI", "NIRCAM") and "SUBARRAY" in columns
    return f"{info.optical_elements}{f' in the subarray {info.subarray}' if has_subarray else ''}"


def _value(name: str, value: float, what: str) -> Judgement:
    if not np.isfinite(value) or value == 0:
        return Judgement(
            (f"The conversion of {name} for {what} is {value:g}: no pixel would have a value; choose another file.",)
        )
    if value < 0:
        return Judgement(doubts=(f"The conversion of {name} for {what} is negative ({value:g}).",))
    return Judgement()


def _rows_with(places: dict[str, int], rows: Sequence[Sequence[object]], wanted: dict[str, str]) -> tuple[int, ...]:
    return tuple(
        number
        for number, row in enumerate(rows)
        if all(str(row[places[column]]).strip().upper() == value for column, value in wanted.items())
    )
