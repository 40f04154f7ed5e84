"""Levels of the images shown so far: computed by a rule, or set by hand."""

from __future__ import annotations

from typing import Final, NamedTuple

from wfsgui.core.image.display import LIMITS, Levels

__all__ = ["LevelKey", "LevelMemory"]

_EVERYWHERE: Final = ""


class LevelKey(NamedTuple):
    """Key of the values that have their own levels.

    Attributes
    ----------
    exposure : str
        Key of the exposure.
    plane, unit : str
        Name of the plane, and unit of the image.
    """

    exposure: str
    plane: str
    unit: str


class LevelMemory:
    """Keep levels: the steps of an exposure share computed levels, all exposures share those set by hand.

    Attributes
    ----------
    rule : str
        Rule that computes levels, one of `LIMITS`.
    keeps : bool
        Whether levels stay for the next image.
    """

    def __init__(self) -> None:
        self.rule = LIMITS[0]
        self.keeps = True
        self._by_hand: dict[LevelKey, Levels] = {}
        self._made: dict[tuple[str, LevelKey], Levels] = {}

    @property
    def by_hand(self) -> dict[LevelKey, Levels]:
        """Levels that the analyst has set; they hold for all exposures."""
        return dict(self._by_hand)

    def begin_image(self) -> None:
        """Begin a new image: forget all levels, unless they are kept."""
        if not self.keeps:
            self._by_hand.clear()
            self._made.clear()

    def find(self, key: LevelKey) -> Levels | None:
        """Return the levels to use; None if they must be computed."""
        return self._by_hand.get(_for_all_exposures(key)) or self._made.get((self.rule, key))

    def is_by_hand(self, key: LevelKey) -> bool:
        """Return whether the levels to use were set by hand."""
        return _for_all_exposures(key) in self._by_hand

    def put_made(self, key: LevelKey, rule: str, levels: Levels) -> None:
        """Keep levels that a rule has computed."""
        self._made[rule, key] = levels

    def put_by_hand(self, key: LevelKey, levels: Levels) -> None:
        """Keep levels that the analyst has set."""
        self._by_hand[_for_all_exposures(key)] = levels

    def forget(self, key: LevelKey) -> None:
        """Forget levels, so that they are computed again."""
        self._by_hand.pop(_for_all_exposures(key), None)
        self._made.pop((self.rule, key), None)


def _for_all_exposures(key: LevelKey) -> LevelKey:
    return key._replace(exposure=_EVERYWHERE)
