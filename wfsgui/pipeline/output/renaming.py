"""Saving of a result with another name, in another process if the window must not import the data models."""

from __future__ import annotations

import multiprocessing
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from pathlib import Path

from wfsgui.core.errors import WfsguiError
from wfsgui.pipeline.chain.error_messages import explain

__all__ = ["write_renamed", "write_renamed_elsewhere"]


def write_renamed(result: Path, target: Path) -> None:
    """Save a result with another name, which is written into its header and its metadata tree.

    Parameters
    ----------
    result : Path
        The finished file.
    target : Path
        The file to write.

    Raises
    ------
    OSError
        If the file cannot be written.
    """
    # Imported late: the window imports this module.
    from stdatamodels.jwst import datamodels

    with datamodels.open(str(result)) as model:
        model.save(str(target))


def write_renamed_elsewhere(result: Path, target: Path) -> None:
    """Do the same in another process, and wait for it.

    Parameters
    ----------
    result : Path
        The finished file.
    target : Path
        The file to write.

    Raises
    ------
    WfsguiError
        If the file cannot be written.
    """
    with ProcessPoolExecutor(max_workers=1, mp_context=multiprocessing.get_context("spawn")) as process:
        try:
            message = process.submit(_try_to_write, result, target).result()
        except BrokenProcessPool as error:
            raise WfsguiError(
                f"The process that saves {target.name} ended unexpectedly; if memory ran out, close other programs, "
                "and save it again."
            ) from error
    if message:
        raise WfsguiError(message)


def _try_to_write(result: Path, target: Path) -> str:
    """Return an error message, or nothing. It is made here, because pickling an error loses its cause."""
    try:
        write_renamed(result, target)
    except OSError as error:
        return explain(error, f"saving {target.name}")
    return ""
