"""Files of CRDS: place in the cache, published size and checksum, address for the download."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import lru_cache
from pathlib import Path
from typing import Any, Final

from crds.client import api, proxy
from crds.core import config
from crds.core.exceptions import CrdsError

from wfsgui.core.crds import sentences
from wfsgui.core.crds.cache_check import CacheListing
from wfsgui.core.crds.cache_folder import cached_paths, find_remnants
from wfsgui.core.crds.download import download
from wfsgui.core.crds.faults import CrdsFault, CrdsFaultError
from wfsgui.core.crds.file_check import content_fault, size_fault
from wfsgui.core.crds.needs import CrdsFile, FileState, NeededFile
from wfsgui.core.crds.progress import DownloadWatch
from wfsgui.core.errors import StoppedError
from wfsgui.pipeline.crds.connection import OBSERVATORY, cache_path, is_connected, kept, server_address, server_info

__all__ = ["cache_listing", "crds_file", "fault_in_cache", "fetch", "needed_file", "uses_own_download"]

_UNKNOWN: Final = ("", "none")


@kept
def _published() -> Mapping[str, Mapping[str, Any]]:
    """Read size and checksum of every file from the server, or from the cached copy of its list."""
    metadata = proxy.crds_decode(server_info().get("download_metadata") or {})
    return metadata if isinstance(metadata, dict) else {}


def uses_own_download() -> bool:
    """Whether files are downloaded here, and not by the program that CRDS_DOWNLOAD_MODE names."""
    return config.get_download_plugin() is None


def crds_file(name: str) -> CrdsFile:
    """Describe a mapping or a reference file.

    Parameters
    ----------
    name : str
        Base name.

    Returns
    -------
    CrdsFile
        The file, whether it is in the cache or not.

    Raises
    ------
    CrdsFaultError
        If neither server nor cache answer.
    """
    return _described(name, Path(config.locate_file(name, OBSERVATORY)))


def _described(name: str, path: Path) -> CrdsFile:
    entry = _published().get(name)
    known: Mapping[str, Any] = entry if isinstance(entry, dict) else {}
    size, checksum = str(known.get("size", "")), str(known.get("sha1sum", ""))
    return CrdsFile(
        name=name,
        path=path,
        size=int(size) if size.isdecimal() else None,
        sha1sum="" if checksum in _UNKNOWN else checksum,
        url=_address(name),
    )


def _address(name: str) -> str:
    """Return where a file can be downloaded; empty if no server has it."""
    if not is_connected() or (_published() and name not in _published()):
        return ""
    try:
        url = str(api.get_flex_uri(name, OBSERVATORY))
    except (CrdsError, KeyError, TypeError):
        # A server that does not tell where its files are has none for us.
        return ""
    return url if url.startswith(("http://", "https://")) else ""


@lru_cache(maxsize=1024)
def _content_fault(file: CrdsFile, _size: int, _modified: int) -> CrdsFault | None:
    """Check the content of a file. Kept until the file changes."""
    return content_fault(file)


def fault_in_cache(file: CrdsFile, *, thorough: bool) -> CrdsFault | None:
    """Say what is wrong with a file of the cache.

    Parameters
    ----------
    file : CrdsFile
        The file, which exists.
    thorough : bool
        Whether its content is read; the result is kept until the file changes.

    Returns
    -------
    CrdsFault or None
        The fault; None if there is none.
    """
    try:
        if not thorough:
            return size_fault(file)
        status = file.path.stat()
        return _content_fault(file, status.st_size, status.st_mtime_ns)
    except OSError as error:
        return sentences.unreadable(file.path, error.strerror or str(error))


def needed_file(kind: str, steps: tuple[str, ...], name: str, *, thorough: bool) -> NeededFile:
    """Describe a file that is needed, and its state.

    Parameters
    ----------
    kind : str
        Reference type, or `wfsgui.core.crds.needs.RULES`.
    steps : tuple of str
        Steps that use it.
    name : str
        Base name.
    thorough : bool
        See `fault_in_cache`.

    Returns
    -------
    NeededFile
        The file.
    """
    file = crds_file(name)
    if not file.path.is_file():
        return NeededFile(kind, steps, file, FileState.MISSING, _absence(file))
    found = fault_in_cache(file, thorough=thorough)
    return NeededFile(kind, steps, file, FileState.CACHED if found is None else FileState.DAMAGED, found)


def _absence(file: CrdsFile) -> CrdsFault:
    if config.get_cache_readonly():
        return sentences.missing_for_good(file.name, cache_path())
    if not file.url and is_connected() and _published():
        return sentences.not_on_server(file.name, server_address())
    return sentences.missing(file.name, can_download=bool(file.url))


def fetch(files: Sequence[CrdsFile], watch: DownloadWatch) -> None:
    """Download files into the cache.

    Parameters
    ----------
    files : sequence of CrdsFile
        The files.
    watch : DownloadWatch
        Who waits for it.

    Raises
    ------
    CrdsFaultError
        If one cannot be downloaded.
    StoppedError
        If a stop was asked for.
    """
    if not files:
        return
    for file in files:
        if config.get_cache_readonly() or not file.url:
            raise CrdsFaultError(_absence(file))
    result = download(files, watch.report, watch.cancel)
    if result.cancelled:
        raise StoppedError(sentences.STOPPED)
    if result.failed:
        raise CrdsFaultError(result.failed[0].fault)


def cache_listing() -> CacheListing:
    """List the files in the cache with their published sizes and checksums, as far as CRDS tells of them."""
    path = cache_path()
    paths, remnants = tuple(cached_paths(path)), find_remnants(path)
    try:
        files = tuple(_described(file.name, file) for file in paths)
        knows_checksums = bool(_published())
    except CrdsFaultError:
        # Neither server nor cache tell of any files.
        files, knows_checksums = tuple(CrdsFile(file.name, file) for file in paths), False
    return CacheListing(path, files, remnants, knows_checksums)
