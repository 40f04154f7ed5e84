"""Names of the visits of the demonstration, in a module that the command line can import fast."""

from __future__ import annotations

from enum import StrEnum

__all__ = ["Kind"]


class Kind(StrEnum):
    """A visit of the demonstration."""

    TODAY = "today"
    OLDER = "older"
    MIMF = "mimf"

    @property
    def folder(self) -> str:
        """Name of the folder of the visit."""
        return {"today": "visit", "older": "older-visit", "mimf": "mimf-visit"}[self.value]
