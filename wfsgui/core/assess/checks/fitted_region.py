"""Exposures to whose light no signal region is fitted."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from wfsgui.core.errors import WfsguiError
from wfsgui.core.visit.roles import Role, role_of

if TYPE_CHECKING:
    from wfsgui.core.assess.inputs import AssessInput
    from wfsgui.core.assess.results import StarRegions

__all__ = ["require_fitted_region", "unfitted_light"]

# Light that is no single disc or peak.
_NOT_FITTED: Final = {
    Role.HARTMANN: "the spectra of a dispersed Hartmann sensor",
    Role.PUPIL_IMAGE: "an image of the pupil",
}


def unfitted_light(request: AssessInput, regions: StarRegions) -> str:
    """Tell why the signal region is not that of the light; empty if it is fitted to it or set by the analyst."""
    light = _NOT_FITTED.get(role_of(request.product.science.info).role)
    if light is None or "signal" in regions.by_analyst:
        return ""
    return f"No signal region is fitted to {light}; set it yourself."


def require_fitted_region(request: AssessInput, regions: StarRegions) -> None:
    """Raise `WfsguiError` if the signal region is neither fitted to the light nor set by the analyst."""
    reason = unfitted_light(request, regions)
    if reason:
        raise WfsguiError(reason)
