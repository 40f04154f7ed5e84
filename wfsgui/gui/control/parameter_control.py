"""Origins of parameters for the panel *Step*, exposures to which changes apply, and saved parameter files."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Final

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QMainWindow

from wfsgui.core.errors import WfsguiError
from wfsgui.core.model.exposure import Exposure
from wfsgui.core.model.parameters import ParameterOrigins
from wfsgui.core.model.queries import ParameterOriginsQuery, SaveParametersQuery
from wfsgui.gui.control.context import ControlContext
from wfsgui.gui.threads.worker_thread import Job
from wfsgui.gui.widgets.dialogs import ask_new_file

__all__ = ["ParameterControl"]

_KINDS: Final = "Parameter files (*.asdf)"


@dataclass(frozen=True)
class _Answer:
    """What the engine said of an exposure: origins, or why there are none."""

    query: ParameterOriginsQuery
    origins: ParameterOrigins | None
    fault: str = ""


class ParameterControl(QObject):
    """Ask the engine where parameters come from, and let it save them.

    Parameters
    ----------
    context : ControlContext
        Parts of the window.
    parent : QObject
        Owner.

    Attributes
    ----------
    message : Signal(str)
        What was saved, one sentence.
    warning : Signal(str)
        Why it was not, one sentence.
    """

    message = Signal(str)
    warning = Signal(str)

    def __init__(self, context: ControlContext, parent: QObject) -> None:
        super().__init__(parent)
        self._window: QMainWindow = context.window
        self._presenter, self._panel = context.presenter, context.step
        self._runner, self._worker = context.services.runner, context.services.file_worker
        self._folder = Path.cwd()
        self._answers: dict[str, _Answer] = {}
        self._stale: set[str] = set()
        self._job: tuple[ParameterOriginsQuery, Job] | None = None
        exposures = context.services.open_exposures
        self._panel.set_exposures(context.selected, lambda: exposures.exposures)
        self._panel.origins_wanted.connect(self._show_origins)
        context.exposures.selection_changed.connect(self._panel.refresh_scope)
        exposures.added.connect(lambda _added: self._panel.refresh_scope())
        exposures.removed.connect(self._forget)
        # A file may have been changed since.
        self._runner.task_ended.connect(lambda task, _end: self._stale.add(task.exposure.key))
        # Another engine may have another context.
        self._runner.loaded.connect(lambda _info: self._answers.clear())

    def save(self) -> None:
        """Ask for a file, and save the parameters of the exposure on screen to it; returns at once."""
        exposure = self._presenter.exposure
        if exposure is None:
            return
        self._panel.finish()
        if self._panel.fault:
            self.warning.emit(f"Nothing was saved: {self._panel.fault}")
            return
        name = exposure.product.science.path.name.partition("_rate")[0]
        suggestion = self._folder / f"{name}_parameters.asdf"
        ask_new_file(self._window, "Save the parameters", suggestion, _KINDS, partial(self._save, exposure))

    def _save(self, exposure: Exposure, path: Path) -> None:
        self._folder = path.parent
        query = SaveParametersQuery(exposure.product, exposure.options, path.absolute())
        if self._runner.tasks:
            self.message.emit(f"{path.name} is saved as soon as the present run has ended.")
        self._runner.load()
        self._runner.ask(query, self._tell_saved, self._fail)

    def _tell_saved(self, path: Path) -> None:
        self.message.emit(f"The parameters are saved as {path}; strun and Run > Parameter file accept the file.")

    def _fail(self, error: BaseException) -> None:
        if isinstance(error, WfsguiError):
            self.warning.emit(str(error))
        else:
            self._worker.unhandled.emit(error)

    def _show_origins(self, exposure: Exposure) -> None:
        """Show what is known, and ask for the rest."""
        query = ParameterOriginsQuery(exposure.product, exposure.options)
        known = self._answers.get(exposure.key)
        if known is not None and known.query == query and exposure.key not in self._stale:
            self._panel.show_origins(exposure, known.origins, known.fault)
            return
        if not _is_of_same_files(known, query):
            self._panel.show_origins(exposure, None)
        if self._runner.engine_info is None or (self._job is not None and self._job[0] == query):
            return
        if self._job is not None:
            self._job[1].cancel()
        done = partial(self._take, exposure, query)
        self._job = query, self._runner.ask(query, done, partial(self._take_failure, exposure, query))

    def _take(self, exposure: Exposure, query: ParameterOriginsQuery, origins: ParameterOrigins) -> None:
        self._keep(exposure, _Answer(query, origins))

    def _take_failure(self, exposure: Exposure, query: ParameterOriginsQuery, error: BaseException) -> None:
        if not isinstance(error, WfsguiError):
            self._worker.unhandled.emit(error)
        self._keep(exposure, _Answer(query, None, str(error)))

    def _keep(self, exposure: Exposure, answer: _Answer) -> None:
        self._job = None
        self._stale.discard(exposure.key)
        self._answers[exposure.key] = answer
        self._panel.show_origins(exposure, answer.origins, answer.fault)

    def _forget(self, exposures: list[Exposure]) -> None:
        for exposure in exposures:
            self._answers.pop(exposure.key, None)
        self._panel.refresh_scope()


def _is_of_same_files(known: _Answer | None, query: ParameterOriginsQuery) -> bool:
    """Whether all but the values of the analyst can be told from an answer; these are told by the options."""
    return known is not None and (known.query.product, known.query.options.parameter_file) == (
        query.product,
        query.options.parameter_file,
    )
