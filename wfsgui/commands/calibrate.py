"""Calibration of the products of an intake without a window, with its terminal output."""

from __future__ import annotations

import argparse
import os
import signal
import sys
import threading
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import asdict
from itertools import count
from pathlib import Path
from typing import TYPE_CHECKING

from wfsgui.commands.console import Console
from wfsgui.commands.head_start import uses_processes
from wfsgui.commands.options import unused_overrides, unused_parameters
from wfsgui.commands.parity import check_results
from wfsgui.commands.quip import QuipRun
from wfsgui.commands.shortfall import exit_status, shortfall, unfinished, unusable
from wfsgui.commands.summary import Summary
from wfsgui.core.errors import WfsguiError
from wfsgui.core.intake.products import Intake
from wfsgui.core.machine import available_memory, cores, jobs_for
from wfsgui.core.model.events import EndEvent, Event, ProductFinished, RunCancelled, RunFinished
from wfsgui.core.model.requests import CancelFlag, RunRequest, StepOptions
from wfsgui.pipeline.crds_environment import CrdsEnvironment
from wfsgui.pipeline.runs.product_record import end_once

if TYPE_CHECKING:
    from wfsgui.commands.evidence import EvidenceRun

__all__ = ["calibrate"]

# Windows has no SIGHUP.
_STOPPING = tuple(getattr(signal, name) for name in ("SIGINT", "SIGTERM", "SIGHUP") if hasattr(signal, name))


def calibrate(
    intake: Intake,
    options: StepOptions,
    crds: CrdsEnvironment,
    parsed: argparse.Namespace,
    *,
    save_steps: bool = False,
    quip: QuipRun | None = None,
) -> int:
    """Calibrate the products of an intake and write the terminal output.

    Parameters
    ----------
    intake : Intake
        Products to calibrate, and declined inputs.
    options : StepOptions
        Step parameters, reference overrides, skipped steps, last step.
    crds : CrdsEnvironment
        CRDS settings in force.
    parsed : argparse.Namespace
        Arguments that name the output folder, the log file and the kind of output.
    save_steps : bool, optional
        Whether the result of each step is saved.
    quip : QuipRun, optional
        Collects the events, and writes the files of QUIP at the end.

    Returns
    -------
    int
        Exit status.

    Raises
    ------
    OptionError
        If an option names a step, parameter or reference type that the chain does not have.
    """
    _check_log(parsed.log, intake)
    evidence = _evidence(intake, options, crds, parsed, quip)
    request = RunRequest(
        products=tuple(intake.products),
        options=options,
        output_dir=parsed.output_dir,
        overwrite=parsed.overwrite,
        save_steps=save_steps,
        images=evidence is not None,
    )
    summary = Summary(request.products, unused_parameters(options, request.products))
    with Console(sys.stderr if parsed.json else sys.stdout, parsed.log, verbose=parsed.verbose) as console:
        _write_beforehand(console, intake, crds)
        jobs = _jobs(request, parsed.jobs) if uses_processes(parsed.jobs) else 0
        listeners = (summary.add, console.write_event, *((quip.add,) if quip is not None else ()))
        end = _run(request, console, summary.notices, listeners, jobs, evidence)
        unused = unused_overrides(options, summary.reference_types) if isinstance(end, RunFinished) else ()
        summary.notices += unused
        summary.quip, faults = quip.finish(end, intake) if quip is not None else ((), ())
        left_out = (*shortfall(end, intake), *faults, *console.lost)
        for line in (*(f"saved {path}" for path in summary.quip), *faults):
            console.write(line)
        _write_afterwards(console, end, intake, (*unused, *console.lost))
        if evidence is not None:
            left_out = (*left_out, *_write_evidence(evidence, console, summary, left_out))
        if parsed.check_parity:
            summary.parity = check_results(end, request, console)
            left_out += tuple(report.sentence for report in summary.parity.values() if not report.is_identical)
    if parsed.json:
        print(summary.text(end, intake, asdict(crds), left_out))
    return exit_status(end, left_out)


def _evidence(
    intake: Intake,
    options: StepOptions,
    crds: CrdsEnvironment,
    parsed: argparse.Namespace,
    quip: QuipRun | None,
) -> EvidenceRun | None:
    if parsed.evidence is None:
        return None
    # Imported late: without --evidence a run needs none of it.
    from wfsgui.commands.evidence import EvidenceRun

    settings = {"CRDS_PATH": crds.path, "CRDS_SERVER_URL": crds.server, "CRDS_CONTEXT": crds.context}
    return EvidenceRun(
        intake.products,
        options,
        settings,
        parsed.evidence,
        overwrite=parsed.overwrite,
        sensing_stage=quip.sensing_stage if quip is not None else None,
    )


