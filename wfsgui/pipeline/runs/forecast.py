"""Forecast of wfs_combine: jwst's own step, run on two results; nothing is saved."""

from __future__ import annotations

import json
import logging
import re
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Final

from jwst.wfs_combine import WfsCombineStep
from jwst.wfs_combine.wfs_combine import DataSet
from stdatamodels.jwst import datamodels

from wfsgui.core.errors import WfsguiError
from wfsgui.core.pair.forecast import CombinationForecast, CombinationRecord, CombinationRequest
from wfsgui.pipeline.chain.error_messages import explain
from wfsgui.pipeline.chain.log_capture import LogCapture
from wfsgui.pipeline.chain.openable import openable
from wfsgui.pipeline.chain.speedups import reduced_overhead
from wfsgui.pipeline.session.model_reading import image_of

if TYPE_CHECKING:
    from collections.abc import Sequence

__all__ = ["forecast_combination"]

log = logging.getLogger(__name__)

_STEP: Final = "wfs_combine"
_DOING: Final = "the forecast of wfs_combine"
_OFFSET: Final = re.compile(r"WFS_COMBINE ([XY]) offset applied (-?\d+) pixels actual offset (-?[\d.]+) pixels")
_PARAMETERS: Final = ("do_refine", "flip_dithers", "psf_size", "blur_size", "n_size")


def forecast_combination(request: CombinationRequest) -> CombinationForecast:
    """Run jwst's ``WfsCombineStep`` on two results, configured as by ``WfsCombineStep.call``.

    Parameters
    ----------
    request : CombinationRequest
        The files, and the parameter that is chosen.

    Returns
    -------
    CombinationForecast
        The combined image, and what the step did.

    Raises
    ------
    WfsguiError
        If the files are no results with a WCS and the same shape, or if the step fails.
    """
    capture = LogCapture()
    try:
        request.folder.mkdir(parents=True, exist_ok=True)
        with (
            reduced_overhead(),
            capture.listening(),
            capture.during(_STEP) as lines,
            openable([request.first, request.second]) as names,
            tempfile.TemporaryDirectory(prefix="combine-", dir=request.folder) as folder,
        ):
            association = _association(Path(folder), names)
            step = _configured(association, request)
            sky_shift = _sky_shift(names, step)
            (model,) = step.run(str(association))
            with model:
                record = _record(request, step, sky_shift, [line.text for line in lines])
                return CombinationForecast(image_of(model), record)
    except WfsguiError:
        raise
    except (Exception, SystemExit) as error:
        # crds raises SystemExit if it has no context; the step raises any kind of error.
        log.exception("The forecast of wfs_combine failed.")
        raise WfsguiError(explain(error, _DOING)) from error


def _association(folder: Path, names: Sequence[str]) -> Path:
    """Write an association of two exposures, as the step reads it."""
    members = [{"expname": str(Path(name).absolute()), "exptype": "science"} for name in names]
    content = {
        "asn_type": "wfs-image3",
        "asn_rule": "Asn_Lv3WFSCMB",
        "asn_pool": "none",
        "asn_id": "a3001",
        "program": "none",
        "target": "none",
        "products": [{"name": "forecast_{suffix}", "members": members}],
    }
    path = folder / "forecast_asn.json"
    path.write_text(json.dumps(content), encoding="utf-8")
    return path


def _configured(association: Path, request: CombinationRequest) -> WfsCombineStep:
    """Configure the step as its `call` does: by CRDS, then by the choice of the analyst."""
    chosen = {} if request.refine is None else {"do_refine": request.refine}
    config, config_file = WfsCombineStep.build_config(str(association), **chosen)
    config.pop("class", None)
    return WfsCombineStep.from_config_section(config, name=config.get("name"), config_file=config_file)


def _sky_shift(names: Sequence[str], step: WfsCombineStep) -> tuple[float, float]:
    """Check the exposures, and return the shift by WCS, not rounded, as the step computes it."""
    with datamodels.open(names[0]) as first, datamodels.open(names[1]) as second:
        for name, model in zip(names, (first, second), strict=True):
            if model.meta.wcs is None or not model.hasattr("data"):
                raise WfsguiError(f"{Path(name).name} has no WCS; a forecast of wfs_combine needs two _cal files.")
        if first.data.shape != second.data.shape:
            shapes = " and ".join("x".join(map(str, reversed(model.data.shape))) for model in (first, second))
            raise WfsguiError(f"The images differ in shape ({shapes} pixels); wfs_combine needs two of the same shape.")
        shift = DataSet(first, second, step.do_refine, step.flip_dithers, step.psf_size, step.blur_size, step.n_size)
        shift.get_wcs_offsets()
        return float(shift.flt_off_x), float(shift.flt_off_y)


def _record(
    request: CombinationRequest, step: WfsCombineStep, sky_shift: tuple[float, float], lines: list[str]
) -> CombinationRecord:
    # The rule of the step: the shift is rounded first.
    flipped = bool(step.flip_dithers) and round(sky_shift[0]) < 0
    names = (request.first.name, request.second.name)
    applied, refined = _offsets(lines)
    return CombinationRecord(
        names=(names[1], names[0]) if flipped else names,
        flipped=flipped,
        sky_shift=sky_shift,
        applied=applied,
        refined=refined if step.do_refine else None,
        parameters={name: str(getattr(step, name)) for name in _PARAMETERS},
        log=tuple(lines),
    )


def _offsets(lines: list[str]) -> tuple[tuple[int, int] | None, tuple[float, float] | None]:
    """Read the shift that was applied from the log: the step keeps it nowhere else."""
    found = {match[1]: match for line in lines if (match := _OFFSET.search(line)) is not None}
    if found.keys() != {"X", "Y"}:
        return None, None
    x, y = found["X"], found["Y"]
    return (int(x[2]), int(y[2])), (float(x[3]), float(y[3]))
