"""What the parameter file of an exposure sets in a step, as HTML."""

from __future__ import annotations

from collections.abc import Mapping
from html import escape
from pathlib import Path

from wfsgui.core.model.parameters import OVERRIDE, ParameterFile
from wfsgui.core.model.requests import StepOptions
from wfsgui.core.model.stages import STEPS
from wfsgui.gui.widgets.theme import muted_colour

__all__ = ["parameter_file_html"]


def parameter_file_html(options: StepOptions, stage: str, known: Mapping[Path, ParameterFile]) -> str:
    """Return the origin of the parameters of the next run of a step, if that is a parameter file.

    Parameters
    ----------
    options : StepOptions
        Options of the exposure.
    stage : str
        The stage.
    known : mapping of Path to ParameterFile
        Content of the files.

    Returns
    -------
    str
        HTML; empty without a parameter file, and for a stage that is no step.
    """
    path = options.parameter_file
    if path is None or stage not in STEPS:
        return ""
    content = known.get(path)
    values = content.steps.get(stage, {}) if content is not None else {}
    lines = [f"{name} = {value}{_remark(options, stage, name)}" for name, value in values.items()]
    listed = "<br>".join(map(escape, lines or ["sets nothing in this step"]))
    head = f"<b>Parameter file of the next run</b>: {escape(path.name)}"
    return f'<p>{head}<br><span style="color: {muted_colour().name()}">{escape(str(path))}</span><br>{listed}</p>'


def _remark(options: StepOptions, stage: str, name: str) -> str:
    """Say that a value is not used because the analyst has typed another one."""
    typed = options.parameters.get(stage, {}).get(name, "")
    if name.startswith(OVERRIDE):
        typed = typed or options.overrides.get(name.removeprefix(OVERRIDE), "")
    return f" (not used: you have set {typed})" if typed else ""
