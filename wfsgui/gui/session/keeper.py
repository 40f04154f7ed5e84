"""Keeps the session on disk: at most the last second is lost when the program is killed."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from PySide6.QtCore import QEvent, QObject, QTimer, Signal
from typing_extensions import override

from wfsgui.core.session.session_file import write_session_file
from wfsgui.core.session.writer import SessionWriter
from wfsgui.gui.session.snapshot import Snapshot, SnapshotTaker
from wfsgui.gui.session.sources import SessionSources
from wfsgui.gui.threads.worker_thread import WorkerThread

__all__ = ["SessionKeeper"]

_DELAY_MS: Final = 400
# Until another try when the disk is full or the folder cannot be written.
_RETRY_MS: Final = 5000
_TROUBLE: Final = (
    "The session cannot be written ({}); free some disk space. In a crash, what you do until then would be lost; "
    "the program keeps trying."
)


class SessionKeeper(QObject):
    """Write the session after every change, in a thread of its own: other files never delay it.

    Parameters
    ----------
    sources : SessionSources
        Parts of the window.
    folder : Path
        Folder of the generations.
    parent : QObject
        Owner.

    Attributes
    ----------
    file : Path or None
        Session file of this session.
    restored_from : str
        Name of the folder of the session that this one continues.
    written : Signal()
        The present state is on the disk.
    trouble : Signal(str)
        The session cannot be written: why, in one sentence; said once until it can be written again.
    recovered : Signal()
        The session is written again.
    file_written : Signal(Path)
        A session file was written.
    file_failed : Signal(BaseException)
        A session file could not be written.
    """

    written = Signal()
    trouble = Signal(str)
    recovered = Signal()
    file_written = Signal(object)
    file_failed = Signal(object)

    def __init__(self, sources: SessionSources, folder: Path, parent: QObject) -> None:
        super().__init__(parent)
        self.file: Path | None = None
        self.restored_from = ""
        self._sources = sources
        self._taker = SnapshotTaker(sources)
        self._begun = datetime.now(UTC).isoformat(timespec="seconds")
        self._worker = WorkerThread(self)
        self._writer = SessionWriter(folder)
        self._is_writing = self._is_dirty = self._is_troubled = self._is_closed = False
        # An empty session is not worth a question at the next start.
        self._has_begun = self._listens_to_pairs = False
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.timeout.connect(self._write)
        self._connect()
        self.touch()

    @property
    def is_idle(self) -> bool:
        """Whether the present state is on the disk."""
        return not (self._is_writing or self._is_dirty or self._timer.isActive())

    def snapshot(self) -> Snapshot:
        """Collect the present state."""
        return self._taker.take(begun=self._begun, file=self.file, restored_from=self.restored_from)

    def touch(self, *_arguments: object) -> None:
        """Write the session soon."""
        if self._is_closed:
            return
        if self._is_writing:
            self._is_dirty = True
        elif not self._timer.isActive():
            # A running timer is not started again: the delay is the longest one.
            self._timer.start(_RETRY_MS if self._is_troubled else _DELAY_MS)

    def write_file(self, path: Path, *, overwrite: bool) -> None:
        """Write the present state into a session file; returns at once."""
        before, self.file = self.file, path
        snapshot = self.snapshot()
        self.file = before

        def work() -> None:
            write_session_file(path, self._writer.complete(snapshot.state, snapshot.headers), overwrite=overwrite)

        self._worker.submit(work, lambda _nothing: self.file_written.emit(path), self.file_failed.emit)

    def close(self) -> None:
        """Write the last state, and end the thread."""
        if self._is_closed:
            return
        self._is_closed = True
        self._timer.stop()
        if self._has_begun or self._sources.open_exposures.exposures:
            snapshot = self.snapshot()
            self._worker.submit(lambda: self._writer.write(snapshot.state, snapshot.headers), lasts=True)
        self._worker.close()

    def _connect(self) -> None:
        sources = self._sources
        exposures, display, decisions = sources.open_exposures, sources.image.display, sources.decisions
        for signal in (
            exposures.added,
            exposures.removed,
            exposures.branch_added,
            exposures.marked,
            exposures.changed,
            sources.verdict_bar.typed,
            decisions.changed,
            decisions.noted,
            sources.assessments.choice_changed,
            sources.assessments.limits_changed,
            sources.regions.changed,
            display.changed,
            display.colours_changed,
            display.lock_changed,
            sources.image.plane_changed,
            sources.presenter.shown,
            sources.pages.shown,
        ):
            signal.connect(self.touch)
        for panel in sources.panels.all:
            panel.installEventFilter(self)

    @override
    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Note that a panel was moved, resized, shown or hidden."""
        if event.type() in (QEvent.Type.Resize, QEvent.Type.Move, QEvent.Type.Show, QEvent.Type.Hide):
            self.touch()
        return super().eventFilter(watched, event)

    def _listen_to_pairs(self) -> None:
        links = self._sources.links()
        if links is not None and not self._listens_to_pairs:
            self._listens_to_pairs = True
            links.changed.connect(self.touch)

    def _write(self) -> None:
        self._listen_to_pairs()
        self._has_begun = self._has_begun or bool(self._sources.open_exposures.exposures)
        if not self._has_begun:
            return
        snapshot = self.snapshot()
        self._is_writing, self._is_dirty = True, False
        self._worker.submit(
            lambda: self._writer.write(snapshot.state, snapshot.headers), self._take_written, self._take_error
        )

    def _take_written(self, more_is_known: object) -> None:
        self._is_writing = False
        if self._is_troubled:
            self._is_troubled = False
            self.recovered.emit()
        if not self._is_dirty:
            self.written.emit()
        if self._is_dirty or more_is_known:
            self._is_dirty = False
            self.touch()

    def _take_error(self, error: BaseException) -> None:
        self._is_writing = self._is_dirty = False
        is_new, self._is_troubled = not self._is_troubled, True
        if is_new and isinstance(error, OSError):
            self.trouble.emit(_TROUBLE.format(error.strerror or error))
        elif is_new:
            self._worker.unhandled.emit(error)
        self.touch()
