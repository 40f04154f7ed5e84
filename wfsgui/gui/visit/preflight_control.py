"""Keeps the preflight card in step with the exposure on screen."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from PySide6.QtCore import QObject

from wfsgui.core.model.exposure import Exposure
from wfsgui.core.model.parameters import ParameterFile
from wfsgui.core.model.product import Product
from wfsgui.core.model.queries import ReferencesQuery
from wfsgui.core.model.requests import StepOptions
from wfsgui.core.visit.card import PreflightCard
from wfsgui.core.visit.preflight import EngineKnowledge, preflight_card
from wfsgui.gui.runs.engine_runner import EngineRunner
from wfsgui.gui.threads.worker_thread import Job, WorkerThread
from wfsgui.gui.visit.preflight_panel import PreflightPanel

__all__ = ["PreflightControl"]


@dataclass(frozen=True)
class _Answer:
    """Answer of the engine about the reference files of a product."""

    references: Mapping[str, str] | None = None
    fault: str = ""


@dataclass(frozen=True)
class _Subject:
    """Everything that a card depends on."""

    product: Product
    overrides: Mapping[str, str]
    folder: Path
    answer: _Answer


class PreflightControl(QObject):
    """Make the card of the exposure on screen, in a thread, while its panel is seen.

    Parameters
    ----------
    panel : PreflightPanel
        Shows the card.
    runner : EngineRunner
        Asks the engine for the reference files.
    worker : WorkerThread
        Thread that reads the SIAF and the disk.
    folder : callable
        ``folder() -> Path | None``: the output folder that the analyst has set.
    parent : QObject
        Owner.
    """

    def __init__(
        self,
        panel: PreflightPanel,
        runner: EngineRunner,
        worker: WorkerThread,
        folder: Callable[[], Path | None],
        parent: QObject,
    ) -> None:
        super().__init__(parent)
        self._panel, self._runner, self._worker, self._folder = panel, runner, worker, folder
        self._parameter_files: Mapping[Path, ParameterFile] = {}
        self._exposure: Exposure | None = None
        self._subject: _Subject | None = None
        self._job: Job | None = None
        self._answers: dict[Product, _Answer] = {}
        self._asked: Product | None = None
        self._question: Job | None = None
        panel.seen.connect(self.retry)
        runner.loaded.connect(self._ask_again)

    def set_parameter_files(self, known: Mapping[Path, ParameterFile]) -> None:
        """Set the content of the parameter files; files may be added to the mapping later."""
        self._parameter_files = known

    def show_exposure(self, exposure: Exposure | None) -> None:
        """Show the card of another exposure, or of one that has changed."""
        is_other = exposure is not self._exposure
        self._exposure = exposure
        if is_other:
            self.retry()
        else:
            self.refresh()

    def retry(self) -> None:
        """Make the card again, and ask again for references whose look-up failed.

        Not called after each answer: as long as CRDS cannot be reached, that would never end.
        """
        self._answers = {product: answer for product, answer in self._answers.items() if not answer.fault}
        self.refresh()

    def refresh(self) -> None:
        """Make the card again if its content may have changed."""
        exposure = self._exposure
        if not self._panel.is_seen:
            return
        if exposure is None:
            self._drop()
            self._panel.show_nothing()
            return
        product = exposure.product
        self._ask(product)
        folder = self._folder() or product.science.path.parent
        overrides = self._overrides(exposure.options)
        subject = _Subject(product, overrides, folder, self._answers.get(product, _Answer()))
        if subject != self._subject:
            self._make(subject)

    def _overrides(self, options: StepOptions) -> dict[str, str]:
        """Return what takes the place of files of CRDS: by the parameter file, and by the analyst, who goes first."""
        path = options.parameter_file
        content = self._parameter_files.get(path) if path is not None else None
        return {**(content.overrides if content is not None else {}), **options.overrides}

    def _drop(self) -> None:
        self._subject = None
        if self._job is not None:
            self._job.cancel()
            self._job = None

    def _make(self, subject: _Subject) -> None:
        former = self._subject
        self._drop()
        self._subject = subject
        if former is None or former.product != subject.product:
            self._panel.show_message(f"Looking at {subject.product.name}...")
        context = self._runner.engine_info.crds.get("CRDS_CONTEXT", "") if self._runner.engine_info is not None else ""

        def work() -> PreflightCard:
            return preflight_card(subject.product, _knowledge(subject, context))

        self._job = self._worker.submit(work, self._panel.show_card, self._fail)

    def _fail(self, error: BaseException) -> None:
        self._panel.show_message(f"The card cannot be made: {error}")

    def _ask(self, product: Product) -> None:
        """Ask the engine for the references, once for each product; the last one that is wanted counts."""
        if product in self._answers or product == self._asked or self._runner.engine_info is None:
            return
        if self._question is not None:
            self._question.cancel()
        self._asked = product

        def done(references: Mapping[str, str]) -> None:
            self._take(product, _Answer(references=references))

        def failed(error: BaseException) -> None:
            self._take(product, _Answer(fault=str(error)))

        self._question = self._runner.ask(ReferencesQuery(product), done, failed)

    def _take(self, product: Product, answer: _Answer) -> None:
        self._answers[product] = answer
        self._asked = self._question = None
        self.refresh()

    def _ask_again(self) -> None:
        self._answers.clear()
        self.refresh()


def _knowledge(subject: _Subject, context: str) -> EngineKnowledge:
    # Imported here, so that the first image is not delayed.
    from importlib.metadata import version

    references = subject.answer.references
    if references is not None:
        # What the analyst gives takes the place of what CRDS selects.
        references = {**references, **subject.overrides}
    return EngineKnowledge(
        jwst_version=version("jwst"),
        crds_context=context,
        references=references,
        references_fault=subject.answer.fault,
        output_folder=subject.folder,
    )
