"""Tree model of the exposures and their members."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import count
from typing import Final

from PySide6.QtCore import QModelIndex, QObject, QPersistentModelIndex, Qt
from PySide6.QtGui import QImage, QStandardItem, QStandardItemModel

from wfsgui.core.assess.results import Level
from wfsgui.core.model.exposure import Exposure
from wfsgui.core.model.exposure_text import state_text
from wfsgui.core.model.product import Member
from wfsgui.core.visit.roles import role_of
from wfsgui.gui.exposures.list_headings import HeadingCounts, SortKey, exposure_key
from wfsgui.gui.exposures.row_text import visit_text
from wfsgui.gui.widgets.theme import plain_tip

__all__ = ["BADGE_ROLE", "EXPOSURE_ROLE", "HEADING_ROLE", "MEMBER_ROLE", "PICTURE_ROLE", "Badge", "ListModel"]

EXPOSURE_ROLE: Final = Qt.ItemDataRole.UserRole
"""The exposure of a top-level row; None for a member."""

PICTURE_ROLE: Final = Qt.ItemDataRole.UserRole + 1
"""The thumbnail of a top-level row."""

MEMBER_ROLE: Final = Qt.ItemDataRole.UserRole + 2
"""The member of a row below an exposure."""

HEADING_ROLE: Final = Qt.ItemDataRole.UserRole + 3
"""The `Heading` of a row that is one."""

BADGE_ROLE: Final = Qt.ItemDataRole.UserRole + 4
"""The `Badge` of a top-level row; None without one."""


@dataclass(frozen=True)
class Badge:
    """Short text beside the name of an exposure.

    Attributes
    ----------
    text : str
        The text, for example ``SBR 2140``.
    level : Level
        Level whose colour it has.
    meaning : str
        One sentence for the tool tip.
    """

    text: str
    level: Level
    meaning: str


class ListModel(QStandardItemModel):
    """A row for each exposure, with its members below it, and headings for visits and roles.

    Headings cannot be selected, and the keyboard skips them.

    Parameters
    ----------
    parent : QObject
        Owner.
    """

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self._rows: dict[str, QStandardItem] = {}
        # Sort keys of all rows, in their order, and those of the exposures.
        self._order: list[SortKey] = []
        self._keys: dict[str, SortKey] = {}
        self._numbers = count()
        self._counts = HeadingCounts()
        self._headings: dict[SortKey, QStandardItem] = {}

    def add(self, exposures: Sequence[Exposure]) -> None:
        """Insert exposures by visit and role."""
        for exposure in exposures:
            row = self._rows[exposure.key] = QStandardItem(exposure.product.name)
            row.setEditable(False)
            row.setData(exposure, EXPOSURE_ROLE)
            row.appendRows(_members(exposure))
            self._describe(row, exposure)
            self._keys[exposure.key] = key = exposure_key(exposure.product, next(self._numbers))
            self._counts.change(exposure.product, 1)
            self._insert(key, row)
        self._update_headings()

    def remove(self, exposures: Sequence[Exposure]) -> None:
        """Remove exposures."""
        for exposure in exposures:
            del self._rows[exposure.key]
            self._counts.change(exposure.product, -1)
            self._remove(self._keys.pop(exposure.key))
        self._update_headings()

    def _insert(self, key: SortKey, row: QStandardItem) -> None:
        place = bisect_right(self._order, key)
        self._order.insert(place, key)
        self.insertRow(place, row)

    def _remove(self, key: SortKey) -> None:
        place = bisect_left(self._order, key)
        del self._order[place]
        self.removeRow(place)

    def _update_headings(self) -> None:
        wanted = self._counts.headings()
        for key in self._headings.keys() - wanted.keys():
            del self._headings[key]
            self._remove(key)
        for key, heading in wanted.items():
            if key not in self._headings:
                self._headings[key] = _heading()
                self._insert(key, self._headings[key])
            if self._headings[key].data(HEADING_ROLE) != heading:
                self._headings[key].setText(f"{heading.text}, {heading.count}")
                self._headings[key].setData(heading, HEADING_ROLE)

    def refresh(self, exposure: Exposure) -> None:
        """Show the present state of an exposure."""
        row = self._rows.get(exposure.key)
        if row is None:
            return
        if [row.child(place).data(MEMBER_ROLE) for place in range(row.rowCount())] != list(exposure.product.members):
            # It has other backgrounds than before.
            row.setText(exposure.product.name)
            row.removeRows(0, row.rowCount())
            row.appendRows(_members(exposure))
        self._describe(row, exposure)

    def set_thumbnail(self, key: str, picture: QImage) -> None:
        """Show the thumbnail of the exposure with this key."""
        if key in self._rows:
            self._rows[key].setData(picture, PICTURE_ROLE)

    def set_badge(self, exposure: Exposure, badge: Badge | None) -> None:
        """Show a badge beside the name of an exposure, or none."""
        row = self._rows.get(exposure.key)
        if row is not None and row.data(BADGE_ROLE) != badge:
            row.setData(badge, BADGE_ROLE)
            self._describe(row, exposure)

    def index_of(self, exposure: Exposure) -> QModelIndex:
        """Return the index of an exposure; invalid if it is not in the list."""
        row = self._rows.get(exposure.key)
        return QModelIndex() if row is None else row.index()

    def neighbour(self, exposure: Exposure | None, step: int) -> Exposure | None:
        """Return the next exposure of the list (1) or the previous one (-1); from None, the first one."""
        place = self.index_of(exposure).row() if exposure is not None else -1
        place += step if exposure is not None else 1
        while 0 <= place < self.rowCount():
            found = self.exposure_at(self.index(place, 0))
            if found is not None:
                return found
            # A heading.
            place += step
        return None

    def exposure_at(self, index: QModelIndex | QPersistentModelIndex) -> Exposure | None:
        """Return the exposure of a row, or of the exposure that a member belongs to."""
        top = index.parent() if index.parent().isValid() else index
        exposure = top.data(EXPOSURE_ROLE)
        return exposure if isinstance(exposure, Exposure) else None

    def _describe(self, row: QStandardItem, exposure: Exposure) -> None:
        badge = row.data(BADGE_ROLE)
        tip, spoken = _tip(exposure), f"{exposure.product.name}, {state_text(exposure)}"
        if isinstance(badge, Badge):
            tip, spoken = f"{tip}\n{badge.meaning}", f"{spoken}, {badge.text}"
        row.setToolTip(plain_tip(tip))
        row.setAccessibleText(spoken)
        row.emitDataChanged()


def _heading() -> QStandardItem:
    row = QStandardItem()
    row.setFlags(Qt.ItemFlag.NoItemFlags)
    return row


def _members(exposure: Exposure) -> list[QStandardItem]:
    product = exposure.product
    return [_member("science", product.science), *(_member("background", each) for each in product.backgrounds)]


def _member(kind: str, member: Member) -> QStandardItem:
    item = QStandardItem(f"{kind}: {member.path.name}")
    item.setEditable(False)
    item.setData(member, MEMBER_ROLE)
    item.setToolTip(plain_tip(f"{member.path}\nfound {member.found_by}"))
    return item


def _tip(exposure: Exposure) -> str:
    product = exposure.product
    role = role_of(product.science.info)
    lines = [str(product.science.path), f"State: {state_text(exposure)}", f"Role: {role.text} ({role.reason})"]
    lines += [f"Visit type: {visit_text(exposure)}"]
    if product.association:
        lines.append(f"From {product.association.table}")
    lines += [f"{len(product.backgrounds)} background exposures"] if product.backgrounds else []
    lines += [f"Saved as {exposure.saved}"] if exposure.saved else []
    lines += [text for text in (exposure.error, *exposure.notices, *exposure.findings) if text]
    return "\n".join(lines)
