"""Whether backgrounds have pixels for the part of the detector that is calibrated: jwst logs nothing if not."""

from __future__ import annotations

import logging
from pathlib import Path
from typing import Final

from astropy.io import fits
from stdatamodels.jwst.datamodels import JwstDataModel

from wfsgui.core.model.product import Product
from wfsgui.pipeline.session.usable_pixels import unusable_files

__all__ = ["warn_of_coverage"]

log = logging.getLogger(__name__)

# First column, first row, columns, rows; in pixels of the detector, 1-based.
_KEYWORDS: Final = ("SUBSTRT1", "SUBSTRT2", "SUBSIZE1", "SUBSIZE2")


def warn_of_coverage(model: JwstDataModel, product: Product) -> None:
    """Log a warning for each background without pixels for all of the science exposure.

    `average_background` leaves pixels out of the average that a background does not have, and logs nothing. Where no
    background has a pixel, it subtracts 0.

    Parameters
    ----------
    model : ImageModel
        The science exposure.
    product : Product
        Its product, with background members.
    """
    place = model.meta.subarray
    science = (place.xstart, place.ystart, place.xsize, place.ysize)
    for path in unusable_files(product.background_paths):
        log.warning("The background %s has no usable pixel: use another one, or take it off.", path.name)
    for path in product.background_paths:
        if not _covers(_place(path), science):
            log.warning(
                "The background %s does not cover all of the exposure's part of the detector: the average is made of "
                "fewer exposures, and may be wrong; use backgrounds with the same subarray.",
                path.name,
            )


def _place(path: Path) -> tuple[int | None, ...]:
    header = fits.getheader(path)
    return tuple(header.get(keyword) for keyword in _KEYWORDS)


def _covers(background: tuple[int | None, ...], science: tuple[int | None, ...]) -> bool:
    for axis in range(2):
        start, size, first, count = background[axis], background[axis + 2], science[axis], science[axis + 2]
        if start is None or size is None or first is None or count is None:
            # jwst assumes a full frame, or fails.
            continue
        if start > first or start + size < first + count:
            return False
    return True
