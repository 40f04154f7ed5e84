"""Giving a finished result the name that the analyst wants."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Final

from wfsgui.pipeline.output.output_folder import OutputFolder, OutputNameError, Staging
from wfsgui.pipeline.output.renaming import write_renamed

__all__ = ["save_result"]

_EXTENSION: Final = ".fits"
# The endings of products that this one is not: whoever reads a file's kind off its name would be misled.
_OTHER_PRODUCTS: Final = ("_uncal", "_ramp", "_rate", "_rateints", "_calints", "_i2d")


def save_result(
    result: Path,
    target: Path,
    *,
    overwrite: bool,
    inputs: Iterable[Path],
    rename: Callable[[Path, Path], None] = write_renamed,
) -> Path:
    """Copy a finished result to a name, which never holds half a file.

    May be called while the pipeline works in another thread.

    Parameters
    ----------
    result : Path
        The finished file.
    target : Path
        The name; ``.fits`` is added where it has no extension. Folders that do not exist are made.
    overwrite : bool
        Whether it may take the place of a file that exists.
    inputs : iterable of Path
        Files that are never replaced.
    rename : callable, optional
        ``rename(result, target)``: write the result under another name, see `wfsgui.pipeline.output.renaming`.

    Returns
    -------
    Path
        The file that was written. Where only the folder is another, it is a copy to the last byte; with another name
        FILENAME and DATE differ, because they are true.

    Raises
    ------
    OutputNameError
        If the file cannot have that name.
    OSError
        If it cannot be written.
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
