"""Capture of the log of jwst and its packages while the engine works."""

from __future__ import annotations

import io
import logging
import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager, redirect_stderr
from typing import Final

from crds.core import log as crds_log

from wfsgui.core.model.events import LogLine
from wfsgui.pipeline.chain.image2_import import Image2Pipeline

__all__ = ["LOGGERS", "LogCapture"]

log = logging.getLogger(__name__)

LOGGERS: Final[tuple[str, ...]] = (*Image2Pipeline.get_stpipe_loggers(), "wfsgui")
"""The loggers of jwst and its packages, as the pipeline names them, and our own."""


class LogCapture(logging.Handler):
    """Handler that turns log records into `LogLine` events with the current product and step.

    Parameters
    ----------
    receiver : callable, optional
        Receives each `LogLine` as it is logged.

    Attributes
    ----------
    product, step : str
        Current product and step; set by the engine.
    """

    def __init__(self, receiver: Callable[[LogLine], None] | None = None) -> None:
        super().__init__(logging.INFO)
        # The default format: the message, then the traceback of an exception.
        self.setFormatter(logging.Formatter())
        self.product = ""
        self.step = ""
        self._receiver = receiver
        self._lines: list[LogLine] = []

    def emit(self, record: logging.LogRecord) -> None:
        """Pass a record to the receiver."""
        line = LogLine(self.product, self.step, record.created, record.levelno, record.name, self.format(record))
        self._lines.append(line)
        if self._receiver is not None:
            self._receiver(line)

    @contextmanager
    def received_by(self, receiver: Callable[[LogLine], None]) -> Iterator[None]:
        """Send the lines that are logged in a block to a receiver."""
        self._receiver = receiver
        try:
            yield
        finally:
            self._receiver = None

    @contextmanager
    def during(self, step: str) -> Iterator[list[LogLine]]:
        """Collect the lines of a block, marked with a step.

        Parameters
        ----------
        step : str
            The step.

        Yields
        ------
        list of LogLine
            The lines; filled while the block runs.
        """
        self.step = step
        self._lines = []
        try:
            yield self._lines
        finally:
            self.step = ""

    @contextmanager
    def listening(self) -> Iterator[None]:
        """Capture the log in a block, and restore the state of every logger afterwards.

        In the block, Python's warnings and everything written to `sys.stderr` are logged, and CRDS does not write to
        the terminal, as in `Step.call`. CRDS prints tracebacks of errors that it handles to `sys.stderr`.
        """
        loggers = [logging.getLogger(name) for name in LOGGERS]
        levels = [logger.level for logger in loggers]
        console = crds_log.THE_LOGGER.console is not None
        if console:
            crds_log.remove_console_handler()
        show = warnings.showwarning
        logging.captureWarnings(True)
        captures = warnings.showwarning is not show
        for logger in loggers:
            logger.addHandler(self)
            logger.setLevel(logging.INFO)
        try:
            with redirect_stderr(_StderrLog()):
                yield
        finally:
            for logger, level in zip(loggers, levels, strict=True):
                logger.removeHandler(self)
                logger.setLevel(level)
            if captures:
                # Otherwise warnings were logged before the block, and must still be.
                logging.captureWarnings(False)
            if console:
                crds_log.add_console_handler()


class _StderrLog(io.TextIOBase):
    """Stream that logs each line written to it."""

    def __init__(self) -> None:
        super().__init__()
        self._begun = ""
        self._busy = False

    def write(self, text: str) -> int:
        *lines, self._begun = (self._begun + text).split("\n")
        # A handler that fails writes to sys.stderr: logging that would recurse.
        if not self._busy:
            self._busy = True
            try:
                for line in filter(None, lines):
                    log.info("%s", line)
            finally:
                self._busy = False
        return len(text)
