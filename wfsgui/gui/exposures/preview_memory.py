"""Limit on the memory of the images that the window keeps."""

from __future__ import annotations

import logging
from functools import partial
from pathlib import Path
from shutil import rmtree

from PySide6.QtCore import QObject, Signal

from wfsgui.core.files.plane_store import map_images, resident_bytes
from wfsgui.core.model.exposure import Exposure, ExposureState
from wfsgui.core.model.step_image import StepImage
from wfsgui.gui.exposures.open_exposures import OpenExposures
from wfsgui.gui.threads.worker_thread import WorkerThread

__all__ = ["PreviewMemory"]

log = logging.getLogger(__name__)


class PreviewMemory(QObject):
    """Move planes of exposures that are not on screen to disk, the least recently shown exposure first.

    Images of the engine are on disk already; these are the ones that the window has read from files.

    Parameters
    ----------
    open_exposures : OpenExposures
        The exposures.
    worker : WorkerThread
        Thread that writes planes.
    folder : Path
        Folder of the planes.
    parent : QObject, optional
        Owner.

    Attributes
    ----------
    budget : int
        Limit on the memory of the planes, bytes.
    moved : Signal(list of StepImage, list of StepImage)
        Images, and those with the same planes on disk that take their places.
    """

    moved = Signal(object, object)

    def __init__(
        self, open_exposures: OpenExposures, worker: WorkerThread, folder: Path, parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self.budget = 2**31
        self._open_exposures = open_exposures
        self._worker = worker
        self._folder = folder
        self._seen: list[Exposure] = []
        self._busy = False
        open_exposures.removed.connect(self._forget)

    def looked_at(self, exposure: Exposure) -> None:
        """Record that an exposure is on screen."""
        self._seen = [*(other for other in self._seen if other is not exposure), exposure]
        self.check()

    def check(self) -> None:
        """Move planes to disk if they take more memory than the budget."""
        if self._busy or resident_bytes(_images(self._open_exposures.everything)) <= self.budget:
            return
        exposure = next(iter(self._candidates()), None)
        if exposure is None:
            return
        images = _images([exposure])
        self._busy = True
        self._worker.submit(
            lambda: map_images(images, self._folder / exposure.key),
            lambda moved: self._replace(exposure, images, moved),
            self._fail,
        )

    def _candidates(self) -> list[Exposure]:
        """Return exposures with planes in memory that are neither shown nor running, the least recently shown first."""
        opened = self._open_exposures
        shown = self._seen[-1] if self._seen else None
        # Branches share images with the one that is shown, or that is running.
        busy = {
            exposure for exposure in opened.everything if exposure.state is ExposureState.RUNNING or exposure is shown
        }
        kept = {branch for exposure in busy for branch in opened.branches_of(exposure)}
        possible = [
            exposure
            for exposure in opened.everything
            if exposure not in kept and resident_bytes(_images([exposure])) > 0
        ]
        return sorted(possible, key=lambda exposure: self._seen.index(exposure) if exposure in self._seen else -1)

    def _replace(self, exposure: Exposure, images: list[StepImage], moved: list[StepImage]) -> None:
        self._busy = False
        places = {id(image): on_disk for image, on_disk in zip(images, moved, strict=True)}
        # Branches share images.
        sharing = self._open_exposures.branches_of(exposure) if self._open_exposures.holds(exposure) else (exposure,)
        for stage in (stage for branch in sharing for stage in branch.stages.values()):
            if id(stage.image) in places:
                stage.image = places[id(stage.image)]
        self.moved.emit(images, moved)
        self.check()

    def _fail(self, error: BaseException) -> None:
        # A full disk: the planes stay in memory, and the next check tries again.
        self._busy = False
        log.warning("Previews could not be moved to disk: %s", error)

    def _forget(self, exposures: list[Exposure]) -> None:
        self._seen = [exposure for exposure in self._seen if exposure not in exposures]
        for exposure in exposures:
            # In the thread that writes, so after a write to this folder.
            self._worker.submit(partial(rmtree, self._folder / exposure.key, ignore_errors=True))


def _images(exposures: list[Exposure]) -> list[StepImage]:
    images = [stage.image for exposure in exposures for stage in exposure.stages.values()]
    return list({id(image): image for image in images if image is not None}.values())
