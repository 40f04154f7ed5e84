"""List widget of the regions."""

from __future__ import annotations

from typing import Final

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QListWidget, QListWidgetItem

from wfsgui.core.regions.pixel_numbers import FROM_1, PixelNumbers
from wfsgui.gui.measure.region_list import RegionList

__all__ = ["RegionListView"]

_LINES: Final = 5
_TIP: Final = "Double click to rename, Del to remove"


class RegionListView(QListWidget):
    """Show the regions by name; a click selects a region, an edit renames it.

    Parameters
    ----------
    regions : RegionList
        The regions.
    """

    def __init__(self, regions: RegionList) -> None:
        super().__init__()
        self._regions = regions
        self._numbers = FROM_1
        self.setObjectName("regions")
        self.setAccessibleName("Regions")
        self.setToolTip(_TIP)
        self.setFixedHeight(_LINES * (self.fontMetrics().height() + 4))
        self.currentRowChanged.connect(regions.select)
        self.itemChanged.connect(lambda item: regions.rename(self.row(item), item.text().strip()))
        regions.changed.connect(self.refresh)
        self.refresh()

    def set_pixel_numbers(self, numbers: PixelNumbers) -> None:
        """Set the convention of pixel numbers."""
        self._numbers = numbers
        self.refresh()

    def refresh(self) -> None:
        """Show the current regions and the selected one."""
        regions = self._regions.regions
        self.blockSignals(True)
        while self.count() > len(regions):
            self.takeItem(self.count() - 1)
        while self.count() < len(regions):
            item = QListWidgetItem()
            item.setFlags(item.flags() | Qt.ItemFlag.ItemIsEditable)
            self.addItem(item)
        for row, named in enumerate(regions):
            text = f"{self._numbers.region(named.region)} ({self._numbers.convention})"
            self.item(row).setText(named.name)
            self.item(row).setToolTip(f"{text}\n{_TIP}")
        self.setCurrentRow(self._regions.place)
        self.blockSignals(False)
