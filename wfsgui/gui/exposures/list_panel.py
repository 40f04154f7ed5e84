"""Exposure list, with its context menu."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Final

from PySide6.QtCore import QItemSelectionModel, QPoint, Qt, Signal
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QAbstractItemView, QMenu, QTreeView, QVBoxLayout, QWidget

from wfsgui.core.model.exposure import Exposure
from wfsgui.gui.exposures.list_delegate import ListDelegate
from wfsgui.gui.exposures.list_model import ListModel
from wfsgui.gui.exposures.saver import can_save
from wfsgui.gui.widgets.controls import is_under

__all__ = ["ExposureList"]

_NARROWEST: Final = 28
_Entry = tuple[str, Callable[[], object], bool]


class ExposureList(QWidget):
    """Show the exposures; one is current, several may be selected.

    Parameters
    ----------
    model : ListModel
        The exposures.

    Attributes
    ----------
    current_changed : Signal(Exposure or None)
        Another exposure is current.
    selection_changed : Signal()
        Other exposures are selected.
    remove_requested, run_requested, save_requested : Signal(list of Exposure)
        An entry of the context menu was chosen.
    backgrounds_requested : Signal(Exposure)
        The backgrounds of an exposure are to be chosen.
    reveal_requested : Signal(Exposure)
        The file of an exposure is to be shown in the file manager.
    rename_requested : Signal(Exposure, str)
        A branch has been given another name.
    """

    current_changed = Signal(object)
    selection_changed = Signal()
    remove_requested = Signal(object)
    run_requested = Signal(object)
    save_requested = Signal(object)
    backgrounds_requested = Signal(object)
    reveal_requested = Signal(object)
    rename_requested = Signal(object, str)

    def __init__(self, model: ListModel) -> None:
        super().__init__()
        self.setObjectName("exposure_list")
        self.setMinimumWidth(_NARROWEST * self.fontMetrics().averageCharWidth())
        self._model = model
        self._view = QTreeView()
        self._view.setObjectName("exposure_view")
        self._view.setAccessibleName("Exposures")
        self._view.setModel(model)
        delegate = ListDelegate(self._view)
        delegate.renamed.connect(self.rename_requested)
        self._view.setItemDelegate(delegate)
        self._view.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self._more_entries: Callable[[list[Exposure]], Iterable[_Entry]] = lambda _selected: ()
        self._view.setHeaderHidden(True)
        self._view.setIndentation(14)
        self._view.setAlternatingRowColors(False)
        self._view.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        self._view.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self._view.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._view.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        self._view.customContextMenuRequested.connect(self._show_menu)
        # The window takes every drop.
        self._view.setAcceptDrops(False)
        self._view.viewport().setAcceptDrops(False)
        selection = self._view.selectionModel()
        selection.currentChanged.connect(self._emit_current)
        selection.selectionChanged.connect(self.selection_changed)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self._view)

    def current(self) -> Exposure | None:
        """Return the current exposure."""
        return self._model.exposure_at(self._view.currentIndex())

    def selected(self) -> list[Exposure]:
        """Return the selected exposures in their order; a selected member stands for its exposure."""
        chosen = {self._model.exposure_at(index) for index in self._view.selectionModel().selectedIndexes()}
        return [exposure for exposure in self._model.exposures() if exposure in chosen]

    def exposure_under(self, place: QPoint) -> Exposure | None:
        """Return the exposure whose row is seen at a global position; None if there is none."""
        viewport = self._view.viewport()
        if not is_under(viewport, place):
            return None
        return self._model.exposure_at(self._view.indexAt(viewport.mapFromGlobal(place)))

    def select(self, exposure: Exposure) -> None:
        """Make an exposure the current one, and the only one that is selected."""
        index = self._model.index_of(exposure)
        self._view.selectionModel().setCurrentIndex(index, QItemSelectionModel.SelectionFlag.ClearAndSelect)
        self._view.scrollTo(index)

    def remove(self, exposures: Sequence[Exposure]) -> None:
        """Remove exposures; the one after the current one becomes current if that is among them."""
        current, leaving = self.current(), set(exposures)
        kept = self._model.result_beside(current) if current is not None else None
        if current in leaving and kept is not None and kept not in leaving:
            # A branch is removed: its exposure stays.
            self.select(kept)
        elif current in leaving:
            # Qt would make the next row current, even if it is a heading.
            following = self._remaining(current, 1, leaving) or self._remaining(current, -1, leaving)
            if following is not None:
                self.select(following)
        self._model.remove(exposures)

    def set_branches(self, members: Sequence[Exposure], result: Exposure) -> None:
        """Show the branches of an exposure, and which of them is the result; the current exposure stays current."""
        current = self.current()
        if self._model.set_branches(members, result):
            top = self._model.index_of(result)
            self._view.setExpanded(top, True)
            for branch in members:
                self._view.setExpanded(self._model.branch_index_of(branch), True)
        if current is not None and self.current() is not current:
            self.select(current)

    def rename(self, branch: Exposure) -> None:
        """Let the analyst edit the name of a branch in its row."""
        index = self._model.branch_index_of(branch)
        if index.isValid():
            self._view.scrollTo(index)
            self._view.setCurrentIndex(index)
            self._view.edit(index)

    def set_more_entries(self, more: Callable[[list[Exposure]], Iterable[_Entry]]) -> None:
        """Set what gives further entries of the context menu: text, what it does, and whether that is possible."""
        self._more_entries = more

    def _remaining(self, exposure: Exposure | None, step: int, leaving: set[Exposure]) -> Exposure | None:
        while exposure is not None and exposure in leaving:
            exposure = self._model.neighbour(exposure, step)
        return exposure

    def select_next(self) -> None:
        """Make the next exposure the current one."""
        self._move(1)

    def select_previous(self) -> None:
        """Make the previous exposure the current one."""
        self._move(-1)

    def _move(self, step: int) -> None:
        exposure = self._model.neighbour(self.current(), step)
        if exposure is not None:
            self.select(exposure)

    def _emit_current(self) -> None:
        self.current_changed.emit(self.current())

    def _show_menu(self, place: QPoint) -> None:
        selected = self.selected()
        if not selected:
            return
        menu = QMenu(self)
        menu.setObjectName("exposure_menu")
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        results = [exposure for exposure in selected if can_save(exposure)]
        entries: list[_Entry] = [
            ("Run these" if len(selected) > 1 else "Run", lambda: self.run_requested.emit(selected), True),
            ("Save _cal", lambda: self.save_requested.emit(selected), bool(results)),
            ("Backgrounds...", lambda: self.backgrounds_requested.emit(selected[0]), len(selected) == 1),
            ("Remove from the list", lambda: self.remove_requested.emit(selected), True),
            ("Show in the file manager", lambda: self.reveal_requested.emit(selected[0]), len(selected) == 1),
            ("Copy the path", lambda: _copy(selected), True),
        ]
        for text, act, can in entries:
            menu.addAction(text, act).setEnabled(can)
        for number, (text, act, can) in enumerate(self._more_entries(selected)):
            if number == 0:
                menu.addSeparator()
            menu.addAction(text, act).setEnabled(can)
        menu.popup(self._view.viewport().mapToGlobal(place))


def _copy(exposures: list[Exposure]) -> None:
    QGuiApplication.clipboard().setText("\n".join(str(exposure.product.science.path) for exposure in exposures))
