"""Reference files that are dropped on the window: to be used for an exposure, or to be shown."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Final, Protocol

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QMessageBox, QWidget

from wfsgui.core.model.exposure import Exposure
from wfsgui.core.references.queries import ReferenceTreeQuery
from wfsgui.core.references.recognized import PARAMETERS, could_be_reference, reference_type_of
from wfsgui.core.references.tree import AsdfContent
from wfsgui.gui.references.reference_control import ReferenceControl
from wfsgui.gui.references.viewer import Viewed
from wfsgui.gui.runs.engine_runner import EngineRunner
from wfsgui.gui.threads.worker_thread import WorkerThread
from wfsgui.gui.widgets.dialogs import ask

__all__ = ["DropServices", "ReferenceDrops"]

_Role = QMessageBox.ButtonRole
_Kinds = list[tuple[Path, str | None]]
_NO_REFERENCE: Final = ""


class DropServices(Protocol):
    """What is needed of the services of the window."""

    @property
    def runner(self) -> EngineRunner:
        """Asks the engine."""

    @property
    def file_worker(self) -> WorkerThread:
        """Thread that reads headers."""


class ReferenceDrops(QObject):
    """Sort reference files out of what was dropped, and ask what they are for.

    Parameters
    ----------
    references : ReferenceControl
        Checks and shows them.
    services : DropServices
        Engine and threads.
    window : QWidget
        Parent of the question.

    Attributes
    ----------
    warning : Signal(str)
        Why a file is not used, one sentence.
    """

    warning = Signal(str)

    def __init__(self, references: ReferenceControl, services: DropServices, window: QWidget) -> None:
        super().__init__(window)
        self._references, self._window = references, window
        self._runner, self._worker = services.runner, services.file_worker

    def take(self, paths: Sequence[Path], exposure: Exposure, go_on: Callable[[Sequence[Path]], None]) -> None:
        """Sort dropped files; returns at once.

        Parameters
        ----------
        paths : sequence of Path
            Files and folders.
        exposure : Exposure
            The exposure that reference files are for.
        go_on : callable
            ``go_on(paths)``: receives all files if none is a reference file, otherwise the others.
        """
        possible = [path.absolute() for path in paths if could_be_reference(path)]
        if not possible:
            go_on(paths)
            return

        def work() -> _Kinds:
            return [(path, reference_type_of(path)) for path in possible]

        def done(kinds: _Kinds) -> None:
            self._take_kinds(paths, kinds, exposure, go_on)

        self._worker.submit(work, done, lambda _error: go_on(paths))

    def _take_kinds(
        self,
        paths: Sequence[Path],
        kinds: _Kinds,
        exposure: Exposure,
        go_on: Callable[[Sequence[Path]], None],
    ) -> None:
        """Ask the engine for the types of ASDF files, one after the other."""
        unknown = next((path for path, kind in kinds if kind is None), None)
        if unknown is None:
            self._sort(paths, [(path, kind or "") for path, kind in kinds], exposure, go_on)
            return

        def take(kind: str) -> None:
            known = [(path, kind if path == unknown else each) for path, each in kinds]
            self._take_kinds(paths, known, exposure, go_on)

        def done(content: AsdfContent) -> None:
            kind = content.facts.reference_type
            take(_NO_REFERENCE if kind.startswith(PARAMETERS) else kind)

        self._runner.load()
        # What cannot be read is not known to be a reference file: whoever opens it says what is wrong.
        self._runner.ask(ReferenceTreeQuery(unknown), done, lambda _error: take(_NO_REFERENCE))

    def _sort(
        self,
        paths: Sequence[Path],
        kinds: Sequence[tuple[Path, str]],
        exposure: Exposure,
        go_on: Callable[[Sequence[Path]], None],
    ) -> None:
        found = {path: kind for path, kind in kinds if kind}
        rest = [path for path in paths if path.absolute() not in found]
        if rest:
            go_on(rest)
        for path, kind in found.items():
            self._ask(path, kind, exposure)

    def _ask(self, path: Path, kind: str, exposure: Exposure) -> None:
        info = self._runner.engine_info
        if info is None:
            self._runner.load()
            self.warning.emit(f"The pipeline is not loaded yet, which checks {path.name}; drop it again in a moment.")
            return
        steps = [step for step, kinds in info.reference_types.items() if kind in kinds]
        if not steps:
            self.warning.emit(f"{path.name} is a {kind} reference, which no step of this chain uses; it is not used.")
            return
        ask(
            self._window,
            f"Use {path.name} as the {kind} reference of {exposure.product.name}, or show it?",
            [f"It takes the place of the file that CRDS selects for {', '.join(steps)}, from the next run on."],
            [
                ("Use it", _Role.AcceptRole, lambda: self._references.offer(exposure, kind, path)),
                (
                    "Show it",
                    _Role.AcceptRole,
                    lambda: self._show(Viewed(path, kind, steps[0], exposure)),
                ),
                ("Cancel", _Role.RejectRole, lambda: None),
            ],
        )

    def _show(self, viewed: Viewed) -> None:
        self._references.open(viewed)
