"""Saving of a finished result with the name that the analyst chooses."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Final

from wfsgui.pipeline.output.output_folder import OutputFolder, OutputNameError, Staging
from wfsgui.pipeline.output.renaming import write_renamed

__all__ = ["save_result"]

_EXTENSION: Final = ".fits"
# Endings of other products: programs read the kind of a file from its name.
_OTHER_PRODUCTS: Final = ("_uncal", "_ramp", "_rate", "_rateints", "_calints", "_i2d")


def save_result(
    result: Path,
    target: Path,
    *,
    overwrite: bool,
    inputs: Iterable[Path],
    rename: Callable[[Path, Path], None] = write_renamed,
) -> Path:
    """Copy a finished result to a file, which is never incomplete.

    May be called while the pipeline runs in another thread.

    Parameters
    ----------
    result : Path
        The finished file.
    target : Path
        The file to write; ``.fits`` is added if it has no extension. Missing folders are made.
    overwrite : bool
        Whether an existing file may be replaced.
    inputs : iterable of Path
        Files that are never replaced.
    rename : callable, optional
        ``rename(result, target)``: save the result with another name, see `wfsgui.pipeline.output.renaming`.

    Returns
    -------
    Path
        The file that was written. With the same name it is an identical copy; with another name FILENAME and DATE
        differ.

    Raises
    ------
    OutputNameError
        If the file cannot have that name.
    OSError
        If the file cannot be written.
    """
    target = _with_extension(target)
    output = OutputFolder(target.parent, overwrite=overwrite, inputs=(*inputs, result))
    output.check_free(target.name)
    with Staging(output) as staging:
        staged = staging.folder / target.name
        if target.name == result.name:
            shutil.copyfile(result, staged)
        else:
            rename(result, staged)
        (saved,) = staging.publish()
    return saved


def _with_extension(target: Path) -> Path:
    if not target.suffix:
        target = target.with_name(target.name + _EXTENSION)
    if target.suffix != _EXTENSION:
        raise OutputNameError(f"{target.name} does not end in {_EXTENSION}; the result is a FITS file, name it so.")
    if target.stem.endswith(_OTHER_PRODUCTS):
        raise OutputNameError(
            f"{target.name} would be taken for another product; let the name end in _cal{_EXTENSION}."
        )
    return target
