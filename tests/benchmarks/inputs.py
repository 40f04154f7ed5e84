"""The exposures, associations and reference files to measure with."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Final

from wfsgui.demo.visit.exposure_spec import ExposureSpec

__all__ = ["BACKGROUNDS", "FEW", "MANY", "MOST", "Inputs", "make_inputs", "result_names"]

DETECTOR: Final = "NRCA3"
FEW: Final = 4
MANY: Final = 8
MOST: Final = 16
"""Numbers of products in the associations."""

BACKGROUNDS: Final = 3
_SMALL: Final = 100
_SCIENCE_LEVEL: Final = 5.0
_BACKGROUND_LEVEL: Final = 1.0


@dataclass(frozen=True)
class Inputs:
    """Files to calibrate.

    Attributes
    ----------
    rate : Path
        An exposure, full frame.
    associations : dict of int to Path
        Of such exposures, by their number of products. Each has its members beside it.
    small : list of Path
        A hundred exposures of a small subarray.
    """

    rate: Path
    associations: dict[int, Path]
    small: list[Path]


def result_names(products: int) -> tuple[str, ...]:
    """Name the results of an association, or of the exposure, which is the first product.

    Parameters
    ----------
    products : int
        How many.

    Returns
    -------
    tuple of str
        File names, in the order of the products.
    """
    return tuple(f"{_science(number).root}_cal.fits" for number in range(products))


def make_inputs(folder: Path, cache: Path) -> Inputs:
    """Make the files. The environment must name the CRDS cache already.

    Parameters
    ----------
    folder : Path
        Where the exposures and associations go.
    cache : Path
        Folder of the CRDS cache.

    Returns
    -------
    Inputs
        The files.
    """
    # Imported late: these import jwst's packages, which the process that measures must not have in its memory.
    from tests.exposures import small, write_small
    from wfsgui.demo.references.crds_cache import ensure_references

    ensure_references(cache, DETECTOR)
    made = folder / "made"
    science = [write_small(made, _science(number), _SCIENCE_LEVEL) for number in range(FEW)]
    backgrounds = [write_small(made, _background(number), _BACKGROUND_LEVEL) for number in range(BACKGROUNDS)]
    associations = {
        number: _associate(folder / f"{number}", number, science, backgrounds) for number in (FEW, MANY, MOST)
    }
    subarrays = [write_small(folder / "small", small(DETECTOR, exposure=number + 1)) for number in range(_SMALL)]
    return Inputs(science[0], associations, subarrays)


def _science(number: int) -> ExposureSpec:
    return ExposureSpec(detector=DETECTOR, pupil="WLP8", exposure=number + 1)


def _background(number: int) -> ExposureSpec:
    return ExposureSpec(detector=DETECTOR, pupil="WLP8", observation=2, exposure=number + 1, background=True)


def _associate(folder: Path, products: int, science: list[Path], backgrounds: list[Path]) -> Path:
    """Put links to the exposures, repeated as needed under other names, beside a new association."""
    from tests.exposures import write_association

    folder.mkdir()
    rates = [folder / _science(number).file_name for number in range(products)]
    for number, rate in enumerate(rates):
        rate.hardlink_to(science[number % len(science)])
    beside = [folder / path.name for path in backgrounds]
    for link, path in zip(beside, backgrounds, strict=True):
        link.hardlink_to(path)
    # The results carry this name: it is the same for every number of products, so that they can be compared.
    return write_association(folder / "bench_asn.json", dict.fromkeys(rates, beside))
