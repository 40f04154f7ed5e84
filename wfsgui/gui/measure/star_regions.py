"""The circle and the annulus of the star: those of the exposure on screen, and no others."""

from __future__ import annotations

from PySide6.QtCore import QObject, Signal

from wfsgui.core.model.exposure import Exposure
from wfsgui.core.regions.shapes import NamedRegion
from wfsgui.gui.measure.region_list import RegionList
from wfsgui.gui.measure.star_finder import StarFinder

__all__ = ["StarRegions"]


class StarRegions(QObject):
    """Show one circle and one annulus, which follow the star from exposure to exposure.

    Parameters
    ----------
    book : RegionList
        The regions.
    stars : StarFinder
        Finds the star of an exposure.
    parent : QObject, optional
        Owner.

    Attributes
    ----------
    complained : Signal(str)
        Why an exposure has no star.
    """

    error = Signal(str)

    def __init__(self, book: RegionList, stars: StarFinder, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._book, self._stars = book, stars
        self._exposure: Exposure | None = None
        self._is_wanted = self._is_selected = False
        # As the analyst left them, by the key of the exposure.
        self._kept: dict[str, tuple[NamedRegion, ...]] = {}
        stars.found.connect(self._take)

    def mark(self, exposure: Exposure) -> None:
        """Put circle and annulus where the star of this exposure is found, in the place of those that there are."""
        self._exposure = exposure
        self._is_wanted = self._is_selected = True
        self._kept.pop(exposure.key, None)
        self._show()

    def follow(self, exposure: Exposure | None) -> None:
        """Show those of this exposure, if there were any for the one before."""
        if exposure is self._exposure:
            return
        self._leave()
        self._exposure = exposure
        if self._is_wanted and exposure is not None:
            self._show()

    def forget(self, exposures: list[Exposure]) -> None:
        """Forget what was kept of exposures that are gone."""
        for exposure in exposures:
            self._kept.pop(exposure.key, None)

    def _leave(self) -> None:
        """Keep the regions for when the exposure is shown again; where the analyst removed them, follow no more."""
        if self._exposure is None or not self._is_wanted:
            return
        star, selected = self._book.star, self._book.selected
        if star:
            self._kept[self._exposure.key] = star
            self._is_selected = selected is not None and selected.of_star
            self._book.remove_star()
        elif self._stars.circles(self._exposure) is not None:
            self._is_wanted = False

    def _show(self) -> None:
        exposure = self._exposure
        if exposure is None:
            return
        if exposure.key in self._kept:
            self._book.put_star(self._kept[exposure.key], select=self._is_selected)
        elif self._stars.is_known(exposure):
            self._take(exposure)
        else:
            self._book.remove_star()
            # To be asked for is to be looked for.
            self._stars.circles(exposure)

    def _take(self, exposure: Exposure) -> None:
        if exposure is not self._exposure or not self._is_wanted or exposure.key in self._kept:
            return
        found = self._stars.circles(exposure)
        if found is None:
            self._book.remove_star()
            self.error.emit(self._stars.why_none(exposure))
            return
        annulus = NamedRegion("annulus", found.annulus, of_star=True)
        star = NamedRegion("star", found.aperture, of_star=True)
        self._book.put_star((annulus, star), select=self._is_selected)
