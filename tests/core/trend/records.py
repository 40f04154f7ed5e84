"""Records for tests of the trend."""

from __future__ import annotations

import uuid
from math import nan

from wfsgui.core.trend.record import TrendCheck, TrendNumber, TrendRecord

__all__ = ["record"]

_TEXTS = {
    "exposure": "jw99001001001_02101_00001_nrca3",
    "judgement": "fit",
    "decided": "2026-01-02T10:00:00+00:00",
    "time": "2026-01-01T00:00:00.000",
    "program": "99001",
    "observation": "001",
    "visit": "001",
    "detector": "NRCA3",
    "aperture": "NRCA3_FP1",
    "filter": "F212N",
    "pupil": "WLP8",
    "defocus": "WLP8",
    "role": "fine phasing",
    "sensing_stage": "FINE_PHASING",
    "stage": "cal",
    "note": "a note",
    "level": "good",
    "context": "jwst_9999.pmap",
    "rate": "/data/a_rate.fits",
    "result": "/data/a_cal.fits",
    "folder": "/data",
}


def record(
    value: float = 2140.0, *, error: float = 12.0, unit: str = "", limit: float = 1500.0, **changes: str
) -> TrendRecord:
    """Make a record with the SBR and a flux that could not be measured; each has a name of its own.

    Parameters
    ----------
    value, error : float
        The SBR.
    unit : str
        Its unit.
    limit : float
        Its limit.
    changes : str
        Other texts of the record.
    """
    numbers = (TrendNumber("sbr", "SBR", value, error, unit), TrendNumber("flux", "Flux", nan, nan, "Jy"))
    checks = (
        TrendCheck("sbr", "SBR", "good", "2140(12)", "sbr", f"more than {limit:g}", limit, "wss_tools"),
        TrendCheck("placement", "Placement", "cannot tell"),
    )
    texts = {**_TEXTS, "uid": uuid.uuid4().hex, **changes}
    return TrendRecord(**texts, versions={"wfsgui": "1.0", "jwst": "3.0.0"}, numbers=numbers, checks=checks)
