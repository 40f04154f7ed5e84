"""Reader for the header panel: keywords of the file of a stage, and the metadata of the stage."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from PySide6.QtCore import QObject

from wfsgui.core.files.headers import HeaderSection, read_headers
from wfsgui.core.model.exposure import Exposure
from wfsgui.core.model.stages import CAL, RATE, title
from wfsgui.gui.header.panel import HeaderPanel
from wfsgui.gui.threads.worker_thread import Job, WorkerThread

__all__ = ["HeaderReader"]


class HeaderReader(QObject):
    """Fill the header panel for the stage on screen.

    Parameters
    ----------
    panel : HeaderPanel
        The panel.
    worker : WorkerThread
        Worker thread that reads headers.
    parent : QObject, optional
        Owner.
    """

    def __init__(self, panel: HeaderPanel, worker: WorkerThread, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._panel = panel
        self._worker = worker
        self._shown: tuple[Exposure, str, Path | None, Mapping[str, str]] | None = None
        self._reading: Job | None = None

    def show_stage(self, exposure: Exposure | None, stage: str) -> None:
        """Show the headers of a stage; nothing changes if they are shown already."""
        if exposure is None:
            self._drop()
            self._panel.show_message("No exposure is chosen.")
            return
        metadata = exposure.stages[stage].metadata
        path = _file_of(exposure, stage)
        if self._is_shown(exposure, stage, path, metadata):
            return
        self._drop()
        self._shown = (exposure, stage, path, metadata)
        heading = f"{exposure.product.name}: {title(stage)}"
        if path is None:
            self._panel.show_headers((), metadata, title=heading)
        else:
            self._read(path, metadata, heading)

    def _is_shown(self, exposure: Exposure, stage: str, path: Path | None, metadata: Mapping[str, str]) -> bool:
        # Compared by identity: a redo makes new metadata, which may have the same content.
        shown = self._shown
        return shown is not None and shown[:3] == (exposure, stage, path) and shown[3] is metadata

    def _drop(self) -> None:
        """Forget what is shown, and cancel a pending read."""
        self._shown = None
        if self._reading is not None:
            self._reading.cancel()
            self._reading = None

    def _read(self, path: Path, metadata: Mapping[str, str], heading: str) -> None:
        def show(sections: tuple[HeaderSection, ...]) -> None:
            self._panel.show_headers(sections, metadata, title=heading)

        self._reading = self._worker.submit(
            lambda: read_headers(path), show, lambda error: self._panel.show_message(str(error))
        )


def _file_of(exposure: Exposure, stage: str) -> Path | None:
    """Return the file with the keywords of a stage; stages between input and result have none."""
    if stage == RATE:
        return exposure.product.science.path
    return exposure.saved or exposure.result if stage == CAL else None
