"""Progress of downloads and checks, and results of downloads and of mending."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from wfsgui.core.crds.cache_check import FaultyFile, Remnant
from wfsgui.core.model.requests import CancelFlag

__all__ = ["UNWATCHED", "DownloadResult", "DownloadWatch", "FileProgress", "MendResult"]


@dataclass(frozen=True)
class FileProgress:
    """Progress of a download or of a check.

    Attributes
    ----------
    name : str
        Base name of the present file.
    done, total : int
        Bytes of the present file; `total` is 0 if it is not known.
    all_done, all_total : int
        Bytes of all files, with the present one.
    number, count : int
        Number of the present file, from 1, and number of all files.
    """

    name: str
    done: int
    total: int
    all_done: int
    all_total: int
    number: int
    count: int

    @property
    def fraction(self) -> float:
        """Share that is done, 0 to 1."""
        return min(self.all_done / self.all_total, 1.0) if self.all_total else 0.0


@dataclass(frozen=True)
class DownloadWatch:
    """Who waits for a download.

    Attributes
    ----------
    report : callable
        ``report(progress)``: receives each `FileProgress`.
    cancel : CancelFlag
        Stops the download.
    """

    report: Callable[[FileProgress], None]
    cancel: CancelFlag


def _ignore(_progress: FileProgress) -> None:
    """Report nothing."""


UNWATCHED: Final = DownloadWatch(_ignore, threading.Event())
"""Nobody waits for the download."""


@dataclass(frozen=True)
class DownloadResult:
    """Result of a download.

    Attributes
    ----------
    downloaded : tuple of str
        Base names of the files that are in the cache now, with the right size and checksum.
    failed : tuple of FaultyFile
        Files that could not be downloaded: why.
    size : int
        Bytes that were downloaded.
    cancelled : bool
        Whether the download was stopped before its end. What was received of a file is kept aside, and the next
        download continues there.
    """

    downloaded: tuple[str, ...] = ()
    failed: tuple[FaultyFile, ...] = ()
    size: int = 0
    cancelled: bool = False


@dataclass(frozen=True)
class MendResult:
    """Result of mending a cache.

    Attributes
    ----------
    download : DownloadResult
        Damaged files that were replaced, and those that were not.
    removed : tuple of Remnant
        Remnants that were removed.
    kept : tuple of Remnant
        Remnants that are still there.
    """

    download: DownloadResult
    removed: tuple[Remnant, ...] = ()
    kept: tuple[Remnant, ...] = ()

    @property
    def is_complete(self) -> bool:
        """Whether nothing is left to be mended."""
        return not (self.download.failed or self.download.cancelled or self.kept)
