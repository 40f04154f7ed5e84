"""Check of a reference file that the analyst chose in place of the one that CRDS selects."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from wfsgui.core.files.fits_files import absence, is_file, open_fits

__all__ = ["NO_REFERENCE", "reference_fault"]

NO_REFERENCE: Final = "N/A"
"""What is given in place of a file to use no reference of a type."""

_ASDF: Final = b"#ASDF"
_JSON: Final = ".json"


def reference_fault(kind: str, value: str) -> str:
    """Say why a file cannot be a reference file of a type.

    Parameters
    ----------
    kind : str
        CRDS reference type, for example ``flat``.
    value : str
        Path of the file; empty for the file that CRDS selects, ``N/A`` for no file.

    Returns
    -------
    str
        One sentence; empty if no fault was found. Only the beginning of the file is read: the step itself finds out
        whether the file suits the exposure.
    """
    if not value or value.upper() == NO_REFERENCE:
        return ""
    path = Path(value)
    if not is_file(path):
        return f"{path} {absence(path)}; choose another file."
    try:
        with path.open("rb") as file:
            is_asdf = file.read(len(_ASDF)) == _ASDF
    except OSError as error:
        return f"{path.name} cannot be read ({error.strerror}); change its permissions or choose another file."
    if is_asdf or path.suffix.lower() == _JSON:
        return ""
    return _fits_fault(kind, path)


def _fits_fault(kind: str, path: Path) -> str:
    try:
        with open_fits(path) as hdus:
            reference_type = str(hdus[0].header.get("REFTYPE", "")).strip()
            is_exposure = "S_RAMP" in hdus[0].header
    except (OSError, ValueError, TypeError, KeyError, IndexError):
        return f"{path.name} is neither a FITS nor an ASDF file; choose a {kind} reference file."
    if is_exposure and not reference_type:
        return f"{path.name} is an exposure; choose a {kind} reference file."
    # A file without REFTYPE is left to the step.
    if reference_type and reference_type.lower() != kind.lower():
        return f"{path.name} is a reference file of type {reference_type.lower()}; choose one of type {kind}."
    return ""
