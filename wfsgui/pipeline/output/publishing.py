"""Publishing what a step has written, and noticing where it has not."""

from __future__ import annotations

from pathlib import Path

from wfsgui.core.errors import WfsguiError
from wfsgui.pipeline.output.output_folder import Staging

__all__ = ["publish"]


def publish(staging: Staging, wanted: str | None) -> tuple[Path, ...]:
    """Publish every file that has been written into a temporary folder.

    Parameters
    ----------
    staging : Staging
        The temporary folder.
    wanted : str or None
        Base name of the file that must be among them; None where none was asked for.

    Returns
    -------
    tuple of Path
        The files under their final names, sorted.

    Raises
    ------
    WfsguiError
        If that file has not been written.
    OSError
        If a file cannot be flushed or renamed.
    """
    published = staging.publish()
    if wanted is not None and wanted not in [path.name for path in published]:
        raise WfsguiError(f"The pipeline did not write {wanted}, which was asked for; the log has the details.")
    return published
