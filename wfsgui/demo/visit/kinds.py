"""The demonstration's visits by name; the command line, which has no time for imports, offers them."""

from __future__ import annotations

from enum import StrEnum

__all__ = ["Kind"]


class Kind(StrEnum):
    """One of the demonstration's visits."""

    TODAY = "today"
    OLDER = "older"
    MIMF = "mimf"

    @property
    def folder(self) -> str:
        """Name of the folder that the visit is kept in."""
        return {"today": "visit", "older": "older-visit", "mimf": "mimf-visit"}[self.value]
