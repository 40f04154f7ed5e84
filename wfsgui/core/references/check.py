"""Check of a reference file that the analyst chose, against what the step will do with it for an exposure."""

from __future__ import annotations

import warnings
from collections.abc import Iterable
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Final

from wfsgui.core.files.fits_files import is_cut_short, is_truncated, open_fits
from wfsgui.core.files.reference_check import NO_REFERENCE, reference_fault
from wfsgui.core.model.exposure_info import ExposureInfo
from wfsgui.core.references.facts import ReferenceFacts, facts_of
from wfsgui.core.references.flat_check import check_flat
from wfsgui.core.references.judgement import FileFaultError, Judgement
from wfsgui.core.references.photom_check import check_area, check_photom

if TYPE_CHECKING:
    from astropy.io import fits

    from wfsgui.core.references.tree import AsdfContent

__all__ = ["check_fits", "check_tree", "is_tree"]

_ASDF_BEGIN: Final = b"#ASDF"
# jwst recognizes the format of a file by its ending, in lower case.
_ENDINGS: Final = (".fits", ".fits.gz", ".asdf")
_TREES: Final = frozenset({"distortion", "filteroffset"})
_IMAGES: Final = frozenset({"flat", "area", "photom"})
_ANY: Final = frozenset({"", "ANY", "N/A", "ALL", "MULTIPLE", "COMMON"})
# astropy only warns where a file ends in a header or between two extensions, and leaves the rest out.
_LOSSES: Final = ("Error validating header", "may have been truncated")
# Entry of the tree without which assign_wcs fails.
_NEEDED: Final = {"distortion": "model", "filteroffset": "filters"}


def is_tree(path: Path) -> bool:
    """Whether a file is an ASDF file; False if it cannot be read."""
    try:
        with path.open("rb") as file:
            return file.read(len(_ASDF_BEGIN)) == _ASDF_BEGIN
    except OSError:
        return False


def check_fits(kind: str, value: str, info: ExposureInfo) -> Judgement | None:
    """Check a reference file, unless it is an ASDF file, whose content only the engine can read.

    Parameters
    ----------
    kind : str
        CRDS reference type, for example ``flat``.
    value : str
        Path of the file; empty for the file that CRDS selects, ``N/A`` for no file.
    info : ExposureInfo
        The exposure.

    Returns
    -------
    Judgement or None
        Faults and doubts; None for an ASDF file, see `check_tree`.
    """
    fault = reference_fault(kind, value)
    if fault or not value or value.upper() == NO_REFERENCE:
        return Judgement((fault,) if fault else ())
    path = Path(value)
    if not path.name.endswith(_ENDINGS):
        return Judgement((f"jwst does not open {path.name}; give the file a name that ends in .fits or .asdf.",))
    if is_tree(path):
        if kind in _IMAGES:
            return Judgement((f"{path.name} is an ASDF file, but a {kind} reference is a FITS file; choose another.",))
        return None
    if kind in _TREES:
        return Judgement((f"{path.name} is a FITS file, but a {kind} reference is an ASDF file; choose another.",))
    status = path.stat()
    return _judged(kind, path, status.st_size, status.st_mtime_ns, info)


def check_tree(kind: str, path: Path, content: AsdfContent, info: ExposureInfo) -> Judgement:
    """Check an ASDF reference file.

    Parameters
    ----------
    kind : str
        CRDS reference type, for example ``distortion``.
    path : Path
        The file.
    content : AsdfContent
        Its content.
    info : ExposureInfo
        The exposure.

    Returns
    -------
    Judgement
        Faults and doubts.
    """
    name, doubts = path.name, []
    try:
        doubts += _check_facts(kind, name, content.facts, info)
        needed = _NEEDED.get(kind, "")
        if needed and needed not in content.keys:
            raise FileFaultError(f"{name} has no entry “{needed}”, so it is no {kind} reference; choose another file.")
    except FileFaultError as error:
        return Judgement((str(error),), tuple(doubts))
    if kind == "filteroffset" and not _has_offset(content, info):
        doubts.append(f"{name} has no offset for {info.optical_elements}: the position is not shifted for it.")
    return Judgement(doubts=tuple(doubts))


