"""Requested work that a run did not do, and the exit status that follows."""

from __future__ import annotations

from wfsgui.core.intake.products import Intake
from wfsgui.core.model.events import EndEvent, ProductState, RunCancelled, RunFailed

__all__ = ["exit_status", "shortfall", "unfinished", "unusable"]


def shortfall(end: EndEvent | None, intake: Intake) -> tuple[str, ...]:
    """List the requested work that a run did not do.

    Parameters
    ----------
    end : RunFinished or RunFailed or RunCancelled or None
        End of the run; None if there was nothing to run.
    intake : Intake
        Accepted and declined inputs.

    Returns
    -------
    tuple of str
        One sentence each; empty if everything was done.
    """
    sentences = []
    if isinstance(end, RunCancelled):
        sentences.append("The run was stopped before its end.")
    if isinstance(end, RunFailed):
        sentences.append(end.message)
    if end is None:
        sentences.append("Nothing was calibrated.")
    sentences += [
        *unusable(end),
        *unfinished(end, intake),
        *(f"Not calibrated: {entry.why}" for entry in intake.declined),
    ]
    return tuple(sentences)


def unusable(end: EndEvent | None) -> tuple[str, ...]:
    """Name the products whose result is of no use.

    Parameters
    ----------
    end : RunFinished or RunFailed or RunCancelled or None
        How the run ended; None where there was nothing to run.

    Returns
    -------
    tuple of str
        One sentence each.
    """
    results = () if end is None else end.results
    return tuple(f"The result of {result.name} is of no use: {result.alarm}" for result in results if result.alarm)


def unfinished(end: EndEvent | None, intake: Intake) -> tuple[str, ...]:
    """List the accepted products that neither finished nor failed.

    Parameters
    ----------
    end : RunFinished or RunFailed or RunCancelled or None
        End of the run; None if there was nothing to run.
    intake : Intake
        Accepted and declined inputs.

    Returns
    -------
    tuple of str
        One sentence each; empty unless the run was stopped or ended early by a fault.
    """
    results = () if end is None else end.results
    ended = {result.name for result in results if result.state is not ProductState.CANCELLED}
    names = [product.name for product in intake.products if product.name not in ended]
    return tuple(f"Not finished: {name}" for name in names)


def exit_status(end: EndEvent | None, left_out: tuple[str, ...]) -> int:
    """Return the exit status of a run.

    Parameters
    ----------
    end : RunFinished or RunFailed or RunCancelled or None
        End of the run; None if there was nothing to run.
    left_out : tuple of str
        Requested work that was not done.

    Returns
    -------
    int
        0 if `left_out` is empty, 1 if not, 130 if the run was stopped.
    """
    if isinstance(end, RunCancelled):
        return 130
    return 1 if left_out else 0
