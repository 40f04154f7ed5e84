"""Finding the reference files of an exposure, and making sure that they are what CRDS says they are."""

from __future__ import annotations

import os
from collections.abc import Mapping
from functools import cache, lru_cache
from pathlib import Path
from typing import Any, Final

from crds.client import proxy
from crds.core import heavy_client
from crds.core.utils import checksum
from jwst.pipeline import Image2Pipeline
from stdatamodels.jwst.datamodels import JwstDataModel
from stpipe import crds_client

from wfsgui.core.errors import WfsguiError

__all__ = ["DamagedReferenceError", "fetch_references"]

_NONE: Final = "N/A"


class DamagedReferenceError(WfsguiError):
    """A reference file in the cache that is not the one that CRDS published."""

    def __init__(self, path: Path) -> None:
        super().__init__(
            f"The reference file {path} is damaged (its checksum is not that of CRDS); delete it and run again."
        )


def fetch_references(pipeline: Image2Pipeline, model: JwstDataModel) -> None:
    """Fetch what the steps will use into the cache, as `Pipeline.prefetch` does, and verify it.

    CRDS leaves a download that does not have the promised checksum in the cache, only logs that, and takes it for
    good from then on.

    Parameters
    ----------
    pipeline : Image2Pipeline
        The configured pipeline; steps that are skipped need no references.
    model : JwstDataModel
        The science exposure.

    Raises
    ------
    DamagedReferenceError
        If a file's checksum is not that of CRDS.
    CrdsError
        If CRDS cannot select or fetch a file.
    OSError
        If a file cannot be read.
    """
    wanted = {kind for kind in pipeline.reference_file_types if pipeline.get_ref_override(kind) is None}
    paths = crds_client.get_multiple_reference_paths(
        model.get_crds_parameters(), sorted(wanted), model.crds_observatory
    )
    published = _published(model.crds_observatory)
    for found in paths.values():
        crds_client.check_reference_open(found)
        if found != _NONE:
            _verify(Path(found), published)


@cache
def _published(observatory: str) -> Mapping[str, Mapping[str, Any]]:
    """Read size and checksum of every file from the server, or from what the cache knows of it."""
    info = heavy_client.get_config_info(observatory)
    metadata: Mapping[str, Mapping[str, Any]] = proxy.crds_decode(info.get("download_metadata") or {})
    return metadata


def _verify(path: Path, published: Mapping[str, Mapping[str, Any]]) -> None:
    entry = published.get(path.name, {})
    expected = entry.get("sha1sum")
    if not isinstance(expected, str) or expected in ("", "none"):
        return
    status = path.stat()
    if _checksum(os.fspath(path), status.st_size, status.st_mtime_ns) != expected:
        raise DamagedReferenceError(path)


@lru_cache(maxsize=256)
def _checksum(path: str, _size: int, _modified: int) -> str:
    """Compute a checksum once in a process, unless the file changes."""
    return str(checksum(path))
