"""Middle of the window: step rail, verdict bar, compare bar and image."""

from __future__ import annotations

from typing import Final

from PySide6.QtWidgets import QVBoxLayout, QWidget

from wfsgui.core.image.compare import Mode
from wfsgui.gui.actions.action_set import Actions
from wfsgui.gui.compare.compare_bar import CompareBar
from wfsgui.gui.image.view import ImageView
from wfsgui.gui.steps.rail import StepRail
from wfsgui.gui.steps.verdict_bar import VerdictBar
from wfsgui.gui.threads.worker_thread import WorkerThread

__all__ = ["Workspace"]

# Actions whose shortcuts are in the tool tips of the image controls.
_WITH_SHORTCUT: Final = ("fit", "one_to_one", "lock", "next_plane")


class Workspace(QWidget):
    """Step rail and image, with verdict bar and compare bar between them.

    Parameters
    ----------
    worker : WorkerThread
        Thread that draws images.

    Attributes
    ----------
    rail : StepRail
        The steps.
    verdict_bar : VerdictBar
        Asks for a verdict.
    compare_bar : CompareBar
        Chooses what the image is compared with.
    image : ImageView
        The image.
    """

    def __init__(self, worker: WorkerThread) -> None:
        super().__init__()
        self.rail = StepRail()
        self.verdict_bar = VerdictBar()
        self.compare_bar = CompareBar()
        self.image = ImageView(worker)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addWidget(self.rail)
        layout.addWidget(self.verdict_bar)
        layout.addWidget(self.compare_bar)
        layout.addWidget(self.image, stretch=1)

    def set_shortcuts(self, table: Actions) -> None:
        """Show the shortcuts of the actions in the tool tips of the image controls and of the compare bar."""
        self.image.display.controls.set_shortcuts({name: table[name].shortcut().toString() for name in _WITH_SHORTCUT})
        self.compare_bar.set_shortcuts(
            {mode: table[f"compare_{mode.name.lower()}"].shortcut().toString() for mode in Mode}
        )
