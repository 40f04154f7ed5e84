"""Levels, stretch and colours of the image on screen, with the two rows of controls that set them."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QObject, Signal

from wfsgui.core.image.display import LIMITS, Histogram, Levels
from wfsgui.gui.display.appearance import Appearance
from wfsgui.gui.display.colours import dq_table
from wfsgui.gui.display.level_memory import LevelKey, LevelMemory
from wfsgui.gui.display.levels_bar import LevelsBar
from wfsgui.gui.display.view_controls import ViewControls

__all__ = ["DisplayControl"]


class DisplayControl(QObject):
    """Keep the display settings, and set them by the controls beneath the image.

    Parameters
    ----------
    parent : QObject
        Owner.

    Attributes
    ----------
    levels_bar : LevelsBar
        Row of controls for limits, stretch and levels.
    controls : ViewControls
        Row of controls for plane, colour map, lock and zoom.
    appearance : Appearance
        Stretch and colour map.
    memory : LevelMemory
        Levels of the images shown so far.
    changed : Signal()
        The image must be drawn again.
    colours_changed : Signal()
        The colour table is another one; the image need not be drawn again.
    lock_changed : Signal(bool)
        Whether zoom, position and levels stay from image to image.
    """

    changed = Signal()
    colours_changed = Signal()
    lock_changed = Signal(bool)

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self.levels_bar, self.controls = LevelsBar(), ViewControls()
        self.appearance, self.memory = Appearance(), LevelMemory()
        self._key = LevelKey("", "", "")
        self._shows_flags = False
        self.controls.set_locked(locked=self.is_locked)
        self.levels_bar.rule_chosen.connect(self._take_rule)
        self.levels_bar.stretch_chosen.connect(self._take_stretch)
        self.levels_bar.levels_set.connect(self._take_levels)
        self.controls.map_chosen.connect(self._take_map)
        self.controls.inverse_chosen.connect(self._take_inverse)
        self.controls.lock_chosen.connect(lambda locked: self.set_locked(locked=locked))

    @property
    def is_locked(self) -> bool:
        """Whether zoom, position and levels stay from image to image."""
        return self.memory.keeps

    @property
    def table(self) -> NDArray[np.uint8]:
        """Colour table of the plane on screen, shape (256, 3)."""
        return dq_table() if self._shows_flags else self.appearance.table

    @property
    def levels(self) -> Levels | None:
        """Levels of the plane on screen; None for flags, and before they are computed."""
        return None if self._shows_flags else self.memory.find(self._key)

    @property
    def rule(self) -> str:
        """Rule that computes the levels, or ``by hand``."""
        return "by hand" if self.memory.is_by_hand(self._key) else self.memory.rule

    def set_key(self, key: LevelKey) -> None:
        """Set the key of the levels of the plane on screen."""
        self._key = key
        self.levels_bar.set_rule(self.memory.rule, by_hand=self.memory.is_by_hand(key))

    def show_values(self, histogram: Histogram, levels: Levels, made_by: str, missing: float) -> None:
        """Show histogram and levels of the plane that has been drawn.

        Parameters
        ----------
        histogram : Histogram
            Histogram of its values.
        levels : Levels
            Levels that it was drawn with.
        made_by : str
            Rule that computed them; empty where they were given.
        missing : float
            Share of the pixels that are NaN, 0 to 1.
        """
        self._set_flags_shown(shown=False)
        if made_by:
            self.memory.put_made(self._key, made_by, levels)
        # The analyst may have set other levels since the request to draw.
        current = self.memory.find(self._key) or levels
        self.levels_bar.show_values(histogram, current, missing, self._key.unit)

    def show_classes(self, shares: Mapping[int, float]) -> None:
        """Show the legend of the data-quality classes.

        Parameters
        ----------
        shares : mapping of int to float
            Share of the pixels of each class, 0 to 1.
        """
        self._set_flags_shown(shown=True)
        self.levels_bar.show_classes(shares)

    def set_auto_limits(self) -> None:
        """Compute the levels again from the image on screen."""
        self.memory.forget(self._key)
        self.changed.emit()

    def set_locked(self, *, locked: bool) -> None:
        """Set whether zoom, position and levels stay from image to image.

        Parameters
        ----------
        locked : bool
            True to keep them; False to fit each image and to compute its own levels.
        """
        self.controls.set_locked(locked=locked)
        if locked != self.memory.keeps:
            self.memory.keeps = locked
            self.lock_changed.emit(locked)

    def clear(self) -> None:
        """Show no image."""
        self.levels_bar.clear()
        self.controls.clear()

    def state(self) -> dict[str, str]:
        """Return the settings as text, to be stored."""
        lock = "yes" if self.is_locked else "no"
        return {**self.appearance.state(), "limits": self.memory.rule, "lock": lock}

    def restore(self, state: Mapping[str, str]) -> None:
        """Take stored settings; values that are not known are ignored."""
        self.appearance.restore(state)
        if state.get("limits") in LIMITS:
            self.memory.rule = state["limits"]
        if state.get("lock") in ("yes", "no"):
            self.set_locked(locked=state["lock"] == "yes")
        self.show_colours()
        self.changed.emit()

    def show_colours(self) -> None:
        """Show the colours on the controls, and report them."""
        appearance = self.appearance
        self.levels_bar.set_colours(appearance.table, appearance.stretch)
        self.controls.set_colours(appearance.colour_map, inverse=appearance.inverse, applies=not self._shows_flags)
        self.colours_changed.emit()

    def _set_flags_shown(self, *, shown: bool) -> None:
        if shown != self._shows_flags:
            self._shows_flags = shown
            self.show_colours()

    def _take_rule(self, rule: str) -> None:
        self.memory.rule = rule
        self.set_auto_limits()

    def _take_levels(self, levels: Levels) -> None:
        self.memory.put_by_hand(self._key, levels)
        self.changed.emit()

    def _take_stretch(self, stretch: str) -> None:
        self.appearance.stretch = stretch
        self.show_colours()
        self.changed.emit()

    def _take_map(self, name: str) -> None:
        self.appearance.colour_map = name
        self.show_colours()

    def _take_inverse(self, inverse: object) -> None:
        self.appearance.inverse = bool(inverse)
        self.show_colours()
