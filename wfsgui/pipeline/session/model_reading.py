"""Planes, metadata and reference files of a jwst data model, for display."""

from __future__ import annotations

from typing import Any, Final

import numpy as np
from jwst.stpipe import Step
from numpy.typing import NDArray
from stdatamodels.jwst.datamodels import JwstDataModel

from wfsgui.core.model.events import Reference
from wfsgui.core.model.exposure_info import ExposureInfo
from wfsgui.core.model.step_image import StepImage, WcsReader
from wfsgui.pipeline.chain.engine_info import locate_reference
from wfsgui.pipeline.session.wcs_reader import GwcsReader

__all__ = ["PLANES", "contradictions", "image_of", "metadata_of", "references_of", "unit_of"]

PLANES: Final = {
    "SCI": "data",
    "ERR": "err",
    "DQ": "dq",
    "VAR_POISSON": "var_poisson",
    "VAR_RNOISE": "var_rnoise",
    "VAR_FLAT": "var_flat",
}
"""The planes of an image: FITS extension, and attribute of the data model."""

_DTYPES: Final[dict[str, type[np.generic]]] = {"DQ": np.uint32}
_STRIP: Final = 64


def unit_of(model: JwstDataModel) -> str:
    """Return the unit of the image (BUNIT of SCI), empty where there is none."""
    return str(model.meta.bunit_data or "")


def image_of(model: JwstDataModel, previous: StepImage | None = None) -> StepImage:
    """Copy the planes of a model, because later steps change them in place.

    Planes that the model does not have are not accessed, because that would create them.

    Parameters
    ----------
    model : ImageModel
        The pipeline's model.
    previous : StepImage, optional
        The image before; planes with the same bits are shared with it.

    Returns
    -------
    StepImage
        The planes that the model has, shape (y, x), read-only. A missing ERR is NaN, a missing DQ is 0.
    """
    former = previous.planes if previous is not None else {}
    planes = {
        name: _preserved(getattr(model, attribute), _DTYPES.get(name, np.float32), former.get(name))
        for name, attribute in PLANES.items()
        if model.hasattr(attribute)
    }
    area = None
    if model.hasattr("area") and model.area.shape == model.data.shape:
        area = _preserved(model.area, np.float32, previous.area if previous is not None else None)
    sci = planes.pop("SCI")
    err, dq = planes.pop("ERR", None), planes.pop("DQ", None)
    return StepImage(
        sci=sci,
        err=_read_only(np.full(sci.shape, np.nan, np.float32)) if err is None else err,
        dq=_read_only(np.zeros(sci.shape, np.uint32)) if dq is None else dq,
        unit=unit_of(model),
        variances=planes,
        wcs=_wcs(model, previous.wcs if previous is not None else None),
        area=area,
    )


def _preserved(array: NDArray[Any], dtype: type[np.generic], former: NDArray[Any] | None) -> NDArray[Any]:
    if former is not None and _same_bits(array, former):
        return former
    return _read_only(np.array(array, dtype=dtype))


def _same_bits(array: NDArray[Any], former: NDArray[Any]) -> bool:
    """Whether two planes have the same bits, in any byte order; NaN is equal to itself."""
    if array.shape != former.shape or array.dtype.newbyteorder("=") != former.dtype:
        return False
    # Compared as integers and in strips: most planes that differ do so in the first strip.
    bits = np.dtype(np.uint32)
    left, right = array.view(bits.newbyteorder(array.dtype.byteorder)), former.view(bits)
    return all(
        np.array_equal(left[row : row + _STRIP], right[row : row + _STRIP]) for row in range(0, len(left), _STRIP)
    )


def _read_only(array: NDArray[Any]) -> NDArray[Any]:
    array.flags.writeable = False
    return array


def _wcs(model: JwstDataModel, former: WcsReader | None) -> WcsReader | None:
    wcs = model.meta.wcs
    if wcs is None:
        return None
    return former if isinstance(former, GwcsReader) and former.reads(wcs) else GwcsReader(wcs)


def metadata_of(model: JwstDataModel) -> dict[str, str]:
    """Return the metadata of the model, without arrays and without the WCS.

    Parameters
    ----------
    model : JwstDataModel
        The pipeline's model.

    Returns
    -------
    dict of str to str
        Values as text by dotted path, for example ``meta.instrument.filter``.
    """
    flat = model.to_flat_dict(include_arrays=False)
    return {key: str(value) for key, value in flat.items() if key.startswith("meta.") and key != "meta.wcs"}


def references_of(step: Step, model: JwstDataModel) -> tuple[Reference, ...]:
    """List the reference files that a step recorded in the model.

    Parameters
    ----------
    step : Step
        The step, which has been run.
    model : ImageModel
        The model that it was run on.

    Returns
    -------
    tuple of Reference
        In the order of the types of the step; types without a record are left out.
    """
    recorded = ((name, getattr(model.meta.ref_file, name, None)) for name in step.reference_file_types)
    return tuple(
        Reference(name, str(node.name), locate_reference(str(node.name)))
        for name, node in recorded
        if node is not None and node.name not in (None, "N/A")
    )


def contradictions(info: ExposureInfo, model: JwstDataModel) -> tuple[str, ...]:
    """Find differences between the FITS header of a file and its metadata tree (ASDF), which the pipeline may use.

    Parameters
    ----------
    info : ExposureInfo
        The values of the header.
    model : JwstDataModel
        The opened exposure.

    Returns
    -------
    tuple of str
        A sentence each.
    """
    instrument = model.meta.instrument
    pairs = {
        "DETECTOR": (info.detector, instrument.detector),
        "FILTER": (info.filter, instrument.filter),
        "PUPIL": (info.pupil, instrument.pupil),
    }
    return tuple(
        f"{info.path.name} contradicts itself: {keyword} is {header or 'missing'} in its header, but for the pipeline "
        f"it is {believed or 'missing'}."
        for keyword, (header, believed) in pairs.items()
        if header != str(believed or "").upper()
    )
