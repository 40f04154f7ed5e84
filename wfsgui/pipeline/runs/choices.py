"""Options of one step, to compare."""

from __future__ import annotations

from pathlib import Path

from wfsgui.core.model.requests import StepOptions
from wfsgui.pipeline.chain.step_parameters import reference_types
from wfsgui.pipeline.session.input_files import FileState, override_state

__all__ = ["Choices", "choices_of"]

Choices = tuple[dict[str, str], bool, dict[str, tuple[str, FileState]], tuple[Path, FileState] | None]
"""Parameters, whether the step is skipped, overrides and the parameter file, with the states of the files."""


def choices_of(options: StepOptions, step: str) -> Choices:
    """Return the options of one step; files by their paths and their states on disk."""
    overrides = {
        kind: (path, override_state(path))
        for kind, path in options.overrides.items()
        if kind in reference_types()[step]
    }
    path = options.parameter_file
    parameter_file = None if path is None else (path, override_state(str(path)))
    return dict(options.parameters.get(step, {})), step in options.skip, overrides, parameter_file
