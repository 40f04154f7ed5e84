"""Download of files of CRDS into the cache, with progress in bytes, cancellation and continuation.

A file is received beside its place, verified, and renamed then: under its name there is never a part of it. The lock is
that of the client of CRDS, so that both can work in one cache.
"""

from __future__ import annotations

import errno
import os
import shutil
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Final

from wfsgui.core.crds import sentences
from wfsgui.core.crds.cache_check import FaultyFile
from wfsgui.core.crds.cache_folder import existing_part, is_declared_read_only
from wfsgui.core.crds.faults import CrdsFault, CrdsFaultError, FaultKind
from wfsgui.core.crds.file_check import content_fault
from wfsgui.core.crds.needs import CrdsFile
from wfsgui.core.crds.progress import DownloadResult, FileProgress
from wfsgui.core.crds.server import open_session
from wfsgui.core.crds.transfer import receive, server_of
from wfsgui.core.errors import StoppedError
from wfsgui.core.model.requests import CancelFlag

if TYPE_CHECKING:
    import requests

__all__ = ["download"]

_TIMEOUT_S: Final = 30.0
_LOCK_S: Final = 300.0
_POLL_S: Final = 0.1
# A broken connection is taken up again as long as something arrives.
_ATTEMPTS: Final = 3
_REPORT_S: Final = 0.1
_FULL: Final = (errno.ENOSPC, errno.EDQUOT)
_DENIED: Final = (errno.EACCES, errno.EPERM, errno.EROFS)
# With one of these faults no other file can be downloaded.
_ENDS_ALL: Final = (
    FaultKind.DISK_FULL,
    FaultKind.READ_ONLY,
    FaultKind.NO_CACHE,
    FaultKind.NO_SERVER,
    FaultKind.SLOW_SERVER,
)


def download(
    files: Sequence[CrdsFile],
    report: Callable[[FileProgress], None],
    cancel: CancelFlag,
    *,
    timeout: float = _TIMEOUT_S,
    lock_timeout: float = _LOCK_S,
) -> DownloadResult:
    """Download files, one after the other. A damaged file is replaced once its download has been verified.

    Parameters
    ----------
    files : sequence of CrdsFile
        What to download, for example `wfsgui.core.crds.needs.CrdsNeeds.to_download`.
    report : callable
        Receives the progress, ten times a second at most, and at the end of each file.
    cancel : CancelFlag
        Checked for each 16 KiB.
    timeout : float, optional
        How long the server may send nothing, seconds.
    lock_timeout : float, optional
        How long to wait for another process that downloads the same file, seconds.

    Returns
    -------
    DownloadResult
        What was downloaded, and what was not: why.
    """
    meter = _Meter([file for file in files if file.url], report)
    done: list[str] = []
    failed: list[FaultyFile] = []
    with open_session() as session:
        worker = _Worker(session, meter, cancel, timeout, lock_timeout)
        for number, file in enumerate(files):
            if cancel.is_set():
                return DownloadResult(tuple(done), tuple(failed), meter.received, cancelled=True)
            if not file.url:
                failed.append(FaultyFile(file, sentences.missing(file.name, can_download=False)))
                continue
            meter.begin(file)
            try:
                worker.fetch(file)
            except StoppedError:
                return DownloadResult(tuple(done), tuple(failed), meter.received, cancelled=True)
            except CrdsFaultError as error:
                failed.append(FaultyFile(file, error.fault))
                if error.fault.kind in _ENDS_ALL:
                    failed += [FaultyFile(rest, error.fault) for rest in files[number + 1 :]]
                    break
            else:
                done.append(file.name)
            meter.end()
    return DownloadResult(tuple(done), tuple(failed), meter.received)


