"""Actions of the window, made from the action table: menus, tool bar, shortcuts, enablement."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from itertools import groupby

from PySide6.QtCore import QObject, Qt
from PySide6.QtGui import QAction, QKeySequence
from PySide6.QtWidgets import QMenu, QMenuBar, QToolBar

from wfsgui.gui.actions.action_spec import ActionSpec, Need
from wfsgui.gui.actions.action_table import ACTIONS, MENUS
from wfsgui.gui.actions.editing_keys import EditingKeys
from wfsgui.gui.widgets.icons import icon

__all__ = ["Actions"]


class Actions(QObject):
    """The actions of a window.

    Parameters
    ----------
    parent : QObject
        The window.
    """

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self._actions = {spec.id: self._make(spec) for spec in ACTIONS}
        self._editing_keys = EditingKeys(self)
        self._met: tuple[frozenset[Need], frozenset[str]] | None = None

    def __getitem__(self, identifier: str) -> QAction:
        return self._actions[identifier]

    def connect_handlers(
        self, handlers: Mapping[str, Callable[[], object]], switches: Mapping[str, Callable[[bool], object]]
    ) -> None:
        """Connect each action to its handler.

        Parameters
        ----------
        handlers : mapping of str to callable
            Handler of each action that is not a switch, by its id.
        switches : mapping of str to callable
            Handler of each switch, called with its new state, by its id.

        Raises
        ------
        ValueError
            If an action has no handler, or a handler no action.
        """
        plain = {spec.id for spec in ACTIONS if not spec.checkable}
        checkable = {spec.id for spec in ACTIONS if spec.checkable}
        wrong = (plain ^ handlers.keys()) | (checkable ^ switches.keys())
        if wrong:
            raise ValueError(f"Actions and handlers do not match: {', '.join(sorted(wrong))}.")
        for identifier, handler in handlers.items():
            # Not connected directly: the signal has an argument.
            self._actions[identifier].triggered.connect(_without_argument(handler))
        for identifier, switch in switches.items():
            self._actions[identifier].toggled.connect(switch)

    def set_met(self, needs: Collection[Need], stages: Collection[str]) -> None:
        """Enable the actions whose need is met, and disable the others.

        Parameters
        ----------
        needs : collection of Need
            The needs that are met; `Need.NOTHING` always is, `Need.STAGE` by `stages`.
        stages : collection of str
            The stages that can be shown.
        """
        met = frozenset(needs), frozenset(stages)
        if met == self._met:
            # This is called several times for each step of a run.
            return
        self._met = met
        for spec in ACTIONS:
            can_show = spec.needs is Need.STAGE and spec.stage in stages
            self._actions[spec.id].setEnabled(spec.needs is Need.NOTHING or spec.needs in needs or can_show)

    def fill_menu_bar(self, bar: QMenuBar) -> dict[str, QMenu]:
        """Add the menus.

        Parameters
        ----------
        bar : QMenuBar
            The menu bar.

        Returns
        -------
        dict of str to QMenu
            The menus by their names in the table.
        """
        menus = {}
        for name in MENUS:
            menu = menus[name] = bar.addMenu(name)
            menu.setToolTipsVisible(True)
            for number, specs in groupby((spec for spec in ACTIONS if spec.menu == name), lambda spec: spec.group):
                if number > 1:
                    menu.addSeparator()
                for spec in specs:
                    menu.addAction(self._actions[spec.id])
        return menus

    def fill_tool_bar(self, bar: QToolBar) -> None:
        """Add the actions of the tool bar."""
        bar.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        chosen = sorted((spec for spec in ACTIONS if spec.tool_bar), key=lambda spec: spec.tool_bar)
        for number, specs in groupby(chosen, lambda spec: spec.tool_bar):
            if number > 1:
                bar.addSeparator()
            for spec in specs:
                bar.addAction(self._actions[spec.id])

    def _make(self, spec: ActionSpec) -> QAction:
        action = QAction(spec.text, self.parent())
        action.setObjectName(spec.id)
        action.setIconText(spec.text.replace("&", "").removesuffix("..."))
        action.setCheckable(spec.checkable)
        action.setShortcuts([QKeySequence(keys) for keys in spec.shortcuts])
        keys = action.shortcut().toString(QKeySequence.SequenceFormat.NativeText)
        action.setToolTip(f"{spec.tip} ({keys})" if keys else spec.tip)
        if spec.icon:
            action.setIcon(icon(spec.icon))
        return action


def _without_argument(handler: Callable[[], object]) -> Callable[[], None]:
    def act() -> None:
        handler()

    return act
