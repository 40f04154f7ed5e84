"""Planes of images in memory-mapped .npy files, to save memory and to pass them between processes."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import Any, Final, TypeGuard
from uuid import uuid4
from weakref import WeakValueDictionary, ref

import numpy as np
from numpy.typing import NDArray

from wfsgui.core.model.events import Event, ExposureOpened, StepFinished
from wfsgui.core.model.step_image import StepImage, WcsReader

__all__ = ["PlaneStore", "StoredImage", "map_images", "resident_bytes", "with_image"]

_Plane = NDArray[Any]

# Each mapping holds a file handle. The default limit of many systems is 1024, an exposure has about 20 planes.
_MOST_HANDLES: Final = 65536

# One array for each file, and one WCS for each name, as long as anything uses them.
_mapped: WeakValueDictionary[str, _Plane] = WeakValueDictionary()
_wcs: WeakValueDictionary[str, WcsReader] = WeakValueDictionary()


@dataclass(frozen=True)
class StoredImage:
    """An image whose planes are in files.

    Attributes
    ----------
    planes : mapping of str to str
        File of each plane, by the name of its FITS extension.
    unit : str
        BUNIT.
    wcs : WcsReader or None
        The WCS.
    wcs_name : str
        Name of the WCS, the same for all images that share it; empty where there is none.
    """

    planes: Mapping[str, str]
    unit: str
    wcs: WcsReader | None
    wcs_name: str

    def mapped(self) -> StepImage:
        """Return the image with its planes mapped from their files.

        Returns
        -------
        StepImage
            The planes are read-only. They stay valid when the files are removed.

        Raises
        ------
        OSError, ValueError
            If a file cannot be read.
        """
        planes = {name: _map(file) for name, file in self.planes.items()}
        sci, err, dq = (planes.pop(name) for name in ("SCI", "ERR", "DQ"))
        area = planes.pop("AREA", None)
        wcs = self.wcs if self.wcs is None else _wcs.setdefault(self.wcs_name, self.wcs)
        return StepImage(sci=sci, err=err, dq=dq, unit=self.unit, variances=planes, wcs=wcs, area=area)


class PlaneStore:
    """Folder into which the planes of one exposure are written, each of them once.

    A plane that several images share has one file. If its file was removed it is written again.

    Parameters
    ----------
    folder : Path
        The folder, which need not exist. Its owner removes it.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._files: dict[str, ref[_Plane]] = {}
        self._wcs: WeakValueDictionary[str, WcsReader] = WeakValueDictionary()

    def put(self, image: StepImage) -> StoredImage:
        """Write the planes of an image that are not in the folder.

        Parameters
        ----------
        image : StepImage
            The image; nothing writes to its planes later.

        Returns
        -------
        StoredImage
            The same image.

        Raises
        ------
        OSError
            If the disk is full; nothing is left of the image then.
        """
        new: list[Path] = []
        try:
            planes = {name: self._file_of(plane, new) for name, plane in image.arrays.items()}
        except BaseException:
            for path in new:
                path.unlink(missing_ok=True)
            raise
        return StoredImage(planes, image.unit, image.wcs, self._name_of(image.wcs))

    def without_image(self, event: Event) -> tuple[Event, StoredImage | None]:
        """Take the image out of an event and store it; None where the event has none."""
        if not isinstance(event, ExposureOpened | StepFinished) or event.image is None:
            return event, None
        return replace(event, image=None), self.put(event.image)

    def sweep(self) -> None:
        """Remove the files of planes that do not exist any more. Arrays that are mapped from them stay valid."""
        for name in [name for name, plane in self._files.items() if plane() is None]:
            del self._files[name]
            # Windows keeps a file that is mapped, until the folder is removed.
            with suppress(OSError):
                Path(name).unlink()

    def _name_of(self, wcs: WcsReader | None) -> str:
        if wcs is None:
            return ""
        names = (name for name, other in self._wcs.items() if other is wcs)
        name = next(names, None) or uuid4().hex
        self._wcs[name] = wcs
        return name

    def _file_of(self, plane: _Plane, new: list[Path]) -> str:
        if is_mapped(plane):
            return str(plane.filename)
        for name, known in self._files.items():
            if known() is plane and Path(name).exists():
                return name
        self._folder.mkdir(parents=True, exist_ok=True)
        with NamedTemporaryFile(suffix=".npy", dir=self._folder, delete=False) as file:
            new.append(Path(file.name))
            np.save(file, plane)
        self._files[file.name] = ref(plane)
        return file.name


def with_image(event: Event, stored: StoredImage | None) -> Event:
    """Put the image back into an event; see `PlaneStore.without_image` and `StoredImage.mapped`."""
    if stored is None or not isinstance(event, ExposureOpened | StepFinished):
        return event
    return replace(event, image=stored.mapped())


def map_images(images: Sequence[StepImage], folder: Path) -> list[StepImage]:
    """Write the planes of images to files, and return the same images mapped from there.

    Parameters
    ----------
    images : sequence of StepImage
        The images of one exposure.
    folder : Path
        Folder of the files. Its owner removes it.

    Returns
    -------
    list of StepImage
        The same values, read-only, in the same order.

    Raises
    ------
    OSError
        If the disk is full.
    """
    store = PlaneStore(folder)
    return [store.put(image).mapped() for image in images]


def resident_bytes(images: Iterable[StepImage]) -> int:
    """Count the memory of images, in bytes; a shared plane counts once, a mapped plane not at all."""
    planes = {id(plane): plane for image in images for plane in image.arrays.values()}
    return sum(plane.nbytes for plane in planes.values() if not is_mapped(plane))


def is_mapped(plane: _Plane) -> TypeGuard[np.memmap[Any, Any]]:
    """Whether a plane was mapped from a file by this module."""
    return isinstance(plane, np.memmap) and _mapped.get(str(plane.filename)) is plane


def _map(file: str) -> _Plane:
    plane = _mapped.get(file)
    if plane is None:
        # Half of the handles are left for other files; further planes take memory instead.
        plane = np.load(file, mmap_mode="r" if len(_mapped) < _most_handles() // 2 else None)
        plane.setflags(write=False)
        _mapped[file] = plane
    return plane


@cache
def _most_handles() -> int:
    """Raise the number of files that this process may open, and return it."""
    if sys.platform == "win32":
        return _MOST_HANDLES
    import resource

    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = _MOST_HANDLES if hard == resource.RLIM_INFINITY else min(hard, _MOST_HANDLES)
    if soft != resource.RLIM_INFINITY and soft < wanted:
        # Refused by some systems: the limit stays as it is then.
        with suppress(OSError, ValueError):
            resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, hard))
    soft, _ = resource.getrlimit(resource.RLIMIT_NOFILE)
    return _MOST_HANDLES if soft == resource.RLIM_INFINITY else soft
