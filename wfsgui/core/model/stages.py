"""Stages of an exposure: the input, after each step, and the result."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from wfsgui.core.model.product import Product

__all__ = ["BACKGROUND", "CAL", "NEVER_RUN", "RATE", "STAGES", "STEPS", "title", "why_not_applicable"]

RATE: Final = "rate"
"""The exposure before the first step."""

CAL: Final = "cal"
"""The finished result."""

BACKGROUND: Final = "bkg_subtract"

NEVER_RUN: Final = "resample"
"""The step of the pipeline that is never run."""

# Constants, because the window shows the steps before jwst is imported; a test compares them with the pipeline.
STEPS: Final = (BACKGROUND, "assign_wcs", "flat_field", "photom")
"""The steps of calwebb_wfs-image2, in order."""

STAGES: Final = (RATE, *STEPS, CAL)
"""All stages, in order."""

_TITLES: Final = {BACKGROUND: "background"}


def title(stage: str) -> str:
    """Return the name of a stage in the window."""
    return _TITLES.get(stage, stage)


def why_not_applicable(stage: str, product: Product) -> str:
    """Return why a stage does not apply to a product.

    Parameters
    ----------
    stage : str
        One of `STAGES`.
    product : Product
        The product.

    Returns
    -------
    str
        One sentence; empty if the stage applies.
    """
    if stage == BACKGROUND and not product.backgrounds:
        return "There is no background to subtract: the product has no background members."
    return ""
