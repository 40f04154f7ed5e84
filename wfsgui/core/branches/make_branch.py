"""Making of a branch: an exposure that has the stages of another one up to its fork."""

from __future__ import annotations

from dataclasses import replace
from uuid import uuid4

from wfsgui.core.model.exposure import Exposure
from wfsgui.core.model.requests import StepOptions
from wfsgui.core.model.stages import STAGES, STEPS

__all__ = ["make_branch"]


def make_branch(
    origin: Exposure, fork: str, options: StepOptions, *, key: str, name: str, serial: str = ""
) -> Exposure:
    """Make a branch of an exposure; the origin is not changed.

    Parameters
    ----------
    origin : Exposure
        The exposure that it leaves.
    fork : str
        First step that it runs itself; every earlier step that applies must have been run.
    options : StepOptions
        All its choices.
    key : str
        Its key in this session.
    name : str
        Its name.
    serial : str, optional
        Its serial if it was made in an earlier session; a new one otherwise.

    Returns
    -------
    Exposure
        The branch. Its stages before the fork have the same images as those of the origin, not copies.

    Raises
    ------
    ValueError
        If the fork is no step, or an earlier step has not been run.
    """
    shared = STAGES[: STAGES.index(fork)]
    if fork not in STEPS or any(step in shared for step in origin.pending_steps):
        raise ValueError(f"{origin.label} has no state before {fork} at which a branch could begin.")
    branch = Exposure(
        key=key,
        product=origin.product,
        options=options,
        used_options=origin.used_options,
        stages={name: replace(stage) for name, stage in origin.stages.items()},
        notices=origin.notices,
        context=origin.context,
        # Lines between two steps have no step, and come from everything that was run.
        log=[line for line in origin.log if line.step in shared],
        verdicts=[verdict for verdict in origin.verdicts if verdict.stage in shared],
        origin=origin,
        fork=fork,
        branch=name,
        serial=serial or uuid4().hex,
    )
    branch.opened = origin.opened
    branch.forget_from(fork)
    branch.state = branch.unfinished_state
    return branch
