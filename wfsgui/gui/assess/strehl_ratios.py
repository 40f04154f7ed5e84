"""Strehl ratios of the open exposures, added to their assessments when the model star is there."""

from __future__ import annotations

from dataclasses import replace
from functools import partial

from PySide6.QtCore import QObject

from wfsgui.core.assess.inputs import AssessInput, ModelStar
from wfsgui.core.assess.results import Assessment, StarRegions
from wfsgui.core.model.exposure import Exposure
from wfsgui.gui.assess.assessments import Assessments
from wfsgui.gui.threads.worker_thread import WorkerThread

__all__ = ["StrehlRatios"]


class StrehlRatios(QObject):
    """Add the Strehl ratio to assessments of stars in focus, in a second pass.

    The first model star takes seconds, because its optics package is imported, so another thread than that of the
    assessments computes it.

    Parameters
    ----------
    assessments : Assessments
        Assessments without a Strehl ratio.
    worker : WorkerThread
        Thread that computes model stars.
    model_star : ModelStar
        Computes the model star.
    parent : QObject, optional
        Owner.
    """

    def __init__(
        self, assessments: Assessments, worker: WorkerThread, model_star: ModelStar, parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self._assessments, self._worker, self._model_star = assessments, worker, model_star
        # Assessments that are with the worker, as their regions.
        self._submitted: list[StarRegions] = []
        assessments.known.connect(self._add)

    def _add(self, exposure: Exposure, stage: str) -> None:
        # Imported here, so that the first image is not delayed.
        from wfsgui.core.assess.strehl import awaits_model

        found, request = self._assessments.find(exposure, stage), self._assessments.input_of(exposure, stage)
        if found is None or found.regions is None or request is None or not awaits_model(found):
            return
        if any(regions is found.regions for regions in self._submitted):
            return
        self._submitted.append(found.regions)
        work = partial(_completed, found, replace(request, model_star=self._model_star))
        self._worker.submit(work, partial(self._take, exposure, stage))

    def _take(self, exposure: Exposure, stage: str, completed: Assessment) -> None:
        self._submitted = [regions for regions in self._submitted if regions is not completed.regions]
        self._assessments.complete(exposure, stage, completed)


def _completed(assessment: Assessment, request: AssessInput) -> Assessment:
    from wfsgui.core.assess.assess import with_strehl_ratio

    return with_strehl_ratio(assessment, request)