class _Meter:
    """Counts bytes and reports them."""

    def __init__(self, files: Sequence[CrdsFile], report: Callable[[FileProgress], None]) -> None:
        self.received = 0
        self._report = report
        self._count = len(files)
        self._total = sum(file.size or 0 for file in files)
        self._number = self._before = self._done = 0
        self._file: CrdsFile | None = None
        self._reported = 0.0

    def begin(self, file: CrdsFile) -> None:
        self._file, self._number, self._done = file, self._number + 1, 0
        self._send()

    def add(self, count: int) -> None:
        """Count bytes that have arrived."""
        self.received += count
        self.set_done(self._done + count)

    def set_done(self, done: int) -> None:
        """Set the bytes of the present file that are there."""
        self._done = done
        if time.monotonic() - self._reported >= _REPORT_S:
            self._send()

    def end(self) -> None:
        """End a file, whether it was downloaded or not."""
        size = (self._file.size if self._file is not None else 0) or self._done
        self._done = size
        self._send()
        self._before += size
        self._done = 0

    def _send(self) -> None:
        self._reported = time.monotonic()
        if self._file is None:
            return
        done = self._before + self._done
        self._report(
            FileProgress(
                name=self._file.name,
                done=self._done,
                total=self._file.size or 0,
                all_done=done,
                all_total=max(self._total, done),
                number=self._number,
                count=self._count,
            )
        )


class _Worker:
    """Downloads one file after the other."""

    def __init__(
        self, session: requests.Session, meter: _Meter, cancel: CancelFlag, timeout: float, lock_timeout: float
    ) -> None:
        self._session = session
        self._meter = meter
        self._cancel = cancel
        self._timeout = timeout
        self._lock_timeout = lock_timeout

    def fetch(self, file: CrdsFile) -> None:
        """Download a file and verify it.

        Raises
        ------
        CrdsFaultError
            If it could not be downloaded.
        StoppedError
            If a stop was asked for.
        """
        if is_declared_read_only():
            raise CrdsFaultError(sentences.read_only(file.path.parent))
        try:
            file.path.parent.mkdir(parents=True, exist_ok=True)
            self._check_space(file)
            self._locked_fetch(file)
        except OSError as error:
            raise CrdsFaultError(_disk_fault(error, file)) from error

    def _check_space(self, file: CrdsFile) -> None:
        needed = (file.size or 0) - existing_part(file)
        free = shutil.disk_usage(file.path.parent).free
        if needed > free:
            raise CrdsFaultError(sentences.disk_full(file.path.parent, needed, free))

    def _locked_fetch(self, file: CrdsFile) -> None:
        """Download a file as the only process that does."""
        from filelock import FileLock, Timeout

        place = Path(f"{file.path}.lock")
        lock = FileLock(place)
        end = time.monotonic() + self._lock_timeout
        while True:
            if self._cancel.is_set():
                raise StoppedError(sentences.STOPPED)
            try:
                lock.acquire(timeout=_POLL_S)
                break
            except Timeout as error:
                if time.monotonic() > end:
                    raise CrdsFaultError(sentences.locked(file.name)) from error
        try:
            # Another process may have downloaded it meanwhile.
            if not (file.path.is_file() and content_fault(file) is None):
                self._receive_all(file)
        finally:
            # As the client of CRDS does.
            place.unlink(missing_ok=True)
            lock.release()

    def _receive_all(self, file: CrdsFile) -> None:
        for attempt in range(_ATTEMPTS):
            before = self._meter.received
            try:
                receive(self._session, file, self._meter, self._cancel, self._timeout)
            except CrdsFaultError as error:
                came = self._meter.received > before
                if error.fault.kind is not FaultKind.NO_SERVER or not came:
                    raise
                if attempt == _ATTEMPTS - 1:
                    raise CrdsFaultError(sentences.interrupted(file.name, server_of(file.url))) from error
            else:
                return


def _disk_fault(error: OSError, file: CrdsFile) -> CrdsFault:
    folder = file.path.parent
    if error.errno in _FULL:
        return sentences.disk_full(folder, file.size or 0, None)
    if error.errno in _DENIED:
        return sentences.read_only(folder) if folder.is_dir() else sentences.no_cache(folder)
    if error.errno in (errno.ENOTDIR, errno.EEXIST, errno.ENAMETOOLONG):
        return sentences.no_cache(folder)
    return sentences.unreadable(file.path, os.strerror(error.errno) if error.errno else str(error))
