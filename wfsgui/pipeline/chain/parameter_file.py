"""Parameter files of `Image2Pipeline`: ASDF, or the older ``.cfg``."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from asdf.exceptions import ValidationError as AsdfValidationError
from configobj import ConfigObj, ConfigObjError, Section
from stpipe import config_parser

from wfsgui.core.errors import OptionError
from wfsgui.core.files.fits_files import absence, is_file

__all__ = ["RESERVED", "file_sets_skip", "read_parameter_file", "step_parameters_of"]

RESERVED: Final = frozenset(
    {"input_dir", "output_dir", "output_ext", "output_file", "output_use_index", "output_use_model", "suffix"}
)
"""Parameters that say where a result goes, which is for the run to say."""

# Of the pipeline as a whole, which is not run as such.
_OF_PIPELINE: Final = frozenset({"logcfg", "name", "save_results"})
_CLASS: Final = "Image2Pipeline"
# Names the file of one step, which the pipeline reads.
_STEP_FILE: Final = "config_file"
_NO_PARAMETER: Final = ("class", "name")


def read_parameter_file(path: Path) -> ConfigObj:
    """Read the parameters of a file, as `Image2Pipeline.call` does where it is given as ``config_file``.

    Parameters
    ----------
    path : Path
        The file. Files that ``strun --save-parameters`` wrote name every parameter.

    Returns
    -------
    ConfigObj
        Without `RESERVED`.

    Raises
    ------
    OptionError
        If it cannot be read, or is not for `Image2Pipeline`.
    """
    content = _load(path)
    kind = str(content.get("class") or "")
    if kind.rpartition(".")[2] != _CLASS:
        what = f"of {kind}" if kind else "that names no class"
        raise OptionError(f"{path} is a parameter file {what}; give one of {_CLASS}.")
    _strip(content)
    for name in ("class", *_OF_PIPELINE):
        content.pop(name, None)
    return content


def file_sets_skip(path: Path | None, step: str) -> bool:
    """Whether a parameter file says if a step is skipped; False without a file."""
    return path is not None and "skip" in step_parameters_of(path).get(step, {})


def step_parameters_of(path: Path) -> dict[str, dict[str, object]]:
    """Read which parameters a file sets in each step, also by files of single steps (``config_file``).

    Parameters
    ----------
    path : Path
        The file.

    Returns
    -------
    dict of str to dict of str to object
        Step, parameter and value.

    Raises
    ------
    OptionError
        If it or the file of a step cannot be read, or it is not for `Image2Pipeline`.
    """
    steps: Section | dict[str, Section] = read_parameter_file(path).get("steps", {})
    found = {}
    for name, section in steps.items():
        values = dict(section)
        own_file = values.pop(_STEP_FILE, None)
        # As `Pipeline.merge_config` does: what the pipeline's file says goes before the file of the step.
        given = dict(_load(path.parent / str(own_file))) if own_file else {}
        values = {**given, **values}
        found[name] = {key: value for key, value in values.items() if key not in (*RESERVED, *_NO_PARAMETER)}
    return found


def _load(path: Path) -> ConfigObj:
    if not is_file(path):
        raise OptionError(f"The parameter file {path} {absence(path)}; check its name.")
    try:
        return config_parser.load_config_file(str(path))
    except (AsdfValidationError, ConfigObjError, OSError, ValueError, KeyError, TypeError) as error:
        why = " ".join(str(error).split())
        raise OptionError(f"The parameter file {path} cannot be read: {why}; correct it, or give another.") from error


def _strip(section: Section) -> None:
    for name in RESERVED.intersection(section):
        del section[name]
    for name in section.sections:
        _strip(section[name])
