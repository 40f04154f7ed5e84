"""The average of backgrounds that several products of a run share, made once."""

from __future__ import annotations

import hashlib
import logging
import os
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import Any, Final

import numpy as np
from jwst.background import BackgroundStep
from jwst.background.background_sub import average_background
from stdatamodels.jwst import datamodels
from stdatamodels.jwst.datamodels import ImageModel, JwstDataModel

from wfsgui.core.product import Product

__all__ = ["BackgroundAverages"]

log = logging.getLogger(__name__)

_PLANES: Final = ("data", "dq")
_Key = tuple[object, ...]


class BackgroundAverages:
    """Averages of background members, made by jwst's own `average_background`.

    bkg_subtract averages its backgrounds and subtracts data and flags of the average. That depends on nothing of the
    science exposure but its place on the detector, and the average of an average alone has the same bits: so it may
    be made once, and handed to the step as the only background of every exposure that shares it. One average is kept:
    products that share one follow each other.

    Attributes
    ----------
    folder : Path or None
        Where averages are exchanged with other processes of the same run; None where there are none.
    """

    def __init__(self) -> None:
        self.folder: Path | None = None
        self._key: _Key = ()
        self._planes: dict[str, np.ndarray[Any, Any]] = {}

    def stand_in(self, step: BackgroundStep, model: JwstDataModel, product: Product) -> list[ImageModel]:
        """Return what takes the place of a product's backgrounds.

        Parameters
        ----------
        step : BackgroundStep
            The configured step.
        model : JwstDataModel
            The science exposure.
        product : Product
            Its product, with background members.

        Returns
        -------
        list of ImageModel
            The average, as the step's only background.
        """
        paths = [member.path for member in product.backgrounds]
        place = model.meta.subarray
        where = (place.xstart, place.ystart, place.xsize, place.ysize)
        key = (*map(_identity, paths), step.sigma, step.maxiters, model.data.shape, where, model.meta.instrument.name)
        if key != self._key:
            # Released first: an average takes much memory to make.
            self._key, self._planes = (), {}
            self._planes = self._exchanged(key) or self._averaged(step, model, paths, key)
            self._key = key
        log.info("The average of these backgrounds is subtracted: %s", ", ".join(path.name for path in paths))
        average = datamodels.ImageModel(**self._planes, err=np.zeros_like(self._planes["data"]))
        average.meta.instrument.name = model.meta.instrument.name
        average.meta.subarray.xstart, average.meta.subarray.ystart = where[:2]
        average.meta.subarray.xsize, average.meta.subarray.ysize = where[2:]
        return [average]

    def _averaged(
        self, step: BackgroundStep, model: JwstDataModel, paths: Sequence[Path], key: _Key
    ) -> dict[str, np.ndarray[Any, Any]]:
        with average_background(model, [os.fspath(path) for path in paths], step.sigma, step.maxiters) as average:
            planes = {name: getattr(average, name) for name in _PLANES}
        if self.folder is not None:
            self._exchange(planes, self._place(self.folder, key))
        return planes

    @staticmethod
    def _exchange(planes: dict[str, np.ndarray[Any, Any]], place: Path) -> None:
        # Where it cannot be written, the others make it themselves.
        with suppress(OSError):
            with NamedTemporaryFile(dir=place.parent, delete=False) as file:
                np.savez(file, data=planes["data"], dq=planes["dq"])
            # At once: another process never finds half of it.
            Path(file.name).replace(place)

    def _exchanged(self, key: _Key) -> dict[str, np.ndarray[Any, Any]]:
        """Read what another process has left."""
        if self.folder is None or not (path := self._place(self.folder, key)).is_file():
            return {}
        with np.load(path) as planes:
            return dict(planes)

    @staticmethod
    def _place(folder: Path, key: _Key) -> Path:
        return folder / f"background-{hashlib.sha256(repr(key).encode()).hexdigest()}.npz"


def _identity(path: Path) -> tuple[str, int, int]:
    status = path.stat()
    return os.fspath(path), status.st_size, status.st_mtime_ns
