"""Handing frames from one process to another: planes go through files, which the receiver reads and removes."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import Any
from uuid import uuid4

import numpy as np
from numpy.typing import NDArray

from wfsgui.core.model.events import Event, ExposureOpened, StepFinished
from wfsgui.core.model.step_image import StepImage, WcsReader

__all__ = ["ImageReceiver", "ImageSender", "StoredImage"]

_Plane = NDArray[Any]


@dataclass(frozen=True)
class StoredImage:
    """A frame on its way between processes.

    Attributes
    ----------
    planes : mapping of str to str
        Plane, by the name of its FITS extension, and its file.
    unit : str
        BUNIT.
    wcs : WcsReader or None
        The WCS, where it is another than that of the frame before.
    same_wcs : bool
        Whether it is that of the frame before.
    sender : str
        Whose frame before that is; another sender's shares nothing with this one.
    """

    planes: Mapping[str, str]
    unit: str
    wcs: WcsReader | None
    same_wcs: bool
    sender: str


class ImageSender:
    """Write the planes of one exposure's frames to files; a plane that a frame shares with the one before, once.

    Parameters
    ----------
    folder : Path
        Where to.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._name = uuid4().hex
        # The planes themselves are held, too: an id is that of a plane only as long as the plane exists.
        self._former: dict[int, tuple[_Plane, str]] = {}
        self._wcs: WcsReader | None = None

    def packed(self, event: Event) -> tuple[Event, StoredImage | None]:
        """Take an event apart.

        Parameters
        ----------
        event : Event
            Any event.

        Returns
        -------
        event : Event
            Without its frame.
        image : StoredImage or None
            The frame, if it had one.

        Raises
        ------
        OSError
            If the disk is full.
        """
        if not isinstance(event, ExposureOpened | StepFinished) or event.image is None:
            return event, None
        return replace(event, image=None), self._stored(event.image)

    def forget(self) -> None:
        """Begin anew, because the receiver has not got the last event."""
        self._name = uuid4().hex
        self._former, self._wcs = {}, None

    def _stored(self, image: StepImage) -> StoredImage:
        written = self._written(image)
        self._former = {id(plane): (plane, name) for plane, name in written.values()}
        same_wcs = image.wcs is self._wcs
        self._wcs = image.wcs
        planes = {name: file for name, (_, file) in written.items()}
        return StoredImage(planes, image.unit, None if same_wcs else image.wcs, same_wcs, self._name)

    def _written(self, image: StepImage) -> dict[str, tuple[_Plane, str]]:
        new: list[Path] = []
        try:
            return {name: (plane, self._file_of(plane, new)) for name, plane in image.arrays.items()}
        except BaseException:
            for path in new:
                path.unlink(missing_ok=True)
            raise

    def _file_of(self, plane: _Plane, new: list[Path]) -> str:
        if id(plane) in self._former:
            return self._former[id(plane)][1]
        self._folder.mkdir(parents=True, exist_ok=True)
        with NamedTemporaryFile(suffix=".npy", dir=self._folder, delete=False) as file:
            new.append(Path(file.name))
            np.save(file, plane)
        return file.name


class ImageReceiver:
    """Put events together again, those of one sender after those of another."""

    def __init__(self) -> None:
        self._sender = ""
        self._former: dict[str, _Plane] = {}
        self._wcs: WcsReader | None = None

    def unpacked(self, event: Event, stored: StoredImage | None) -> Event:
        """Put an event together.

        Parameters
        ----------
        event : Event
            Without its frame.
        stored : StoredImage or None
            The frame.

        Returns
        -------
        Event
            With its frame, whose planes are read-only.

        Raises
        ------
        OSError, ValueError
            If a plane cannot be read.
        """
        if stored is None or not isinstance(event, ExposureOpened | StepFinished):
            return event
        if stored.sender != self._sender:
            self._sender, self._former, self._wcs = stored.sender, {}, None
        self._former = {file: self._read(file) for file in stored.planes.values()}
        planes = {name: self._former[file] for name, file in stored.planes.items()}
        self._wcs = self._wcs if stored.same_wcs else stored.wcs
        sci, err, dq = (planes.pop(name) for name in ("SCI", "ERR", "DQ"))
        area = planes.pop("AREA", None)
        image = StepImage(sci=sci, err=err, dq=dq, unit=stored.unit, variances=planes, wcs=self._wcs, area=area)
        return replace(event, image=image)

    def _read(self, file: str) -> _Plane:
        if file in self._former:
            return self._former[file]
        # Not mapped: each mapping would hold a file handle, and a program has only so many.
        plane: _Plane = np.load(file)
        plane.setflags(write=False)
        # What is left, the owner of the folder removes.
        with suppress(OSError):
            Path(file).unlink()
        return plane
