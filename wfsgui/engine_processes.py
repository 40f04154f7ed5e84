"""The engine in processes of their own, as the window takes it."""

from __future__ import annotations

import shutil
import threading
from pathlib import Path
from tempfile import mkdtemp

from wfsgui.core.errors import WfsguiError
from wfsgui.core.model.events import EndEvent
from wfsgui.core.model.requests import RunRequest, StepOptions
from wfsgui.gui.engine_api import Emit, Processes
from wfsgui.pipeline.processes.pool import WorkerPool

__all__ = ["EngineProcesses"]


class EngineProcesses:
    """Adapt a `WorkerPool` to the window."""

    def __init__(self) -> None:
        self._pool: WorkerPool | None = None
        self._folder: Path | None = None

    def services(self) -> Processes:
        """Return it as the window takes it."""
        return Processes(prepare=self._prepare, calibrate=self._calibrate, close=self._close)

    def _prepare(self, folder: Path) -> Path:
        folder.mkdir(parents=True, exist_ok=True)
        self._pool, self._folder = WorkerPool(gives_way=True), Path(mkdtemp(prefix="run-", dir=folder))
        try:
            # Answered when the first process has imported all that it needs.
            self._pool.check(StepOptions())
        except BaseException:
            self._close()
            raise
        return self._folder

    def _calibrate(self, request: RunRequest, emit: Emit, cancel: threading.Event) -> EndEvent:
        if self._pool is None:
            raise WfsguiError("The processes of the pipeline have been ended; run the exposure again.")
        return self._pool.calibrate(request, emit, cancel)

    def _close(self) -> None:
        pool, self._pool = self._pool, None
        folder, self._folder = self._folder, None
        if pool is not None:
            pool.close()
        if folder is not None:
            shutil.rmtree(folder, ignore_errors=True)
