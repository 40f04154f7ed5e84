"""Requests to the engine, made from tasks."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

from wfsgui.core.branches.family import state_owner
from wfsgui.core.model.exposure import Exposure
from wfsgui.core.model.product import Product, inputs_of, shared_backgrounds
from wfsgui.core.model.requests import AdvanceRequest, Fork, RunRequest, RunShare
from wfsgui.core.model.stages import STEPS
from wfsgui.gui.runs.run_queue import Task

__all__ = ["advance_request", "run_request"]


def advance_request(task: Task, folder_of: Callable[[Exposure], Path]) -> AdvanceRequest:
    """Return the request to run the steps of a task in the engine's own process.

    Parameters
    ----------
    task : Task
        The task.
    folder_of : callable
        ``folder_of(exposure) -> Path``: the folder for the result of an exposure.

    Returns
    -------
    AdvanceRequest
        The request. That of a branch names the exposure whose state it begins with; that of an exposure whose steps
        were run in part names the exposure itself, because the engine may have been started anew since.
    """
    exposure = task.exposure
    return AdvanceRequest(
        key=exposure.key,
        product=exposure.product,
        options=exposure.options,
        until=task.until,
        result_dir=folder_of(exposure),
        fork=_fork(task, folder_of),
    )


def _fork(task: Task, folder_of: Callable[[Exposure], Path]) -> Fork | None:
    exposure, owner, begin = task.exposure, state_owner(task.exposure), task.exposure.fork or task.exposure.steps[0]
    step = next(iter(exposure.pending_steps), begin)
    if not task.anew and STEPS.index(step) > STEPS.index(begin):
        return Fork(exposure.key, folder_of(exposure), step)
    return None if owner is None else Fork(owner.key, folder_of(owner), begin)


def run_request(task: Task, result_dir: Path, products: Sequence[Product], shared: Path) -> RunRequest:
    """Return the request to run all steps of a task in a process of the pool.

    Parameters
    ----------
    task : Task
        The task.
    result_dir : Path
        Folder for the result of the exposure.
    products : sequence of Product
        All open products, which may have the same backgrounds.
    shared : Path
        Folder in which the processes share averages of backgrounds.

    Returns
    -------
    RunRequest
        The request.
    """
    share = RunShare(
        folder=shared, inputs=inputs_of(products), one_folder=False, backgrounds=shared_backgrounds(products)
    )
    return RunRequest(
        products=(task.exposure.product,),
        options=task.exposure.options,
        output_dir=result_dir,
        overwrite=True,
        checkpoints=True,
        share=share,
    )
