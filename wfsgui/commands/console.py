"""Telling a run's events: a progress bar on a terminal, plain lines elsewhere, a summary for programs."""

from __future__ import annotations

import logging
import sys
import time
from contextlib import ExitStack, suppress
from pathlib import Path
from types import TracebackType
from typing import Self, TextIO

from tqdm import tqdm

from wfsgui.core.errors import WfsguiError
from wfsgui.core.model.events import (
    Event,
    ExposureOpened,
    LogLine,
    ProductFinished,
    ProductState,
    Progress,
    RunCancelled,
    RunFailed,
    StepFinished,
)

__all__ = ["Console"]


class Console:
    """Write a run's events for a person.

    Parameters
    ----------
    stream : TextIO
        Where the lines go.
    log_file : Path or None
        Where the pipeline's log goes.
    verbose : bool
        Whether the pipeline's log goes to the stream, too.

    Attributes
    ----------
    lost : tuple of str
        What of the log could not be written, a sentence each.
    """

    def __init__(self, stream: TextIO, log_file: Path | None, *, verbose: bool) -> None:
        self._stream = stream
        self._log_path = log_file
        self._verbose = verbose
        self._resources = ExitStack()
        self._deaf = False
        self.lost: tuple[str, ...] = ()
        self._log: TextIO | None = None
        self._bar: tqdm[None] | None = None
        self._heading = ""

    def __enter__(self) -> Self:
        if self._log_path is not None:
            try:
                self._log = self._resources.enter_context(self._log_path.open("a", encoding="utf-8"))
            except OSError as error:
                raise WfsguiError(f"the log file {self._log_path} cannot be written ({error.strerror}).") from error
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        with suppress(OSError):
            self._resources.close()

    def say(self, text: str) -> None:
        """Write a line, above the progress bar where there is one.

        A reader that went away, or a full disk behind the stream, must not stop the calibration.
        """
        if self._deaf:
            return
        try:
            if self._bar is None:
                print(text, file=self._stream, flush=True)
            else:
                self._bar.write(text, file=self._stream)
        except OSError:
            self._deaf = True

    def tell(self, event: Event) -> None:
        """Write what an event says."""
        match event:
            case ExposureOpened():
                self._opened(event)
            case StepFinished():
                self._step(event)
            case LogLine():
                self._line(event)
            case Progress():
                self._progress(event)
            case ProductFinished():
                self._product(event)
            case RunFailed() | RunCancelled():
                self._ended(event)
            case _:
                pass

    def _opened(self, event: ExposureOpened) -> None:
        info = event.product.science.info
        self._heading = event.product.name
        self.say(f"{event.product.name}: {info.detector} {info.optical_elements}, CRDS context {event.context}")
        for background in event.product.backgrounds:
            self.say(f"  background {background.path.name}, found {background.found_by}")
        for notice in event.notices:
            self.say(f"  note: {notice}")

    def _step(self, event: StepFinished) -> None:
        self.say(f"  {event.step:<12} {event.elapsed:6.2f} s  {event.state}")
        for warning in event.warnings:
            self.say(f"    warning: {warning}")

    def _line(self, line: LogLine) -> None:
        when = time.strftime("%Y-%m-%dT%H:%M:%S", time.localtime(line.time))
        text = f"{when} {logging.getLevelName(line.level)} {line.logger}: {line.text}"
        self._write_log(text)
        if self._verbose:
            self.say(text)

    def _write_log(self, text: str) -> None:
        if self._log is None:
            return
        try:
            print(text, file=self._log, flush=True)
        except OSError as error:
            self._log = None
            self.lost = (f"the log file {self._log_path} is not complete ({error.strerror}); free some disk space.",)
            self.say(f"note: {self.lost[0]}")

    def _progress(self, event: Progress) -> None:
        if not sys.stderr.isatty():
            return
        if self._bar is None:
            self._bar = self._resources.enter_context(tqdm(total=event.total, unit="step", file=sys.stderr))
        self._bar.update(event.done - self._bar.n)

    def _product(self, event: ProductFinished) -> None:
        result = event.result
        if result.name != self._heading:
            # It was never opened: without its name this would be read as the end of the one before.
            self.say(f"{result.name}:")
        self._heading = ""
        for path in result.saved:
            self.say(f"  saved {path}")
        if result.state is ProductState.FAILED:
            self.say(f"  FAILED: {result.error}")
            if self._log is None and not self._verbose:
                self.say("  (run it again with --log FILE or -v for the details)")
        else:
            self.say(f"  {result.state}, {result.elapsed:.2f} s")
        if result.alarm:
            self.say(f"  ALARM: {result.alarm}")

    def _ended(self, event: RunFailed | RunCancelled) -> None:
        if isinstance(event, RunCancelled):
            self.say("Stopped; what was finished is on disk.")
        elif len(event.results) != 1:
            # The failure of a single product has been told already.
            self.say(event.message)
