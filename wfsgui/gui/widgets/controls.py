"""Small controls that several panels have alike."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QComboBox, QLabel, QToolButton, QWidget

from wfsgui.gui.widgets.theme import mute

__all__ = ["combo_box", "focus_key", "is_under", "message_label", "tool_button"]


def is_under(widget: QWidget, place: QPoint) -> bool:
    """Whether a widget is seen at a place of the screen.

    Parameters
    ----------
    widget : QWidget
        The widget.
    place : QPoint
        Global position, pixels.
    """
    return widget.isVisible() and widget.visibleRegion().contains(widget.mapFromGlobal(place))


def combo_box(name: str, title: str, tip: str, choices: Sequence[str] = ()) -> QComboBox:
    """Return a combo box.

    Parameters
    ----------
    name : str
        Object name.
    title : str
        Name for screen readers.
    tip : str
        Tool tip.
    choices : sequence of str, optional
        Texts to choose from.
    """
    combo = QComboBox()
    combo.setObjectName(name)
    combo.setAccessibleName(title)
    combo.setToolTip(tip)
    combo.addItems(list(choices))
    return combo


def tool_button(name: str, text: str, tip: str, *, checkable: bool = False) -> QToolButton:
    """Return a tool button.

    Parameters
    ----------
    name : str
        Object name.
    text : str
        Text of the button.
    tip : str
        Tool tip.
    checkable : bool, optional
        Whether it can be checked; such a button is flat unless checked, so that its frame marks it without colour.
    """
    button = QToolButton()
    button.setObjectName(name)
    button.setText(text)
    button.setToolTip(tip)
    button.setCheckable(checkable)
    button.setAutoRaise(checkable)
    return button


def focus_key(
    widget: QWidget,
    keys: QKeySequence.StandardKey | Qt.Key,
    act: Callable[[], object],
    *,
    with_children: bool = False,
) -> None:
    """Let keys call a function while a widget has the focus.

    Parameters
    ----------
    widget : QWidget
        The widget.
    keys : QKeySequence.StandardKey or Qt.Key
        The keys.
    act : callable
        Called without arguments.
    with_children : bool, optional
        Whether the focus may be in a part of the widget.
    """
    shortcut = QShortcut(QKeySequence(keys), widget)
    # PySide6 ignores the argument `context` of the constructor beside a function.
    context = Qt.ShortcutContext
    shortcut.setContext(context.WidgetWithChildrenShortcut if with_children else context.WidgetShortcut)
    shortcut.activated.connect(act)


def message_label(name: str) -> QLabel:
    """Return a muted label, by object name, for a message in the middle of a panel."""
    label = QLabel()
    label.setObjectName(name)
    label.setAlignment(Qt.AlignmentFlag.AlignCenter)
    label.setWordWrap(True)
    label.setTextFormat(Qt.TextFormat.PlainText)
    mute(label)
    return label
