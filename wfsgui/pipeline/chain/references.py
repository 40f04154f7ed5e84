"""Download and verification of the reference files of an exposure."""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping
from functools import cache, lru_cache
from pathlib import Path
from typing import Any, Final

from astropy.io import fits
from crds.client import proxy
from crds.core import config, heavy_client
from crds.core.utils import checksum
from stdatamodels.jwst.datamodels import JwstDataModel
from stpipe import crds_client
from stpipe.step import get_disable_crds_steppars

from wfsgui.core.errors import WfsguiError
from wfsgui.core.files.fits_files import is_truncated, real_path
from wfsgui.pipeline.chain.image2_import import Image2Pipeline

__all__ = ["DamagedReferenceError", "check_parameter_references", "fetch_references", "published_size"]

_NONE: Final = "N/A"
_OBSERVATORY: Final = "jwst"


class DamagedReferenceError(WfsguiError):
    """A reference file is not the one that CRDS published, or cannot be read."""

    def __init__(self, path: Path, why: str) -> None:
        super().__init__(f"The reference file {path} is damaged ({why}); delete it, or name another, and run again.")


def check_parameter_references(model: JwstDataModel) -> None:
    """Check that the parameter references that CRDS selects can be read.

    If one is missing or is no ASDF file, stpipe uses default parameters without a message.

    Parameters
    ----------
    model : JwstDataModel
        The science exposure.

    Raises
    ------
    DamagedReferenceError
        If one cannot be read, or does not have the checksum that CRDS published.
    """
    if get_disable_crds_steppars():
        return
    steps = (Image2Pipeline, *Image2Pipeline.step_defs.values())
    parameters, observatory = model.get_crds_parameters(), model.crds_observatory
    for kind in {step.get_config_reftype() for step in steps}:
        try:
            found = crds_client.get_reference_file(parameters, kind, observatory)
        except crds_client.CrdsError:
            # The context has no such type or no file of it: the step has no parameter reference.
            continue
        if found != _NONE:
            _check_file(Path(found), _published(observatory))


def fetch_references(pipeline: Image2Pipeline, model: JwstDataModel) -> None:
    """Download the reference files of the steps into the cache, as `Pipeline.prefetch` does, and verify them.

    CRDS only logs that a download has the wrong checksum, and uses the file from then on.

    Parameters
    ----------
    pipeline : Image2Pipeline
        The configured pipeline; skipped steps need no references.
    model : JwstDataModel
        The science exposure.

    Raises
    ------
    DamagedReferenceError
        If a file cannot be read, or one of the cache does not have the checksum that CRDS published.
    CrdsError
        If CRDS cannot select or download a file.
    OSError
        If a file cannot be read.
    """
    wanted = {kind for kind in pipeline.reference_file_types if pipeline.get_ref_override(kind) is None}
    paths = crds_client.get_multiple_reference_paths(
        model.get_crds_parameters(), sorted(wanted), model.crds_observatory
    )
    overrides = (pipeline.get_ref_override(kind) for kind in pipeline.reference_file_types)
    selected = _files(paths.values())
    cache = real_path(Path(config.get_crds_refpath(model.crds_observatory)))
    for path in selected | _files(path for path in overrides if path is not None):
        file = path if path in selected else real_path(path)
        # Any other file belongs to the analyst, and may be an edited copy with the same name.
        is_of_crds = path in selected or file.is_relative_to(cache)
        _check_file(file, _published(model.crds_observatory) if is_of_crds else {})


def _files(found: Iterable[str]) -> set[Path]:
    return {Path(name) for name in found if name.strip() not in ("", _NONE)}


@cache
def _published(observatory: str) -> Mapping[str, Mapping[str, Any]]:
    """Read size and checksum of every file from the server, or from the cached copy of its list."""
    info = heavy_client.get_config_info(observatory)
    metadata: Mapping[str, Mapping[str, Any]] = proxy.crds_decode(info.get("download_metadata") or {})
    return metadata


def published_size(name: str) -> int | None:
    """Return the size of a reference file that CRDS published, by its base name, bytes; None if it is not known."""
    size = _published(_OBSERVATORY).get(name, {}).get("size")
    return int(str(size)) if str(size).isdigit() else None


def _check_file(path: Path, published: Mapping[str, Mapping[str, Any]]) -> None:
    if not path.is_file():
        raise DamagedReferenceError(path, "it is not there")
    status = path.stat()
    expected = published.get(path.name, {}).get("sha1sum") or "none"
    fault = _fault(path, status.st_size, status.st_mtime_ns, expected)
    if fault:
        raise DamagedReferenceError(path, fault)


@lru_cache(maxsize=256)
def _fault(path: Path, _size: int, _modified: int, expected: str) -> str:
    """Describe what is wrong with a file, empty if nothing is. Cached until the file changes."""
    if expected != "none" and checksum(os.fspath(path)) != expected:
        return "its checksum is not that of CRDS"
    try:
        if path.suffix == ".fits":
            with fits.open(path, memmap=False) as hdus:
                return "its end is missing" if is_truncated(path, hdus) else ""
        if path.suffix == ".asdf":
            with path.open("rb") as file:
                return "" if file.read(5) == b"#ASDF" else "it is no ASDF file"
    except (OSError, ValueError) as error:
        return f"it cannot be read: {' '.join(str(error).split())}"
    return ""
