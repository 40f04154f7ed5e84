"""Panel *Verdict*: overall result, every check, and the decision of the analyst."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from PySide6.QtCore import QEvent, QModelIndex, QSignalBlocker, Qt, Signal
from PySide6.QtGui import QPalette
from PySide6.QtWidgets import (
    QComboBox,
    QFrame,
    QHBoxLayout,
    QLabel,
    QListView,
    QPushButton,
    QSizePolicy,
    QVBoxLayout,
    QWidget,
)
from typing_extensions import override

from wfsgui.core.assess.results import Level
from wfsgui.gui.verdict.decision_foot import DecisionFoot
from wfsgui.gui.verdict.line_delegate import LineDelegate
from wfsgui.gui.verdict.line_model import LINE_ROLE, LineModel
from wfsgui.gui.verdict.lines import Group, Line
from wfsgui.gui.widgets.levels import level_colour
from wfsgui.gui.widgets.tokens import GRID, MARGIN, TYPE, palette

__all__ = ["VerdictPanel"]


class VerdictPanel(QWidget):
    """Show the checks of an exposure.

    Attributes
    ----------
    foot : DecisionFoot
        Note and decision.
    line_chosen : Signal(Line)
        A line was clicked, or Enter was pressed on it.
    sensing_stage_chosen : Signal(str)
        Another stage of the sensing was chosen; empty to take it from the headers.
    limits_asked, regions_reset : Signal()
        The limits are to be shown; the regions of the analyst are to be removed.
    seen : Signal(bool)
        Whether the panel is in front of those that share its place.
    """

    line_chosen = Signal(object)
    sensing_stage_chosen = Signal(str)
    limits_asked = Signal()
    regions_reset = Signal()
    seen = Signal(bool)

    def __init__(self) -> None:
        super().__init__()
        self.setObjectName("verdict_panel")
        self.is_seen = False
        self._level = Level.CANNOT_TELL
        self._heading, self._count = _label("verdict_heading"), _label("verdict_count")
        self._stages = self._make_stages()
        limits = QPushButton("Limits...")
        limits.setObjectName("verdict_limits")
        limits.setToolTip("Show and change the limits of the checks")
        limits.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        limits.clicked.connect(self.limits_asked)
        self._reset = QPushButton("Regions set by you: reset")
        self._reset.setObjectName("regions_reset")
        self._reset.setToolTip("Find the regions of the star automatically again")
        self._reset.clicked.connect(self.regions_reset)
        self._model = LineModel(self)
        self._view = self._make_view()
        self.foot = DecisionFoot()
        row = QHBoxLayout()
        row.setSpacing(2 * GRID)
        row.addWidget(self._stages, stretch=1)
        row.addWidget(limits, alignment=Qt.AlignmentFlag.AlignRight)
        head = QVBoxLayout()
        head.setContentsMargins(MARGIN, MARGIN, MARGIN, 0)
        head.setSpacing(GRID)
        for part in (self._heading, self._count):
            head.addWidget(part)
        head.addLayout(row)
        head.addWidget(self._reset)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addLayout(head)
        layout.addWidget(self._view, stretch=1)
        layout.addWidget(self.foot)
        # The ground on which the colours of small text are legible.
        self.setAutoFillBackground(True)
        self.setBackgroundRole(QPalette.ColorRole.Base)
        self.show_message("No exposure is chosen. Its verdict would be here.")

    @property
    def heading(self) -> str:
        """The overall result."""
        return self._heading.text()

    @property
    def sentence(self) -> str:
        """The sentence under the heading."""
        return self._count.text()

    @property
    def rows(self) -> tuple[str | Line, ...]:
        """Headings and lines that are shown."""
        return self._model.rows

    def show_message(self, text: str) -> None:
        """Show a sentence in place of the checks."""
        self._show_head("", text, Level.CANNOT_TELL)
        self._model.show_groups(())
        self._stages.hide()
        self._reset.hide()

    def show_checks(self, heading: str, sentence: str, level: Level, groups: Sequence[Group]) -> None:
        """Show checks.

        Parameters
        ----------
        heading, sentence : str
            Overall result, and counts.
        level : Level
            Level whose colour the heading has.
        groups : sequence of Group
            The lines.
        """
        chosen, place = self._view.currentIndex().data(LINE_ROLE), self._view.verticalScrollBar().value()
        self._show_head(heading, sentence, level)
        self._model.show_groups(groups)
        self._stages.show()
        if isinstance(chosen, Line):
            self._choose_again(chosen)
        self._view.verticalScrollBar().setValue(place)

    def show_sensing_stages(self, stages: Mapping[str, str], chosen: str, of_headers: str) -> None:
        """Show the stages of the sensing that can be chosen.

        Parameters
        ----------
        stages : mapping of str to str
            Name of each stage for the analyst, by its key.
        chosen : str
            The one that the analyst has chosen; empty for that of the headers.
        of_headers : str
            The one of the headers; empty if they do not say.
        """
        first = f"From the header: {of_headers or 'not known'}"
        with QSignalBlocker(self._stages):
            if self._stages.itemText(0) != first or self._stages.count() != 1 + len(stages):
                # Not at each update, because the list may be open.
                self._stages.clear()
                self._stages.addItem(first, "")
                for stage, name in stages.items():
                    self._stages.addItem(name, stage)
            if self._stages.currentData() != chosen:
                self._stages.setCurrentIndex(max(self._stages.findData(chosen), 0))

    def show_region_state(self, *, by_analyst: bool) -> None:
        """Offer to remove the regions of the analyst if there are any."""
        self._reset.setVisible(by_analyst)

    def set_seen(self, seen: object) -> None:
        """Note whether the panel is in front of those that share its place."""
        self.is_seen = bool(seen)
        self.seen.emit(self.is_seen)

    @override
    def changeEvent(self, event: QEvent) -> None:
        """Take the colours of another theme."""
        super().changeEvent(event)
        if event.type() is QEvent.Type.PaletteChange:
            self._show_head(self.heading, self.sentence, self._level)
            self._view.viewport().update()

    def _show_head(self, heading: str, sentence: str, level: Level) -> None:
        self._level = level
        self._heading.setText(heading)
        self._heading.setVisible(bool(heading))
        verdict, text = TYPE["verdict"], TYPE["text"]
        self._heading.setStyleSheet(f"font-size: {verdict.size}px; font-weight: 600; color: {level_colour(level)}")
        self._count.setText(sentence)
        self._count.setStyleSheet(f"font-size: {text.size}px; color: {palette().mute}")

    def _choose_again(self, chosen: Line) -> None:
        """Make the line of the same check the current one, after the rows were replaced."""
        for number, row in enumerate(self._model.rows):
            if isinstance(row, Line) and (row.name, row.stage) == (chosen.name, chosen.stage):
                self._view.setCurrentIndex(self._model.index(number))
                return

    def _make_stages(self) -> QComboBox:
        box = QComboBox()
        box.setObjectName("sensing_stage")
        box.setAccessibleName("Stage of the sensing")
        box.setToolTip("Stage of the sensing: it decides the limit of the SBR")
        # The longest name must not set the width of the panel.
        box.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        box.activated.connect(lambda _index: self.sensing_stage_chosen.emit(str(box.currentData())))
        return box

    def _make_view(self) -> QListView:
        view = QListView()
        view.setObjectName("verdict_lines")
        view.setAccessibleName("Checks")
        view.setModel(self._model)
        view.setItemDelegate(LineDelegate(view))
        view.setFrameShape(QFrame.Shape.NoFrame)
        view.viewport().setAutoFillBackground(False)
        view.setVerticalScrollMode(QListView.ScrollMode.ScrollPerPixel)
        view.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        view.setResizeMode(QListView.ResizeMode.Adjust)
        view.clicked.connect(self._emit_line)
        # Enter on a line; a double click would do it a second time.
        view.activated.connect(self._emit_line)
        return view

    def _emit_line(self, index: QModelIndex) -> None:
        line = index.data(LINE_ROLE)
        if isinstance(line, Line) and line.goes_somewhere:
            self.line_chosen.emit(line)


def _label(name: str) -> QLabel:
    label = QLabel()
    label.setObjectName(name)
    label.setTextFormat(Qt.TextFormat.PlainText)
    label.setWordWrap(True)
    label.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
    return label
