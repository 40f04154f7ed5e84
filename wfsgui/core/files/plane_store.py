"""Planes of images in memory-mapped files, to save memory and to pass them between processes."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import Any, Final
from uuid import uuid4
from weakref import WeakValueDictionary, ref

import numpy as np
from numpy.typing import NDArray

from wfsgui.core.model.events import Event, ExposureOpened, StepFinished
from wfsgui.core.model.step_image import StepImage, WcsReader

__all__ = [
    "PlaneStore",
    "StoredImage",
    "StoredPlane",
    "is_mapped",
    "map_images",
    "resident_bytes",
    "stored_image",
    "with_image",
    "without_image",
]

_Plane = NDArray[Any]

_SUFFIX: Final = ".planes"
# Each mapping holds a file handle. The default limit of many systems is 1024, an exposure has about five files.
_MOST_HANDLES: Final = 65536

# One mapping for each file and one array for each plane, as long as anything uses them; one WCS for each name.
_files: WeakValueDictionary[str, NDArray[np.uint8]] = WeakValueDictionary()
_planes: WeakValueDictionary[tuple[str, int], _Plane] = WeakValueDictionary()
_wcs: WeakValueDictionary[str, WcsReader] = WeakValueDictionary()


@dataclass(frozen=True)
class StoredPlane:
    """A plane in a file.

    Attributes
    ----------
    file : Path
        The file. Files with the same base name have the same content, whatever their folder.
    offset : int
        Number of bytes before the plane.
    shape : tuple of int
        Its shape (y, x).
    dtype : str
        Type of its pixels, as numpy writes it.
    """

    file: Path
    offset: int
    shape: tuple[int, ...]
    dtype: str

    def mapped(self) -> _Plane:
        """Return the plane, read-only; the same array as long as anything uses it."""
        key = self.file.name, self.offset
        plane = _planes.get(key)
        if plane is None:
            content, dtype = _content(self.file), np.dtype(self.dtype)
            end = self.offset + dtype.itemsize * int(np.prod(self.shape))
            plane = content[self.offset : end].view(dtype).reshape(self.shape)
            plane.setflags(write=False)
            _planes[key] = plane
            _places.add(plane, self)
        return plane


class _Places:
    """Where planes are stored. Arrays cannot be keys of a dictionary: their ids are, as long as they exist."""

    def __init__(self) -> None:
        self._known: dict[int, tuple[ref[_Plane], StoredPlane]] = {}

    def add(self, plane: _Plane, place: StoredPlane) -> None:
        """Remember where a plane is."""
        key = id(plane)
        self._known[key] = ref(plane, lambda _: self._known.pop(key, None)), place

    def of(self, plane: _Plane) -> StoredPlane | None:
        """Return where a plane is; None where it is nowhere."""
        known, place = self._known.get(id(plane), (None, None))
        return place if known is not None and known() is plane else None


_places: Final = _Places()


@dataclass(frozen=True)
class StoredImage:
    """An image whose planes are in files.

    Attributes
    ----------
    planes : mapping of str to StoredPlane or ndarray
        Each plane, by the name of its FITS extension; the array itself where it could not be written.
    unit : str
        BUNIT.
    wcs : WcsReader or None
        The WCS.
    wcs_name : str
        Name of the WCS, the same for all images that share it; empty where there is none.
    """

    planes: Mapping[str, StoredPlane | _Plane]
    unit: str
    wcs: WcsReader | None
    wcs_name: str

    @property
    def files(self) -> frozenset[Path]:
        """The files of the planes."""
        return frozenset(plane.file for plane in self.planes.values() if isinstance(plane, StoredPlane))

    def inside(self, folder: Path) -> StoredImage:
        """Return the same image, whose files are in another folder."""
        planes = {
            name: replace(plane, file=folder / plane.file.name) if isinstance(plane, StoredPlane) else plane
            for name, plane in self.planes.items()
        }
        return replace(self, planes=planes)

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
        planes = {
            name: plane.mapped() if isinstance(plane, StoredPlane) else _read_only(plane)
            for name, plane in self.planes.items()
        }
        sci, err, dq = (planes.pop(name) for name in ("SCI", "ERR", "DQ"))
        area = planes.pop("AREA", None)
        wcs = self.wcs if self.wcs is None else _wcs.setdefault(self.wcs_name, self.wcs)
        return StepImage(sci=sci, err=err, dq=dq, unit=self.unit, variances=planes, wcs=wcs, area=area)


class PlaneStore:
    """Folder into which planes of images are written, each of them once.

    The new planes of one image go to one file, so that they take one mapping and one file handle. A plane that several
    images share is written once. If its file was removed it is written again.

    Parameters
    ----------
    folder : Path
        The folder, which need not exist. Its owner removes it, or files in it. Arrays that are mapped from a file stay
        valid; Windows keeps a file as long as it is mapped.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def put(self, image: StepImage) -> StoredImage:
        """Write the planes of an image that are in no file.

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
        known = {name: self._known(plane) for name, plane in image.arrays.items()}
        # A plane may have several names.
        new = self._written({id(plane): plane for name, plane in image.arrays.items() if known[name] is None})
        return _stored(image, {name: known[name] or new[id(plane)] for name, plane in image.arrays.items()})

    def _known(self, plane: _Plane) -> StoredPlane | None:
        place = _places.of(plane)
        if place is None:
            return None
        return next(
            (replace(place, file=file) for file in (self._folder / place.file.name, place.file) if file.exists()), None
        )

    def _written(self, planes: Mapping[int, _Plane]) -> dict[int, StoredPlane]:
        if not planes:
            return {}
        self._folder.mkdir(parents=True, exist_ok=True)
        with NamedTemporaryFile(prefix=uuid4().hex, suffix=_SUFFIX, dir=self._folder, delete=False) as file:
            path, places = Path(file.name), {}
            try:
                for key, plane in planes.items():
                    places[key] = StoredPlane(path, file.tell(), plane.shape, plane.dtype.str)
                    file.write(np.ascontiguousarray(plane).data)
                file.flush()
            except BaseException:
                # Closed first: Windows keeps an open file.
                file.close()
                path.unlink(missing_ok=True)
                raise
        for key, place in places.items():
            _places.add(planes[key], place)
        return places


def stored_image(image: StepImage) -> StoredImage:
    """Return an image without writing: planes that are in no file are in the answer themselves."""
    places = {name: _places.of(plane) for name, plane in image.arrays.items()}
    there = {name: place for name, place in places.items() if place is not None and place.file.exists()}
    return _stored(image, {name: there.get(name, plane) for name, plane in image.arrays.items()})


def without_image(event: Event, store: PlaneStore | None = None) -> tuple[Event, StoredImage | None]:
    """Take the image out of an event.

    Parameters
    ----------
    event : Event
        The event.
    store : PlaneStore, optional
        Where planes are written that are in no file; None to write nothing.

    Returns
    -------
    event : Event
        The event without an image.
    image : StoredImage or None
        The image; planes that could not be written, because the disk is full, are in it. None where there was none.
    """
    if not isinstance(event, ExposureOpened | StepFinished) or event.image is None:
        return event, None
    stored = None
    if store is not None:
        with suppress(OSError):
            stored = store.put(event.image)
    return replace(event, image=None), stored or stored_image(event.image)


def with_image(event: Event, stored: StoredImage | None) -> Event:
    """Put the image back into an event; see `without_image` and `StoredImage.mapped`."""
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


def is_mapped(plane: _Plane) -> bool:
    """Whether a plane was mapped from a file by this module."""
    return isinstance(plane, np.memmap) and _places.of(plane) is not None


def _stored(image: StepImage, planes: Mapping[str, StoredPlane | _Plane]) -> StoredImage:
    return StoredImage(planes, image.unit, image.wcs, _name_of(image.wcs))


def _name_of(wcs: WcsReader | None) -> str:
    if wcs is None:
        return ""
    names = (name for name, other in list(_wcs.items()) if other is wcs)
    name = next(names, None) or uuid4().hex
    _wcs[name] = wcs
    return name


def _read_only(plane: _Plane) -> _Plane:
    plane.setflags(write=False)
    return plane


def _content(file: Path) -> NDArray[np.uint8]:
    content = _files.get(file.name)
    if content is None:
        # Half of the handles are left for other files; further planes take memory instead.
        if len(_files) < _most_handles() // 2:
            content = np.memmap(file, np.uint8, mode="r")
        else:
            content = np.fromfile(file, np.uint8)
        _files[file.name] = content
    return content


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
