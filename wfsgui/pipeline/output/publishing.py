"""Publishing of the files that a step has written, with a check that none is missing."""

from __future__ import annotations

from pathlib import Path

from wfsgui.core.errors import WfsguiError
from wfsgui.pipeline.output.output_folder import Staging

__all__ = ["publish"]


def publish(staging: Staging, wanted: str | None) -> tuple[Path, ...]:
    """Move every file of a temporary folder to its final name.

    Parameters
    ----------
    staging : Staging
        The temporary folder.
    wanted : str or None
        Base name of the file that must be among them; None for no such file.

    Returns
    -------
    tuple of Path
        The files with their final names, sorted.

    Raises
    ------
    WfsguiError
        If the wanted file has not been written.
    OSError
        If a file cannot be flushed or renamed.
    """
    published = staging.publish()
    if wanted is not None and wanted not in [path.name for path in published]:
        raise WfsguiError(f"The pipeline did not write {wanted}, which was asked for; the log has the details.")
    return published
