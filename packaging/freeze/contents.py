"""Content that the analysis of imports does not find: modules loaded by name, data files, metadata."""

from __future__ import annotations

from importlib.metadata import distribution
from pathlib import Path
from typing import Final

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name
from PyInstaller.utils.hooks import collect_data_files, collect_submodules, copy_metadata

__all__ = ["EXCLUDED", "KEPT_AS_SOURCE", "data_files", "distributions", "hidden_modules"]

_TESTS: Final = (".tests", ".test", ".regtest", ".conftest", ".examples")

# Steps, converters, schemas and reference types are found by name, or through entry points.
_WHOLE: Final = (
    "wfsgui", "jwst", "stpipe", "stdatamodels", "stcal", "asdf", "asdf_astropy", "asdf_coordinates_schemas",
    "asdf_standard", "asdf_transform_schemas", "asdf_wcs_schemas", "gwcs", "crds", "photutils", "tweakwcs", "drizzle",
    "ometa", "terml",
)  # fmt: skip
_SINGLE: Final = ("parsley", "astropy.visualization", "scipy.optimize.cython_optimize", "unittest.mock")

_WITH_DATA: Final = (
    "asdf", "asdf_astropy", "asdf_coordinates_schemas", "asdf_standard", "asdf_transform_schemas", "asdf_wcs_schemas",
    "crds", "gwcs", "jsonschema_specifications", "jwst", "ometa", "photutils", "poppy", "pyqtgraph", "stcal",
    "stdatamodels", "stpipe", "synphot", "terml",
)  # fmt: skip
_NOT_DATA: Final = [
    "**/tests/**", "**/test/**", "**/regtest/**", "**/examples/**", "**/*.pyx", "**/*.c", "**/*.h", "**/*.rst",
]  # fmt: skip

KEPT_AS_SOURCE: Final = {"jwst.associations": "pyz+py"}
"""Rules of associations are loaded by the path of their file."""

EXCLUDED: Final = [
    "IPython", "PyInstaller", "mypy", "pytest", "pytestqt", "readline", "setuptools", "tkinter", "jwst.regtest",
    "PySide6.QtQml", "PySide6.QtQuick", "pyarrow.flight", "pyarrow._flight",
]  # fmt: skip


def hidden_modules() -> list[str]:
    """Return the modules that are imported by name.

    Returns
    -------
    list of str
        Without tests.
    """
    found = [name for package in _WHOLE for name in collect_submodules(package, filter=_is_used, on_error="ignore")]
    return [*found, *_SINGLE]


def data_files(project: Path) -> list[tuple[str, str]]:
    """Return the data files of all packages, and the metadata by which versions and entry points are found.

    Parameters
    ----------
    project : Path
        The folder of the project.

    Returns
    -------
    list of tuple of str
        A file or folder, and the folder in the bundle that it goes to.
    """
    # The folder of the resources has another name than their package.
    found = [(str(project / "resources"), "wfsgui/resources"), (str(project / "LICENSE"), ".")]
    for package in _WITH_DATA:
        found += collect_data_files(package, excludes=_NOT_DATA)
    found += _siaf()
    for name in sorted(distributions("wfsgui", {"demo"})):
        found += copy_metadata(name)
    return found


def distributions(name: str, extras: set[str]) -> set[str]:
    """Return the names of a distribution's installed requirements, and theirs.

    Parameters
    ----------
    name : str
        The distribution.
    extras : set of str
        Its extras that are wanted, too.

    Returns
    -------
    set of str
        Without the distribution itself.
    """
    found: set[str] = set()
    waiting = [(name, extras)]
    while waiting:
        of, wanted = waiting.pop()
        for line in distribution(of).requires or ():
            requirement = Requirement(line)
            needed = canonicalize_name(requirement.name)
            applies = requirement.marker is None or any(
                requirement.marker.evaluate({"extra": extra}) for extra in ("", *wanted)
            )
            if applies and needed not in found:
                found.add(needed)
                waiting.append((needed, requirement.extras))
    return found


def _siaf() -> list[tuple[str, str]]:
    """Return the data of pysiaf without earlier versions of the flight SIAF, which are nine tenths of it."""
    wanted = ["prd_data/HST/*", "source_data/*.txt", f"{_edition()}/**/*.xml"]
    return [(str(source), str(place)) for source, place in collect_data_files("pysiaf", includes=wanted)]


def _edition() -> str:
    from wfsgui.demo.references.siaf import siaf_version

    return f"prd_data/JWST/{siaf_version()}"


def _is_used(module: str) -> bool:
    return not any(part in f"{module}." for part in (f"{name}." for name in _TESTS))
