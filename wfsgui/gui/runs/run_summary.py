"""Summary of a run."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from wfsgui.core.model.exposure import Exposure, ExposureState
from wfsgui.core.model.exposure_text import state_text

__all__ = ["RunSummary", "summarize"]

_CLEAN: Final = (ExposureState.DONE, ExposureState.SAVED)
_OTHERS: Final = {
    ExposureState.FAILED: "failed",
    ExposureState.REJECTED: "rejected",
    ExposureState.NEEDS_LOOK: "waiting for your verdict",
    ExposureState.PAUSED: "part done",
    ExposureState.WAITING: "not run",
    ExposureState.QUEUED: "queued",
    ExposureState.RUNNING: "running",
}


@dataclass(frozen=True)
class RunSummary:
    """Summary of a run.

    Attributes
    ----------
    sentence : str
        Number of exposures by final state.
    details : str
        A line for each exposure that is not done, or has warnings.
    is_clean : bool
        Whether all exposures are done without a warning.
    """

    sentence: str
    details: str
    is_clean: bool


def summarize(exposures: Sequence[Exposure]) -> RunSummary:
    """Summarize a run.

    Parameters
    ----------
    exposures : sequence of Exposure
        The exposures of the run, at least one.

    Returns
    -------
    RunSummary
        Each exposure is counted once.
    """
    states = [exposure.worst_state for exposure in exposures]
    warned = states.count(ExposureState.WARNED)
    done = warned + states.count(ExposureState.DONE) + states.count(ExposureState.SAVED)
    parts = [f"{done} done" + (f" ({warned} with warnings)" if warned else "")] if done else []
    parts += [f"{states.count(state)} {word}" for state, word in _OTHERS.items() if state in states]
    rest = [exposure for exposure, state in zip(exposures, states, strict=True) if state not in _CLEAN]
    if len(exposures) == 1:
        sentence = f"The run of {exposures[0].product.name} has ended: {state_text(exposures[0])}."
    else:
        sentence = f"The run of {len(exposures)} exposures has ended: {', '.join(parts)}."
    return RunSummary(sentence, "\n".join(map(_line, rest)), is_clean=not rest)


def _line(exposure: Exposure) -> str:
    why = "; ".join(text for text in (exposure.error, *exposure.findings) if text)
    return f"{exposure.product.name}, {state_text(exposure)}{f': {why}' if why else ''}"
