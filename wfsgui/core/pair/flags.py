"""Flags of the pixels in which two exposures disagree."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

from wfsgui.core.image.dq_flags import has_flags
from wfsgui.core.model.flags import FLAGS
from wfsgui.core.pair.results import DisagreeingFlag

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from wfsgui.core.pair.aligned import Aligned

__all__ = ["DISAGREEMENT", "disagreeing", "flags_of_disagreement"]

DISAGREEMENT: Final = 5.0
"""Standard deviations from which a pixel counts as a disagreement: noise makes none in a million of pixels."""


def disagreeing(aligned: Aligned) -> NDArray[np.bool_]:
    """Return the pixels of the compared region in which two exposures disagree, shape (n, n)."""
    return np.asarray(aligned.prepared.inside & (np.abs(np.nan_to_num(aligned.significance)) > DISAGREEMENT))


def flags_of_disagreement(aligned: Aligned) -> tuple[DisagreeingFlag, ...]:
    """List the flags of either exposure in the pixels in which they disagree.

    Parameters
    ----------
    aligned : Aligned
        The two images.

    Returns
    -------
    tuple of DisagreeingFlag
        By falling share of chi2. Flags without such a pixel are left out; pixels with DO_NOT_USE are not compared.
    """
    compared = aligned.prepared.inside & np.isfinite(aligned.significance)
    apart = disagreeing(aligned)
    if not apart.any():
        return ()
    squares = np.where(compared, np.square(np.nan_to_num(aligned.significance)), 0.0)
    light = np.where(aligned.prepared.inside, np.nan_to_num(aligned.prepared.first.value), 0.0)
    share = np.count_nonzero(apart) / np.count_nonzero(compared)
    rows = []
    for name, value in FLAGS.items():
        flagged = has_flags(aligned.dq, value)
        here = flagged & apart
        if here.any():
            rows.append(
                DisagreeingFlag(
                    name=name,
                    pixels=int(np.count_nonzero(here)),
                    flux_share=float(light[here].sum() / light.sum()),
                    expected=float(np.count_nonzero(flagged & compared) * share),
                    chi2_share=float(squares[here].sum() / squares.sum()),
                )
            )
    return tuple(sorted(rows, key=lambda row: -row.chi2_share))
