"""Dialog that chooses the backgrounds of an exposure."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Final

from PySide6.QtCore import QMimeData, Qt, Signal
from PySide6.QtGui import QBrush, QColor, QDragEnterEvent, QDropEvent
from PySide6.QtWidgets import (
    QCheckBox,
    QDialog,
    QDialogButtonBox,
    QHeaderView,
    QLabel,
    QPushButton,
    QTreeWidget,
    QTreeWidgetItem,
    QVBoxLayout,
    QWidget,
)
from typing_extensions import override

from wfsgui.core.intake.attached_backgrounds import Candidate, rated_candidates
from wfsgui.core.model.product import Member, Product
from wfsgui.core.visit.roles import role_of
from wfsgui.gui.widgets.dialogs import ask_files
from wfsgui.gui.widgets.theme import alarm_style, plain_tip
from wfsgui.gui.widgets.tokens import GRID, MARGIN, palette

__all__ = ["BackgroundsDialog"]

_COLUMNS: Final = ("File", "Verdict", "Detector", "Filter + pupil", "Pixels", "Role")
_VERDICT: Final = 1
_MEMBER: Final = Qt.ItemDataRole.UserRole
_KINDS: Final = "Exposures (*_rate.fits *_rate.fits.gz);;All files (*)"
# Width and height in letters and lines, so that they fit the font.
_WIDTH: Final = 170
_HEIGHT: Final = 26


class BackgroundsDialog(QDialog):
    """Offer exposures as backgrounds, each with its verdict.

    Parameters
    ----------
    product : Product
        The product; its present backgrounds are chosen at first.
    members : iterable of Member
        Exposures to offer.
    parent : QWidget
        The window.

    Attributes
    ----------
    chosen : Signal(list of Member)
        The choice was confirmed; empty for no background.
    files_given : Signal(list of Path)
        Files are to be offered, too.
    save_requested : Signal(list of Member)
        The association of these backgrounds is to be saved.
    """

    chosen = Signal(object)
    files_given = Signal(object)
    save_requested = Signal(object)

    def __init__(self, product: Product, members: Iterable[Member], parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName("backgrounds_dialog")
        self.setWindowTitle("Backgrounds")
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setAcceptDrops(True)
        self._product = product
        self._members: list[Member] = [*product.backgrounds, *members]
        self._folder = product.science.path.parent
        self._all = QCheckBox("Show exposures of other detectors, filters and pupils, too")
        self._all.setObjectName("show_all")
        self._all.toggled.connect(self._hide_others)
        self._list = _list()
        self._list.itemChanged.connect(self._show_count)
        self._count, self._fault = QLabel(), QLabel()
        self._count.setObjectName("backgrounds_count")
        self._fault.setObjectName("backgrounds_fault")
        self._fault.setWordWrap(True)
        self._fault.setStyleSheet(alarm_style())
        self._build()
        metrics, most = self.fontMetrics(), parent.size()
        self.resize(
            min(_WIDTH * metrics.averageCharWidth(), most.width()),
            min(_HEIGHT * metrics.lineSpacing(), most.height()),
        )
        self._fill({member.path for member in product.backgrounds})

    @property
    def checked(self) -> list[Member]:
        """The chosen backgrounds, in the order of the list."""
        return [item.data(0, _MEMBER) for item in self._items if item.checkState(0) is Qt.CheckState.Checked]

    @property
    def verdicts(self) -> dict[str, str]:
        """Verdict of each exposure that can be seen, by the name of its file."""
        return {item.text(0): item.text(_VERDICT) for item in self._items if not item.isHidden()}

    def offer(self, members: Sequence[Member]) -> None:
        """Offer more exposures; those that match are chosen at once."""
        self._members += members
        given = {member.path for member in members}
        rated = rated_candidates(self._product, members)
        matching = {each.member.path for each in rated if not each.differing}
        self._fill({member.path for member in self.checked} | matching, given)
        own = len(rated) < len(members)
        self.show_fault("The exposure cannot be its own background." if own else "")

    def show_fault(self, text: str) -> None:
        """Show why files cannot be offered; empty for no fault."""
        self._fault.setText(text)
        self._fault.setVisible(bool(text))

    def set_checked(self, path: Path, *, checked: bool) -> None:
        """Choose an exposure or not."""
        for item in self._items:
            if item.data(0, _MEMBER).path == path:
                item.setCheckState(0, Qt.CheckState.Checked if checked else Qt.CheckState.Unchecked)

    @override
    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        """Accept files of this machine."""
        if _paths(event.mimeData()):
            event.acceptProposedAction()

    @override
    def dropEvent(self, event: QDropEvent) -> None:
        """Offer the dropped files."""
        event.acceptProposedAction()
        self.files_given.emit(_paths(event.mimeData()))

    @property
    def _items(self) -> list[QTreeWidgetItem]:
        items = (self._list.topLevelItem(row) for row in range(self._list.topLevelItemCount()))
        return [item for item in items if item is not None]

    def _build(self) -> None:
        info = self._product.science.info
        head = QLabel(
            f"The average of the chosen exposures is subtracted from {self._product.science.path.name} "
            f"({info.detector}, {info.optical_elements}, {info.size})."
        )
        head.setTextFormat(Qt.TextFormat.PlainText)
        head.setWordWrap(True)
        add, save = QPushButton("Add files..."), QPushButton("Save association...")
        add.setObjectName("add_files")
        save.setObjectName("save_association")
        add.clicked.connect(self._ask_for_files)
        save.clicked.connect(lambda: self.save_requested.emit(self.checked))
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Ok | QDialogButtonBox.StandardButton.Cancel)
        buttons.addButton(add, QDialogButtonBox.ButtonRole.ActionRole)
        buttons.addButton(save, QDialogButtonBox.ButtonRole.ActionRole)
        buttons.button(QDialogButtonBox.StandardButton.Ok).setText("Use these")
        buttons.accepted.connect(self._accept)
        buttons.rejected.connect(self.reject)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(MARGIN, MARGIN, MARGIN, MARGIN)
        layout.setSpacing(2 * GRID)
        for widget in (head, self._list, self._all, self._count, self._fault, buttons):
            layout.addWidget(widget)
        self.show_fault("")

    def _fill(self, checked: set[Path], shown: set[Path] | None = None) -> None:
        """List the exposures; those in `shown` can be seen whatever they are."""
        kept = {item.data(0, _MEMBER).path for item in self._items if not item.isHidden()} | (shown or set())
        self._list.blockSignals(True)
        self._list.clear()
        for candidate in rated_candidates(self._product, self._members):
            path = candidate.member.path
            item = _item(candidate, checked=path in checked)
            item.setData(1, _MEMBER, candidate.same_elements or path in checked or path in kept)
            self._list.addTopLevelItem(item)
        self._list.blockSignals(False)
        self._hide_others()
        self._show_count()

    def _hide_others(self) -> None:
        for item in self._items:
            item.setHidden(not (self._all.isChecked() or item.data(1, _MEMBER)))

    def _show_count(self) -> None:
        count = len(self.checked)
        offered = sum(not item.isHidden() for item in self._items)
        if not offered:
            self._count.setText("No open exposure has this detector, filter and pupil: add files, or drop them here.")
        elif count:
            self._count.setText(f"{count} background{'s' * (count > 1)} chosen")
        else:
            self._count.setText("None is chosen: nothing is subtracted.")

    def _ask_for_files(self) -> None:
        ask_files(self, "Choose backgrounds", self._folder, self.files_given.emit, kinds=_KINDS)

    def _accept(self) -> None:
        self.chosen.emit(self.checked)
        self.accept()


def _list() -> QTreeWidget:
    made = QTreeWidget()
    made.setObjectName("backgrounds_list")
    made.setAccessibleName("Exposures that may be backgrounds")
    made.setHeaderLabels(list(_COLUMNS))
    made.setRootIsDecorated(False)
    made.setUniformRowHeights(True)
    made.header().setSectionResizeMode(QHeaderView.ResizeMode.ResizeToContents)
    made.header().setSectionResizeMode(_VERDICT, QHeaderView.ResizeMode.Stretch)
    made.header().setStretchLastSection(False)
    made.setAcceptDrops(False)
    made.viewport().setAcceptDrops(False)
    return made


def _item(candidate: Candidate, *, checked: bool) -> QTreeWidgetItem:
    info = candidate.member.info
    role = str(role_of(info).role)
    texts = [info.path.name, candidate.verdict, info.detector, info.optical_elements, info.size, role]
    item = QTreeWidgetItem(texts)
    item.setData(0, _MEMBER, candidate.member)
    item.setToolTip(0, plain_tip(str(info.path)))
    item.setToolTip(_VERDICT, plain_tip(candidate.verdict))
    item.setForeground(_VERDICT, QBrush(QColor(palette().warn if candidate.differing else palette().ok)))
    item.setFlags(item.flags() | Qt.ItemFlag.ItemIsUserCheckable)
    item.setCheckState(0, Qt.CheckState.Checked if checked else Qt.CheckState.Unchecked)
    return item


def _paths(data: QMimeData) -> list[Path]:
    return [Path(url.toLocalFile()) for url in data.urls() if url.isLocalFile()]
