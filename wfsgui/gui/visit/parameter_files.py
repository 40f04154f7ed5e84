"""Parameter files of the pipeline: which exposures use one."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Final

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QMessageBox, QWidget

from wfsgui.core.errors import WfsguiError
from wfsgui.core.model.exposure import Exposure
from wfsgui.core.model.parameters import ParameterFile
from wfsgui.core.model.queries import ParameterFileQuery
from wfsgui.gui.exposures.open_exposures import OpenExposures
from wfsgui.gui.runs.engine_runner import EngineRunner
from wfsgui.gui.threads.worker_thread import WorkerThread
from wfsgui.gui.widgets.dialogs import ask, ask_kind_of_file

__all__ = ["ParameterFiles"]

_KINDS: Final = "Parameter files (*.asdf *.cfg);;All files (*)"
_Role = QMessageBox.ButtonRole


class ParameterFiles(QObject):
    """Ask for which exposures a parameter file is, and set it in their options.

    Parameters
    ----------
    window : QWidget
        The window: parent of the dialogs.
    open_exposures : OpenExposures
        The exposures.
    selected : callable
        ``selected() -> list of Exposure``: the exposures that are selected in the list.
    runner : EngineRunner
        Lets the engine read and check the file.
    worker : WorkerThread
        Receives unexpected errors.

    Attributes
    ----------
    known : dict of Path to ParameterFile
        Content of each file that was read.
    message, error : Signal(str)
        What was done, or why it was not, in one or two sentences.
    """

    message = Signal(str)
    error = Signal(str)

    def __init__(
        self,
        window: QWidget,
        open_exposures: OpenExposures,
        selected: Callable[[], list[Exposure]],
        runner: EngineRunner,
        worker: WorkerThread,
    ) -> None:
        super().__init__(window)
        self._window, self._open_exposures, self._selected = window, open_exposures, selected
        self._runner, self._worker = runner, worker
        self._folder = Path()
        self.known: dict[Path, ParameterFile] = {}

    def choose(self) -> None:
        """Ask for a file, then for its exposures; returns at once."""
        ask_kind_of_file(self._window, "Choose a parameter file", self._folder, _KINDS, lambda path: self.offer([path]))

    def offer(self, paths: Sequence[Path]) -> None:
        """Read a parameter file, then ask for which exposures it is; returns at once.

        Parameters
        ----------
        paths : sequence of Path
            The file; of several none is used.
        """
        if len(paths) > 1:
            self.error.emit(f"{' and '.join(path.name for path in paths)} are parameter files; give one at a time.")
            return
        # Other processes read it, and they may have another working folder.
        path = paths[0].absolute()
        self._folder = path.parent
        if not self._open_exposures.exposures:
            self.error.emit(f"{path.name} is a parameter file: open the exposures first that it is for.")
            return
        if self._runner.tasks:
            self.message.emit(f"{path.name} is read as soon as the present run has ended.")
        self._runner.load()
        self._runner.ask(ParameterFileQuery(path), self._ask, self._fail)

    def take_off(self) -> None:
        """Take the parameter file off the selected exposures."""
        having = [exposure for exposure in self._selected() if exposure.options.parameter_file is not None]
        self._set(having, None)
        if having:
            names = ", ".join(exposure.product.science.path.name for exposure in having[:1])
            more = f" and {len(having) - 1} more exposures" if len(having) > 1 else ""
            self.message.emit(f"The parameter file is taken off {names}{more}. {_applies(having)}")

    def _ask(self, content: ParameterFile) -> None:
        everything = list(self._open_exposures.exposures)
        chosen = [exposure for exposure in self._selected() if self._open_exposures.holds(exposure)]
        if not everything:
            self.error.emit(f"{content.path.name} is not used: there is no open exposure any more.")
            return
        answers: list[tuple[str, QMessageBox.ButtonRole, Callable[[], None]]] = []
        if chosen and len(chosen) < len(everything):
            label = "For the selected exposure" if len(chosen) == 1 else f"For the {len(chosen)} selected exposures"
            answers.append((label, _Role.AcceptRole, lambda: self._use(content, chosen)))
        label = "For all exposures" if len(everything) > 1 else "Use it"
        answers.append((label, _Role.AcceptRole, lambda: self._use(content, everything)))
        answers.append(("Cancel", _Role.RejectRole, lambda: None))
        text = (
            f"Use the parameter file {content.path.name}? It goes before the parameter references of CRDS; values that "
            "you type go before it. The step resample stays off."
        )
        ask(self._window, text, _lines(content) or ["It sets no parameter of these steps."], answers)

    def _use(self, content: ParameterFile, exposures: Sequence[Exposure]) -> None:
        self.known[content.path] = content
        used = [exposure for exposure in exposures if self._open_exposures.holds(exposure)]
        self._set(used, content.path)
        count = f"{len(used)} exposures" if len(used) != 1 else used[0].product.science.path.name
        self.message.emit(f"{content.path.name} is used for {count}. {_applies(used)}")

    def _set(self, exposures: Sequence[Exposure], path: Path | None) -> None:
        for exposure in exposures:
            self._open_exposures.set_options(exposure, replace(exposure.options, parameter_file=path))

    def _fail(self, error: BaseException) -> None:
        if isinstance(error, WfsguiError):
            self.error.emit(str(error))
        else:
            self._worker.unhandled.emit(error)


def _lines(content: ParameterFile) -> list[str]:
    return [
        f"{step}: {', '.join(f'{name} = {value}' for name, value in values.items())}"
        for step, values in content.steps.items()
    ]


def _applies(exposures: Sequence[Exposure]) -> str:
    if any(exposure.finished_steps for exposure in exposures):
        return "Steps that have run keep their results until they are run again."
    return "This applies to the next run."
