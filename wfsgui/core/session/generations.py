"""Folder in which a session is written continuously, as generations that are never changed.

A manifest names the last generations with their checksums; it is replaced atomically after a new generation is on the
disk. So a program that ends at any moment leaves the former generation or the new one.
"""

from __future__ import annotations

import hashlib
import json
import os
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from wfsgui.core.errors import WfsguiError
from wfsgui.core.session.document import state_from_json
from wfsgui.core.session.plain_json import from_plain, to_plain
from wfsgui.core.session.state import SessionState

__all__ = ["Generations", "ReadSession", "read_generations"]

_MANIFEST: Final = "manifest.json"
_PREFIX: Final = "generation-"
_KEPT: Final = 3


@dataclass(frozen=True, kw_only=True)
class _Generation:
    """Entry of the manifest."""

    name: str
    sha256: str


@dataclass(frozen=True, kw_only=True)
class _Manifest:
    """The last generations, the newest first."""

    version: int = 1
    generations: tuple[_Generation, ...] = ()


@dataclass(frozen=True)
class ReadSession:
    """A session that was read.

    Attributes
    ----------
    state : SessionState
        The session.
    written : float
        When it was written, s since the epoch.
    notices : tuple of str
        What could not be read, one sentence each.
    """

    state: SessionState
    written: float
    notices: tuple[str, ...] = ()


class Generations:
    """Write generations into a folder, which no other program writes to.

    Parameters
    ----------
    folder : Path
        The folder; created with the first generation.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._manifest = _Manifest()
        self._number = 0

    def write(self, text: str) -> None:
        """Write a generation, unless it is the same as the last one.

        Parameters
        ----------
        text : str
            The session, as JSON in ASCII.

        Raises
        ------
        OSError
            If it cannot be written; the earlier generations are not changed.
        """
        content = text.encode("ascii")
        digest = hashlib.sha256(content).hexdigest()
        if any(entry.sha256 == digest for entry in self._manifest.generations[:1]):
            return
        self._folder.mkdir(parents=True, exist_ok=True)
        self._number += 1
        path = self._folder / f"{_PREFIX}{self._number:08d}.json"
        entries = (_Generation(name=path.name, sha256=digest), *self._manifest.generations)[:_KEPT]
        manifest = _Manifest(generations=entries)
        try:
            _write_durably(path, content)
            self._replace_manifest(manifest)
        except OSError:
            # It takes room on a disk that may be full.
            with suppress(OSError):
                path.unlink(missing_ok=True)
            raise
        self._manifest = manifest
        self._remove_old()

    def _replace_manifest(self, manifest: _Manifest) -> None:
        path = self._folder / _MANIFEST
        temporary = path.with_suffix(".tmp")
        _write_durably(temporary, json.dumps(to_plain(manifest), indent=1).encode("ascii"))
        temporary.replace(path)
        _flush_folder(self._folder)

    def _remove_old(self) -> None:
        kept = {entry.name for entry in self._manifest.generations}
        # Left over, they do no harm.
        with suppress(OSError):
            for path in self._folder.glob(f"{_PREFIX}*"):
                if path.name not in kept:
                    path.unlink()


def read_generations(folder: Path) -> ReadSession | None:
    """Read the newest generation of a folder that is whole.

    Parameters
    ----------
    folder : Path
        The folder.

    Returns
    -------
    ReadSession or None
        The session; None if there is none. Notices say if the newest generation is damaged.

    Raises
    ------
    WfsguiError
        If no generation can be read, or the newest one is of a later version of the program.
    """
    manifest = _read_manifest(folder / _MANIFEST)
    if manifest is None:
        return None
    damaged: list[str] = []
    for entry in manifest.generations:
        path = folder / entry.name
        try:
            content, written = path.read_bytes(), path.stat().st_mtime
        except OSError as error:
            damaged.append(f"{path} cannot be read ({error.strerror})")
            continue
        if hashlib.sha256(content).hexdigest() != entry.sha256:
            damaged.append(f"{path} is damaged")
            continue
        return ReadSession(state_from_json(content, str(path)), written, _notices(damaged))
    raise WfsguiError(f"The session in {folder} cannot be opened: {', '.join(damaged) or 'it is empty'}.")


def _read_manifest(path: Path) -> _Manifest | None:
    try:
        manifest = from_plain(_Manifest, json.loads(path.read_bytes()))
    except FileNotFoundError:
        return None
    except OSError as error:
        raise WfsguiError(f"{path} cannot be read ({error.strerror}); check the disk.") from error
    except (ValueError, RecursionError) as error:
        raise WfsguiError(f"{path} is damaged; the session cannot be opened.") from error
    if any(Path(entry.name).name != entry.name for entry in manifest.generations):
        raise WfsguiError(f"{path} is damaged; the session cannot be opened.")
    return manifest


def _notices(damaged: list[str]) -> tuple[str, ...]:
    if not damaged:
        return ()
    return (f"The last state of the session is lost: {', '.join(damaged)}. The state before it was opened.",)


def _write_durably(path: Path, content: bytes) -> None:
    with path.open("wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())


def _flush_folder(folder: Path) -> None:
    """Make the names in a folder durable, where the system and the drive have a way to do that."""
    if os.name != "posix":
        return
    # A failure must not undo the generation, which the manifest names by now.
    with suppress(OSError):
        handle = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)
