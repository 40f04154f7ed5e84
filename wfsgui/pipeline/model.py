"""Reading what an analyst wants to see out of a jwst data model."""

from __future__ import annotations

import numpy as np
from jwst.stpipe import Step
from stdatamodels.jwst.datamodels import JwstDataModel

from wfsgui.core.events import Reference, StepFrame
from wfsgui.core.exposure import ExposureInfo

__all__ = ["contradictions", "frame_of", "references_of", "unit_of"]


def unit_of(model: JwstDataModel) -> str:
    """Return the unit of the image (BUNIT of SCI), empty where there is none."""
    return str(model.meta.bunit_data or "")


def frame_of(model: JwstDataModel) -> StepFrame:
    """Copy the planes out: the steps that follow change them in place.

    Parameters
    ----------
    model : ImageModel
        The pipeline's model.

    Returns
    -------
    StepFrame
        SCI, ERR and DQ, shape (y, x).
    """
    return StepFrame(
        sci=np.array(model.data, dtype=np.float32),
        err=np.array(model.err, dtype=np.float32),
        dq=np.array(model.dq, dtype=np.uint32),
        unit=unit_of(model),
    )


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
        In the step's own order of types; a type that it recorded nothing for is left out.
    """
    recorded = ((name, getattr(model.meta.ref_file, name, None)) for name in step.reference_file_types)
    return tuple(
        Reference(name, str(node.name))
        for name, node in recorded
        if node is not None and node.name not in (None, "N/A")
    )


def contradictions(info: ExposureInfo, model: JwstDataModel) -> tuple[str, ...]:
    """Name where a file's FITS header and its metadata tree (ASDF) disagree; the pipeline may believe the tree.

    Parameters
    ----------
    info : ExposureInfo
        What the header says.
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
