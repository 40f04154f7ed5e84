"""Check of a whole cache, and its mending."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from typing import Final

from wfsgui.core.crds import sentences
from wfsgui.core.crds.cache_check import CacheCheck, CacheListing, FaultyFile, Remnant
from wfsgui.core.crds.download import download
from wfsgui.core.crds.faults import CrdsFault, FaultKind
from wfsgui.core.crds.file_check import MAPPINGS, content_fault
from wfsgui.core.crds.needs import CrdsFile
from wfsgui.core.crds.progress import FileProgress, MendResult
from wfsgui.core.errors import StoppedError
from wfsgui.core.model.requests import CancelFlag

__all__ = ["check_files", "mend"]

_REPORT_S: Final = 0.1


def check_files(listing: CacheListing, report: Callable[[FileProgress], None], cancel: CancelFlag) -> CacheCheck:
    """Read every file of a cache and compare it with what CRDS has published.

    Parameters
    ----------
    listing : CacheListing
        The files.
    report : callable
        Receives the progress, ten times a second at most.
    cancel : CancelFlag
        Checked for each MiB.

    Returns
    -------
    CacheCheck
        What is to be mended; if it was cancelled, of the files that were read.
    """
    reader = _Reader(listing.files, report, cancel)
    faulty: list[FaultyFile] = []
    checked = unknown = 0
    cancelled = False
    for file in listing.files:
        try:
            fault = reader.fault(file)
        except StoppedError:
            cancelled = True
            break
        checked += 1
        unknown += not (file.sha1sum or file.path.suffix in MAPPINGS)
        if fault is not None:
            faulty.append(FaultyFile(file, fault))
    remnants = tuple(remnant for remnant in listing.remnants if remnant.fault.kind is not FaultKind.LOCKED)
    return CacheCheck(checked, unknown, tuple(faulty), remnants, cancelled)


class _Reader:
    """Reads files and reports how many bytes were read."""

    def __init__(self, files: Sequence[CrdsFile], report: Callable[[FileProgress], None], cancel: CancelFlag) -> None:
        self._sizes = {file.path: _size(file) for file in files}
        self._total = sum(self._sizes.values())
        self._report = report
        self._cancel = cancel
        self._number = self._before = self._done = 0
        self._name = ""
        self._reported = 0.0

    def fault(self, file: CrdsFile) -> CrdsFault | None:
        """Check one file.

        Raises
        ------
        StoppedError
            If a stop was asked for.
        """
        if self._cancel.is_set():
            raise StoppedError(sentences.STOPPED)
        self._number, self._done, self._name = self._number + 1, 0, file.name
        try:
            return content_fault(file, self._read)
        except OSError as error:
            return sentences.unreadable(file.path, error.strerror or str(error))
        finally:
            self._before += self._sizes[file.path]
            self._done = 0
            self._send(self._sizes[file.path], is_last=self._number == len(self._sizes))

    def _read(self, count: int) -> None:
        if self._cancel.is_set():
            raise StoppedError(sentences.STOPPED)
        self._done += count
        self._send(self._total)

    def _send(self, size: int, *, is_last: bool = False) -> None:
        if not is_last and time.monotonic() - self._reported < _REPORT_S:
            return
        self._reported = time.monotonic()
        done = self._before + self._done
        self._report(FileProgress(self._name, self._done, size, done, self._total, self._number, len(self._sizes)))


def _size(file: CrdsFile) -> int:
    try:
        return file.path.stat().st_size
    except OSError:
        return 0


def mend(
    check: CacheCheck, report: Callable[[FileProgress], None], cancel: CancelFlag, *, remove_remnants: bool
) -> MendResult:
    """Download damaged files again, and remove what earlier downloads have left.

    A damaged file is replaced once its download has been verified; until then it stays, and if it cannot be downloaded.

    Parameters
    ----------
    check : CacheCheck
        What is to be mended.
    report : callable
        Receives the progress of the downloads.
    cancel : CancelFlag
        Checked during the downloads.
    remove_remnants : bool
        Whether remnants are removed; the analyst must have agreed.

    Returns
    -------
    MendResult
        What was mended, and what was not: why.
    """
    result = download([faulty.file for faulty in check.faulty], report, cancel)
    removed: list[Remnant] = []
    kept: list[Remnant] = []
    for remnant in check.remnants:
        if remove_remnants and not result.cancelled and _removed(remnant):
            removed.append(remnant)
        else:
            kept.append(remnant)
    return MendResult(result, tuple(removed), tuple(kept))


def _removed(remnant: Remnant) -> bool:
    try:
        remnant.path.unlink(missing_ok=True)
    except OSError:
        return False
    return True
