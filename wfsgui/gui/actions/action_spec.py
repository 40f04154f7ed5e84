"""Columns of the action table."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum, auto

__all__ = ["ActionSpec", "Need"]


class Need(Enum):
    """Condition under which an action is enabled."""

    NOTHING = auto()
    """Always."""

    EXPOSURE = auto()
    """An exposure is on screen."""

    STAGE = auto()
    """The stage that the action shows applies to the exposure on screen."""

    SEVERAL = auto()
    """More than one exposure is open."""

    SELECTION = auto()
    """An exposure is selected in the list."""

    RESULT = auto()
    """The exposure on screen has a result that can be saved."""

    SELECTED_RESULT = auto()
    """A selected exposure has a result that can be saved."""

    ANY_RESULT = auto()
    """An open exposure has a result that can be saved."""

    STEP = auto()
    """The next step of the exposure on screen can be run."""

    STEP_TO_STAGE = auto()
    """The exposure on screen can be run up to the stage on screen."""

    ANY_STEP = auto()
    """The next step of an open exposure can be run."""

    SELECTED_RUN = auto()
    """A selected exposure can be run to its result."""

    PARAMETER_FILE = auto()
    """A selected exposure has a parameter file."""

    RUN = auto()
    """A task is running or queued."""

    VERDICT = auto()
    """A step of the exposure on screen waits for a verdict."""

    REDO = auto()
    """The step on screen can be run again."""

    BRANCH = auto()
    """A branch of the exposure on screen can begin with the stage on screen."""

    BRANCHES = auto()
    """The exposure on screen has several branches."""

    OTHER_BRANCH = auto()
    """A selected branch is not the result."""

    OPERATION = auto()
    """An open exposure is of an operation file of QUIP."""


@dataclass(frozen=True, kw_only=True)
class ActionSpec:
    """One action.

    Attributes
    ----------
    id : str
        Identifier.
    text : str
        Text of the menu entry.
    menu : str
        Menu that has the entry.
    group : int
        Group in the menu; groups are separated by lines.
    tip : str
        What the action does, for the tool tip and the list of shortcuts.
    needs : Need
        Condition under which it is enabled.
    stage : str
        Stage that it shows; empty for other actions.
    shortcuts : tuple of str
        Keys; the first one is shown.
    icon : str
        Name of the icon; empty for none.
    tool_bar : int
        Group in the tool bar, from 1; 0 if it is not in the tool bar.
    checkable : bool
        Whether it is a switch.
    """

    id: str
    text: str
    menu: str
    group: int
    tip: str
    needs: Need = Need.NOTHING
    stage: str = ""
    shortcuts: tuple[str, ...] = ()
    icon: str = ""
    tool_bar: int = 0
    checkable: bool = False
