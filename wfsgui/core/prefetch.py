"""Reading and drawing of the first exposure in a forked process, while this process imports the window."""

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
    """Read the headers of files, and the planes of the first exposure, ahead of time; other files when asked.

    This is an optimisation only: if the process cannot be started or fails, the caller reads the file itself, and
    gets the error. The planes are in anonymous shared memory, not in a `PlaneStore`: the session's folder does not
    exist yet, and a disk would delay the first image.

    Parameters
    ----------
    paths : sequence of Path, optional
        The files that the program is started with.
    """

    def __init__(self, paths: Sequence[Path] = ()) -> None:
        self._paths = tuple(paths)
        self._is_used = False
        self._first: Path | None = None
        self._process: BaseProcess | None = None
        self._connection: Connection | None = None
        self._memory = -1
        # A fork is safe only if the program has one thread.
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
        """Read the headers of files for the window, where each result has its own folder.

        See `wfsgui.core.intake.products.take_in`.
        """
        if self._connection is None or self._is_used or tuple(paths) != self._paths:
            return _take_in(paths)
        self._is_used = True
        try:
            intake: Intake = self._connection.recv()
        except (EOFError, OSError):
            self._disconnect()
            return _take_in(paths)
        self._first = _first(intake)
        return intake

    def read_image(self, path: Path) -> StepImage:
        """Read an exposure, see `wfsgui.core.files.planes.read_image`."""
        from wfsgui.core.files.planes import read_image

        if self._connection is None or path != self._first:
            return read_image(path)
        try:
            return _map_image(self._connection.recv(), self._memory)
        except (EOFError, OSError, ValueError):
            return read_image(path)
        finally:
            self._disconnect()

    def close(self) -> None:
        """End the process. May be called while another thread waits for its image."""
        if self._process is not None:
            self._process.terminate()
            self._process.join()

    def _start(self) -> None:
        import multiprocessing

        memory = os.memfd_create("wfsgui-first-look")
        receiver, sender = multiprocessing.Pipe(duplex=False)
        process = multiprocessing.get_context("fork").Process(target=_read_ahead, args=(self._paths, sender, memory))
        process.daemon = True
        process.start()
        # Only the process holds its end then: if it dies, the reader gets EOFError.
        sender.close()
        self._memory, self._connection, self._process = memory, receiver, process

    def _disconnect(self) -> None:
        if self._connection is not None:
            self._connection.close()
            os.close(self._memory)
        self._connection = self._first = None
        self.close()


# Unit, planes in order (name, type, shape), and the drawing without its image, which follows the planes.
_Plan = tuple[str, list[tuple[str, str, tuple[int, ...]]], "Predrawn"]

_DRAWN = "drawn"


def _read_ahead(paths: tuple[Path, ...], connection: Connection, memory: int) -> None:
    """Read in the forked process."""
    # Ctrl-C in a terminal reaches all processes; the window ends this one.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    from wfsgui.core.errors import WfsguiError
    from wfsgui.core.files.planes import read_image

    try:
        intake = _take_in(paths)
        connection.send(intake)
        first = _first(intake)
        if first is not None:
            connection.send(_write_planes(read_image(first), memory))
    except (WfsguiError, OSError):
        # The caller gets the same error when it reads the file itself.
        connection.close()


def _take_in(paths: Sequence[Path]) -> Intake:
    from wfsgui.core.intake.products import take_in

    return take_in(paths, one_folder=False)


def _first(intake: Intake) -> Path | None:
    return intake.products[0].science.path if intake.products else None


def _write_planes(image: StepImage, memory: int) -> _Plan:
    """Write planes and drawing into shared memory, and return their order and types."""
    from wfsgui.core.image.predrawn import predraw

    drawn = predraw(image)
    arrays = {**image.arrays, _DRAWN: drawn.index}
    with open(memory, "wb", closefd=False) as file:
        file.writelines(array.data for array in arrays.values())
    kinds = [(name, array.dtype.str, array.shape) for name, array in arrays.items()]
    return image.unit, kinds, replace(drawn, index=drawn.index[:0])


def _map_image(plan: _Plan, memory: int) -> StepImage:
    """Make an image of the planes in shared memory, which is freed with the last of its arrays."""
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
