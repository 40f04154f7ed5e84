"""The regions of a session: they belong to no exposure, and stay from step to step."""

from __future__ import annotations

from collections.abc import Iterable

from PySide6.QtCore import QObject, Signal

from wfsgui.core.regions import NamedRegion, Region

__all__ = ["RegionBook"]


class RegionBook(QObject):
    """Keep regions, of which one may be selected.

    Parameters
    ----------
    parent : QObject, optional
        Owner.

    Attributes
    ----------
    regions : list of NamedRegion
        In the order in which they were made.
    changed : Signal()
        There are others, one is another, or another one is selected.
    """

    changed = Signal()

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.regions: list[NamedRegion] = []
        self._selected = -1

    @property
    def selected(self) -> NamedRegion | None:
        """The region that is measured."""
        return self.regions[self._selected] if self._selected >= 0 else None

    @property
    def place(self) -> int:
        """Where in the list the selected one is; -1 where there is none."""
        return self._selected

    def add(self, region: Region) -> None:
        """Add a region, under the first number that is free, and select it."""
        taken = {named.name for named in self.regions}
        name = next(str(number) for number in range(1, len(taken) + 2) if str(number) not in taken)
        self.extend([NamedRegion(name, region)])

    def extend(self, regions: Iterable[NamedRegion]) -> None:
        """Add regions, and select the last one."""
        self.regions.extend(regions)
        self._selected = len(self.regions) - 1
        self.changed.emit()

    def select(self, place: int) -> None:
        """Select a region by its place in the list; none by -1."""
        if place != self._selected:
            self._selected = place
            self.changed.emit()

    def reshape(self, region: Region) -> None:
        """Give the selected region another place or size."""
        if self.selected is not None:
            self.regions[self._selected] = NamedRegion(self.selected.name, region)
            self.changed.emit()

    def rename(self, place: int, name: str) -> None:
        """Give a region another name."""
        if name and name != self.regions[place].name:
            self.regions[place] = NamedRegion(name, self.regions[place].region)
            self.changed.emit()

    def remove_selected(self) -> None:
        """Remove the selected region; the one after it is selected."""
        if self.selected is not None:
            del self.regions[self._selected]
            self._selected = min(self._selected, len(self.regions) - 1)
            self.changed.emit()

    def clear(self) -> None:
        """Remove every region."""
        self.regions.clear()
        self._selected = -1
        self.changed.emit()
