"""Model of the page *Visit*: one row for each exposure, sorted and filtered."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from math import inf, isfinite
from typing import Any, Final

from PySide6.QtCore import (
    QAbstractListModel,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    QSortFilterProxyModel,
    Qt,
)
from PySide6.QtGui import QImage
from typing_extensions import override

from wfsgui.core.assess.results import Assessment, Level
from wfsgui.core.judgement.decision import Decision, Fitness
from wfsgui.core.model.exposure import Exposure
from wfsgui.core.model.exposure_text import short_names
from wfsgui.core.visit.groups import visit_order
from wfsgui.core.visit.roles import Role, role_of
from wfsgui.gui.visit_page.visit_tile import VisitTile, tile_of
from wfsgui.gui.widgets.theme import plain_tip

__all__ = [
    "EXPOSURE_ROLE",
    "FAULT_ROLE",
    "PICTURE_ROLE",
    "TILE_ROLE",
    "Order",
    "VisitFilter",
    "VisitModel",
    "VisitSource",
]

EXPOSURE_ROLE: Final = Qt.ItemDataRole.UserRole
"""The exposure of a row."""

TILE_ROLE: Final = Qt.ItemDataRole.UserRole + 1
"""What its tile says."""

PICTURE_ROLE: Final = Qt.ItemDataRole.UserRole + 2
"""Its thumbnail."""

FAULT_ROLE: Final = Qt.ItemDataRole.UserRole + 3
"""Why it has no thumbnail."""

_Index = QModelIndex | QPersistentModelIndex
_TOP: Final = QModelIndex()
_LEVELS: Final = tuple(Level)
_FITNESS: Final = tuple(Fitness)


class Order(StrEnum):
    """Order of the exposures."""

    VISIT = "by visit and role"
    SBR = "lowest SBR first"
    LEVEL = "worst checks first"
    VERDICT = "worst verdict first"
    DETECTOR = "by detector"


@dataclass(frozen=True)
class VisitSource:
    """Where a row takes its content from.

    Attributes
    ----------
    assessment : callable
        ``assessment(exposure) -> Assessment | None``: the latest one.
    decision : callable
        ``decision(exposure) -> Decision | None``: the last verdict of the analyst.
    picture : callable
        ``picture(exposure) -> QImage | None``: the thumbnail; asking for it has it made.
    fault : callable
        ``fault(exposure) -> str``: why there is no thumbnail.
    """

    assessment: Callable[[Exposure], Assessment | None]
    decision: Callable[[Exposure], Decision | None]
    picture: Callable[[Exposure], QImage | None]
    fault: Callable[[Exposure], str]


class VisitModel(QAbstractListModel):
    """Rows of the exposures.

    Parameters
    ----------
    source : VisitSource
        Content of the rows.
    parent : QObject, optional
        Owner.
    """

    def __init__(self, source: VisitSource, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.source = source
        self._exposures: list[Exposure] = []
        self._rows: dict[Exposure, int] = {}
        self._names: list[str] = []

    @property
    def exposures(self) -> tuple[Exposure, ...]:
        """The exposures in the order of the visit."""
        return tuple(self._exposures)

    def set_exposures(self, exposures: Sequence[Exposure]) -> None:
        """Set the exposures; they are put in the order of the visit."""
        self.beginResetModel()
        self._exposures = sorted(exposures, key=lambda exposure: visit_order(exposure.product))
        self._rows = {exposure: row for row, exposure in enumerate(self._exposures)}
        # Without the endings of files: names of products have different numbers of parts.
        names = [exposure.product.name.removesuffix(".fits").removesuffix("_rate") for exposure in self._exposures]
        self._names = short_names(names)
        self.endResetModel()

    def refresh(self, exposure: Exposure) -> None:
        """Show what is known of an exposure now."""
        row = self._rows.get(exposure)
        if row is not None:
            self.dataChanged.emit(self.index(row), self.index(row))

    @override
    def rowCount(self, parent: _Index = _TOP, /) -> int:
        """Return the number of exposures."""
        return 0 if parent.isValid() else len(self._exposures)

    @override
    def data(self, index: _Index, role: int = Qt.ItemDataRole.DisplayRole, /) -> Any:
        """Return the content of a row."""
        if not index.isValid():
            return None
        exposure = self._exposures[index.row()]
        match role:
            case Qt.ItemDataRole.DisplayRole:
                return self._names[index.row()]
            case Qt.ItemDataRole.AccessibleTextRole:
                return self.tile(index.row()).text
            case Qt.ItemDataRole.ToolTipRole:
                return plain_tip(f"{exposure.product.name}\n{self.tile(index.row()).text}")
            case _:
                return self._own_data(exposure, index.row(), role)

    def _own_data(self, exposure: Exposure, row: int, role: int) -> object:
        if role == EXPOSURE_ROLE:
            return exposure
        if role == TILE_ROLE:
            return self.tile(row)
        if role == PICTURE_ROLE:
            return self.source.picture(exposure)
        return self.source.fault(exposure) if role == FAULT_ROLE else None

    def exposure(self, row: int) -> Exposure:
        """Return the exposure of a row."""
        return self._exposures[row]

    def tile(self, row: int) -> VisitTile:
        """Return what the tile of a row says."""
        exposure = self._exposures[row]
        source = self.source
        return tile_of(exposure, self._names[row], source.assessment(exposure), source.decision(exposure))

    def rank(self, row: int, order: Order) -> tuple[Any, ...]:
        """Return what a row is sorted by; rows that are equal stay in the order of the visit."""
        exposure = self._exposures[row]
        match order:
            case Order.SBR:
                found = self.source.assessment(exposure)
                sbr = found.quantity("sbr") if found is not None else None
                return (sbr.value if sbr is not None and isfinite(sbr.value) else inf, row)
            case Order.LEVEL:
                found = self.source.assessment(exposure)
                return (-_LEVELS.index(found.overall) if found is not None else 1, row)
            case Order.VERDICT:
                decision = self.source.decision(exposure)
                return (-_FITNESS.index(decision.judgement) if decision is not None else 1, row)
            case Order.DETECTOR:
                return (exposure.product.science.info.detector, row)
            case Order.VISIT:
                return (row,)


class VisitFilter(QSortFilterProxyModel):
    """Sorted and filtered rows.

    Parameters
    ----------
    model : VisitModel
        All rows.
    parent : QObject, optional
        Owner.
    """

    def __init__(self, model: VisitModel, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._model = model
        self._order = Order.VISIT
        self._role: Role | None = None
        self._level: Level | None = None
        self._verdict: Fitness | None = None
        self._without_verdict = False
        self.setSourceModel(model)
        self.setDynamicSortFilter(True)
        self.sort(0)

    def set_order(self, order: Order) -> None:
        """Set the order."""
        self._order = order
        self.invalidate()
        self.sort(0)

    def set_role(self, role: Role | None) -> None:
        """Show exposures of one role only; None for all."""
        self._role = role
        self.invalidate()

    def set_level(self, level: Level | None) -> None:
        """Show exposures of one result of the checks only; None for all."""
        self._level = level
        self.invalidate()

    def set_verdict(self, verdict: Fitness | None, *, without: bool = False) -> None:
        """Show exposures with one verdict only, or those `without` any; None for all."""
        self._verdict, self._without_verdict = verdict, without
        self.invalidate()

    def exposure_at(self, index: _Index) -> Exposure | None:
        """Return the exposure of a row; None for an invalid index."""
        found = index.data(EXPOSURE_ROLE) if index.isValid() else None
        return found if isinstance(found, Exposure) else None

    @override
    def lessThan(self, left: _Index, right: _Index, /) -> bool:
        """Compare two rows by the order."""
        return self._model.rank(left.row(), self._order) < self._model.rank(right.row(), self._order)

    @override
    def filterAcceptsRow(self, row: int, _parent: _Index, /) -> bool:
        """Whether a row is shown."""
        exposure = self._model.exposure(row)
        if self._role is not None and role_of(exposure.product.science.info).role is not self._role:
            return False
        if self._level is not None:
            found = self._model.source.assessment(exposure)
            if found is None or found.overall is not self._level:
                return False
        if self._verdict is None and not self._without_verdict:
            return True
        decision = self._model.source.decision(exposure)
        return (
            decision is None if self._without_verdict else decision is not None and decision.judgement is self._verdict
        )
