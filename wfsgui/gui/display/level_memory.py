"""Which levels an image is drawn with: those made for its like, those set by hand, or new ones."""

from __future__ import annotations

from typing import Final, NamedTuple

from wfsgui.core.image.display import LIMITS, Levels

__all__ = ["LevelKey", "LevelMemory"]

_EVERYWHERE: Final = ""


class LevelKey(NamedTuple):
    """What levels belong to.

    Attributes
    ----------
    exposure : str
        Key of the exposure.
    plane, unit : str
        Name of the plane, and the unit of the frame.
    """

    exposure: str
    plane: str
    unit: str


class LevelMemory:
    """Remember levels: while it keeps, steps of an exposure share theirs, and those set by hand are for all exposures.

    Attributes
    ----------
    rule : str
        Makes levels that are not set by hand; one of `LIMITS`.
    keeps : bool
        Whether levels outlast the frame on screen.
    """

    def __init__(self) -> None:
        self.rule = LIMITS[0]
        self.keeps = True
        self._by_hand: dict[LevelKey, Levels] = {}
        self._made: dict[tuple[str, LevelKey], Levels] = {}

    def begin_image(self) -> None:
        """Forget everything with the frame before, unless it is to be kept."""
        if not self.keeps:
            self._by_hand.clear()
            self._made.clear()

    def find(self, subject: LevelKey) -> Levels | None:
        """Return the levels to use; None where they are yet to be made."""
        return self._by_hand.get(_anywhere(subject)) or self._made.get((self.rule, subject))

    def is_by_hand(self, subject: LevelKey) -> bool:
        """Whether the levels to use were set by hand."""
        return _anywhere(subject) in self._by_hand

    def put_made(self, subject: LevelKey, rule: str, levels: Levels) -> None:
        """Keep levels that a rule has made."""
        self._made[rule, subject] = levels

    def put_by_hand(self, subject: LevelKey, levels: Levels) -> None:
        """Keep levels that the analyst has set."""
        self._by_hand[_anywhere(subject)] = levels

    def forget(self, subject: LevelKey) -> None:
        """Have levels made anew."""
        self._by_hand.pop(_anywhere(subject), None)
        self._made.pop((self.rule, subject), None)


def _anywhere(subject: LevelKey) -> LevelKey:
    return subject._replace(exposure=_EVERYWHERE)
