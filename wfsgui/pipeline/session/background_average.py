"""Cache of the average of backgrounds that several products of a run share."""

from __future__ import annotations

import hashlib
import logging
import os
from contextlib import suppress
from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import Any, Final

import numpy as np
from jwst.background import BackgroundStep
from jwst.background.background_sub import average_background, background_sub
from stdatamodels.jwst import datamodels
from stdatamodels.jwst.datamodels import ImageModel, JwstDataModel

from wfsgui.core.model.product import Product
from wfsgui.pipeline.chain.openable import openable

__all__ = ["BackgroundAverages"]

log = logging.getLogger(__name__)

_PLANES: Final = ("data", "dq")
_Key = tuple[object, ...]
_Planes = dict[str, np.ndarray[Any, Any]]


class BackgroundAverages:
    """Averages of background members, made by `average_background` of jwst.

    bkg_subtract averages its backgrounds, and subtracts data and flags of the average. Of the science exposure, the
    average depends only on its place on the detector, so it is made once for all exposures that share the backgrounds.
    One average is kept, because products that share one follow each other. If a product is run again, its average is
    made again, too.

    Attributes
    ----------
    folder : Path or None
        Folder in which averages are exchanged with other processes of the same run; None if there are none.
    """

    def __init__(self) -> None:
        self.folder: Path | None = None
        self._key: _Key = ()
        self._planes: _Planes = {}
        self._served: set[str] = set()
        self._may_stand_in: bool | None = None

    def step_for(self, step: BackgroundStep, model: JwstDataModel, product: Product) -> BackgroundStep:
        """Return the step that subtracts the backgrounds of a product.

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
        BackgroundStep
            A step that uses the cached average and has an identical result; the given step if that is not possible.
        """
        if step.skip or step.save_combined_background or model.data.ndim != 2:
            return step
        if self._may_stand_in is None:
            self._may_stand_in = _is_all_that_is_done()
        if not self._may_stand_in:
            return step
        key = _key(step, model, product)
        if key != self._key or product.name in self._served:
            # Freed first: making an average takes much memory.
            self._key, self._planes, self._served = (), {}, set()
            self._planes = self._exchanged(key) or self._averaged(step, model, product, key)
            self._key = key
        self._served.add(product.name)
        return _SubtractAverage(
            step.name, step.parent, step.config_file, _validate_kwds=False, average=self._planes, **step.get_pars()
        )

    def _averaged(self, step: BackgroundStep, model: JwstDataModel, product: Product, key: _Key) -> _Planes:
        with (
            openable(product.background_paths) as names,
            average_background(model, names, step.sigma, step.maxiters) as average,
        ):
            planes = {name: getattr(average, name) for name in _PLANES}
        if self.folder is not None:
            self._exchange(planes, self._place(self.folder, key))
        return planes

    @staticmethod
    def _exchange(planes: _Planes, place: Path) -> None:
        # If it cannot be written, the other processes make it themselves.
        with suppress(OSError):
            with NamedTemporaryFile(dir=place.parent, delete=False) as file:
                np.savez(file, data=planes["data"], dq=planes["dq"])
            # Atomic: another process never reads an incomplete file.
            Path(file.name).replace(place)

    def _exchanged(self, key: _Key) -> _Planes:
        """Read the average that another process has written."""
        if self.folder is None or not (path := self._place(self.folder, key)).is_file():
            return {}
        with np.load(path) as planes:
            return dict(planes)

    @staticmethod
    def _place(folder: Path, key: _Key) -> Path:
        return folder / f"background-{hashlib.sha256(repr(key).encode()).hexdigest()}.npz"


def _process(step: BackgroundStep, model: JwstDataModel, names: list[str]) -> JwstDataModel:
    """Replace `BackgroundStep.process`: subtract the cached average."""
    log.info("The average of these backgrounds is subtracted: %s", ", ".join(names))
    _subtract(model, step.average)
    model.meta.cal_step.bkg_subtract = "COMPLETE"
    return model


# mypy accepts no class statement here, because jwst publishes no types.
_SubtractAverage: Final = type("SubtractAverage", (BackgroundStep,), {"process": _process})


def _subtract(model: JwstDataModel, average: _Planes) -> None:
    """Subtract an average as `background_sub` does."""
    model.data -= average["data"]
    model.dq |= average["dq"]


def _is_all_that_is_done() -> bool:
    """Whether `background_sub` does nothing else; checked on a few pixels, because another version of jwst may."""
    random = np.random.default_rng(0)

    def exposure() -> ImageModel:
        planes = {name: random.normal(size=(8, 8)).astype(np.float32) for name in ("data", "err", "var_poisson")}
        made = datamodels.ImageModel(**planes, dq=random.integers(0, 2**31, (8, 8), np.uint32))
        place = made.meta.subarray
        place.xstart, place.ystart, place.xsize, place.ysize = 1, 1, 8, 8
        return made

    science, *backgrounds = (exposure() for _ in range(4))
    with average_background(science, backgrounds, 3.0, None) as average:
        ours = science.copy()
        _subtract(ours, {name: getattr(average, name) for name in _PLANES})
    _, theirs = background_sub(science, backgrounds, 3.0, None)
    return _content(ours) == _content(theirs)


def _content(model: JwstDataModel) -> dict[str, object]:
    flat = model.to_flat_dict()
    return {key: value.tobytes() if isinstance(value, np.ndarray) else repr(value) for key, value in flat.items()}


def _key(step: BackgroundStep, model: JwstDataModel, product: Product) -> _Key:
    place = model.meta.subarray
    return (
        *map(_identity, product.background_paths),
        step.sigma,
        step.maxiters,
        model.data.shape,
        (place.xstart, place.ystart, place.xsize, place.ysize),
        model.meta.instrument.name,
    )


def _identity(path: Path) -> tuple[str, int, int]:
    status = path.stat()
    return os.fspath(path), status.st_size, status.st_mtime_ns
