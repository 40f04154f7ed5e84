"""What the analyst thinks of a step."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

__all__ = ["Judgement", "Verdict"]


class Judgement(StrEnum):
    """What the analyst decided."""

    ACCEPTED = "accepted"
    REDONE = "redone"
    REJECTED = "rejected"


@dataclass(frozen=True)
class Verdict:
    """One decision of the analyst.

    Attributes
    ----------
    stage : str
        The step it is about.
    judgement : Judgement
        The decision.
    note : str
        What the analyst wrote; may be empty.
    when : str
        UTC, ISO 8601.
    """

    stage: str
    judgement: Judgement
    note: str
    when: str
