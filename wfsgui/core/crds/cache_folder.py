"""Folder of the cache of CRDS: its state, its files, and what earlier downloads have left there."""

from __future__ import annotations

import os
import shutil
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from wfsgui.core.crds import sentences
from wfsgui.core.crds.cache_check import Remnant
from wfsgui.core.crds.needs import CrdsFile
from wfsgui.core.crds.state import CacheState

__all__ = ["cache_state", "cached_paths", "existing_part", "find_remnants", "is_declared_read_only", "part_of"]

# Folders of the files that CRDS publishes; config/ is written anew at each connection.
_FOLDERS: Final = ("mappings", "references")
_PART: Final = ".part"
_LOCK: Final = ".lock"
# Parts of the client of CRDS, which does not continue them.
_CLIENT_PART: Final = ".tmp_"
_YES: Final = ("true", "t", "1")
# A part that changed since then may belong to a running download.
_RECENT_S: Final = 60.0


def part_of(path: Path) -> Path:
    """Return where the beginning of a file is kept until its download ends."""
    return path.with_name(f".{path.name}{_PART}")


def existing_part(file: CrdsFile) -> int:
    """Return how many bytes of a file an earlier download has kept."""
    try:
        return part_of(file.path).stat().st_size
    except OSError:
        return 0


def is_declared_read_only() -> bool:
    """Whether CRDS_READONLY_CACHE says that the cache must not be changed."""
    return os.environ.get("CRDS_READONLY_CACHE", "").lower() in _YES


def cache_state(path: Path, *, count: bool = True) -> CacheState:
    """Describe a cache. Its files are not read.

    Parameters
    ----------
    path : Path
        Folder of the cache (CRDS_PATH).
    count : bool, optional
        Whether its files are counted.

    Returns
    -------
    CacheState
        Its state.
    """
    exists = _is_folder(path)
    writable = not is_declared_read_only() and _can_write(path)
    sizes = list(_sizes(path)) if count else []
    fault = None
    if not writable:
        fault = sentences.read_only(path) if exists else sentences.no_cache(path)
    return CacheState(path, exists, writable, len(sizes), sum(sizes), _free(path), fault)


def _is_folder(path: Path) -> bool:
    try:
        return path.is_dir()
    except OSError:
        return False


def _can_write(path: Path) -> bool:
    """Whether files can be written to the folder, or it can be made."""
    if _is_folder(path):
        folders = [path, *(path / name for name in _FOLDERS if _is_folder(path / name))]
        return all(os.access(folder, os.W_OK | os.X_OK) for folder in folders)
    parent = _existing(path)
    return parent is not None and _is_folder(parent) and os.access(parent, os.W_OK | os.X_OK)


def _existing(path: Path) -> Path | None:
    """Return the folder or file, or its nearest parent that exists."""
    return next((place for place in (path, *path.absolute().parents) if os.path.lexists(place)), None)


def _free(path: Path) -> int | None:
    try:
        place = _existing(path)
        return shutil.disk_usage(place).free if place is not None else None
    except OSError:
        return None


def _sizes(path: Path) -> Iterator[int]:
    for file in cached_paths(path):
        try:
            yield file.stat().st_size
        except OSError:
            # It was removed meanwhile.
            continue


def cached_paths(path: Path) -> Iterator[Path]:
    """Yield the mappings and reference files of a cache, sorted by name in each folder."""
    for file in _all_files(path):
        if not (file.name.startswith(".") or file.name.endswith(_LOCK)):
            yield file


def _all_files(path: Path) -> Iterator[Path]:
    for name in _FOLDERS:
        for folder, folders, names in os.walk(path / name):
            folders.sort()
            yield from (Path(folder, file) for file in sorted(names))


def find_remnants(path: Path) -> tuple[Remnant, ...]:
    """Find unfinished downloads, and locks.

    Parameters
    ----------
    path : Path
        Folder of the cache.

    Returns
    -------
    tuple of Remnant
        Locks that a process holds, and what may belong to a running download, have the kind LOCKED.
    """
    return tuple(remnant for file in _all_files(path) if (remnant := _remnant(file)) is not None)


def _remnant(file: Path) -> Remnant | None:
    if file.name.endswith(_LOCK):
        fault = sentences.locked(file.name.removesuffix(_LOCK)) if _is_held(file) else sentences.left_lock(file)
        return Remnant(file, fault)
    is_own = file.name.startswith(".") and file.name.endswith(_PART)
    if is_own or file.name.startswith(_CLIENT_PART):
        name = file.name.removeprefix(_CLIENT_PART).removeprefix(".").removesuffix(_PART)
        held = _is_held(file.with_name(f"{name}{_LOCK}")) if is_own else _is_recent(file)
        return Remnant(file, sentences.locked(name) if held else sentences.left_part(file))
    return None


def _is_recent(file: Path) -> bool:
    try:
        return time.time() - file.stat().st_mtime < _RECENT_S
    except OSError:
        return False


def _is_held(lock: Path) -> bool:
    """Whether a process holds a lock."""
    from filelock import FileLock, Timeout

    if not lock.is_file():
        return False
    holder = FileLock(lock)
    try:
        holder.acquire(timeout=0)
    except Timeout:
        return True
    except OSError:
        # It cannot be opened: this cannot be known.
        return False
    holder.release()
    return False
