"""Interface of the calibration engine that the window uses."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol, TypeVar

from wfsgui.core.judgement.parity import ParityReport
from wfsgui.core.model.engine_info import EngineInfo
from wfsgui.core.model.events import EndEvent, Event
from wfsgui.core.model.product import Product
from wfsgui.core.model.queries import Query
from wfsgui.core.model.requests import AdvanceRequest, CancelFlag, RunRequest, StepOptions

__all__ = ["Emit", "Engine", "Processes", "SaveRequest"]

T = TypeVar("T")

Emit = Callable[[Event], None]


@dataclass(frozen=True)
class SaveRequest:
    """A finished result and the file to save it to.

    Attributes
    ----------
    result : Path
        The finished file, in the session's folder.
    target : Path
        The file to write.
    overwrite : bool
        Whether an existing file may be replaced.
    inputs : tuple of Path
        Files that are never replaced.
    """

    result: Path
    target: Path
    overwrite: bool
    inputs: tuple[Path, ...]


class Processes(Protocol):
    """Processes that calibrate whole exposures side by side."""

    def prepare(self, folder: Path) -> Path:
        """Start the first process, after `Engine.load`.

        Parameters
        ----------
        folder : Path
            Parent of the folder in which the processes exchange files.

        Returns
        -------
        Path
            The folder in which they exchange files; the processes can be used.

        Raises
        ------
        WfsguiError
            If they cannot be started.
        """

    def calibrate(self, request: RunRequest, emit: Emit, cancel: threading.Event) -> EndEvent:
        """Calibrate one product in one of the processes; several threads may call it.

        Parameters
        ----------
        request : RunRequest
            One product, with a share.
        emit, cancel
            As in `Engine.advance`.

        Returns
        -------
        RunFinished or RunFailed or RunCancelled
            The end event, which has been emitted.

        Raises
        ------
        WfsguiError
            If the processes have been ended; no event has been emitted then.
        """

    def close(self) -> None:
        """End the processes and remove their folder; `prepare` starts them again."""


class Engine(Protocol):
    """The calibration engine. Each method blocks, and is called in a worker thread."""

    @property
    def processes(self) -> Processes:
        """Processes for exposures that are calibrated from beginning to end without a pause."""

    def load(self) -> EngineInfo:
        """Import the engine. Called before every other method but `restart`, `save` and `explain`.

        Raises
        ------
        WfsguiError
            If the engine cannot be imported.
        """

    def restart(self) -> EngineInfo:
        """End every process and load the engine anew, with the CRDS settings of now.

        Not called while one of the other methods runs, but for `ask_aside`, whose questions are stopped, and for
        `check_parity` and `save`, which use other processes. No product is kept: its next `advance` runs the chain
        from the first step.

        Raises
        ------
        WfsguiError
            If the engine cannot be imported; `restart` may be called again.
        """

    def advance(self, request: AdvanceRequest, emit: Emit, cancel: threading.Event) -> EndEvent:
        """Run the next steps of one product.

        Steps that have been run with the same options are kept. If other options are wanted for one of them, the chain
        goes on from the state before it: it and all later steps are run again. A product is kept until `release`, or
        until its result is saved.

        After each step the state is kept in the result folder (`wfsgui.core.files.checkpoints`), until the caller
        removes the folder, or the run begins again. A request with a fork, whose key has no state, goes on from the
        state that the other run has left there, in whichever process; `ExposureOpened` and the events of the steps
        before the fork are not emitted. If that state is gone, these steps are run again, without events, too. If it
        is that of other options, of other or changed files or of another CRDS context, the steps from there on are run
        again with events. Both is told in `ProductResult.notices`.

        Parameters
        ----------
        request : AdvanceRequest
            The product, its options and the last step to run.
        emit : callable
            Receives every `Event`, in the calling thread and in order; the last one is always the end event. If it
            raises, the product fails; a step whose `StepFinished` it refused is run again by the next call.
        cancel : threading.Event
            Checked before each step; the steps that have been run are kept.

        Returns
        -------
        RunFinished or RunFailed or RunCancelled
            The end event, which has been emitted. It contains a result for the product.

        Raises
        ------
        KeyboardInterrupt
            If the work is interrupted by one; the end event has been emitted.
        """

    def release(self, key: str) -> None:
        """Close the product of a key, if there is one."""

    def ask(self, query: Query[T]) -> T:
        """Answer a query.

        Parameters
        ----------
        query : Query
            The query, of any kind that `wfsgui.pipeline.processes.answers` knows.

        Returns
        -------
        object
            The answer, of the type that the query says.

        Raises
        ------
        WfsguiError
            If there is no answer: why, in one sentence.
        """

    def ask_aside(self, query: Query[T], cancel: CancelFlag) -> T:
        """Answer a query in a process of its own, which has read nothing of CRDS before.

        May be called beside the other methods.

        Parameters
        ----------
        query : Query
            The query.
        cancel : CancelFlag
            Ends the process.

        Returns
        -------
        object
            The answer, of the type that the query says.

        Raises
        ------
        StoppedError
            If it was cancelled, or stopped by `restart`.
        WfsguiError
            If there is no answer: why, in one sentence.
        """

    def check_parity(
        self, product: Product, options: StepOptions, result: Path, cancel: threading.Event
    ) -> ParityReport:
        """Run the official pipeline aside, and compare its result; may be called beside the other methods.

        Parameters
        ----------
        product : Product
            The product.
        options : StepOptions
            Options of the run that made the result.
        result : Path
            The finished file.
        cancel : threading.Event
            Asks for a stop.

        Returns
        -------
        ParityReport
            What differs, or why there is no comparison.
        """

    def save(self, request: SaveRequest) -> Path:
        """Save a finished result; the target never contains an incomplete file.

        Returns
        -------
        Path
            The file that was written.

        Raises
        ------
        OutputNameError, OSError
            If the file cannot be written.
        """

    def explain(self, error: BaseException, doing: str) -> str:
        """Explain an error in one sentence; `doing` says what was being done."""

    def close(self) -> None:
        """End all processes, after the last of these calls has returned."""
