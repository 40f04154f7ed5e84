"""Terminal output of a run: one line per event, a progress bar on a terminal, the log file."""

from __future__ import annotations

import logging
import sys
import time
from contextlib import ExitStack, suppress
from pathlib import Path
from types import TracebackType
from typing import Self, TextIO

from tqdm import tqdm

from wfsgui.core.crds.sentences import size_text
from wfsgui.core.errors import WfsguiError
from wfsgui.core.model.events import (
    Downloading,
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
    """Write the events of a run as lines of text.

    Parameters
    ----------
    stream : TextIO
        Stream for the lines.
    log_file : Path or None
        File for the pipeline's log.
    verbose : bool
        Whether the stream receives the pipeline's log too.

    Attributes
    ----------
    lost : tuple of str
        Faults in writing the log file, one sentence each.
    """

    def __init__(self, stream: TextIO, log_file: Path | None, *, verbose: bool) -> None:
        self._stream = stream
        self._log_path = log_file
        self._verbose = verbose
        self._resources = ExitStack()
        self._closed = False
        self.lost: tuple[str, ...] = ()
        self._log: TextIO | None = None
        self._bar: tqdm[None] | None = None
        self._heading = ""
        self._download = ("", "")

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

    def write(self, text: str) -> None:
        """Write a line, above the progress bar if there is one.

        The calibration goes on if the stream cannot be written: a closed pipe, a full disk.
        """
        if self._closed:
            return
        try:
            if self._bar is None:
                print(text, file=self._stream, flush=True)
            else:
                self._bar.write(text, file=self._stream)
        except OSError:
            self._closed = True

    def write_event(self, event: Event) -> None:
        """Write the lines of an event."""
        match event:
            case ExposureOpened():
                self._opened(event)
            case Downloading():
                self._downloading(event)
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
        self.write(f"{event.product.name}: {info.detector} {info.optical_elements}, CRDS context {event.context}")
        for background in event.product.backgrounds:
            self.write(f"  background {background.path.name}, found {background.found_by}")
        for notice in event.notices:
            self.write(f"  note: {notice}")

    def _downloading(self, event: Downloading) -> None:
        # Once for each file: a terminal would be full of progress.
        if (event.product, event.file) != self._download:
            self._download = (event.product, event.file)
            self.write(f"{event.product}: downloading {event.file}, {size_text(event.total - event.done)} to go")

    def _step(self, event: StepFinished) -> None:
        self.write(f"  {event.step:<12} {event.elapsed:6.2f} s  {event.state}")
        if event.note:
            self.write(f"    note: {event.note}")
        for warning in event.warnings:
            self.write(f"    warning: {warning}")

    def _line(self, line: LogLine) -> None:
        when = time.strftime("%Y-%m-%dT%H:%M:%S", time.localtime(line.time))
        text = f"{when} {logging.getLevelName(line.level)} {line.logger}: {line.text}"
        self._write_log(text)
        if self._verbose:
            self.write(text)

    def _write_log(self, text: str) -> None:
        if self._log is None:
            return
        try:
            print(text, file=self._log, flush=True)
        except OSError as error:
            self._log = None
            self.lost = (f"the log file {self._log_path} is not complete ({error.strerror}); free some disk space.",)
            self.write(f"note: {self.lost[0]}")

    def _progress(self, event: Progress) -> None:
        if not sys.stderr.isatty():
            return
        if self._bar is None:
            self._bar = self._resources.enter_context(tqdm(total=event.total, unit="step", file=sys.stderr))
        self._bar.update(event.done - self._bar.n)

    def _product(self, event: ProductFinished) -> None:
        result = event.result
        if result.name != self._heading:
            # The product was not opened, so its name has not been written.
            self.write(f"{result.name}:")
        self._heading = ""
        for path in result.saved:
            self.write(f"  saved {path}")
        if result.state is ProductState.FAILED:
            self.write(f"  FAILED: {result.error}")
            if self._log is None and not self._verbose:
                self.write("  (run again with --log FILE or -v for details)")
        else:
            self.write(f"  {result.state}, {result.elapsed:.2f} s")
        if result.alarm:
            self.write(f"  ALARM: {result.alarm}")

    def _ended(self, event: RunFailed | RunCancelled) -> None:
        if isinstance(event, RunCancelled):
            self.write("Stopped. The finished results are saved.")
        elif len(event.results) != 1:
            # The failure of a single product has been written already.
            self.write(event.message)
