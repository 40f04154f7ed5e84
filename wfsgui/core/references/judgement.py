"""Judgement of a reference file: what forbids its use, and what makes it doubtful."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

__all__ = ["FileFaultError", "Judgement", "joined"]


class FileFaultError(Exception):
    """A file cannot be judged any further; the text is the fault."""


@dataclass(frozen=True)
class Judgement:
    """What speaks against the use of a reference file for an exposure, a sentence each.

    Attributes
    ----------
    faults : tuple of str
        Why it must not be used: the step would fail, would not be applied, or would leave a wrong or empty image.
    doubts : tuple of str
        What the step would accept without a word, but the analyst should know.
    """

    faults: tuple[str, ...] = ()
    doubts: tuple[str, ...] = ()

    @property
    def fault(self) -> str:
        """The first fault; empty if there is none."""
        return self.faults[0] if self.faults else ""


def joined(judgements: Iterable[Judgement]) -> Judgement:
    """Return all faults and doubts of several judgements, each sentence once."""
    all_of = list(judgements)
    return Judgement(
        tuple(dict.fromkeys(fault for each in all_of for fault in each.faults)),
        tuple(dict.fromkeys(doubt for each in all_of for doubt in each.doubts)),
    )
