"""The first look at what the program is started with: by a process of its own, while the window is being imported."""

from __future__ import annotations

import mmap
import os
import signal
import sys
import threading
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Any, Self

if TYPE_CHECKING:
    from multiprocessing.connection import Connection
    from multiprocessing.process import BaseProcess

    from numpy.typing import NDArray

    from wfsgui.core.image.predrawn import Predrawn
    from wfsgui.core.intake.products import Intake
    from wfsgui.core.model.step_image import StepImage

__all__ = ["Prefetch"]


class Prefetch:
    """Take files in, read the first one's planes and draw it ahead of time; anything else is read when it is asked for.

    It is but a head start. There is none where the system has no cheap way to begin a process, and what goes wrong in
    it is done again by whoever asks, and fails there.

    Parameters
    ----------
    paths : sequence of Path, optional
        What the program is started with.
    """

    def __init__(self, paths: Sequence[Path] = ()) -> None:
        self._paths = tuple(paths)
        self._is_taken = False
        self._first: Path | None = None
        self._process: BaseProcess | None = None
        self._connection: Connection | None = None
        self._memory = -1
        # A fork is safe as long as the program has but one thread.
        if sys.platform == "linux" and self._paths and threading.active_count() == 1:
            with suppress(OSError):
                self._start()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def take_in(self, paths: Sequence[Path]) -> Intake:
        """Take files in for the window, where each result has a folder of its own.

        See `wfsgui.core.intake.products.take_in`.
        """
        if self._connection is None or self._is_taken or tuple(paths) != self._paths:
            return _take_in(paths)
        self._is_taken = True
        try:
            intake: Intake = self._connection.recv()
        except (EOFError, OSError):
            self._hang_up()
            return _take_in(paths)
        self._first = _first(intake)
        return intake

    def read_image(self, path: Path) -> StepImage:
        """Read an exposure, see `wfsgui.core.files.planes.read_image`."""
        from wfsgui.core.files.planes import read_image

        if self._connection is None or path != self._first:
            return read_image(path)
        try:
            return _framed(self._connection.recv(), self._memory)
        except (EOFError, OSError, ValueError):
            return read_image(path)
        finally:
            self._hang_up()

    def close(self) -> None:
        """End the process, if there still is one; may be called while another thread waits for what it reads."""
        if self._process is not None:
            self._process.terminate()
            self._process.join()

    def _start(self) -> None:
        import multiprocessing

        memory = os.memfd_create("wfsgui-first-look")
        ours, theirs = multiprocessing.Pipe(duplex=False)
        process = multiprocessing.get_context("fork").Process(target=_look, args=(self._paths, theirs, memory))
        process.daemon = True
        process.start()
        # Nobody else holds it then: where the process dies, waiting for it ends.
        theirs.close()
        self._memory, self._connection, self._process = memory, ours, process

    def _hang_up(self) -> None:
        if self._connection is not None:
            self._connection.close()
            os.close(self._memory)
        self._connection = self._first = None
        self.close()


# Unit, planes in order, and what was drawn, without its image: that lies behind the planes.
_Plan = tuple[str, list[tuple[str, str, tuple[int, ...]]], "Predrawn"]

_DRAWN = "drawn"


def _look(paths: tuple[Path, ...], connection: Connection, memory: int) -> None:
    """Read in the other process."""
    # Ctrl-C in a terminal is for the window, which ends this process.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    from wfsgui.core.errors import WfsguiError
    from wfsgui.core.files.planes import read_image

    try:
        intake = _take_in(paths)
        connection.send(intake)
        first = _first(intake)
        if first is not None:
            connection.send(_laid_down(read_image(first), memory))
    except (WfsguiError, OSError):
        # Whoever asks meets it, too, and can tell it.
        connection.close()


def _take_in(paths: Sequence[Path]) -> Intake:
    from wfsgui.core.intake.products import take_in

    return take_in(paths, one_folder=False)


def _first(intake: Intake) -> Path | None:
    return intake.products[0].science.path if intake.products else None


def _laid_down(image: StepImage, memory: int) -> _Plan:
    """Write planes and image into memory that is shared, and return what they are, in order."""
    from wfsgui.core.image.predrawn import predraw

    drawn = predraw(image)
    arrays = {**image.arrays, _DRAWN: drawn.index}
    with open(memory, "wb", closefd=False) as file:
        file.writelines(array.data for array in arrays.values())
    kinds = [(name, array.dtype.str, array.shape) for name, array in arrays.items()]
    return image.unit, kinds, replace(drawn, index=drawn.index[:0])


def _framed(plan: _Plan, memory: int) -> StepImage:
    """Make a frame of the planes where they are; its last array that goes frees the memory."""
    import numpy as np

    from wfsgui.core.image.predrawn import keep_predrawn
    from wfsgui.core.model.step_image import StepImage

    unit, kinds, drawn = plan
    shared = mmap.mmap(memory, 0, access=mmap.ACCESS_READ)
    planes: dict[str, NDArray[Any]] = {}
    place = 0
    for name, kind, shape in kinds:
        planes[name] = np.ndarray(shape, kind, shared, place)
        place += planes[name].nbytes
    sci, err, dq, index = (planes.pop(name) for name in ("SCI", "ERR", "DQ", _DRAWN))
    area = planes.pop("AREA", None)
    image = StepImage(sci=sci, err=err, dq=dq, unit=unit, variances=planes, area=area)
    keep_predrawn(image, replace(drawn, index=index))
    return image
