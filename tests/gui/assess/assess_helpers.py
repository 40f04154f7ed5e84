"""Assessments for tests of the window, made without a measurement."""

from __future__ import annotations

import threading

from tests.limits import WAIT_S
from wfsgui.core.assess.inputs import AssessInput
from wfsgui.core.assess.results import Assessment, CheckResult, Level, Quantity, StarRegions
from wfsgui.core.regions.shapes import Annulus, Circle

__all__ = ["Assessor", "assessment", "check"]

SIGNAL = Circle(25.0, 30.0, 8.0)
BACKGROUND = Annulus(25.0, 30.0, 12.0, 16.0)


def check(
    key: str = "sbr", level: Level = Level.GOOD, *, value: str = "2140(12)", place: tuple[float, float] | None = None
) -> CheckResult:
    """Make a result of a check."""
    return CheckResult(
        key=key,
        name={"sbr": "Signal to background (SBR)"}.get(key, key),
        level=level,
        value=value,
        finding=f"The {key} is {value}.",
        limit="more than 1500",
        source="wss_tools",
        quantity=key,
        place=place,
    )


def assessment(request: AssessInput, *checks: CheckResult) -> Assessment:
    """Make an assessment; the regions are those of the request, or else at the star of the test exposures."""
    by_analyst = tuple(name for name in ("signal", "background") if getattr(request, name) is not None)
    signal, background = request.signal or SIGNAL, request.background or BACKGROUND
    return Assessment(
        product=request.product.name,
        stage=request.stage,
        regions=StarRegions(25.0, 30.0, signal, background, in_focus=False, by_analyst=by_analyst),
        quantities=(Quantity("sbr", "Signal to background (SBR)", 2140.0, 12.0, region=signal, definition="A ratio."),),
        checks=checks or (check(),),
    )


class Assessor:
    """Stand in for `assess_exposure`: notes its requests, and waits at a gate.

    Attributes
    ----------
    gate : threading.Event
        Every assessment waits for it; set at first.
    begun : list of AssessInput
        Requests that have begun.
    fault : Exception or None
        Raised by every assessment.
    checks : tuple of CheckResult
        Checks of every assessment.
    """

    def __init__(self) -> None:
        self.gate = threading.Event()
        self.gate.set()
        self.begun: list[AssessInput] = []
        self.fault: Exception | None = None
        self.checks: tuple[CheckResult, ...] = ()

    def __call__(self, request: AssessInput) -> Assessment:
        self.begun.append(request)
        assert self.gate.wait(2 * WAIT_S), "The test did not open the gate."
        if self.fault is not None:
            raise self.fault
        return assessment(request, *self.checks)