def _write_evidence(
    evidence: EvidenceRun, console: Console, summary: Summary, left_out: tuple[str, ...]
) -> tuple[str, ...]:
    """Write the evidence of a run and what was written; return what is missing of it."""
    evidence.write(summary.notices, left_out)
    for path in evidence.written:
        console.write(f"  evidence {path}")
    for sentence in (*evidence.notes, *evidence.faults):
        console.write(f"note: {sentence}")
    summary.evidence = tuple(evidence.written)
    return tuple(evidence.faults)


def _check_log(log: Path | None, intake: Intake) -> None:
    inputs = {member.path.resolve() for product in intake.products for member in product.members}
    if log is not None and log.resolve() in inputs:
        raise WfsguiError(f"{log} is an input and cannot be the log; choose another name.")


def _write_beforehand(console: Console, intake: Intake, crds: CrdsEnvironment) -> None:
    for notice in crds.notices:
        console.write(f"note: {notice}")
    for entry in intake.passed_over:
        console.write(f"ignored: {entry.why}")
    for entry in intake.declined:
        console.write(f"declined: {entry.why}")


def _write_afterwards(console: Console, end: EndEvent | None, intake: Intake, notices: tuple[str, ...]) -> None:
    """Write notices and inputs that were not calibrated, below the lines of the run."""
    for sentence in notices:
        console.write(f"note: {sentence}")
    if end is None:
        console.write("Nothing was calibrated.")
        return
    for sentence in () if isinstance(end, RunCancelled) else unfinished(end, intake):
        console.write(sentence)
    for sentence in unusable(end):
        console.write(sentence)
    for entry in intake.declined:
        console.write(f"Not calibrated: {entry.why}")


def _jobs(request: RunRequest, asked: int | None) -> int:
    products = request.products
    return jobs_for(products, cores(), available_memory()) if asked is None else min(asked, len(products))


def _run(
    request: RunRequest,
    console: Console,
    unused: Iterable[str],
    listeners: Iterable[Callable[[Event], None]],
    jobs: int,
    evidence: EvidenceRun | None,
) -> EndEvent | None:
    """Run the engine; return None if there are no products."""
    if not request.products:
        return None
    ends: list[EndEvent] = []
    notices = iter(unused)

    def emit(event: Event) -> None:
        # At the first event: the engine has accepted the options then.
        for notice in notices:
            console.write(f"note: {notice}")
        if isinstance(event, EndEvent):
            ends.append(event)
        for listen in listeners:
            listen(event)

    with _stop_on_signals() as cancel, suppress(KeyboardInterrupt):
        _calibrate(request, emit, cancel, jobs, evidence)
    # Interrupted before the run began: every product gets the result "cancelled".
    return ends[-1] if ends else end_once(request.products, lambda _results: None, emit)


def _calibrate(
    request: RunRequest, emit: Callable[[Event], None], cancel: CancelFlag, jobs: int, evidence: EvidenceRun | None
) -> None:
    """Calibrate in `jobs` processes, or in this process if `jobs` is 0."""
    if jobs:
        from wfsgui.pipeline.processes.parallel_batch import run_parallel

        run_parallel(request, emit, cancel, jobs, evidence)
        return
    from wfsgui.pipeline.chain.chain import check_options
    from wfsgui.pipeline.runs.batch import run

    check_options(request.options)
    run(request, emit if evidence is None else _observed(evidence, emit), cancel)


def _observed(evidence: EvidenceRun, emit: Callable[[Event], None]) -> Callable[[Event], None]:
    """Report the events of a run in this process to the evidence, too; products come one after the other."""
    from wfsgui.pipeline.chain.engine_info import engine_info

    evidence.begin(engine_info())
    ended = count()
    number = next(ended)

    def pass_on(event: Event) -> None:
        nonlocal number
        emit(evidence.see(number, event))
        if isinstance(event, ProductFinished):
            number = next(ended)

    return pass_on


@contextmanager
def _stop_on_signals() -> Iterator[threading.Event]:
    """Stop the run at the next step boundary after the first Ctrl-C or end of session, at once after the second."""
    cancel = threading.Event()

    def stop(_number: int, _frame: object) -> None:
        if cancel.is_set():
            raise KeyboardInterrupt
        cancel.set()
        # Not print: the signal may interrupt another print.
        os.write(2, b"Stopping after this step; press Ctrl-C again to stop at once.\n")

    previous = {number: signal.signal(number, stop) for number in _STOPPING}
    try:
        yield cancel
    finally:
        for number, handler in previous.items():
            signal.signal(number, handler)
