"""Saves results in a worker thread."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path

from PySide6.QtCore import QObject, Signal

from wfsgui.core.errors import WfsguiError
from wfsgui.core.model.exposure import Exposure, ExposureState
from wfsgui.gui.engine_api import Engine, SaveRequest
from wfsgui.gui.exposures.open_exposures import OpenExposures
from wfsgui.gui.exposures.session_folder import mark_saved
from wfsgui.gui.threads.worker_thread import WorkerThread

__all__ = ["Saver", "can_save", "standard_target"]


def can_save(exposure: Exposure) -> bool:
    """Whether an exposure has a result that the analyst has not rejected."""
    return exposure.result is not None and exposure.state is not ExposureState.REJECTED


def standard_target(exposure: Exposure, folder: Path | None) -> Path:
    """Return the file to which a result is saved by default.

    Parameters
    ----------
    exposure : Exposure
        An exposure that has a result.
    folder : Path or None
        The output folder; None for the folder of the ``_rate`` file.

    Returns
    -------
    Path
        The name of the result, in that folder.

    Raises
    ------
    ValueError
        If there is no result.
    """
    if exposure.result is None:
        raise ValueError(f"{exposure.product.name} has no result.")
    return (folder or exposure.product.science.path.parent) / exposure.result.name


class Saver(QObject):
    """Save results.

    Parameters
    ----------
    open_exposures : OpenExposures
        The exposures.
    engine : Engine
        Writes a result under another name.
    worker : WorkerThread
        Thread that reads and writes files.
    parent : QObject, optional
        Owner.

    Attributes
    ----------
    saved : Signal(Exposure, Path)
        A result was saved.
    failed : Signal(Exposure, str)
        A result was not saved: why, in one sentence.
    idle : Signal()
        No result is being saved any more.
    """

    saved = Signal(object, object)
    failed = Signal(object, str)
    idle = Signal()

    def __init__(
        self, open_exposures: OpenExposures, engine: Engine, worker: WorkerThread, parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self._open_exposures = open_exposures
        self._engine = engine
        self._worker = worker
        self._under_way = 0
        self._checking = 0

    @property
    def is_busy(self) -> bool:
        """Whether a result is being saved, or is going to be."""
        return self._under_way > 0 or self._checking > 0

    def find_existing(self, paths: Sequence[Path], done: Callable[[frozenset[Path]], None]) -> None:
        """Find out which files exist; returns at once.

        Parameters
        ----------
        paths : sequence of Path
            Files, perhaps on a slow network drive.
        done : callable
            Receives those that exist, in the GUI thread.
        """

        def work() -> frozenset[Path]:
            return frozenset(path for path in paths if os.path.lexists(path))

        def deliver(existing: frozenset[Path]) -> None:
            self._checking -= 1
            done(existing)

        self._checking += 1
        self._worker.submit(work, deliver)

    def save(self, exposure: Exposure, target: Path, *, overwrite: bool) -> None:
        """Save the result of an exposure; returns at once.

        Parameters
        ----------
        exposure : Exposure
            An exposure that has a result.
        target : Path
            The file to write.
        overwrite : bool
            Whether the analyst agreed to replace an existing file.
        """
        result = exposure.result
        if result is None:
            return
        request = SaveRequest(result, target, overwrite, _inputs(self._open_exposures.exposures))
        self._under_way += 1
        identity = _identity(result)

        def done(path: Path) -> None:
            self._done(exposure, result, path)

        def failed(error: BaseException) -> None:
            self._fail(exposure, self._engine.explain(error, f"saving {target.name}"))

        def work() -> Path:
            made = result.stat().st_mtime_ns
            _check_same(result, identity)
            path = self._engine.save(request)
            _check_same(result, identity)
            mark_saved(result, made)
            return path

        self._worker.submit(work, done, failed)

    def _done(self, exposure: Exposure, result: Path, path: Path) -> None:
        # The exposure may have been run again meanwhile: its new result has not been saved.
        if exposure.result is result:
            exposure.saved = path
            if exposure.state is ExposureState.DONE:
                exposure.state = ExposureState.SAVED
            self._open_exposures.changed.emit(exposure)
        self._note_replaced(exposure, path)
        self.saved.emit(exposure, path)
        self._finish()

    def _note_replaced(self, exposure: Exposure, path: Path) -> None:
        """Note that results of others which were saved to this file, such as those of branches, are saved no more."""
        for other in self._open_exposures.everything:
            if other is not exposure and other.saved == path:
                other.saved = None
                if other.state is ExposureState.SAVED:
                    other.state = ExposureState.DONE
                self._open_exposures.changed.emit(other)

    def _fail(self, exposure: Exposure, why: str) -> None:
        self.failed.emit(exposure, why)
        self._finish()

    def _finish(self) -> None:
        self._under_way -= 1
        if self._under_way == 0:
            self.idle.emit()


def _identity(result: Path) -> tuple[int, int, int] | None:
    """Return what identifies a file, even if another one gets its name; None if there is no file."""
    if not result.is_file():
        return None
    status = result.stat()
    return status.st_ino, status.st_mtime_ns, status.st_size


def _check_same(result: Path, identity: tuple[int, int, int] | None) -> None:
    if _identity(result) != identity:
        raise WfsguiError(
            f"{result.name} was run again before it was saved; look at the new result, and save it again."
        )


def _inputs(exposures: Iterable[Exposure]) -> tuple[Path, ...]:
    return tuple(member.path for exposure in exposures for member in exposure.product.members)
