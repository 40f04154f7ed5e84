"""Panel *CRDS*: state of CRDS, reference files of the exposures, and what can be done about them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import partial
from typing import Final

from PySide6.QtCore import QEvent, QSize, Signal
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QProgressBar, QPushButton, QScrollArea, QVBoxLayout, QWidget
from typing_extensions import override

from wfsgui.core.crds.needs import CrdsNeeds
from wfsgui.core.crds.progress import FileProgress
from wfsgui.core.crds.sentences import size_text
from wfsgui.core.crds.state import CrdsState
from wfsgui.gui.crds.button_row import ButtonRow
from wfsgui.gui.crds.fitted_text import FittedText
from wfsgui.gui.crds.html import lines_html, message_html, state_html, summary_html
from wfsgui.gui.crds.needs_table import NeedsTable
from wfsgui.gui.crds.summary import Summary, WayOut
from wfsgui.gui.widgets.tokens import GRID, MARGIN

__all__ = ["CrdsPanel"]

_STEPS: Final = 1000
# Width in letters, so that it fits the font.
_WIDTH: Final = 52
_WAYS: Final = {
    WayOut.KEEP_CONTEXT: ("Keep this context", "Set the context, so that it is the same without a network"),
    WayOut.OTHER_CACHE: ("Choose another cache...", "Choose the folder of the cache"),
    WayOut.SETTINGS: ("Open settings", "Change cache, server and context"),
    WayOut.DEMONSTRATION: (
        "Use the demonstration's files",
        "Calibrate with simulated reference files, without a network; the results are not for science",
    ),
}
_TASKS: Final = {
    "look": ("Check again", "Ask the server and look into the cache again"),
    "prepare": ("Prepare for offline", "Download what the open exposures need, and check it"),
    "check": ("Check the cache", "Read every file of the cache, and compare it with what CRDS has published"),
    "mend": ("Mend the cache", "Download damaged files again, and remove what earlier downloads have left"),
    "context": ("Choose a context...", "Use another set of reference files"),
    "compare": ("Compare two contexts...", "Show which reference files of the open exposures would change"),
    "own": ("Use CRDS again", "Leave the reference files of the demonstration"),
}


class CrdsPanel(QWidget):
    """Show what is known of CRDS.

    Attributes
    ----------
    seen : Signal()
        The panel can be seen now.
    asked : Signal(str)
        A task was asked for: ``look``, ``prepare``, ``check``, ``mend``, ``context``, ``compare``, ``own``, ``stop``.
    way_chosen : Signal(WayOut)
        A way out of a fault was chosen.
    """

    seen = Signal()
    asked = Signal(str)
    way_chosen = Signal(object)

    def __init__(self) -> None:
        super().__init__()
        self.setObjectName("crds_panel")
        self._summary = Summary("mute", "")
        self._state: CrdsState | None = None
        self._result: tuple[str, str, tuple[str, ...]] = ("", "text", ())
        self._head = FittedText("crds_summary", "Summary of CRDS")
        self._lines = FittedText("crds_state", "State of CRDS")
        self._message = FittedText("crds_result", "Result")
        self._doing = FittedText("crds_doing", "What is being done")
        self._table = NeedsTable()
        self._ways, self._tasks = ButtonRow("crds_way"), ButtonRow("crds")
        self._buttons = {
            name: self._tasks.add(name, *texts, partial(self.asked.emit, name)) for name, texts in _TASKS.items()
        }
        self._progress, self._stop, self._work = QProgressBar(), QPushButton("Stop"), QWidget()
        self._build()
        self.set_offered("mend", offered=False)
        self.set_offered("own", offered=False)
        self.show_work("")

    @property
    def text(self) -> str:
        """The texts that can be read, without those of the table."""
        texts = (self._head, self._lines, self._message)
        return "\n".join(text.toPlainText() for text in texts if not text.isHidden())

    @property
    def rows(self) -> list[tuple[str, ...]]:
        """Texts of the table."""
        return self._table.rows

    def show_summary(self, summary: Summary) -> None:
        """Replace what is said first, and the ways out of it."""
        self._summary = summary
        self._head.show_html(summary_html(summary))
        self._ways.clear()
        for way in summary.ways:
            self._ways.add(way.name.lower(), *_WAYS[way], partial(self.way_chosen.emit, way))
        self._ways.setVisible(bool(summary.ways))

    def show_state(self, state: CrdsState | None) -> None:
        """Show the state of CRDS; None if it is not known."""
        self._state = state
        self._lines.show_html(state_html(state) if state is not None else "")

    def show_needs(self, needs: CrdsNeeds | None, names: Mapping[str, str]) -> None:
        """Show what the exposures need.

        Parameters
        ----------
        needs : CrdsNeeds or None
            The needs; None if they are not known.
        names : mapping of str to str
            Name of the product, by the path of its exposure.
        """
        self._table.show_needs(needs.exposures if needs is not None else (), names)

    def show_result(self, text: str, colour: str = "text", details: Sequence[str] = ()) -> None:
        """Say what came of a task; empty to say nothing.

        Parameters
        ----------
        text : str
            One sentence.
        colour : str, optional
            Name of a colour of the palette.
        details : sequence of str, optional
            A line each.
        """
        self._result = (text, colour, tuple(details))
        self._message.show_html(message_html(text, colour) + lines_html(details))

    def show_work(self, doing: str, *, waits: bool = False) -> None:
        """Show that something is being done, with a button that stops it; empty if nothing is.

        Parameters
        ----------
        doing : str
            What is being done.
        waits : bool, optional
            Whether other tasks have to wait for it.
        """
        self._work.setVisible(bool(doing))
        self._progress.setRange(0, 0 if doing else 1)
        self._progress.setFormat("")
        self._stop.setEnabled(True)
        self._note_work(f"{doing}..." if doing else "")
        self._ways.setEnabled(not waits)
        self._tasks.setEnabled(not waits)

    def show_progress(self, progress: FileProgress) -> None:
        """Show how far the work is, in bytes."""
        self._progress.setRange(0, _STEPS)
        self._progress.setValue(int(progress.fraction * _STEPS))
        text = f"{size_text(progress.all_done)} of {size_text(progress.all_total)}"
        self._progress.setFormat(text)
        self._note_work(f"File {progress.number} of {progress.count}: {progress.name}")
        self._progress.setAccessibleDescription(text)

    def set_offered(self, task: str, *, offered: bool, text: str = "") -> None:
        """Show or hide the button of a task; a text replaces that of the button."""
        button = self._buttons[task]
        button.setVisible(offered)
        button.setText(text or _TASKS[task][0])

    def set_possible(self, task: str, why_not: str) -> None:
        """Enable the button of a task, or disable it and say why."""
        button = self._buttons[task]
        button.setEnabled(not why_not)
        button.setToolTip(why_not or _TASKS[task][1])

    @override
    def sizeHint(self) -> QSize:
        """Return the size at which sentences can be read, where no other panel sets the width of the column."""
        return QSize(_WIDTH * self.fontMetrics().averageCharWidth(), super().sizeHint().height())

    @override
    def showEvent(self, event: QShowEvent) -> None:
        """Tell that the panel can be seen."""
        super().showEvent(event)
        self.seen.emit()

    @override
    def changeEvent(self, event: QEvent) -> None:
        """Show the texts in the colours of another theme."""
        super().changeEvent(event)
        if event.type() is QEvent.Type.PaletteChange:
            self._head.show_html(summary_html(self._summary))
            self.show_state(self._state)
            self.show_result(*self._result)
            self._table.repaint_states()

    def _note_work(self, text: str) -> None:
        self._doing.show_html(lines_html([text]) if text else "")
        self._progress.setToolTip(text)

    def _build(self) -> None:
        self._progress.setObjectName("crds_progress")
        self._progress.setAccessibleName("Progress")
        self._stop.setObjectName("crds_stop")
        self._stop.setAutoDefault(False)
        self._stop.clicked.connect(self._ask_to_stop)
        row = QHBoxLayout()
        row.setSpacing(2 * GRID)
        row.addWidget(self._progress, stretch=1)
        row.addWidget(self._stop)
        work = QVBoxLayout(self._work)
        work.setContentsMargins(0, 0, 0, 0)
        work.setSpacing(GRID)
        work.addWidget(self._doing)
        work.addLayout(row)
        content = QWidget()
        layout = QVBoxLayout(content)
        layout.setContentsMargins(MARGIN, MARGIN, MARGIN, MARGIN)
        layout.setSpacing(MARGIN)
        parts = (self._head, self._ways, self._work, self._message, self._lines, self._tasks, self._table)
        for part in parts:
            layout.addWidget(part)
        layout.addStretch()
        scroll = QScrollArea()
        scroll.setFrameShape(QFrame.Shape.NoFrame)
        scroll.setWidgetResizable(True)
        scroll.setWidget(content)
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        outer.addWidget(scroll)

    def _ask_to_stop(self) -> None:
        self._stop.setEnabled(False)
        self._note_work("Stopping...")
        self.asked.emit("stop")
