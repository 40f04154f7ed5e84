"""Transfer of one file by HTTP into its part, which continues what was received before."""

from __future__ import annotations

import hashlib
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING, Final, Protocol
from urllib.parse import urlsplit

from wfsgui.core.crds import sentences
from wfsgui.core.crds.cache_folder import part_of
from wfsgui.core.crds.faults import CrdsFault, CrdsFaultError
from wfsgui.core.crds.file_check import feed
from wfsgui.core.crds.needs import CrdsFile
from wfsgui.core.crds.server import fault_of
from wfsgui.core.errors import StoppedError
from wfsgui.core.model.requests import CancelFlag

if TYPE_CHECKING:
    import requests

__all__ = ["Counter", "receive", "server_of"]

_CHUNK: Final = 1 << 14
_COMPLETE: Final = 200
_PARTIAL: Final = 206
_NOT_FOUND: Final = 404
_NOT_SATISFIABLE: Final = 416
# How often the cancel flag is checked while nothing arrives, s.
_POLL_S: Final = 0.1


class Counter(Protocol):
    """Receives the numbers of bytes."""

    def add(self, count: int) -> None:
        """Count bytes that have arrived."""

    def set_done(self, done: int) -> None:
        """Set the bytes of the present file that are there."""


class _UselessPartError(Exception):
    """What was received before does not belong to the file."""


def server_of(url: str) -> str:
    """Return the server in the address of a file, for sentences."""
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc}"


def receive(session: requests.Session, file: CrdsFile, counter: Counter, cancel: CancelFlag, timeout: float) -> None:
    """Receive a file, verify it, and give it its name.

    Parameters
    ----------
    session : requests.Session
        The session.
    file : CrdsFile
        The file; its folder exists.
    counter : Counter
        Receives the numbers of bytes.
    cancel : CancelFlag
        Checked for each block.
    timeout : float
        How long the server may send nothing, seconds.

    Raises
    ------
    CrdsFaultError
        If the server does not send the file, or sends another one. What has arrived of a file that the server did not
        end is kept for the next call.
    StoppedError
        If a stop was asked for. What has arrived is kept.
    OSError
        If the file cannot be written.
    """
    import requests

    transfer = _Transfer(session, file, counter, cancel, timeout)
    try:
        try:
            transfer.run(transfer.kept())
        except _UselessPartError:
            transfer.run(0)
    except requests.RequestException as error:
        if cancel.is_set():
            raise StoppedError(sentences.STOPPED) from error
        raise CrdsFaultError(fault_of(error, server_of(file.url), timeout)) from error


class _Transfer:
    def __init__(
        self, session: requests.Session, file: CrdsFile, counter: Counter, cancel: CancelFlag, timeout: float
    ) -> None:
        self._session = session
        self._file = file
        self._counter = counter
        self._cancel = cancel
        self._timeout = timeout
        self._part: Path = part_of(file.path)
        self._digest = hashlib.sha1(usedforsecurity=False)
        self._size = 0

    def kept(self) -> int:
        """Return how much was received before; 0 if its correctness could not be verified at the end."""
        if not (self._file.sha1sum and self._part.is_file()):
            return 0
        size = self._part.stat().st_size
        return size if size <= (self._file.size or 0) else 0

    def run(self, kept: int) -> None:
        """Receive what is missing, verify the whole and rename it."""
        self._digest = hashlib.sha1(usedforsecurity=False)
        self._size = kept
        if kept:
            feed(self._digest.update, self._part)
        self._counter.set_done(kept)
        if not kept or kept != self._file.size:
            self._request(kept)
        self._verify(had_part=kept > 0)
        self._part.replace(self._file.path)

    def _request(self, kept: int) -> None:
        headers = {"Range": f"bytes={kept}-"} if kept else {}
        with self._session.get(self._file.url, headers=headers, timeout=self._timeout, stream=True) as response:
            continues = kept > 0 and response.status_code == _PARTIAL
            if response.status_code == _NOT_SATISFIABLE or (continues and not _continues_at(response, kept)):
                raise _UselessPartError
            self._check_status(response)
            if not continues:
                # The server sends the file from its beginning.
                self._digest, self._size = hashlib.sha1(usedforsecurity=False), 0
                self._counter.set_done(0)
            self._check_length(response)
            with self._part.open("ab" if continues else "wb") as stream, _interruptible(response, self._cancel):
                for block in response.iter_content(_CHUNK):
                    if self._cancel.is_set():
                        raise StoppedError(sentences.STOPPED)
                    stream.write(block)
                    self._digest.update(block)
                    self._size += len(block)
                    self._counter.add(len(block))
                    if self._file.size is not None and self._size > self._file.size:
                        break
            if self._cancel.is_set():
                # What has arrived ends where the wait was interrupted.
                raise StoppedError(sentences.STOPPED)

    def _check_status(self, response: requests.Response) -> None:
        server = server_of(self._file.url)
        if response.status_code == _NOT_FOUND:
            raise CrdsFaultError(sentences.not_on_server(self._file.name, server))
        if response.status_code not in (_COMPLETE, _PARTIAL):
            raise CrdsFaultError(sentences.wrong_answer(server, f"HTTP status {response.status_code}"))

    def _check_length(self, response: requests.Response) -> None:
        """Decline a file of another size before it is received."""
        promised = response.headers.get("Content-Length", "")
        if self._file.size is not None and promised.isdecimal() and int(promised) + self._size != self._file.size:
            raise CrdsFaultError(self._wrong_size(int(promised) + self._size))

    def _verify(self, *, had_part: bool) -> None:
        right_size = self._file.size is None or self._size == self._file.size
        right = right_size and (not self._file.sha1sum or self._digest.hexdigest() == self._file.sha1sum)
        if right:
            return
        self._part.unlink()
        if had_part:
            # The earlier part may be the wrong one.
            raise _UselessPartError
        if not right_size:
            raise CrdsFaultError(self._wrong_size(self._size))
        raise CrdsFaultError(sentences.wrong_download(self._file.name, server_of(self._file.url)))

    def _wrong_size(self, size: int) -> CrdsFault:
        return sentences.wrong_length(self._file.name, server_of(self._file.url), size, self._file.size or 0)


@contextmanager
def _interruptible(response: requests.Response, cancel: CancelFlag) -> Iterator[None]:
    """Let a stop interrupt the wait for a server that sends nothing."""
    ended = threading.Event()

    def watch() -> None:
        while not ended.wait(_POLL_S):
            if cancel.is_set():
                # The answer may have ended just now.
                with suppress(OSError, RuntimeError, ValueError):
                    response.raw.shutdown()
                return

    watcher = threading.Thread(target=watch, daemon=True)
    watcher.start()
    try:
        yield
    finally:
        ended.set()
        watcher.join()


def _continues_at(response: requests.Response, kept: int) -> bool:
    return str(response.headers.get("Content-Range", "")).startswith(f"bytes {kept}-")
