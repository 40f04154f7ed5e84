"""Opening of the dialog of the evidence, whose modules are imported when it is first asked for."""

from __future__ import annotations

from collections.abc import Callable
from functools import cached_property
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from wfsgui.gui.evidence.control import EvidenceControl

__all__ = ["EvidenceOpener"]


class EvidenceOpener:
    """Open the dialog of the evidence.

    Parameters
    ----------
    make : callable
        ``make() -> EvidenceControl``: makes the controller, once.
    """

    def __init__(self, make: Callable[[], EvidenceControl]) -> None:
        self._make = make

    @cached_property
    def control(self) -> EvidenceControl:
        """The controller."""
        return self._make()

    def open(self) -> None:
        """Open the dialog."""
        self.control.open()
