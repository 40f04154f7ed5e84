"""Writing of a ``_rate`` file with the data model of flight files."""

from __future__ import annotations

import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from stdatamodels.jwst.datamodels import ImageModel

from wfsgui.demo.visit.headers import metadata

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from wfsgui.demo.visit.exposure_spec import ExposureSpec

__all__ = ["Planes", "write_rate"]


@dataclass(frozen=True)
class Planes:
    """Planes of a ``_rate`` file, all of the same shape (y, x).

    Attributes
    ----------
    sci, err : ndarray of float32
        Count rate and its uncertainty, DN/s.
    dq : ndarray of uint32
        Data quality.
    var_poisson, var_rnoise : ndarray of float32
        Variance of the photon and of the read noise, (DN/s)**2.
    """

    sci: NDArray[np.float32]
    err: NDArray[np.float32]
    dq: NDArray[np.uint32]
    var_poisson: NDArray[np.float32]
    var_rnoise: NDArray[np.float32]


def write_rate(path: Path, spec: ExposureSpec, planes: Planes) -> Path:
    """Write a ``_rate`` file: SCI, ERR, DQ, VAR_POISSON, VAR_RNOISE and ASDF extensions.

    The file appears under its name only when it is complete.

    Parameters
    ----------
    path : Path
        The file to write; an existing file is replaced. FILENAME is its name.
    spec : ExposureSpec
        The exposure.
    planes : Planes
        Its pixels.

    Returns
    -------
    Path
        `path`.

    Raises
    ------
    ValueError
        If the shape of a plane is not that of `spec`.
    OSError
        If the folder cannot be written to.
    """
    for name, plane in vars(planes).items():
        if plane.shape != spec.shape:
            raise ValueError(f"{name} has the shape {plane.shape}, the exposure {spec.shape}")
    with tempfile.TemporaryDirectory(prefix=".rate-", dir=path.parent) as folder:
        # The final base name, because the model takes FILENAME from the path that it is saved to.
        complete = Path(folder) / path.name
        with _model(spec, planes) as model:
            model.save(complete)
        complete.replace(path)
    return path


def _model(spec: ExposureSpec, planes: Planes) -> ImageModel:
    # Copies: the data models refuse one array for two extensions, and may change their arrays.
    model = ImageModel(
        data=np.array(planes.sci),
        err=np.array(planes.err),
        dq=np.array(planes.dq),
        var_poisson=np.array(planes.var_poisson),
        var_rnoise=np.array(planes.var_rnoise),
    )
    for key, value in metadata(spec).items():
        model[key] = value
    if spec.dms_note:
        # The data models do not know this keyword and copy it.
        model.extra_fits = {"PRIMARY": {"header": [["DMS_NOTE", spec.dms_note, "note to the data management system"]]}}
    return model
