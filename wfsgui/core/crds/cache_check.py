"""Results of the check of a whole cache."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from wfsgui.core.crds.faults import CrdsFault
from wfsgui.core.crds.needs import CrdsFile

__all__ = ["CacheCheck", "CacheListing", "FaultyFile", "Remnant"]


@dataclass(frozen=True)
class Remnant:
    """A file in the cache that is no file of CRDS.

    Attributes
    ----------
    path : Path
        The file.
    fault : CrdsFault
        LEFT_PART or LEFT_LOCK, or LOCKED while a process holds the lock: then it is no remnant and stays.
    """

    path: Path
    fault: CrdsFault


@dataclass(frozen=True)
class CacheListing:
    """Files in the cache, with what CRDS has published of them; nothing is read but their names.

    Attributes
    ----------
    path : Path
        Folder of the cache.
    files : tuple of CrdsFile
        Mappings and reference files.
    remnants : tuple of Remnant
        Unfinished downloads and locks.
    knows_checksums : bool
        Whether checksums are known. If not, the check tells only whether a file can be read.
    """

    path: Path
    files: tuple[CrdsFile, ...]
    remnants: tuple[Remnant, ...]
    knows_checksums: bool


@dataclass(frozen=True)
class FaultyFile:
    """A file of the cache that must be replaced.

    Attributes
    ----------
    file : CrdsFile
        The file; if its `CrdsFile.url` is empty, the server has none to replace it.
    fault : CrdsFault
        What is wrong.
    """

    file: CrdsFile
    fault: CrdsFault


@dataclass(frozen=True)
class CacheCheck:
    """Result of a check.

    Attributes
    ----------
    checked : int
        Number of files that were read.
    unknown : int
        Number of those whose checksum CRDS does not know.
    faulty : tuple of FaultyFile
        Damaged files.
    remnants : tuple of Remnant
        Unfinished downloads and locks.
    cancelled : bool
        Whether the check was stopped before its end.
    """

    checked: int
    unknown: int
    faulty: tuple[FaultyFile, ...]
    remnants: tuple[Remnant, ...]
    cancelled: bool = False

    @property
    def is_sound(self) -> bool:
        """Whether nothing is to be mended."""
        return not (self.faulty or self.remnants or self.cancelled)
