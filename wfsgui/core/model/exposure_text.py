"""Short texts about an exposure."""

from __future__ import annotations

from typing import Final

from wfsgui.core.model.exposure import Exposure, ExposureState, StageState
from wfsgui.core.model.exposure_info import WFSC_VISIT_PREFIX
from wfsgui.core.model.stages import title

__all__ = ["describe", "state_text"]

_MAY_HAVE_FINDINGS: Final = (ExposureState.PAUSED, ExposureState.NEEDS_LOOK, ExposureState.REJECTED)


def describe(exposure: Exposure) -> tuple[str, str]:
    """Describe an exposure in two lines: detector and elements, visit type and backgrounds."""
    info = exposure.product.science.info
    visit = info.visit_type.removeprefix(f"{WFSC_VISIT_PREFIX}_").replace("_", " ").lower() or "no visit type"
    count = len(exposure.product.backgrounds)
    backgrounds = f"{count} background{'s' * (count > 1)}" if count else "no backgrounds"
    return f"{info.detector} · {info.optical_elements} · {info.size}", f"{visit} · {backgrounds}"


def state_text(exposure: Exposure) -> str:
    """Return the state of an exposure in a few words."""
    if exposure.state is ExposureState.RUNNING:
        running = [stage.name for stage in exposure.stages.values() if stage.state is StageState.RUNNING]
        done, total = len(exposure.finished_steps), len(exposure.steps)
        return f"{title(running[0])}, {done + 1} of {total}" if running else "running"
    findings = _findings(exposure)
    if exposure.worst_state is ExposureState.WARNED:
        saved = " · saved" if exposure.saved else " · not saved" if exposure.is_unsaved else ""
        return f"{findings or exposure.state.value}{saved}"
    text = exposure.state.value
    if exposure.state is ExposureState.FAILED and exposure.result is not None:
        return f"{text} · earlier result kept"
    parts = [text, findings if exposure.state in _MAY_HAVE_FINDINGS else ""]
    parts.append("not saved" if exposure.is_unsaved else "")
    return " · ".join(part for part in parts if part)


def _findings(exposure: Exposure) -> str:
    count = len(exposure.findings)
    return f"{count} warning{'s' * (count > 1)}" if count else ""
