"""Saving results: which names they get, and giving them those names off the GUI thread."""

from __future__ import annotations

from collections.abc import Iterable
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
    """Return where a result is saved by default.

    Parameters
    ----------
    exposure : Exposure
        With a result.
    folder : Path or None
        The output folder; None for that of the ``_rate`` file.

    Returns
    -------
    Path
        The result's own name, in that folder.

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
        Where the exposures are.
    engine : Engine
        Knows how a result gets its name.
    worker : WorkerThread
        Where files are written.
    parent : QObject, optional
        Owner.

    Attributes
    ----------
    saved : Signal(Exposure, Path)
        A result was saved.
    failed : Signal(Exposure, str)
        A result was not saved: why, in one sentence.
    idle : Signal()
        Nothing is being saved any more.
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

    @property
    def is_busy(self) -> bool:
        """Whether anything is being saved."""
        return self._under_way > 0

    def save(self, exposure: Exposure, target: Path, *, overwrite: bool) -> None:
        """Save the result of an exposure; returns at once.

        Parameters
        ----------
        exposure : Exposure
            With a result.
        target : Path
            The file to write.
        overwrite : bool
            Whether the analyst agreed to replace a file of that name.
        """
        result = exposure.result
        if result is None:
            return
        request = SaveRequest(result, target, overwrite, _inputs(self._open_exposures.exposures))
        self._under_way += 1
        asked_for = _identity(result)

        def done(path: Path) -> None:
            self._done(exposure, result, path)

        def failed(error: BaseException) -> None:
            self._fail(exposure, self._engine.explain(error, f"saving {target.name}"))

        def work() -> Path:
            made = result.stat().st_mtime_ns
            _check_same(result, asked_for)
            path = self._engine.save(request)
            _check_same(result, asked_for)
            mark_saved(result, made)
            return path

        self._worker.submit(work, done, failed)

    def _done(self, exposure: Exposure, result: Path, path: Path) -> None:
        # By now the exposure may have been run again: its new result has not been saved.
        if exposure.result is result:
            exposure.saved = path
            if exposure.state is ExposureState.DONE:
                exposure.state = ExposureState.SAVED
            self._open_exposures.changed.emit(exposure)
        self.saved.emit(exposure, path)
        self._finish()

    def _fail(self, exposure: Exposure, why: str) -> None:
        self.failed.emit(exposure, why)
        self._finish()

    def _finish(self) -> None:
        self._under_way -= 1
        if self._under_way == 0:
            self.idle.emit()


def _identity(result: Path) -> tuple[int, int, int] | None:
    """Tell a file from one that takes its name later; None where there is none."""
    if not result.is_file():
        return None
    status = result.stat()
    return status.st_ino, status.st_mtime_ns, status.st_size


def _check_same(result: Path, asked_for: tuple[int, int, int] | None) -> None:
    if _identity(result) != asked_for:
        raise WfsguiError(
            f"{result.name} was run again before it was saved; look at the new result, and save it again."
        )


def _inputs(exposures: Iterable[Exposure]) -> tuple[Path, ...]:
    return tuple(member.path for exposure in exposures for member in exposure.product.members)
