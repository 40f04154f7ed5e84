"""Run of the official pipeline aside, and comparison with a result of ours."""

from __future__ import annotations

import logging
import multiprocessing
import os
import sys
import tempfile
from multiprocessing.connection import Connection
from pathlib import Path
from typing import TYPE_CHECKING, Final

from wfsgui.core.intake.attached_backgrounds import association_text
from wfsgui.core.judgement.parity import ParityReport
from wfsgui.core.model.requests import CancelFlag, StepOptions
from wfsgui.pipeline.processes.fork_server import terminal_signals_blocked

if TYPE_CHECKING:
    from wfsgui.core.model.product import Product

__all__ = ["check_parity"]

log = logging.getLogger(__name__)

_POLL_S: Final = 0.1
_CANCELLED: Final = "The comparison with the official pipeline was stopped."
_DIED: Final = "The official pipeline ended unexpectedly (exit status {status}); see its messages in the terminal."


def check_parity(
    product: Product, options: StepOptions, result: Path, cancel: CancelFlag | None = None
) -> ParityReport:
    """Run `Image2Pipeline.call` on the same inputs with the same choices, and compare the results.

    The official pipeline runs in a new process, which none of the engine's changes have touched. The CRDS settings are
    those of this process.

    Parameters
    ----------
    product : Product
        The product.
    options : StepOptions
        Options of the run that made the result.
    result : Path
        The ``_cal`` file.
    cancel : CancelFlag, optional
        Asks for a stop.

    Returns
    -------
    ParityReport
        What differs; or the failure, if the official pipeline cannot calibrate the product or a file cannot be read.
    """
    if not result.is_file():
        return ParityReport(failure=f"The results cannot be compared: {result} does not exist.")
    # A clean interpreter: the fork server has imported the engine already.
    context = multiprocessing.get_context("spawn")
    ours, theirs = context.Pipe(duplex=False)
    with tempfile.TemporaryDirectory(prefix="wfsgui-parity-") as folder, ours:
        arguments = (theirs, product, options, result, Path(folder))
        process = context.Process(target=_work, args=arguments, name="official pipeline", daemon=True)
        with terminal_signals_blocked():
            process.start()
        theirs.close()
        try:
            return _await(ours, cancel) or ParityReport(failure=_failure_of(process))
        finally:
            process.kill()
            process.join()


def _await(connection: Connection, cancel: CancelFlag | None) -> ParityReport | None:
    """Wait for the report; None if the process has ended without one."""
    while not connection.poll(_POLL_S):
        if cancel is not None and cancel.is_set():
            return ParityReport(failure=_CANCELLED)
    try:
        report: ParityReport = connection.recv()
    except EOFError:
        return None
    return report


def _failure_of(process: multiprocessing.process.BaseProcess) -> str:
    process.join()
    return _DIED.format(status=process.exitcode)


def _work(connection: Connection, product: Product, options: StepOptions, result: Path, folder: Path) -> None:
    """Send the report; the main function of the process."""
    # Its log is that of the official pipeline, which the user has not asked for.
    with Path(os.devnull).open("w", encoding="utf-8") as nowhere:
        sys.stdout = sys.stderr = nowhere
        logging.disable(logging.CRITICAL)
        with connection:
            connection.send(_report(product, options, result, folder))


def _report(product: Product, options: StepOptions, result: Path, folder: Path) -> ParityReport:
    from importlib.metadata import version

    from wfsgui.pipeline.parity.file_differences import file_differences, pixel_extensions

    try:
        stock = _run_stock(product, options, folder)
    # Whatever the official pipeline raises; it also leaves by sys.exit.
    except (Exception, SystemExit) as error:
        log.exception("The official pipeline failed.")
        why = " ".join(str(error).split()) or type(error).__name__
        return ParityReport(failure=f"The official pipeline cannot calibrate {product.science.path.name}: {why}.")
    try:
        return ParityReport(tuple(file_differences(result, stock)), pixel_extensions(stock), version("jwst"))
    except (OSError, ValueError) as error:
        return ParityReport(failure=f"The results cannot be compared: {error}.")


def _run_stock(product: Product, options: StepOptions, folder: Path) -> Path:
    """Run the official pipeline as a user would; returns its result."""
    from jwst.pipeline import Image2Pipeline

    from wfsgui.pipeline.chain.chain import pipeline_keywords

    given = _input_of(product, folder)
    out = folder / "results"
    out.mkdir()
    config = {} if options.parameter_file is None else {"config_file": str(options.parameter_file)}
    keywords = pipeline_keywords(options)
    Image2Pipeline.call(str(given), save_results=True, output_dir=str(out), **keywords, **config)
    (result,) = sorted(out.glob("*_cal.fits"))
    return result


def _input_of(product: Product, folder: Path) -> Path:
    """Return what the official pipeline is given: the exposure, or an association with the same name."""
    if product.association is None:
        return product.science.path
    path = folder / product.association.table
    path.write_text(association_text(product), encoding="utf-8")
    return path
