"""Text about a point of the trend."""

from __future__ import annotations

from wfsgui.core.trend.points import IN_FOCUS, TrendPoint

__all__ = ["describe", "time_text"]


def time_text(text: str) -> str:
    """Return a time in UTC to the minute, as far as it is known."""
    return text[:16].replace("T", " ") or "no date"


def describe(point: TrendPoint, name: str) -> tuple[str, ...]:
    """Describe a point in some lines.

    Parameters
    ----------
    point : TrendPoint
        The point.
    name : str
        Name of the number that is plotted; empty without one.

    Returns
    -------
    tuple of str
        Exposure, value with its limit, decision with its note, visit.
    """
    record, number = point.record, point.number
    value = " ".join(filter(None, (point.value_text, number.unit))) if number is not None else "not measured"
    levels = ", ".join(dict.fromkeys(check.level for check in point.checks))
    limit = f" ({', '.join(filter(None, (point.limit_text, levels)))})" if point.limit_text or levels else ""
    note = f": {record.note}" if record.note else ""
    place = " ".join(filter(None, (record.detector, record.aperture, record.defocus or IN_FOCUS)))
    return (
        record.exposure,
        f"{time_text(record.time)} UTC, {place}",
        *([f"{name}: {value}{limit}"] if name else []),
        f"{record.judgement}, decided {time_text(record.decided)} UTC{note}",
        f"program {record.program or '-'} observation {record.observation or '-'} visit {record.visit or '-'}",
    )
