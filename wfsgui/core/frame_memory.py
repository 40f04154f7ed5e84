"""Keeping the memory of many previews bounded: planes that are not looked at go to disk, and are mapped from there."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from wfsgui.core.events import StepFrame

__all__ = ["resident_bytes", "spill"]

_Value = TypeVar("_Value", bound=np.generic)


def resident_bytes(frames: Iterable[StepFrame]) -> int:
    """Count the memory of frames, in bytes; planes that frames share count once, and those on disk not at all.

    Parameters
    ----------
    frames : iterable of StepFrame
        The frames.

    Returns
    -------
    int
        Bytes.
    """
    planes = {id(plane): plane for frame in frames for plane in frame.planes.values()}
    return sum(plane.nbytes for plane in planes.values() if not isinstance(plane, np.memmap))


def spill(frames: Sequence[StepFrame], folder: Path) -> list[StepFrame]:
    """Write planes to disk, and give back the same frames mapped from there.

    Parameters
    ----------
    frames : sequence of StepFrame
        The frames of one exposure; planes that they share are written once.
    folder : Path
        Where the planes are written; whoever owns it removes it.

    Returns
    -------
    list of StepFrame
        The same values, read-only, in the same order.

    Raises
    ------
    OSError
        If the disk is full; the frames given are untouched.
    """
    disk = _Disk(folder)
    return [
        replace(
            frame,
            sci=disk.mapped(frame.sci),
            err=disk.mapped(frame.err),
            dq=disk.mapped(frame.dq),
            variances={name: disk.mapped(plane) for name, plane in frame.variances.items()},
        )
        for frame in frames
    ]


class _Disk:
    """Write each plane once."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._files: dict[int, str] = {}

    def mapped(self, plane: NDArray[_Value]) -> NDArray[_Value]:
        if isinstance(plane, np.memmap):
            return plane
        if id(plane) not in self._files:
            self._files[id(plane)] = self._write(plane)
        mapping: NDArray[_Value] = np.load(self._files[id(plane)], mmap_mode="r")
        return mapping

    def _write(self, plane: NDArray[_Value]) -> str:
        self._folder.mkdir(parents=True, exist_ok=True)
        with NamedTemporaryFile(suffix=".npy", dir=self._folder, delete=False) as file:
            np.save(file, plane)
        return file.name
