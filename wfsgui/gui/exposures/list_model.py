"""Tree model of the exposures, their branches and their members."""

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
from wfsgui.gui.exposures.branch_rows import BRANCH_ROLE, BranchRow, BranchRows
from wfsgui.gui.exposures.list_headings import HeadingCounts, SortKey, exposure_key
from wfsgui.gui.exposures.row_text import visit_text
from wfsgui.gui.widgets.theme import plain_tip

__all__ = ["BADGE_ROLE", "EXPOSURE_ROLE", "HEADING_ROLE", "MEMBER_ROLE", "PICTURE_ROLE", "Badge", "ListModel"]

EXPOSURE_ROLE: Final = Qt.ItemDataRole.UserRole
"""The exposure of a top-level row or of a branch; None for a member. A top-level row has the marked branch."""

PICTURE_ROLE: Final = Qt.ItemDataRole.UserRole + 1
"""The thumbnail of a top-level row."""

MEMBER_ROLE: Final = Qt.ItemDataRole.UserRole + 2
"""The member of a row below an exposure."""

HEADING_ROLE: Final = Qt.ItemDataRole.UserRole + 3
"""The `Heading` of a row that is one."""

BADGE_ROLE: Final = Qt.ItemDataRole.UserRole + 4
"""The `Badge` of a top-level row or of a branch; None without one."""


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
    """A row for each exposure, with its branches and members below it, and headings for visits and roles.

    Headings cannot be selected, and the keyboard skips them.

    Parameters
    ----------
    parent : QObject
        Owner.
    """

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        # By the key of each branch: the row of its product, and those of its branches.
        self._rows: dict[str, QStandardItem] = {}
        self._branches: dict[str, BranchRows] = {}
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
            self._branches[exposure.key] = branches = BranchRows(row, _branch_row)
            branches.set_members([exposure])
            self._describe(row, exposure)
            self._keys[exposure.key] = key = exposure_key(exposure.product, next(self._numbers))
            self._counts.change(exposure.product, 1)
            self._insert(key, row)
        self._update_headings()

    def remove(self, exposures: Sequence[Exposure]) -> None:
        """Remove exposures with all their branches, or single branches."""
        leaving, places = set(exposures), set(self._order)
        for exposure in exposures:
            row, branches = self._rows.pop(exposure.key), self._branches.pop(exposure.key)
            key = self._keys.pop(exposure.key)
            staying = [member for member in branches.members if member not in leaving]
            if staying:
                branches.set_members(staying)
                branches.describe(row.data(EXPOSURE_ROLE))
            elif key in places:
                places.remove(key)
                self._counts.change(exposure.product, -1)
                self._remove(key)
        self._update_headings()

    def set_branches(self, members: Sequence[Exposure], result: Exposure) -> bool:
        """Show the branches of an exposure that is in the list.

        Parameters
        ----------
        members : sequence of Exposure
            All branches, in the order of their tree.
        result : Exposure
            The one that is marked as the result: the row of the product shows its state.

        Returns
        -------
        bool
            Whether there are other rows of branches now.
        """
        known = next(member.key for member in members if member.key in self._rows)
        row, branches, key = self._rows[known], self._branches[known], self._keys[known]
        for member in members:
            self._rows[member.key], self._branches[member.key], self._keys[member.key] = row, branches, key
        others = branches.set_members(members)
        if row.data(EXPOSURE_ROLE) is not result:
            found = branches.row_of(result)
            row.setData(result, EXPOSURE_ROLE)
            row.setData(found.data(BADGE_ROLE) if found is not None else None, BADGE_ROLE)
            self._describe(row, result)
        branches.describe(result)
        for member in members:
            self._describe_branch(member)
        return others

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
        self._branches[exposure.key].describe(row.data(EXPOSURE_ROLE))
        self._describe_branch(exposure)
        if row.data(EXPOSURE_ROLE) is not exposure:
            return
        places = [place for place in range(row.rowCount()) if row.child(place).data(MEMBER_ROLE) is not None]
        if [row.child(place).data(MEMBER_ROLE) for place in places] != list(exposure.product.members):
            # It has other backgrounds than before.
            row.setText(exposure.product.name)
            row.removeRows(places[0], len(places))
            row.appendRows(_members(exposure))
        self._describe(row, exposure)

    def set_thumbnail(self, key: str, picture: QImage) -> None:
        """Show the thumbnail of the exposure with this key."""
        if key in self._rows:
            self._rows[key].setData(picture, PICTURE_ROLE)

    def set_badge(self, exposure: Exposure, badge: Badge | None) -> None:
        """Show a badge beside the name of an exposure, or none."""
        for row in self._rows_of(exposure):
            if row.data(BADGE_ROLE) != badge:
                row.setData(badge, BADGE_ROLE)
                self._describe(row, exposure)

    def index_of(self, exposure: Exposure) -> QModelIndex:
        """Return the index of an exposure, for a branch that is not the result that below it; invalid without any."""
        rows = self._rows_of(exposure)
        return rows[0].index() if rows else QModelIndex()

    def branch_index_of(self, exposure: Exposure) -> QModelIndex:
        """Return the index of the row of a branch, also of the result; invalid if it is the only branch."""
        branches = self._branches.get(exposure.key)
        row = branches.row_of(exposure) if branches is not None else None
        return QModelIndex() if row is None else row.index()

    def result_beside(self, exposure: Exposure) -> Exposure | None:
        """Return the branch that is marked as the result of the product of an exposure; None if it is not listed."""
        top = self._rows.get(exposure.key)
        return self.exposure_at(top.index()) if top is not None else None

    def neighbour(self, exposure: Exposure | None, step: int) -> Exposure | None:
        """Return the next exposure of the list (1) or the previous one (-1); from None, the first one."""
        row = self._rows.get(exposure.key) if exposure is not None else None
        place = row.row() if row is not None else -1
        place += step if row is not None else 1
        while 0 <= place < self.rowCount():
            found = self.exposure_at(self.index(place, 0))
            if found is not None:
                return found
            # A heading.
            place += step
        return None

    def exposure_at(self, index: QModelIndex | QPersistentModelIndex) -> Exposure | None:
        """Return the exposure of a row, or of the exposure that a member belongs to."""
        exposure = index.data(EXPOSURE_ROLE)
        if exposure is None:
            exposure = index.parent().data(EXPOSURE_ROLE)
        return exposure if isinstance(exposure, Exposure) else None

    def exposures(self) -> list[Exposure]:
        """Return every exposure in the order of the list: of each product the result, then its other branches."""
        found: list[Exposure] = []
        for place in range(self.rowCount()):
            top = self.exposure_at(self.index(place, 0))
            # While rows are removed, the view may ask about one that is not known any more.
            branches = self._branches.get(top.key) if top is not None else None
            if top is not None and branches is not None:
                found += [top, *(member for member in branches.members if member is not top)]
        return found

    def _rows_of(self, exposure: Exposure) -> list[QStandardItem]:
        """Return the rows of an exposure: that of its product if it is the result, and that of a branch."""
        top, branches = self._rows.get(exposure.key), self._branches.get(exposure.key)
        if top is None or branches is None:
            return []
        branch = branches.row_of(exposure)
        return [row for row in (top if top.data(EXPOSURE_ROLE) is exposure else None, branch) if row is not None]

    def _describe_branch(self, branch: Exposure) -> None:
        row = self._branches[branch.key].row_of(branch)
        if row is not None:
            self._describe(row, branch)

    def _describe(self, row: QStandardItem, exposure: Exposure) -> None:
        badge = row.data(BADGE_ROLE)
        tip, spoken = _tip(exposure), f"{exposure.product.name}, {state_text(exposure)}"
        branch = row.data(BRANCH_ROLE)
        if isinstance(branch, BranchRow):
            parts = ("the result" if branch.is_result else "", state_text(exposure), branch.differs)
            spoken = ", ".join(part for part in (f"branch {branch.name}", *parts) if part)
            tip = f"Branch {branch.name}\n{branch.differs}\n{tip}"
        if isinstance(badge, Badge):
            tip, spoken = f"{tip}\n{badge.meaning}", f"{spoken}, {badge.text}"
        row.setToolTip(plain_tip(tip))
        row.setAccessibleText(spoken)
        row.emitDataChanged()


def _heading() -> QStandardItem:
    row = QStandardItem()
    row.setFlags(Qt.ItemFlag.NoItemFlags)
    return row


def _branch_row(branch: Exposure) -> QStandardItem:
    row = QStandardItem()
    row.setData(branch, EXPOSURE_ROLE)
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
