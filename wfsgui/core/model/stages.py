"""The stages that an analyst looks at: the exposure as it came, after each step, and as it is saved."""

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
"""The one step of the pipeline's chain that is left out, always."""

# The window shows the chain before the pipeline has been imported; a test holds it against the pipeline's own.
STEPS: Final = (BACKGROUND, "assign_wcs", "flat_field", "photom")
"""The steps of calwebb_wfs-image2, in order."""

STAGES: Final = (RATE, *STEPS, CAL)
"""What can be looked at, in order."""

_TITLES: Final = {BACKGROUND: "background"}


def title(stage: str) -> str:
    """Return what a stage is called in the window."""
    return _TITLES.get(stage, stage)


def why_not_applicable(stage: str, product: Product) -> str:
    """Say why a stage does not apply to a product.

    Parameters
    ----------
    stage : str
        One of `STAGES`.
    product : Product
        The product.

    Returns
    -------
    str
        One sentence; empty where the stage applies.
    """
    if stage == BACKGROUND and not product.backgrounds:
        return "There is no background to subtract: the product has no background members."
    return ""
