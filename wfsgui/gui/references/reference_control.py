"""Keeps the panel *References* in step with the exposure on screen, and opens viewers."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Protocol

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QWidget

from wfsgui.core.errors import WfsguiError
from wfsgui.core.files.planes import read_image
from wfsgui.core.model.exposure import Exposure
from wfsgui.core.model.stages import RATE, title
from wfsgui.core.model.step_image import StepImage
from wfsgui.core.references.queries import StepReferences, StepReferencesQuery
from wfsgui.core.references.rows import ReferenceRow, applying, rows_of
from wfsgui.core.regions.pixel_numbers import PixelNumbers
from wfsgui.gui.exposures.open_exposures import OpenExposures
from wfsgui.gui.references.image_page import PageWorkers, Science
from wfsgui.gui.references.panel import ReferencesPanel
from wfsgui.gui.references.viewer import ReferenceViewer, Viewed
from wfsgui.gui.runs.engine_runner import EngineRunner
from wfsgui.gui.steps.panel import StepPanel
from wfsgui.gui.threads.worker_thread import Job
from wfsgui.gui.widgets.dialogs import ask_reference

__all__ = ["ReferenceControl", "ReferenceServices"]

_LOADING = "The engine is being loaded; it finds the reference files then."
_WAITING = "Looking up the reference files..."


class ReferenceServices(Protocol):
    """What is needed of the services of the window."""

    @property
    def open_exposures(self) -> OpenExposures:
        """The exposures."""

    @property
    def runner(self) -> EngineRunner:
        """Asks the engine."""


@dataclass(frozen=True)
class _Answer:
    """Answer to a query."""

    query: StepReferencesQuery
    found: StepReferences
    fault: str = ""


class ReferenceControl(QObject):
    """Ask the engine for the references of the exposure on screen, while they are seen.

    Parameters
    ----------
    panel : ReferencesPanel
        Lists them.
    step : StepPanel
        Has a field for each type that applies, and checks files that are chosen.
    services : ReferenceServices
        Exposures and engine.
    workers : PageWorkers
        Threads of the viewers.
    window : QWidget
        The main window.

    Attributes
    ----------
    viewers : list of ReferenceViewer
        The viewers that are open.
    message : Signal(str)
        What was done, one sentence.
    """

    message = Signal(str)

    def __init__(
        self,
        panel: ReferencesPanel,
        step: StepPanel,
        services: ReferenceServices,
        workers: PageWorkers,
        window: QWidget,
    ) -> None:
        super().__init__(window)
        self._panel, self._step, self._workers, self._window = panel, step, workers, window
        self._open_exposures, self._runner = services.open_exposures, services.runner
        self._exposure: Exposure | None = None
        self._stage = ""
        self._answers: dict[str, _Answer] = {}
        self._asked: StepReferencesQuery | None = None
        self._question: Job | None = None
        self._is_unfolded = False
        self._numbers = PixelNumbers(1)
        self.viewers: list[ReferenceViewer] = []
        panel.seen.connect(self.retry)
        panel.open_asked.connect(self._open_row)
        panel.choose_asked.connect(self._choose)
        panel.return_asked.connect(self._return)
        panel.copied.connect(lambda path: self.message.emit(f"{path} was copied."))
        step.unfolded.connect(self._note_unfolded)
        step.reference_accepted.connect(self._tell_accepted)
        step.ask_engine(self._runner.ask)
        self._runner.loaded.connect(self._ask_again)
        self._open_exposures.changed.connect(self._note_change)
        self._open_exposures.removed.connect(self._forget)

    def show_stage(self, exposure: Exposure | None, stage: str) -> None:
        """Show the references of another exposure or stage, or of an exposure that has changed."""
        is_other_stage, self._stage = stage != self._stage, stage
        self._show_exposure(exposure)
        if is_other_stage:
            self._panel.show_step(stage)

    def _show_exposure(self, exposure: Exposure | None) -> None:
        if exposure is not self._exposure:
            self._exposure = exposure
            self._is_unfolded = False
            self.retry()
        else:
            self.refresh()

    def set_pixel_numbers(self, numbers: PixelNumbers) -> None:
        """Set how pixels are numbered in viewers."""
        self._numbers = numbers
        for viewer in self.viewers:
            viewer.set_pixel_numbers(numbers)

    def retry(self) -> None:
        """Show the references, and ask again if that has failed; not after each answer: that would never end."""
        self._answers = {key: answer for key, answer in self._answers.items() if not answer.fault}
        self.refresh()

    def refresh(self) -> None:
        """Show the references of the exposure, and ask for them if something has changed."""
        exposure = self._exposure
        if exposure is None:
            self._panel.show_rows(None, ())
            return
        if not (self._panel.is_seen or self._is_unfolded):
            return
        query = _query(exposure)
        answer = self._answers.get(exposure.key)
        is_current = answer is not None and answer.query == query
        if not is_current:
            self._ask(exposure, query)
        # Until the new answer is there the former one says what is known.
        found = answer.found if answer is not None else StepReferences()
        message = answer.fault if answer is not None and is_current else ""
        if not is_current and answer is None:
            message = _WAITING if self._runner.engine_info is not None else _LOADING
        self._panel.show_rows(exposure, rows_of(exposure, found), message)
        if answer is not None and answer.found.references:
            self._step.set_applying(exposure, applying(answer.found))

    def open(self, viewed: Viewed) -> ReferenceViewer:
        """Open a viewer, or bring up the one that shows the file already."""
        for viewer in self.viewers:
            if viewer.viewed == viewed:
                viewer.showNormal()
                viewer.raise_()
                viewer.activateWindow()
                return viewer
        viewer = ReferenceViewer(
            viewed, self._workers, self._runner.ask, partial(self._give_science, viewed), self._window
        )
        viewer.set_pixel_numbers(self._numbers)
        self.viewers.append(viewer)
        viewer.destroyed.connect(lambda: self.viewers.remove(viewer))
        viewer.show()
        return viewer

    def _ask(self, exposure: Exposure, query: StepReferencesQuery) -> None:
        """Ask the engine; the last query that is wanted counts."""
        if query == self._asked or self._runner.engine_info is None:
            return
        if self._question is not None:
            self._question.cancel()
        self._asked = query

        def done(found: StepReferences) -> None:
            take(_Answer(query, found))

        def failed(error: BaseException) -> None:
            former = self._answers.get(exposure.key)
            text = str(error) if isinstance(error, WfsguiError) else f"The references are not known: {error}"
            take(_Answer(query, former.found if former is not None else StepReferences(), text))

        def take(answer: _Answer) -> None:
            self._asked = self._question = None
            self._answers[exposure.key] = answer
            self.refresh()

        self._question = self._runner.ask(query, done, failed)

    def _ask_again(self) -> None:
        self._answers.clear()
        self._asked = None
        self.refresh()

    def _note_unfolded(self) -> None:
        if not self._is_unfolded:
            self._is_unfolded = True
            self.refresh()

    def _note_change(self, exposure: Exposure) -> None:
        if exposure is self._exposure:
            self.refresh()

    def _forget(self, exposures: list[Exposure]) -> None:
        for exposure in exposures:
            self._answers.pop(exposure.key, None)
        for viewer in list(self.viewers):
            if viewer.viewed.exposure in exposures:
                viewer.close()

    def _open_row(self, row: ReferenceRow) -> None:
        if self._exposure is not None and row.path is not None:
            self.open(Viewed(row.path, row.kind, row.step, self._exposure))

    def _choose(self, row: ReferenceRow) -> None:
        exposure = self._exposure
        if exposure is not None:
            ask_reference(self._window, row.kind, lambda path: self.offer(exposure, row.kind, path))

    def offer(self, exposure: Exposure, kind: str, path: Path) -> None:
        """Check a file, and use it in the next run of an exposure if nothing speaks against it."""
        self._step.offer_reference(exposure, kind, str(path))

    def _tell_accepted(self, exposure: Exposure, kind: str, value: str) -> None:
        name = Path(value).name if value else "the file that CRDS selects"
        run = "Redo its step to apply this." if exposure.finished_steps else "This applies to its next run."
        self.message.emit(f"{exposure.product.name} uses {name} as {kind} reference. {run}")

    def _return(self, row: ReferenceRow) -> None:
        exposure = self._exposure
        if exposure is None:
            return
        if row.kind in exposure.options.overrides:
            self._step.offer_reference(exposure, row.kind, "")
        else:
            self.message.emit(
                f"The parameter file sets the {row.kind} reference; take it off to use the file that CRDS selects."
            )

    def _give_science(self, viewed: Viewed, done: Callable[[Science | None], None]) -> None:
        """Give the image that the step of a reference begins with, or the input."""
        exposure = viewed.exposure
        before = exposure.before(viewed.step) if viewed.step in exposure.stages else None
        if before is not None and before.image is not None:
            done(Science(before.image, title(before.name)))
            return
        path = exposure.product.science.path

        def take(image: StepImage) -> None:
            done(Science(image, title(RATE)))

        self._workers.read.submit(lambda: read_image(path), take, lambda _error: done(None))


def _query(exposure: Exposure) -> StepReferencesQuery:
    used = {reference.path for stage in exposure.stages.values() for reference in stage.references}
    return StepReferencesQuery(exposure.product, exposure.options, frozenset(path for path in used if path is not None))
