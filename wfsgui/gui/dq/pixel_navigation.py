"""Buttons that go from one flagged pixel to the next one."""

from __future__ import annotations

from typing import Final

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from wfsgui.core.model.flags import FLAGS
from wfsgui.core.model.step_image import StepImage
from wfsgui.gui.dq.flag_counter import FlagCount, StarRegion
from wfsgui.gui.dq.flagged_pixel_search import FlaggedPixelSearch
from wfsgui.gui.threads.worker_thread import WorkerThread
from wfsgui.gui.widgets.theme import mute

__all__ = ["PixelNavigation"]

_REFERENCE: Final = "REFERENCE_PIXEL"
_NOT_FOUND: Final = "No pixel of this image has any of these flags."
_NOT_FOUND_BUT_REFERENCE: Final = "No pixel of this image has any of these flags, but for reference pixels."
_ANY: Final = 2**32 - 1


class PixelNavigation(QWidget):
    """Go to the next or the previous pixel that has one of the chosen flags.

    Parameters
    ----------
    worker : WorkerThread
        Thread in which pixels are searched for.

    Attributes
    ----------
    pixel_wanted : Signal(int, int)
        Column and row, counted from 0, of the pixel to show.
    """

    pixel_wanted = Signal(int, int)

    def __init__(self, worker: WorkerThread) -> None:
        super().__init__()
        self._values: tuple[int, ...] = ()
        self._count: FlagCount | None = None
        self._has_star = False
        self._search = FlaggedPixelSearch(worker, self)
        self._previous, self._next = QPushButton("Previous pixel"), QPushButton("Next pixel")
        self._target = QLabel()
        self._arrange()
        self._search.found.connect(self.pixel_wanted)
        self._search.not_found.connect(self._show_not_found)
        self._search.failed.connect(lambda error: self._target.setText(f"The pixels cannot be searched: {error}"))
        self._previous.clicked.connect(self.previous_pixel)
        self._next.clicked.connect(self.next_pixel)

    def set_image(self, image: StepImage | None) -> None:
        """Set the image whose pixels are searched."""
        self._search.set_image(image)

    def set_star(self, star: StarRegion | None) -> None:
        """Set the star from which the search goes outwards; None for the middle of the image."""
        self._has_star = star is not None
        self._search.set_centre((star.x, star.y) if star is not None else None)

    def set_target(self, values: tuple[int, ...], count: FlagCount | None) -> None:
        """Set the flags to search for.

        Parameters
        ----------
        values : tuple of int
            Values of the flags; empty for any flag.
        count : FlagCount or None
            Flags of the image; None while they are not counted.
        """
        self._values, self._count = values, count
        can_go = count is not None and count.flagged > 0
        for button in (self._previous, self._next):
            button.setEnabled(can_go)
        self._target.setText(self._target_text() if can_go else "")

    def next_pixel(self) -> None:
        """Go to the next pixel outwards."""
        self._search.step(sum(self._values) or _ANY, without=self._left_out(), forward=True)

    def previous_pixel(self) -> None:
        """Go back to the previous pixel."""
        self._search.step(sum(self._values) or _ANY, without=self._left_out(), forward=False)

    def _left_out(self) -> int:
        """Return the flag of the reference pixels at the edges; 0 where no pixel has it, or where it is chosen."""
        value = FLAGS[_REFERENCE]
        rows = self._count.rows if self._count is not None else ()
        has_some = any(row.value == value and row.count for row in rows)
        return value if has_some and value not in self._values else 0

    def _target_text(self) -> str:
        names = ", ".join(name for name, value in FLAGS.items() if value in self._values) or "any flag"
        begin = "from the star outwards" if self._has_star else "from the middle of the image outwards"
        left_out = "; reference pixels are left out" if self._left_out() else ""
        return f"Goes through the pixels that have {names}, {begin}{left_out}."

    def _show_not_found(self) -> None:
        self._target.setText(_NOT_FOUND_BUT_REFERENCE if self._left_out() else _NOT_FOUND)

    def _arrange(self) -> None:
        self._previous.setObjectName("dq_previous")
        self._next.setObjectName("dq_next")
        self._target.setObjectName("dq_aim")
        self._target.setTextFormat(Qt.TextFormat.PlainText)
        self._target.setWordWrap(True)
        mute(self._target)
        buttons, layout = QHBoxLayout(), QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        buttons.addWidget(self._previous, stretch=1)
        buttons.addWidget(self._next, stretch=1)
        layout.addLayout(buttons)
        layout.addWidget(self._target)
