"""Whether an image has a usable pixel left, and which file took the last one."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Any, Final, Protocol

import numpy as np
from astropy.io import fits
from numpy.typing import NDArray
from stdatamodels.jwst.datamodels import JwstDataModel

from wfsgui.core.model.events import Reference
from wfsgui.core.model.flags import DO_NOT_USE
from wfsgui.core.model.product import Product
from wfsgui.core.model.stages import BACKGROUND

__all__ = ["UsablePixels", "has_usable_pixels", "unusable_files"]

_STRIP: Final = 64
_FITS: Final = (".fits", ".gz")
_PLANES: Final = ("SCI", "DQ", "ERR")
_NOT_SUBTRACTED: Final = (
    "no background was subtracted, for none of them has a usable pixel: {}. Use another file and run the step again."
)
_ALARM: Final = "no pixel of the image is usable, each one is NaN or flagged as DO_NOT_USE"


class _Rows(Protocol):
    """An array, or the pixels of a FITS file that are read when they are asked for."""

    @property
    def shape(self) -> tuple[int, ...]: ...

    def __getitem__(self, rows: slice, /) -> NDArray[Any]: ...


def has_usable_pixels(sci: _Rows, dq: _Rows | None, *, zero_is_usable: bool = True) -> bool:
    """Return whether any pixel is finite and not flagged as DO_NOT_USE.

    Parameters
    ----------
    sci : array-like
        The image, shape (y, x), in any unit.
    dq : array-like or None
        Its flags, same shape; None where there are none.
    zero_is_usable : bool, optional
        Whether a pixel of 0 counts.

    Returns
    -------
    bool
        Ends at the first strip of rows that has such a pixel: nearly nothing to do for an ordinary image.
    """
    for row in range(0, sci.shape[0], _STRIP):
        values = sci[row : row + _STRIP]
        usable = np.isfinite(values)
        if not zero_is_usable:
            usable &= values != 0
        if dq is not None:
            usable &= (dq[row : row + _STRIP] & DO_NOT_USE) == 0
        if usable.any():
            return True
    return False


def unusable_files(paths: Iterable[Path]) -> tuple[Path, ...]:
    """Find the files whose image has no pixel with a value and an uncertainty.

    Parameters
    ----------
    paths : iterable of Path
        References or backgrounds; those that are no FITS file, or have no image, are left out.

    Returns
    -------
    tuple of Path
        Those whose SCI is 0, NaN, infinite or flagged throughout, or whose ERR is NaN throughout.
    """
    return tuple(path for path in paths if path.suffix.lower() in _FITS and path.is_file() and _is_unusable(path))


def _is_unusable(path: Path) -> bool:
    with fits.open(path) as hdus:
        planes = {hdu.name: hdu.section for hdu in hdus if hdu.name in _PLANES and hdu.is_image and len(hdu.shape) > 1}
        sci, dq, err = (planes.get(name) for name in _PLANES)
        if sci is None:
            return False
        if not has_usable_pixels(sci, dq if dq is not None and dq.shape == sci.shape else None, zero_is_usable=False):
            return True
        return err is not None and not has_usable_pixels(err, None)


class UsablePixels:
    """Remember of one product after which step it still had a usable pixel.

    Parameters
    ----------
    product : Product
        The product.

    Attributes
    ----------
    after : dict of int to bool
        For each number of steps whether there was one.
    """

    def __init__(self, product: Product) -> None:
        self._product = product
        self.after: dict[int, bool] = {}

    def note(self, model: JwstDataModel, steps_done: int) -> None:
        """Note whether the image has a usable pixel after so many steps."""
        self.after[steps_done] = has_usable_pixels(model.data, model.dq if model.hasattr("dq") else None)

    def alarm(
        self, model: JwstDataModel, step: str, steps_done: int, references: Iterable[Reference], *, skipped: bool
    ) -> str:
        """Say that a step has left no usable pixel, or has subtracted nothing, and which file is the cause.

        Parameters
        ----------
        model : ImageModel
            The image after the step.
        step : str
            The step that has been run.
        steps_done : int
            How many steps have been run, this one included.
        references : iterable of Reference
            The step's reference files.
        skipped : bool
            Whether it was skipped.

        Returns
        -------
        str
            One sentence; empty where there are usable pixels, or an earlier step has taken them.
        """
        backgrounds = self._product.background_paths if step == BACKGROUND and not skipped else ()
        self.note(model, steps_done)
        had_pixels = self.after[steps_done - 1]
        if self.after[steps_done]:
            # jwst subtracts 0 where no background has a value.
            return _NOT_SUBTRACTED.format(_names(backgrounds)) if _all_unusable(backgrounds) else ""
        if not (had_pixels or steps_done == 1):
            return ""
        if not had_pixels:
            return f"{_ALARM}: {self._product.science.path.name} had none when it was opened. Use another exposure."
        used = [reference.path for reference in references if reference.path is not None]
        files = backgrounds or tuple(used)
        names = _names(unusable_files(files) or files)
        if not names:
            return f"{_ALARM}: {step} left none. Do not use this result."
        return f"{_ALARM}: the cause is in what {step} used, {names}. Use another file and run the step again."


def _all_unusable(backgrounds: tuple[Path, ...]) -> bool:
    return bool(backgrounds) and unusable_files(backgrounds) == backgrounds


def _names(paths: Iterable[Path]) -> str:
    return ", ".join(path.name for path in paths)
