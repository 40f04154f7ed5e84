"""Panel of the data-quality flags of a stage: counts, changes by the step, and overlay."""

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
from wfsgui.core.model.stages import title
from wfsgui.core.regions.pixel_numbers import PixelNumbers
from wfsgui.core.regions.shapes import Circle
from wfsgui.gui.dq.flag_colours import flag_colour
from wfsgui.gui.dq.flag_counter import CountRequest, FlagCount, FlagCounter, StarRegion
from wfsgui.gui.dq.flag_overlay import FlagOverlay
from wfsgui.gui.dq.pixel_navigation import PixelNavigation
from wfsgui.gui.dq.table_model import grouped
from wfsgui.gui.dq.table_view import DqTable
from wfsgui.gui.threads.worker_thread import WorkerThread
from wfsgui.gui.widgets.controls import message_label

__all__ = ["DqPanel"]

_DO_NOT_USE: Final = "DO_NOT_USE"
_LEAST_OPACITY: Final = 10
_OPACITY: Final = 70


class DqPanel(QWidget):
    """Count the flags of a stage, and choose those shown over the image.

    Parameters
    ----------
    worker : WorkerThread
        Thread in which flags are counted and searched for.

    Attributes
    ----------
    navigation : PixelNavigation
        Goes from one flagged pixel to the next one.
    overlay_changed : Signal(FlagOverlay)
        Flags to show over the image.
    """

    overlay_changed = Signal(object)

    def __init__(self, worker: WorkerThread) -> None:
        super().__init__()
        self.setObjectName("dq_panel")
        self._info = EngineInfo()
        self._star: StarRegion | None = None
        self._exposure: Exposure | None = None
        self._stage = ""
        self._is_seen, self._is_current = True, False
        self._shown: FlagCount | None = None
        self._counter, self.navigation = FlagCounter(worker, self), PixelNavigation(worker)
        self._summary, self._message = QLabel(), message_label("dq_message")
        self._view, self._pages = DqTable(), QStackedWidget()
        self._opacity, self._clear = QSlider(Qt.Orientation.Horizontal), QPushButton("Clear")
        self._prepare_controls()
        self._arrange()
        self._connect()
        self.show_stage(None, "")

    @property
    def overlay(self) -> FlagOverlay:
        """Flags to show over the image; a pixel shows the highest of its flags, as most pixels also have the lowest."""
        entries = tuple((value, flag_colour(value)) for value in self._view.checked)
        return FlagOverlay(entries, self._opacity.value() / 100)

    def show_stage(self, exposure: Exposure | None, stage: str) -> None:
        """Show the flags of a stage; to be called again when the stage has changed."""
        self._exposure, self._stage = exposure, stage
        image = exposure.stages[stage].image if exposure is not None else None
        self.navigation.set_image(image)
        self._is_current = False
        if not self._is_seen:
            self._counter.cancel()
        elif exposure is None:
            self._show_message("No exposure is chosen.")
        elif image is None:
            self._show_message(f"There is no image of {title(stage)} yet.")
        else:
            before = self._before()
            self._counter.count(CountRequest(image, before.image if before else None, self._star, self._info))
            if not self._is_current:
                # Until the flags are counted, the rows remain those of the previous stage.
                self._summary.setText(f"Counting the flags of {title(stage)}...")

    def set_seen(self, seen: object) -> None:
        """Set whether the panel is visible: behind other panels it counts nothing."""
        self._is_seen = bool(seen)
        self.show_stage(self._exposure, self._stage)

    def set_engine_info(self, info: EngineInfo) -> None:
        """Set the meanings of the flags, once the engine is loaded."""
        self._info = info
        self.show_stage(self._exposure, self._stage)

    def set_star(self, star: StarRegion | None) -> None:
        """Set the region of the star; None if it is not known."""
        self._star = star
        self.navigation.set_star(star)
        self.show_stage(self._exposure, self._stage)

    def table(self) -> tuple[Mapping[str, Sequence[str | int]], Mapping[str, str]]:
        """Return the visible columns as a table for a file.

        Returns
        -------
        tuple of (columns, units)
            Values by the name of the column, and units of the columns that have one; both empty while the flags of
            the stage are being counted.
        """
        return self._view.table() if self._is_current else ({}, {})

    def conditions(self, numbers: PixelNumbers) -> dict[str, str]:
        """Return what the columns of the table refer to: the previous stage, and the circle of the star."""
        before, star = self._before(), self._star
        found = {"compared with": title(before.name)} if before is not None else {}
        if isinstance(star, Circle):
            found |= {"star": numbers.region(star), "pixels": numbers.convention}
        return found

    def _before(self) -> Stage | None:
        return self._exposure.before(self._stage) if self._exposure is not None else None

    def _show_message(self, text: str) -> None:
        """Show a message instead of the table."""
        self._counter.cancel()
        self._shown = None
        self._view.show_rows((), has_star=False, compared_with="")
        self._summary.clear()
        self._message.setText(text)
        self._pages.setCurrentWidget(self._message)
        self._show_target()

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
        self._show_target()

    def _show_target(self) -> None:
        """Search for the flags over the image, or else for the selected ones."""
        self._clear.setEnabled(bool(self._view.checked))
        self.navigation.set_target(self._view.checked or tuple(row.value for row in self._view.selected), self._shown)

    def _change_overlay(self) -> None:
        self._show_target()
        self.overlay_changed.emit(self.overlay)

    def _prepare_controls(self) -> None:
        self._summary.setObjectName("dq_summary")
        self._summary.setWordWrap(True)
        self._summary.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self._opacity.setObjectName("dq_opacity")
        self._opacity.setAccessibleName("Opacity of the flags over the image")
        self._opacity.setToolTip("Opacity of the flags over the image")
        self._opacity.setRange(_LEAST_OPACITY, 100)
        self._opacity.setValue(_OPACITY)
        self._clear.setObjectName("dq_clear")
        self._clear.setToolTip("Show no flags over the image")

    def _arrange(self) -> None:
        self._pages.addWidget(self._message)
        self._pages.addWidget(self._view)
        opacity = QHBoxLayout()
        label = QLabel("Opacity")
        label.setBuddy(self._opacity)
        opacity.addWidget(label)
        opacity.addWidget(self._opacity, stretch=1)
        opacity.addWidget(self._clear)
        layout = QVBoxLayout(self)
        layout.addWidget(self._summary)
        layout.addWidget(self._pages, stretch=1)
        layout.addLayout(opacity)
        layout.addWidget(self.navigation)

    def _connect(self) -> None:
        self._counter.counted.connect(self._take)
        self._counter.failed.connect(lambda error: self._show_message(f"The flags cannot be counted: {error}"))
        self._view.checked_changed.connect(self._change_overlay)
        self._opacity.valueChanged.connect(self._change_overlay)
        self._clear.clicked.connect(self._view.clear_checked)
        self._view.selected_changed.connect(self._show_target)


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
    """Write a percentage that is 0 % or 100 % only if it is exactly that."""
    percent = 100 * part / whole
    if percent < 0.01:
        return "< 0.01 %"
    if percent < 10:
        return f"{percent:.2g} %"
    return f"{percent:.0f} %" if percent < 99 or part == whole else "> 99 %"
