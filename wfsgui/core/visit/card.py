"""The preflight card: what is known of a product before its run, as plain data."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from enum import StrEnum
from typing import Final

__all__ = ["CardLine", "PreflightCard", "State"]


class State(StrEnum):
    """Verdict of a line or of a card, from the best to the worst."""

    GO = "go"
    CANNOT_TELL = "cannot tell"
    CARE = "care"
    NO_GO = "no go"


_STATES: Final = tuple(State)


@dataclass(frozen=True)
class CardLine:
    """One thing that was looked at.

    Attributes
    ----------
    what : str
        For example ``pointing``.
    value : str
        What was found.
    state : State
        The verdict. It is advice: the card forbids no run.
    reason : str
        Why, in one plain sentence; empty where the value says it.
    counts : bool
        Whether it is part of the card's verdict; False for what nobody asked to look at.
    """

    what: str
    value: str
    state: State
    reason: str = ""
    counts: bool = True

    @property
    def text(self) -> str:
        """The line in words, for example ``pointing: PLANNED. The WCS is the plan.``."""
        head = f"{self.what}: {self.value}"
        return f"{head}. {self.reason}" if self.reason else head


@dataclass(frozen=True)
class PreflightCard:
    """Everything that was looked at for one product.

    Attributes
    ----------
    product : str
        The product's name.
    lines : tuple of CardLine
        In the order in which they are shown.
    """

    product: str
    lines: tuple[CardLine, ...]

    @property
    def overall(self) -> State:
        """The worst state of the lines that count."""
        return max((line.state for line in self.lines if line.counts), key=_STATES.index, default=State.CANNOT_TELL)

    @property
    def reasons(self) -> tuple[str, ...]:
        """The lines that make the verdict worse than `State.GO`, the worst first."""
        counting = [line for line in self.lines if line.counts and line.state is not State.GO]
        return tuple(line.text for line in sorted(counting, key=lambda line: -_STATES.index(line.state)))

    def as_dict(self) -> dict[str, object]:
        """Give the card as plain values, for JSON."""
        return {
            "product": self.product,
            "overall": str(self.overall),
            "lines": [asdict(line) | {"state": str(line.state)} for line in self.lines],
        }

    def as_text(self) -> tuple[str, ...]:
        """Give the card as lines of text: the verdict, then everything that was looked at."""
        width = max(map(len, _STATES))
        return (f"preflight: {self.overall}", *(f"  {line.state:<{width}}  {line.text}" for line in self.lines))
