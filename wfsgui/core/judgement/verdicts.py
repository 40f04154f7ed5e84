"""Verdicts of the analyst on steps."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

__all__ = ["Judgement", "Verdict"]


class Judgement(StrEnum):
    """Kind of a verdict."""

    ACCEPTED = "accepted"
    REDONE = "redone"
    REJECTED = "rejected"


@dataclass(frozen=True)
class Verdict:
    """One verdict.

    Attributes
    ----------
    stage : str
        The step.
    judgement : Judgement
        Kind of the verdict.
    note : str
        Note of the analyst; may be empty.
    when : str
        Time, UTC, ISO 8601.
    """

    stage: str
    judgement: Judgement
    note: str
    when: str