@lru_cache(maxsize=64)
def _judged(kind: str, path: Path, _size: int, _modified: int, info: ExposureInfo) -> Judgement:
    """Judge a FITS file; cached until the file changes, because it is asked for before each step of each exposure."""
    doubts: list[str] = []
    try:
        with warnings.catch_warnings(record=True) as told:
            warnings.simplefilter("always")
            if is_cut_short(path):
                raise FileFaultError(_truncated(path))
            with open_fits(path) as hdus:
                is_short = is_truncated(path, hdus)
                if is_short or _tells_of_loss(str(each.message) for each in told):
                    raise FileFaultError(_truncated(path))
                facts = facts_of(hdus[0].header, is_header=True)
                doubts += _check_facts(kind, path.name, facts, info)
                found = _check_content(kind, path, hdus, facts, info)
    except FileFaultError as error:
        return Judgement((str(error),), tuple(doubts))
    except (OSError, EOFError, ValueError, TypeError, KeyError, IndexError, AttributeError) as error:
        why = " ".join(str(error).split())
        return Judgement((f"{path.name} cannot be read ({why}); choose another {kind} reference file.",), tuple(doubts))
    return Judgement(found.faults, (*doubts, *found.doubts))


def _tells_of_loss(messages: Iterable[str]) -> bool:
    return any(loss in message for message in messages for loss in _LOSSES)


def _truncated(path: Path) -> str:
    return f"{path.name} is truncated, its end is missing; fetch it again, or choose another file."


def _check_content(kind: str, path: Path, hdus: fits.HDUList, facts: ReferenceFacts, info: ExposureInfo) -> Judgement:
    match kind:
        case "flat":
            return check_flat(path, hdus, info)
        case "photom":
            return check_photom(path, hdus, facts, info)
        case "area":
            return check_area(path, hdus, info)
    return Judgement()


def _check_facts(kind: str, name: str, facts: ReferenceFacts, info: ExposureInfo) -> list[str]:
    """Compare what a file says of itself with the exposure; return doubts, raise faults."""
    if facts.reference_type and facts.reference_type != kind:
        raise FileFaultError(f"{name} is a reference file of type {facts.reference_type}; choose one of type {kind}.")
    for what, found, wanted in (
        ("telescope", facts.telescope, info.telescope),
        ("instrument", facts.instrument, info.instrument),
        ("detector", facts.detector, info.detector),
    ):
        if found not in _ANY and wanted and found != wanted:
            raise FileFaultError(f"{name} is for the {what} {found}, the exposure is of {wanted}; choose another file.")
    doubts = [] if facts.reference_type else [f"{name} does not say its reference type (REFTYPE)."]
    missing = [
        keyword for keyword, found in (("INSTRUME", facts.instrument), ("DETECTOR", facts.detector)) if not found
    ]
    if missing:
        doubts.append(f"{name} does not say which {_words(missing)} it is for ({', '.join(missing)}).")
    module, channel = _optics(info)
    for what, values, value in (
        ("module", facts.modules, module),
        ("channel", facts.channels, channel),
        ("filter", facts.filters, info.filter),
        ("pupil element", facts.pupils, info.pupil),
        ("exposure type", facts.exp_types, info.exp_type),
    ):
        if values and value and value not in values and not _ANY.intersection(values):
            doubts.append(f"{name} is for the {what} {_listed(values)}, the exposure has {value}.")
    return doubts


def _words(keywords: list[str]) -> str:
    return " and ".join({"INSTRUME": "instrument", "DETECTOR": "detector"}[keyword] for keyword in keywords)


def _listed(values: tuple[str, ...]) -> str:
    return values[0] if len(values) == 1 else f"{', '.join(values[:-1])} or {values[-1]}"


def _optics(info: ExposureInfo) -> tuple[str, str]:
    """Return module and channel of a NIRCam detector, which its name contains; else empty strings."""
    if info.instrument != "NIRCAM" or not info.detector.startswith("NRC"):
        return "", ""
    return info.detector[3:4], "LONG" if info.detector.endswith(("LONG", "5")) else "SHORT"


def _has_offset(content: AsdfContent, info: ExposureInfo) -> bool:
    # MIRI has one wheel.
    keys = ("filter",) if info.instrument == "MIRI" else ("filter", "pupil")
    wanted = {"filter": info.filter, "pupil": info.pupil}
    return any(all(str(row.get(key, "")).upper() == wanted[key] for key in keys) for row in content.filters)
