"""Run the products of an intake without a window, and tell about it."""

from __future__ import annotations

import argparse
import os
import signal
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import asdict
from pathlib import Path

from wfsgui.commands.console import Console
from wfsgui.commands.head_start import uses_processes
from wfsgui.commands.shortfall import exit_status, shortfall, unfinished, unusable
from wfsgui.commands.summary import Summary
from wfsgui.core.errors import WfsguiError
from wfsgui.core.intake.products import Intake
from wfsgui.core.machine import available_memory, cores, jobs_for
from wfsgui.core.model.events import EndEvent, Event, RunCancelled
from wfsgui.core.model.requests import CancelFlag, RunRequest, StepOptions
from wfsgui.pipeline.crds_environment import CrdsEnvironment
from wfsgui.pipeline.runs.product_record import end_once

__all__ = ["calibrate"]


# Windows has no SIGHUP.
_STOPPING = tuple(getattr(signal, name) for name in ("SIGINT", "SIGTERM", "SIGHUP") if hasattr(signal, name))


def calibrate(
    intake: Intake, options: StepOptions, crds: CrdsEnvironment, parsed: argparse.Namespace, *, save_steps: bool = False
) -> int:
    """Run the products of an intake and tell about it.

    Parameters
    ----------
    intake : Intake
        What to calibrate, and what was declined.
    options : StepOptions
        How.
    crds : CrdsEnvironment
        The CRDS settings in force.
    parsed : argparse.Namespace
        Where results, log and summary go.
    save_steps : bool, optional
        Whether each step's result is saved, too.

    Returns
    -------
    int
        Exit status.

    Raises
    ------
    OptionError
        If the chain does not know an option.
    """
    _check_log(parsed.log, intake)
    request = RunRequest(
        products=tuple(intake.products),
        options=options,
        output_dir=parsed.output_dir,
        overwrite=parsed.overwrite,
        save_steps=save_steps,
        images=False,
    )
    summary = Summary(request.products)
    with Console(sys.stderr if parsed.json else sys.stdout, parsed.log, verbose=parsed.verbose) as console:
        _tell_beforehand(console, intake, crds)
        end = _run(request, console, summary, _jobs(request, parsed.jobs) if uses_processes(parsed.jobs) else 0)
        left_out = (*shortfall(end, intake), *console.lost)
        _tell_afterwards(console, end, intake)
    if parsed.json:
        print(summary.text(end, intake, asdict(crds), left_out))
    return exit_status(end, left_out)


def _check_log(log: Path | None, intake: Intake) -> None:
    inputs = {member.path.resolve() for product in intake.products for member in product.members}
    if log is not None and log.resolve() in inputs:
        raise WfsguiError(f"{log} is an input and cannot be the log; choose another name.")


def _tell_beforehand(console: Console, intake: Intake, crds: CrdsEnvironment) -> None:
    for notice in crds.notices:
        console.say(f"note: {notice}")
    for entry in intake.passed_over:
        console.say(f"passed over: {entry.why}")
    for entry in intake.declined:
        console.say(f"declined: {entry.why}")


def _tell_afterwards(console: Console, end: EndEvent | None, intake: Intake) -> None:
    """Repeat what was left out below the lines of the run, which are many; how the run ended has been told."""
    for sentence in console.lost:
        console.say(f"note: {sentence}")
    if end is None:
        console.say("Nothing was calibrated.")
        return
    for sentence in () if isinstance(end, RunCancelled) else unfinished(end, intake):
        console.say(sentence)
    for sentence in unusable(end):
        console.say(sentence)
    for entry in intake.declined:
        console.say(f"Not calibrated: {entry.why}")


def _jobs(request: RunRequest, asked: int | None) -> int:
    products = request.products
    return jobs_for(products, cores(), available_memory()) if asked is None else min(asked, len(products))


def _run(request: RunRequest, console: Console, summary: Summary, jobs: int) -> EndEvent | None:
    """Import the engine and run it; None where there is nothing to run."""
    if not request.products:
        return None
    ends: list[EndEvent] = []

    def tell(event: Event) -> None:
        if isinstance(event, EndEvent):
            ends.append(event)
        summary.note(event)
        console.tell(event)

    with _stop_on_signals() as cancel, suppress(KeyboardInterrupt):
        _calibrate(request, tell, cancel, jobs)
    # Broken off before it began: every product is told as cancelled.
    return ends[-1] if ends else end_once(request.products, lambda _results: None, tell)


def _calibrate(request: RunRequest, tell: Callable[[Event], None], cancel: CancelFlag, jobs: int) -> None:
    """Calibrate in that many processes, or in this one if there are none."""
    if jobs:
        from wfsgui.pipeline.processes.parallel_batch import run_parallel

        run_parallel(request, tell, cancel, jobs)
        return
    from wfsgui.pipeline.chain.chain import check_options
    from wfsgui.pipeline.runs.batch import run

    check_options(request.options)
    run(request, tell, cancel)


@contextmanager
def _stop_on_signals() -> Iterator[threading.Event]:
    """Let the first Ctrl-C, or the end of the session, stop the run at the next step boundary; the second at once."""
    cancel = threading.Event()

    def stop(_number: int, _frame: object) -> None:
        if cancel.is_set():
            raise KeyboardInterrupt
        cancel.set()
        # Not print: the signal may have come in the middle of one.
        os.write(2, b"Stopping after this step; press Ctrl-C again to stop at once.\n")

    previous = {number: signal.signal(number, stop) for number in _STOPPING}
    try:
        yield cancel
    finally:
        for number, handler in previous.items():
            signal.signal(number, handler)
