"""The regions of a session, which stay from exposure to exposure, and those of the star on screen."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from PySide6.QtCore import QObject, Signal

from wfsgui.core.regions.shapes import Annulus, Circle, NamedRegion, Region

__all__ = ["RegionList"]


class RegionList(QObject):
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

    @property
    def star(self) -> tuple[NamedRegion, ...]:
        """The regions of the star; empty where there are none."""
        return tuple(named for named in self.regions if named.of_star)

    @property
    def annulus(self) -> Annulus | None:
        """The annulus that is drawn for the background of the selected region; None where none is."""
        if self.selected is None or not self.selected.of_star or isinstance(self.selected.region, Annulus):
            return None
        return next((named.region for named in self.star if isinstance(named.region, Annulus)), None)

    def put_star(self, star: Iterable[NamedRegion], *, select: bool) -> None:
        """Put the regions of a star in the place of those that there are.

        Parameters
        ----------
        star : iterable of NamedRegion
            The last one is what is measured.
        select : bool
            Whether that one is selected; otherwise the same region as before is.
        """
        self._drop_star()
        self.regions.extend(star)
        if select:
            self._selected = len(self.regions) - 1
        self.changed.emit()

    def remove_star(self) -> None:
        """Remove the regions of the star."""
        if self.star:
            self._drop_star()
            self.changed.emit()

    def _drop_star(self) -> None:
        selected = self.selected
        self.regions = [named for named in self.regions if not named.of_star]
        places = (place for place, named in enumerate(self.regions) if named is selected)
        self._selected = next(places, -1)

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
        """Give the selected region another place or size; the star's annulus goes with the star's circle."""
        if self.selected is None:
            return
        annulus, before = self.annulus, self.selected.region
        self.regions[self._selected] = self.selected.to(region)
        if annulus is not None and isinstance(before, Circle) and isinstance(region, Circle):
            followed = _followed(annulus, before, region)
            at = next(place for place, named in enumerate(self.regions) if named.of_star and named.region is annulus)
            self.regions[at] = self.regions[at].to(followed)
        self.changed.emit()

    def rename(self, place: int, name: str) -> None:
        """Give a region another name."""
        if name and name != self.regions[place].name:
            self.regions[place] = replace(self.regions[place], name=name)
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


def _followed(annulus: Annulus, before: Circle, now: Circle) -> Annulus:
    """Move and scale an annulus as a circle was."""
    scale = now.radius / before.radius if before.radius > 0 else 1.0
    moved = annulus.moved(now.x - before.x, now.y - before.y)
    return Annulus(moved.x, moved.y, scale * annulus.inner, scale * annulus.outer)
