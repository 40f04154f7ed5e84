"""Short texts about exposures, and their names without the parts that all of them share."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from wfsgui.core.model.exposure import Exposure, ExposureState, StageState
from wfsgui.core.model.stages import title

__all__ = ["short_names", "state_text"]

_PART: Final = "_"
_ELLIPSIS: Final = "\N{HORIZONTAL ELLIPSIS}"
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


def short_names(names: Sequence[str]) -> list[str]:
    """Shorten names to the parts in which they differ.

    Parameters
    ----------
    names : sequence of str
        Names with parts between underscores, such as ``jw99001001001_03101_00002_nrca3``.

    Returns
    -------
    list of str
        Short names in the same order, from the first part that differs to the last one, such as ``…00002…``. The
        names are returned unchanged if they have different numbers of parts or do not differ.
    """
    parts = [name.split(_PART) for name in names]
    if len({len(each) for each in parts}) != 1:
        return list(names)
    differing = [place for place, values in enumerate(zip(*parts, strict=True)) if len(set(values)) > 1]
    if not differing:
        return list(names)
    first, last = differing[0], differing[-1] + 1
    begin, end = (_ELLIPSIS if first else ""), (_ELLIPSIS if last < len(parts[0]) else "")
    return [f"{begin}{_PART.join(each[first:last])}{end}" for each in parts]
