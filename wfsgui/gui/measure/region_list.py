"""Regions of a session, which all exposures share, and regions of the star on screen."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from PySide6.QtCore import QObject, Signal

from wfsgui.core.regions.shapes import Annulus, Circle, NamedRegion, Region

__all__ = ["RegionList"]


class RegionList(QObject):
    """List of regions, one of which may be selected.

    Parameters
    ----------
    parent : QObject, optional
        Owner.

    Attributes
    ----------
    regions : list of NamedRegion
        The regions in the order of creation.
    changed : Signal()
        A region was added, removed or changed, or the selection changed.
    """

    changed = Signal()

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.regions: list[NamedRegion] = []
        self._selected = -1

    @property
    def selected(self) -> NamedRegion | None:
        """The selected region, which is measured."""
        return self.regions[self._selected] if self._selected >= 0 else None

    @property
    def place(self) -> int:
        """Index of the selected region; -1 if there is none."""
        return self._selected

    @property
    def star(self) -> tuple[NamedRegion, ...]:
        """The regions of the star; empty if there are none."""
        return tuple(named for named in self.regions if named.of_star)

    @property
    def annulus(self) -> Annulus | None:
        """The drawn annulus for the background of the selected region; None if there is none."""
        if self.selected is None or not self.selected.of_star or isinstance(self.selected.region, Annulus):
            return None
        return next((named.region for named in self.star if isinstance(named.region, Annulus)), None)

    def put_star(self, star: Iterable[NamedRegion], *, select: bool) -> None:
        """Replace the regions of the star.

        Parameters
        ----------
        star : iterable of NamedRegion
            The new regions, the one to measure last.
        select : bool
            Whether to select the last one; otherwise the selection is kept.
        """
        self._drop_star()
        self.regions.extend(star)
        if select:
            self._selected = len(self.regions) - 1
        self.changed.emit()

    def put_session(self, regions: Iterable[NamedRegion], selected: int) -> None:
        """Replace all regions but those of the star, and select one of the new ones by its index; -1 selects none."""
        own = list(regions)
        self.regions = [*own, *self.star]
        self._selected = selected if selected < len(own) else -1
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
        """Add a region with the first free number as its name, and select it."""
        taken = {named.name for named in self.regions}
        name = next(str(number) for number in range(1, len(taken) + 2) if str(number) not in taken)
        self.extend([NamedRegion(name, region)])

    def extend(self, regions: Iterable[NamedRegion]) -> None:
        """Add regions and select the last one."""
        self.regions.extend(regions)
        self._selected = len(self.regions) - 1
        self.changed.emit()

    def select(self, place: int) -> None:
        """Select a region by its index; -1 selects none."""
        if place != self._selected:
            self._selected = place
            self.changed.emit()

    def reshape(self, region: Region) -> None:
        """Replace the shape of the selected region; the star's annulus moves with the star's circle."""
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
        """Rename a region."""
        if name and name != self.regions[place].name:
            self.regions[place] = replace(self.regions[place], name=name)
            self.changed.emit()

    def remove_selected(self) -> None:
        """Remove the selected region and select the next one."""
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
    """Move and scale an annulus in the same way as a circle."""
    scale = now.radius / before.radius if before.radius > 0 else 1.0
    moved = annulus.moved(now.x - before.x, now.y - before.y)
    return Annulus(moved.x, moved.y, scale * annulus.inner, scale * annulus.outer)
