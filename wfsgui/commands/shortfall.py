"""What was asked for and was not done."""

from __future__ import annotations

from wfsgui.core.intake.products import Intake
from wfsgui.core.model.events import EndEvent, ProductState, RunCancelled, RunFailed

__all__ = ["exit_status", "shortfall", "unfinished", "unusable"]


def shortfall(end: EndEvent | None, intake: Intake) -> tuple[str, ...]:
    """Say what a run left out of all that was asked for.

    Parameters
    ----------
    end : RunFinished or RunFailed or RunCancelled or None
        How the run ended; None where there was nothing to run.
    intake : Intake
        What was taken and declined.

    Returns
    -------
    tuple of str
        One sentence each; empty where everything was done.
    """
    said = []
    if isinstance(end, RunCancelled):
        said.append("The run was stopped before its end.")
    if isinstance(end, RunFailed):
        said.append(end.message)
    if end is None:
        said.append("Nothing was calibrated.")
    said += [*unusable(end), *unfinished(end, intake), *(f"Not calibrated: {entry.why}" for entry in intake.declined)]
    return tuple(said)


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
    """Name the products that were taken and have not come to their end, well or not.

    Parameters
    ----------
    end : RunFinished or RunFailed or RunCancelled or None
        How the run ended; None where there was nothing to run.
    intake : Intake
        What was taken and declined.

    Returns
    -------
    tuple of str
        One sentence each; only where the run was stopped, or is at fault.
    """
    results = () if end is None else end.results
    ended = {result.name for result in results if result.state is not ProductState.CANCELLED}
    names = [product.name for product in intake.products if product.name not in ended]
    return tuple(f"Not calibrated to its end: {name}" for name in names)


def exit_status(end: EndEvent | None, left_out: tuple[str, ...]) -> int:
    """Return the exit status of a run.

    Parameters
    ----------
    end : RunFinished or RunFailed or RunCancelled or None
        How it ended.
    left_out : tuple of str
        What was asked for and was not done.

    Returns
    -------
    int
        0 only where nothing was left out; 130 where the run was stopped.
    """
    if isinstance(end, RunCancelled):
        return 130
    return 1 if left_out else 0
