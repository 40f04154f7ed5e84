"""Decisions of the analyst: whether an exposure or a pair is fit for phase retrieval."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

__all__ = ["Decision", "Fitness"]


class Fitness(StrEnum):
    """Kind of a decision, from the best to the worst."""

    FIT = "fit"
    CARE = "fit with care"
    NOT_FIT = "not fit"


@dataclass(frozen=True)
class Decision:
    """One decision on an exposure or on a pair.

    Attributes
    ----------
    judgement : Fitness
        Kind of the decision.
    note : str
        Note of the analyst; may be empty.
    when : str
        Time, UTC, ISO 8601.
    stage : str
        Stage on which the decision is based, for example ``cal``; empty if it is not known.
    """

    judgement: Fitness
    note: str
    when: str
    stage: str = ""
