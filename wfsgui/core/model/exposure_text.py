"""Short texts about an exposure."""

from __future__ import annotations

from typing import Final

from wfsgui.core.model.exposure import Exposure, ExposureState, StageState
from wfsgui.core.model.stages import title

__all__ = ["state_text"]

_MAY_HAVE_FINDINGS: Final = (ExposureState.PAUSED, ExposureState.NEEDS_LOOK, ExposureState.REJECTED)


def state_text(exposure: Exposure) -> str:
    """Return the state of an exposure in a few words."""
    if exposure.state is ExposureState.RUNNING:
        running = [stage.name for stage in exposure.stages.values() if stage.state is StageState.RUNNING]
        done, total = len(exposure.finished_steps), len(exposure.steps)
        return f"{title(running[0])}, {done + 1} of {total}" if running else "running"
    findings = _findings(exposure)
    worst = exposure.worst_state
    if worst in (ExposureState.WARNED, ExposureState.UNUSABLE):
        said = findings if worst is ExposureState.WARNED else worst.value
        saved = " · saved" if exposure.saved else " · not saved" if exposure.is_unsaved else ""
        return f"{said or exposure.state.value}{saved}"
    text = exposure.state.value
    if exposure.state is ExposureState.FAILED and exposure.result is not None:
        return f"{text} · earlier result kept"
    parts = [text, findings if exposure.state in _MAY_HAVE_FINDINGS else ""]
    parts.append("not saved" if exposure.is_unsaved else "")
    return " · ".join(part for part in parts if part)


def _findings(exposure: Exposure) -> str:
    count = len(exposure.findings)
    return f"{count} warning{'s' * (count > 1)}" if count else ""
