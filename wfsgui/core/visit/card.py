"""The preflight card: results of the checks on a product before its run."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from enum import StrEnum
from typing import Final

__all__ = ["REFERENCES", "CardLine", "PreflightCard", "State"]

REFERENCES: Final = "references"
"""Name of the line that replaces those of the reference types, where they are not known."""


class State(StrEnum):
    """Result of a check or of a card, from the best to the worst."""

    GO = "go"
    CANNOT_TELL = "cannot tell"
    CARE = "care"
    NO_GO = "no go"


_STATES: Final = tuple(State)


@dataclass(frozen=True)
class CardLine:
    """Result of one check.

    Attributes
    ----------
    what : str
        Name of the check, for example ``pointing``.
    value : str
        Value that was found.
    state : State
        Result of the check. It is advice: no result stops a run.
    reason : str
        Reason of the result, one sentence; empty if the value says enough.
    """

    what: str
    value: str
    state: State
    reason: str = ""

    @property
    def text(self) -> str:
        """The line as text, for example ``pointing: PLANNED. The WCS is from the plan.``."""
        head = f"{self.what}: {self.value}"
        return f"{head}. {self.reason}" if self.reason else head


@dataclass(frozen=True)
class PreflightCard:
    """Results of all checks on one product.

    Attributes
    ----------
    product : str
        Name of the product.
    lines : tuple of CardLine
        Results in the order in which they are shown.
    """

    product: str
    lines: tuple[CardLine, ...]

    @property
    def overall(self) -> State:
        """Worst state of the lines."""
        return max((line.state for line in self.lines), key=_STATES.index, default=State.CANNOT_TELL)

    @property
    def reasons(self) -> tuple[str, ...]:
        """Lines that are worse than `State.GO`, as text, the worst first."""
        worse = [line for line in self.lines if line.state is not State.GO]
        return tuple(line.text for line in sorted(worse, key=lambda line: -_STATES.index(line.state)))

    @property
    def knows_references(self) -> bool:
        """Whether the reference files of the run are known."""
        return not any(line.what == REFERENCES and line.state is State.CANNOT_TELL for line in self.lines)

    def as_dict(self) -> dict[str, object]:
        """Return the card as plain values for JSON."""
        return {
            "product": self.product,
            "overall": str(self.overall),
            "lines": [asdict(line) | {"state": str(line.state)} for line in self.lines],
        }

    def as_text(self) -> tuple[str, ...]:
        """Return the card as lines of text: the overall state, then every check."""
        width = max(map(len, _STATES))
        return (f"preflight: {self.overall}", *(f"  {line.state:<{width}}  {line.text}" for line in self.lines))
