"""Listening to the log of jwst and its family while the engine works."""

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
"""The loggers of jwst and its family, as the pipeline names them, and our own."""


class LogCapture(logging.Handler):
    """Turn log records into `LogLine` events, marked with the product and the step in work.

    Parameters
    ----------
    emit : callable
        Receives each `LogLine` as it is logged.

    Attributes
    ----------
    product, step : str
        What is in work; set by the engine.
    """

    def __init__(self, emit: Callable[[LogLine], None]) -> None:
        super().__init__(logging.INFO)
        # The default format: the message, then the traceback of an exception.
        self.setFormatter(logging.Formatter())
        self.product = ""
        self.step = ""
        self._tell = emit
        self._lines: list[LogLine] = []

    def emit(self, record: logging.LogRecord) -> None:
        """Pass a record on."""
        line = LogLine(self.product, self.step, record.created, record.levelno, record.name, self.format(record))
        self._lines.append(line)
        self._tell(line)

    @contextmanager
    def during(self, step: str) -> Iterator[list[LogLine]]:
        """Mark the lines of a block with a step, and collect them.

        Parameters
        ----------
        step : str
            The step.

        Yields
        ------
        list of LogLine
            Grows while the block runs.
        """
        self.step = step
        self._lines = []
        try:
            yield self._lines
        finally:
            self.step = ""

    @contextmanager
    def listening(self) -> Iterator[None]:
        """Listen for the duration of a block, and leave every logger as it was.

        Within it Python's warnings are logged, and CRDS does not write to the terminal, as in `Step.call`. Neither do
        the tracebacks of errors that CRDS goes on to handle: what is written to `sys.stderr` is logged.
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
                # Otherwise somebody else had them logged before, and still wants that.
                logging.captureWarnings(False)
            if console:
                crds_log.add_console_handler()


class _StderrLog(io.TextIOBase):
    """A stream that logs, line by line, what is written to it."""

    def __init__(self) -> None:
        super().__init__()
        self._begun = ""
        self._busy = False

    def write(self, text: str) -> int:
        *lines, self._begun = (self._begun + text).split("\n")
        # A handler that fails writes to sys.stderr, too: that must not be logged in turn.
        if not self._busy:
            self._busy = True
            try:
                for line in filter(None, lines):
                    log.info("%s", line)
            finally:
                self._busy = False
        return len(text)
