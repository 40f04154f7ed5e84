"""What calibrates: versions and flags, for display."""

from __future__ import annotations

from importlib.metadata import version
from typing import Final

from stdatamodels.jwst.datamodels import dqflags

__all__ = ["flags", "versions"]

_PACKAGES: Final = ("jwst", "stpipe", "stdatamodels", "crds", "gwcs", "stcal", "astropy", "numpy")
_NO_FLAG: Final = "GOOD"


def versions() -> dict[str, str]:
    """Return package and version of everything that calibrates."""
    return {package: version(package) for package in _PACKAGES}


def flags() -> dict[str, int]:
    """Return name and value of the data-quality flags."""
    return {name: int(value) for name, value in dqflags.pixel.items() if name != _NO_FLAG}
