"""Keeping the memory of many previews bounded: planes that are not looked at go to disk, and are mapped from there."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from os import SEEK_END
from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import IO, Any, Final, TypeVar

import numpy as np
from numpy.typing import NDArray

from wfsgui.core.model.step_image import StepImage

__all__ = ["resident_bytes", "spill"]

_Value = TypeVar("_Value", bound=np.generic)

_ALIGNMENT: Final = 64


def resident_bytes(images: Iterable[StepImage]) -> int:
    """Count the memory of frames, in bytes; planes that frames share count once, and those on disk not at all.

    Parameters
    ----------
    images : iterable of StepImage
        The frames.

    Returns
    -------
    int
        Bytes.
    """
    planes = {id(plane): plane for image in images for plane in image.arrays.values()}
    return sum(plane.nbytes for plane in planes.values() if not isinstance(plane, np.memmap))


def spill(images: Sequence[StepImage], folder: Path) -> list[StepImage]:
    """Write planes to disk, and give back the same frames mapped from there.

    Parameters
    ----------
    images : sequence of StepImage
        The frames of one exposure; planes that they share are written once, and all into one file.
    folder : Path
        Where the planes are written; whoever owns it removes it.

    Returns
    -------
    list of StepImage
        The same values, read-only, in the same order.

    Raises
    ------
    OSError
        If the disk is full; the frames given are untouched.
    """
    planes = {id(plane): plane for image in images for plane in image.arrays.values()}
    mapped = _mapped([plane for plane in planes.values() if not isinstance(plane, np.memmap)], folder)

    def moved(plane: NDArray[_Value]) -> NDArray[_Value]:
        return mapped.get(id(plane), plane)

    return [
        replace(
            image,
            sci=moved(image.sci),
            err=moved(image.err),
            dq=moved(image.dq),
            variances={name: moved(plane) for name, plane in image.variances.items()},
            area=moved(image.area) if image.area is not None else None,
        )
        for image in images
    ]


def _mapped(planes: Sequence[NDArray[Any]], folder: Path) -> dict[int, NDArray[Any]]:
    """Write planes to one file, and map it once: each mapping holds a file handle, and a program has only so many."""
    if not planes:
        return {}
    folder.mkdir(parents=True, exist_ok=True)
    with NamedTemporaryFile(suffix=".planes", dir=folder, delete=False) as file:
        places = [_append(plane, file) for plane in planes]
    whole = np.memmap(file.name, np.uint8, "r")
    return {
        id(plane): whole[place : place + plane.nbytes].view(plane.dtype).reshape(plane.shape)
        for plane, place in zip(planes, places, strict=True)
    }


def _append(plane: NDArray[Any], file: IO[bytes]) -> int:
    """Write a plane where every type of number may begin; return the place."""
    place = -file.seek(0, SEEK_END) // -_ALIGNMENT * _ALIGNMENT
    file.seek(place)
    file.write(np.ascontiguousarray(plane).data)
    return place
