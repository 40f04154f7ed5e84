"""Text of a row of the exposure list, in few words."""

from __future__ import annotations

from wfsgui.core.model.exposure import Exposure
from wfsgui.core.model.exposure_info import WFSC_VISIT_PREFIX
from wfsgui.core.visit.roles import role_of

__all__ = ["describe", "visit_text"]


def describe(exposure: Exposure) -> tuple[str, str]:
    """Say what an exposure is, in two lines: defocus and backgrounds, detector and elements.

    The role is in the heading above.
    """
    info = exposure.product.science.info
    count = len(exposure.product.backgrounds)
    backgrounds = f"{count} background{'s' * (count > 1)}" if count else "no backgrounds"
    defocus = role_of(info).defocus
    purpose = f"{defocus.value:+d} waves · {backgrounds}" if defocus is not None else backgrounds
    return purpose, f"{info.detector} · {info.optical_elements} · {info.size}"


def visit_text(exposure: Exposure) -> str:
    """Say what kind of visit an exposure is from, in a few words."""
    visit_type = exposure.product.science.info.visit_type
    return visit_type.removeprefix(f"{WFSC_VISIT_PREFIX}_").replace("_", " ").lower() or "no visit type"
