"""Check that backgrounds cover the exposure's part of the detector, which jwst does not check."""

from __future__ import annotations

import logging
from pathlib import Path
from typing import Final

from astropy.io import fits
from stdatamodels.jwst.datamodels import JwstDataModel

from wfsgui.core.model.product import Product

__all__ = ["warn_of_coverage"]

log = logging.getLogger(__name__)

# First column, first row, columns, rows; in pixels of the detector, 1-based.
_KEYWORDS: Final = ("SUBSTRT1", "SUBSTRT2", "SUBSIZE1", "SUBSIZE2")


def warn_of_coverage(model: JwstDataModel, product: Product) -> None:
    """Log a warning for each background that does not cover all of the science exposure.

    `average_background` ignores the pixels that a background does not have, without a message.

    Parameters
    ----------
    model : ImageModel
        The science exposure.
    product : Product
        Its product, with background members.
    """
    place = model.meta.subarray
    science = (place.xstart, place.ystart, place.xsize, place.ysize)
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
