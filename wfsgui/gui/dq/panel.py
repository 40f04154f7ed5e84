"""The data-quality flags of a stage: how many pixels have them, what the step changed, and where they are."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QHBoxLayout,
    QLabel,
    QPushButton,
    QSlider,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from wfsgui.core.model.engine_info import EngineInfo
from wfsgui.core.model.exposure import Exposure, Stage
from wfsgui.core.model.flags import FLAGS
from wfsgui.core.model.stages import title
from wfsgui.core.regions.pixel_numbers import PixelNumbers
from wfsgui.core.regions.shapes import Circle
from wfsgui.gui.dq.flag_colours import flag_colour
from wfsgui.gui.dq.flag_counter import CountRequest, FlagCount, FlagCounter, Star
from wfsgui.gui.dq.flag_overlay import FlagOverlay
from wfsgui.gui.dq.flagged_pixel_search import FlaggedPixelSearch
from wfsgui.gui.dq.table_model import grouped
from wfsgui.gui.dq.table_view import DqView
from wfsgui.gui.threads.worker_thread import WorkerThread
from wfsgui.gui.widgets.theme import mute

__all__ = ["DqPanel"]

_DO_NOT_USE: Final = "DO_NOT_USE"
_REFERENCE: Final = "REFERENCE_PIXEL"
_LOST: Final = {
    False: "No pixel of this image has any of these flags.",
    True: "No pixel of this image has any of these flags, but for reference pixels.",
}
_ANY: Final = 2**32 - 1
_LEAST_OPACITY: Final = 10
_OPACITY: Final = 70


class DqPanel(QWidget):
    """Count the flags of a stage, choose those to be shown over the image, and go from one pixel to the next.

    Parameters
    ----------
    worker : WorkerThread
        Where flags are counted and searched for.

    Attributes
    ----------
    overlay_changed : Signal(FlagOverlay)
        Other flags are to be shown over the image, or in another way.
    pixel_wanted : Signal(int, int)
        The analyst wants to see this pixel: column and row, counted from 0.
    """

    overlay_changed = Signal(object)
    pixel_wanted = Signal(int, int)

    def __init__(self, worker: WorkerThread) -> None:
        super().__init__()
        self.setObjectName("dq_panel")
        self._facts = EngineInfo()
        self._star: Star | None = None
        self._exposure: Exposure | None = None
        self._stage = ""
        self._is_seen, self._is_current = True, False
        self._shown: FlagCount | None = None
        self._counter, self._walk = FlagCounter(worker, self), FlaggedPixelSearch(worker, self)
        self._summary, self._message, self._aim = QLabel(), QLabel(), QLabel()
        self._view, self._pages = DqView(), QStackedWidget()
        self._opacity, self._clear = QSlider(Qt.Orientation.Horizontal), QPushButton("Clear")
        self._previous, self._next = QPushButton("Previous pixel"), QPushButton("Next pixel")
        self._prepare_controls()
        self._arrange()
        self._connect()
        self.show_stage(None, "")

    @property
    def overlay(self) -> FlagOverlay:
        """What is to be shown over the image; where flags meet, the highest is seen, for most have the lowest, too."""
        entries = tuple((value, flag_colour(value)) for value in self._view.checked)
        return FlagOverlay(entries, self._opacity.value() / 100)

    def show_stage(self, exposure: Exposure | None, stage: str) -> None:
        """Show the flags of a stage; to be called again when it has changed."""
        self._exposure, self._stage = exposure, stage
        image = exposure.stages[stage].image if exposure is not None else None
        self._walk.set_image(image)
        self._is_current = False
        if not self._is_seen:
            self._counter.cancel()
        elif exposure is None:
            self._say("No exposure is chosen.")
        elif image is None:
            self._say(f"There is no image of {title(stage)} yet.")
        else:
            before = self._before()
            self._counter.count(CountRequest(image, before.image if before else None, self._star, self._facts))
            if not self._is_current:
                # Until it is counted, the rows are those of what was shown before.
                self._summary.setText(f"Counting the flags of {title(stage)}...")

    def set_seen(self, seen: object) -> None:
        """Say whether the panel is in front: behind others, nothing is counted."""
        self._is_seen = bool(seen)
        self.show_stage(self._exposure, self._stage)

    def set_engine_info(self, facts: EngineInfo) -> None:
        """Take the meanings of the flags, once the engine is loaded."""
        self._facts = facts
        self.show_stage(self._exposure, self._stage)

    def set_star(self, star: Star | None) -> None:
        """Say where the star is; None where that is not known."""
        self._star = star
        self._walk.set_centre((star.x, star.y) if star is not None else None)
        self.show_stage(self._exposure, self._stage)

    def next_pixel(self) -> None:
        """Go to the next pixel that has any of the flags in question."""
        self._walk.step(self._bits(), without=self._left_out(), forward=True)

    def previous_pixel(self) -> None:
        """Go back to the pixel before that has any of the flags in question."""
        self._walk.step(self._bits(), without=self._left_out(), forward=False)

    def table(self) -> tuple[Mapping[str, Sequence[str | int]], Mapping[str, str]]:
        """Return what is shown for a file: values by column, and units of the columns that have one.

        Nothing while the flags of the stage on screen are still counted.
        """
        return self._view.table() if self._is_current else ({}, {})

    def conditions(self, numbers: PixelNumbers) -> dict[str, str]:
        """Return what the columns of the table refer to: the stage before, and the circle of the star."""
        before, star = self._before(), self._star
        told = {"compared with": title(before.name)} if before is not None else {}
        if isinstance(star, Circle):
            told |= {"star": numbers.region(star), "pixels": numbers.convention}
        return told

    def _before(self) -> Stage | None:
        return self._exposure.before(self._stage) if self._exposure is not None else None

    def _say(self, text: str) -> None:
        """Say why there is nothing to show."""
        self._counter.cancel()
        self._shown = None
        self._view.show_rows((), has_star=False, compared_with="")
        self._summary.clear()
        self._message.setText(text)
        self._pages.setCurrentWidget(self._message)
        self._show_aim()

    def _take(self, count: FlagCount) -> None:
        self._is_current = True
        self._summary.setText(_summary(count))
        if count is self._shown:
            return
        self._shown = count
        before = self._before()
        has_star, compared_with = self._star is not None, title(before.name) if before else ""
        self._view.show_rows(count.rows, has_star=has_star, compared_with=compared_with)
        self._message.setText("No pixel has a flag.")
        self._pages.setCurrentWidget(self._view if count.rows else self._message)
        self._show_aim()

    def _aims(self) -> tuple[int, ...]:
        """Return the flags in question: those over the image, or else the selected ones; none where any will do."""
        return self._view.checked or tuple(row.value for row in self._view.selected)

    def _bits(self) -> int:
        return sum(self._aims()) or _ANY

    def _left_out(self) -> int:
        """Return the flag of reference pixels, which frame an image; 0 where it has none, or the flag is chosen."""
        value = FLAGS[_REFERENCE]
        rows = self._shown.rows if self._shown is not None else ()
        has_some = any(row.value == value and row.count for row in rows)
        return value if has_some and value not in self._aims() else 0

    def _show_aim(self) -> None:
        self._clear.setEnabled(bool(self._view.checked))
        can_go = self._shown is not None and self._shown.flagged > 0
        for button in (self._previous, self._next):
            button.setEnabled(can_go)
        self._aim.setText(self._tell_aim() if can_go else "")

    def _tell_aim(self) -> str:
        begin = "from the star outwards" if self._star is not None else "from the middle of the image outwards"
        left_out = "; reference pixels are left out" if self._left_out() else ""
        return f"Goes through the pixels that have {_aim(self._aims(), self._shown)}, {begin}{left_out}."

    def _tell_overlay(self) -> None:
        self._show_aim()
        self.overlay_changed.emit(self.overlay)

    def _prepare_controls(self) -> None:
        self._summary.setObjectName("dq_summary")
        self._summary.setWordWrap(True)
        self._summary.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self._message.setObjectName("dq_message")
        self._message.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._message.setWordWrap(True)
        self._message.setTextFormat(Qt.TextFormat.PlainText)
        mute(self._message)
        self._opacity.setObjectName("dq_opacity")
        self._opacity.setAccessibleName("Opacity of the flags over the image")
        self._opacity.setToolTip("How much the flags hide of the image beneath")
        self._opacity.setRange(_LEAST_OPACITY, 100)
        self._opacity.setValue(_OPACITY)
        self._clear.setObjectName("dq_clear")
        self._clear.setToolTip("Show no flags over the image")
        self._previous.setObjectName("dq_previous")
        self._next.setObjectName("dq_next")
        self._aim.setObjectName("dq_aim")
        self._aim.setTextFormat(Qt.TextFormat.PlainText)
        self._aim.setWordWrap(True)
        mute(self._aim)

    def _arrange(self) -> None:
        self._pages.addWidget(self._message)
        self._pages.addWidget(self._view)
        opacity, going = QHBoxLayout(), QHBoxLayout()
        label = QLabel("Opacity")
        label.setBuddy(self._opacity)
        opacity.addWidget(label)
        opacity.addWidget(self._opacity, stretch=1)
        opacity.addWidget(self._clear)
        going.addWidget(self._previous, stretch=1)
        going.addWidget(self._next, stretch=1)
        layout = QVBoxLayout(self)
        layout.addWidget(self._summary)
        layout.addWidget(self._pages, stretch=1)
        layout.addLayout(opacity)
        layout.addLayout(going)
        layout.addWidget(self._aim)

    def _connect(self) -> None:
        self._counter.counted.connect(self._take)
        self._counter.failed.connect(lambda error: self._say(f"The flags cannot be counted: {error}"))
        self._walk.arrived.connect(self.pixel_wanted)
        self._walk.lost.connect(lambda: self._aim.setText(_LOST[bool(self._left_out())]))
        self._walk.failed.connect(lambda error: self._aim.setText(f"The pixels cannot be searched: {error}"))
        self._view.checked_changed.connect(self._tell_overlay)
        self._opacity.valueChanged.connect(self._tell_overlay)
        self._clear.clicked.connect(self._view.clear_checked)
        self._view.selected_changed.connect(self._show_aim)
        self._previous.clicked.connect(self.previous_pixel)
        self._next.clicked.connect(self.next_pixel)


def _summary(count: FlagCount) -> str:
    if not count.flagged:
        return "No pixel is flagged"
    noun = "pixel" if count.flagged == 1 else "pixels"
    not_used = [
        f"{grouped(row.count)}\N{NO-BREAK SPACE}{row.name}"
        for row in count.rows
        if row.name == _DO_NOT_USE and row.count
    ]
    flagged = f"{grouped(count.flagged)} {noun} flagged ({_percent(count.flagged, count.size)})"
    return ", ".join([flagged, *not_used])


def _percent(part: int, whole: int) -> str:
    """Round, but never to nothing or to all."""
    percent = 100 * part / whole
    if percent < 0.01:
        return "< 0.01 %"
    if percent < 10:
        return f"{percent:.2g} %"
    return f"{percent:.0f} %" if percent < 99 or part == whole else "> 99 %"


def _aim(values: Sequence[int], count: FlagCount | None) -> str:
    if count is None or not values:
        return "any flag"
    return ", ".join(name for name, value in FLAGS.items() if value in values)
