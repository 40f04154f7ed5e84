"""Tree model of the exposures and their members."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from PySide6.QtCore import QModelIndex, QObject, QPersistentModelIndex, Qt
from PySide6.QtGui import QImage, QStandardItem, QStandardItemModel

from wfsgui.core.assess.results import Level
from wfsgui.core.model.exposure import Exposure
from wfsgui.core.model.exposure_text import state_text
from wfsgui.core.model.product import Member
from wfsgui.core.visit.groups import visit_order
from wfsgui.core.visit.roles import role_of
from wfsgui.gui.exposures.row_text import visit_text
from wfsgui.gui.widgets.theme import plain_tip

__all__ = ["BADGE_ROLE", "EXPOSURE_ROLE", "PICTURE_ROLE", "Badge", "ListModel"]

EXPOSURE_ROLE: Final = Qt.ItemDataRole.UserRole
"""The exposure of a top-level row; None for a member."""

PICTURE_ROLE: Final = Qt.ItemDataRole.UserRole + 1
"""The thumbnail of a top-level row."""


BADGE_ROLE: Final = Qt.ItemDataRole.UserRole + 2
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
    """A row for each exposure, with its members below it.

    Parameters
    ----------
    parent : QObject
        Owner.
    """

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self._rows: dict[str, QStandardItem] = {}

    def add(self, exposures: Sequence[Exposure]) -> None:
        """Insert exposures by visit and role."""
        for exposure in exposures:
            row = self._rows[exposure.key] = QStandardItem(exposure.product.name)
            row.setEditable(False)
            row.setData(exposure, EXPOSURE_ROLE)
            row.appendRow(_member("science", exposure.product.science))
            for background in exposure.product.backgrounds:
                row.appendRow(_member("background", background))
            self._describe(row, exposure)
            self.insertRow(self._place_of(exposure), row)

    def _place_of(self, exposure: Exposure) -> int:
        listed = [self.item(row).data(EXPOSURE_ROLE).product for row in range(self.rowCount())]
        return bisect_right(listed, visit_order(exposure.product), key=visit_order)

    def remove(self, exposure: Exposure) -> None:
        """Remove an exposure."""
        row = self._rows.pop(exposure.key)
        self.removeRow(row.row())

    def refresh(self, exposure: Exposure) -> None:
        """Show the present state of an exposure."""
        row = self._rows.get(exposure.key)
        if row is not None:
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


def _member(kind: str, member: Member) -> QStandardItem:
    item = QStandardItem(f"{kind}: {member.path.name}")
    item.setEditable(False)
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
