"""Recognition of reference files among any files."""

from __future__ import annotations

import warnings
from pathlib import Path

from wfsgui.core.files.fits_files import FITS_ENDINGS, is_file, open_fits
from wfsgui.core.references.check import is_tree

__all__ = ["PARAMETERS", "could_be_reference", "reference_type_of"]

PARAMETERS = "pars-"
"""Beginning of the types of parameter references, which are parameter files of the pipeline, too."""

_TREE_ENDING = ".asdf"


def could_be_reference(path: Path) -> bool:
    """Whether a file may be a reference file, by its name."""
    return path.name.lower().endswith((*FITS_ENDINGS, _TREE_ENDING))


def reference_type_of(path: Path) -> str | None:
    """Read the type of a reference file.

    Parameters
    ----------
    path : Path
        Any file.

    Returns
    -------
    str or None
        REFTYPE in lower case; empty for any other file; None for an ASDF file, which only the engine reads.
    """
    if not is_file(path):
        return ""
    if is_tree(path):
        return None
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            with open_fits(path) as hdus:
                return str(hdus[0].header.get("REFTYPE") or "").strip().lower()
    except (OSError, EOFError, ValueError, TypeError, KeyError, IndexError):
        # Whoever opens the file says what is wrong with it.
        return ""
