"""Requests to the engine, made from tasks."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from wfsgui.core.model.product import Product, inputs_of, shared_backgrounds
from wfsgui.core.model.requests import AdvanceRequest, RunRequest, RunShare
from wfsgui.gui.runs.run_queue import Task

__all__ = ["advance_request", "run_request"]


def advance_request(task: Task, result_dir: Path) -> AdvanceRequest:
    """Return the request to run the steps of a task in the engine's own process.

    Parameters
    ----------
    task : Task
        The task.
    result_dir : Path
        Folder for the result of the exposure.

    Returns
    -------
    AdvanceRequest
        The request.
    """
    exposure = task.exposure
    return AdvanceRequest(
        key=exposure.key,
        product=exposure.product,
        options=exposure.options,
        until=task.until,
        redo=task.redo is not None,
        result_dir=result_dir,
    )


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
