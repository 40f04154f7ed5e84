"""Checkpoints of one run, from which it continues, steps are taken back, and branches leave it."""

from __future__ import annotations

import logging
import pickle
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from importlib.metadata import version
from pathlib import Path
from typing import Final

from stpipe import crds_client

from wfsgui import __version__
from wfsgui.core.errors import WfsguiError
from wfsgui.core.files.checkpoints import CheckpointFolder, StageEvent
from wfsgui.core.model.events import StepFinished
from wfsgui.core.model.product import Product
from wfsgui.core.model.requests import Fork
from wfsgui.core.model.stages import RATE
from wfsgui.core.model.step_image import StepImage
from wfsgui.pipeline.runs.choices import Choices
from wfsgui.pipeline.session.input_files import InputChangedError, InputFiles
from wfsgui.pipeline.session.session_state import SessionState

__all__ = ["Origin", "RunCheckpoints", "RunState"]

log = logging.getLogger(__name__)

_OBSERVATORY: Final = "jwst"
_MADE_BY: Final = (__version__, version("jwst"))


@dataclass(frozen=True)
class RunState:
    """What a run needs to go on from a checkpoint, besides the image.

    Attributes
    ----------
    product : Product
        The product.
    inputs : InputFiles
        State of its files when they were opened.
    choices : mapping of str to Choices
        Options of each step that has been run, in order.
    context : str
        CRDS context.
    session : SessionState
        State of the session.
    """

    product: Product
    inputs: InputFiles
    choices: Mapping[str, Choices]
    context: str
    session: SessionState


@dataclass(frozen=True)
class Origin:
    """What a branch takes over of another run.

    Attributes
    ----------
    state : RunState or None
        The latest state; None if there is none that can be used.
    events : tuple of ExposureOpened or StepFinished
        The events up to there, without images.
    why_not : str
        Why the results of the other run cannot be used, as the end of a sentence; empty if they can, or are gone.
    """

    state: RunState | None = None
    events: tuple[StageEvent, ...] = ()
    why_not: str = ""


class RunCheckpoints:
    """Checkpoints in the result folder of a run.

    Parameters
    ----------
    result_dir : Path
        The folder, which need not exist.
    """

    def __init__(self, result_dir: Path) -> None:
        self._folder = CheckpointFolder(result_dir)

    def keep(self, event: StageEvent, state: RunState) -> StepImage:
        """Write a checkpoint; see `wfsgui.core.files.checkpoints.CheckpointFolder.keep`."""
        return self._folder.keep(event, pickle.dumps((_MADE_BY, state), pickle.HIGHEST_PROTOCOL))

    def cut(self, steps: Sequence[str]) -> None:
        """Remove the checkpoints of all steps but these."""
        self._folder.cut([RATE, *steps])

    def clear(self) -> None:
        """Remove all checkpoints."""
        self._folder.cut([])

    def latest(self, steps: Sequence[str]) -> tuple[RunState, StepImage] | None:
        """Return the state and image after the last of these steps that has a checkpoint; None where there is none."""
        for checkpoint in reversed(self._folder.checkpoints):
            if checkpoint.stage not in (RATE, *steps):
                continue
            try:
                state, image = _state(checkpoint.state()), checkpoint.event().image
            except WfsguiError as error:
                log.warning("%s", error)
                continue
            if isinstance(state, RunState) and image is not None:
                return state, image
        return None

    def leave(self, fork: Fork, product: Product, choices: Mapping[str, Choices]) -> Origin:
        """Take over the checkpoints of another run, as far as they are those of this one.

        Parameters
        ----------
        fork : Fork
            The other run.
        product : Product
            Product of this run.
        choices : mapping of str to Choices
            Options of this run, of each step before the fork.

        Returns
        -------
        Origin
            What was taken over.
        """
        try:
            self._folder.take_over(fork.folder, [RATE, *choices])
        except OSError as error:
            log.warning("The checkpoints in %s cannot be taken over: %s", fork.folder, error)
            self.clear()
        found = self.latest(list(choices))
        if found is None:
            return Origin(why_not=self._why_unusable())
        state, _ = found
        why_not = _why_not(state, product)
        if why_not:
            self.clear()
            return Origin(why_not=why_not)
        same = [name for name, chosen in state.choices.items() if chosen == choices[name]]
        differs = next((name for name in state.choices if name not in same), "")
        if differs:
            self.cut(list(state.choices)[: list(state.choices).index(differs)])
            why_not = f"{differs} was run with other options or another reference file"
            found = self.latest(list(choices))
        return Origin(found[0] if found is not None else None, self._events(), why_not)

    def _events(self) -> tuple[StageEvent, ...]:
        # Files that its steps have written are not those of the branch.
        events = (checkpoint.event_without_image() for checkpoint in self._folder.checkpoints)
        return tuple(replace(event, saved=()) if isinstance(event, StepFinished) else event for event in events)

    def _why_unusable(self) -> str:
        states = [_state(checkpoint.state()) for checkpoint in self._folder.checkpoints]
        return next((state for state in states if isinstance(state, str)), "")


def _state(content: bytes) -> RunState | str:
    """Return the state, or why it cannot be used."""
    try:
        made_by, state = pickle.loads(content)
    except Exception:
        # The content of another version can raise anything.
        log.exception("The state of a run cannot be read.")
        return "their state cannot be read"
    if made_by != _MADE_BY or not isinstance(state, RunState):
        return "another version of the program has made them"
    return state


def _why_not(state: RunState, product: Product) -> str:
    context = str(crds_client.get_context_used(_OBSERVATORY))
    if state.context != context:
        return f"their CRDS context is {state.context}, and now it is {context}"
    if state.product != product:
        return "they are of other files or backgrounds"
    try:
        state.inputs.check()
    except InputChangedError:
        return "one of its files has changed since"
    return ""
