"""Recent files."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Final

from PySide6.QtCore import QObject, Signal

from wfsgui.gui.settings.settings import Settings

__all__ = ["RecentFiles"]

_STATE: Final = "recent_files"
_MOST: Final = 10


class RecentFiles(QObject):
    """Keep the recent files and folders, the latest first.

    Parameters
    ----------
    settings : Settings
        Stores the list.
    parent : QObject, optional
        Owner.

    Attributes
    ----------
    changed : Signal()
        The list has changed.
    """

    changed = Signal()

    def __init__(self, settings: Settings, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._settings = settings

    def paths(self) -> list[Path]:
        """Return files and folders, the latest first."""
        kept = self._settings.load_state(_STATE, "")
        return [Path(line) for line in kept.splitlines()][:_MOST]

    def add(self, paths: Sequence[Path]) -> None:
        """Add files and folders at the top."""
        new = [path.absolute() for path in paths]
        self._keep([*new, *(path for path in self.paths() if path not in new)])

    def remove(self, path: Path) -> None:
        """Remove a file that does not exist any more."""
        self._keep([other for other in self.paths() if other != path])

    def clear(self) -> None:
        """Remove all."""
        self._keep([])

    def _keep(self, paths: Sequence[Path]) -> None:
        # A text with a path in each line: an INI file does not distinguish a list with one entry from a text.
        lines = [str(path) for path in paths if "\n" not in str(path)]
        self._settings.save_state(_STATE, "\n".join(lines[:_MOST]))
        self.changed.emit()
