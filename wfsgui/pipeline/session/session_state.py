"""State of a session between two steps, without the planes, which are those of its image."""

from __future__ import annotations

import io
import pickle
import weakref
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np
from stdatamodels.jwst import datamodels
from stdatamodels.jwst.datamodels import JwstDataModel

from wfsgui.core.errors import WfsguiError
from wfsgui.core.model.step_image import StepImage
from wfsgui.pipeline.session.model_reading import PLANES

if TYPE_CHECKING:
    from gwcs import WCS

__all__ = ["ModelPacker", "PackedModel", "SessionState"]

# The arrays of a model that its image has, too.
_ARRAYS: Final = {**PLANES, "AREA": "area"}
_WCS: Final = "WCS"
_ASDF: Final = b"#ASDF"


@dataclass(frozen=True)
class PackedModel:
    """A model without the planes that its image has.

    Attributes
    ----------
    kind : str
        Its class.
    tree : bytes
        Its metadata, and arrays that are not those of the image.
    wcs : bytes
        Its WCS; empty where there is none.
    """

    kind: str
    tree: bytes
    wcs: bytes

    def unpacked(self, image: StepImage) -> JwstDataModel:
        """Return the model, which may be changed in place.

        Parameters
        ----------
        image : StepImage
            The image with which it was packed.

        Returns
        -------
        JwstDataModel
            It has copies of the planes.
        """
        model: JwstDataModel = getattr(datamodels, self.kind)(_Unpickler(self.tree, image, self.wcs).load())
        return model


@dataclass(frozen=True)
class SessionState:
    """State of a `ProductSession` between two steps.

    Attributes
    ----------
    model : PackedModel
        The model.
    steps_done : int
        Number of steps that have been run.
    lines : tuple of str
        The log of the product.
    usable : mapping of int to bool
        See `wfsgui.pipeline.session.usable_pixels.UsablePixels.after`.
    """

    model: PackedModel
    steps_done: int
    lines: tuple[str, ...]
    usable: Mapping[int, bool]


class ModelPacker:
    """Pack a model after each of its steps; a WCS that is still the same object is packed once."""

    def __init__(self) -> None:
        self._wcs: Callable[[], WCS | None] = _nothing
        self._packed = b""

    def pack(self, model: JwstDataModel, image: StepImage) -> PackedModel:
        """Pack a model.

        Parameters
        ----------
        model : JwstDataModel
            The model.
        image : StepImage
            Its image.

        Returns
        -------
        PackedModel
            The model. Its arrays that are not in the image with the same type of pixels are part of it.

        Raises
        ------
        WfsguiError
            If there is something in the model that cannot be packed.
        """
        wcs = model.meta.wcs
        names = {id(array): name for name, array in _shared(model, image)}
        buffer = io.BytesIO()
        try:
            if wcs is not None:
                names[id(wcs)] = _WCS
                if self._wcs() is not wcs:
                    self._packed, self._wcs = _pack_wcs(wcs), weakref.ref(wcs)
            _Pickler(buffer, names).dump(model.instance)
        except (AttributeError, TypeError, ValueError, RecursionError, pickle.PicklingError) as error:
            raise WfsguiError(f"its metadata cannot be packed: {error}") from error
        return PackedModel(type(model).__name__, buffer.getvalue(), b"" if wcs is None else self._packed)


def _shared(model: JwstDataModel, image: StepImage) -> list[tuple[str, object]]:
    pairs = [(name, model.instance.get(_ARRAYS[name]), plane) for name, plane in image.arrays.items()]
    # A model read from FITS has planes in the other byte order: the values are the same.
    return [
        (name, array)
        for name, array, plane in pairs
        if isinstance(array, np.ndarray) and array.dtype.newbyteorder("=") == plane.dtype
    ]


class _Pickler(pickle.Pickler):
    """Write names in place of some objects, which are given by their ids."""

    def __init__(self, buffer: io.BytesIO, names: Mapping[int, str]) -> None:
        super().__init__(buffer, pickle.HIGHEST_PROTOCOL)
        self._names = names

    def persistent_id(self, thing: object) -> str | None:
        return self._names.get(id(thing))


class _Unpickler(pickle.Unpickler):
    """Read names as copies of planes, and as the WCS."""

    def __init__(self, content: bytes, image: StepImage, wcs: bytes) -> None:
        super().__init__(io.BytesIO(content))
        self._image = image
        self._wcs = wcs

    def persistent_load(self, name: str) -> object:
        return _unpack_wcs(self._wcs) if name == _WCS else np.array(self._image.arrays[name])


def _pack_wcs(wcs: WCS) -> bytes:
    try:
        return pickle.dumps(wcs, pickle.HIGHEST_PROTOCOL)
    except (AttributeError, TypeError, pickle.PicklingError):
        # NIRSpec has models that pickle does not take. ASDF, which takes all that results hold, is slower.
        import asdf

    buffer = io.BytesIO()
    asdf.AsdfFile({"wcs": wcs}).write_to(buffer)
    return buffer.getvalue()


def _unpack_wcs(content: bytes) -> WCS:
    if not content.startswith(_ASDF):
        wcs: WCS = pickle.loads(content)
        return wcs
    import asdf

    with asdf.open(io.BytesIO(content), lazy_load=False, memmap=False) as file:
        unpacked: WCS = file["wcs"]
    return unpacked


def _nothing() -> None:
    """Stand for the reference to a WCS before there is one."""
