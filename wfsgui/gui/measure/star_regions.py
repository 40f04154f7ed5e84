"""Circle and annulus of the star in the exposure on screen."""

from __future__ import annotations

from PySide6.QtCore import QObject, Signal

from wfsgui.core.model.exposure import Exposure
from wfsgui.core.regions.shapes import NamedRegion
from wfsgui.gui.measure.region_list import RegionList
from wfsgui.gui.measure.star_finder import StarFinder

__all__ = ["StarRegions"]


class StarRegions(QObject):
    """Show a circle and an annulus at the star of each exposure.

    Parameters
    ----------
    regions : RegionList
        The regions.
    stars : StarFinder
        Search for the star of an exposure.
    parent : QObject, optional
        Owner.

    Attributes
    ----------
    error : Signal(str)
        Why an exposure has no star.
    """

    error = Signal(str)

    def __init__(self, regions: RegionList, stars: StarFinder, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._regions, self._stars = regions, stars
        self._exposure: Exposure | None = None
        self._is_wanted = self._is_selected = False
        # The regions as the analyst changed them, by the key of the exposure.
        self._kept: dict[str, tuple[NamedRegion, ...]] = {}
        stars.found.connect(self._take)

    def mark(self, exposure: Exposure) -> None:
        """Draw circle and annulus at the star of this exposure, in place of the present ones."""
        self._exposure = exposure
        self._is_wanted = self._is_selected = True
        self._kept.pop(exposure.key, None)
        self._show()

    def follow(self, exposure: Exposure | None) -> None:
        """Show the regions of this exposure if the previous exposure had star regions."""
        if exposure is self._exposure:
            return
        self._leave()
        self._exposure = exposure
        if self._is_wanted and exposure is not None:
            self._show()

    def forget(self, exposures: list[Exposure]) -> None:
        """Delete the regions of removed exposures."""
        for exposure in exposures:
            self._kept.pop(exposure.key, None)

    def _leave(self) -> None:
        """Keep the regions of the exposure; if the analyst removed them, show none in other exposures either."""
        if self._exposure is None or not self._is_wanted:
            return
        star, selected = self._regions.star, self._regions.selected
        if star:
            self._kept[self._exposure.key] = star
            self._is_selected = selected is not None and selected.of_star
            self._regions.remove_star()
        elif self._stars.circles(self._exposure) is not None:
            self._is_wanted = False

    def _show(self) -> None:
        exposure = self._exposure
        if exposure is None:
            return
        if exposure.key in self._kept:
            self._regions.put_star(self._kept[exposure.key], select=self._is_selected)
        elif self._stars.is_known(exposure):
            self._take(exposure)
        else:
            self._regions.remove_star()
            # Starts the search.
            self._stars.circles(exposure)

    def _take(self, exposure: Exposure) -> None:
        if exposure is not self._exposure or not self._is_wanted or exposure.key in self._kept:
            return
        found = self._stars.circles(exposure)
        if found is None:
            self._regions.remove_star()
            self.error.emit(self._stars.why_none(exposure))
            return
        annulus = NamedRegion("annulus", found.annulus, of_star=True)
        star = NamedRegion("star", found.aperture, of_star=True)
        self._regions.put_star((annulus, star), select=self._is_selected)
