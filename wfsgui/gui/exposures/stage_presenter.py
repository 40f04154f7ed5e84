"""Which stage of which exposure is on screen, and getting its image there."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QObject, Signal

from wfsgui.core.model.exposure import Exposure, Stage, StageState
from wfsgui.core.model.stages import RATE, title
from wfsgui.core.model.step_image import StepFrame
from wfsgui.gui.exposures.open_exposures import Desk
from wfsgui.gui.image.view import ImageView
from wfsgui.gui.threads.deferred_work import Later
from wfsgui.gui.threads.worker_thread import Job, Lane

__all__ = ["Presenter"]


class Presenter(QObject):
    """Show a stage; while the analyst is at the latest one, go along with the run.

    Parameters
    ----------
    desk : Desk
        Where the exposures are.
    image : ImageView
        Where images are shown.
    lane : Lane
        Where files are read.
    later : Later
        Takes in what the run has changed.
    read_frame : callable
        `wfsgui.core.files.planes.read_frame`, or what does the same.
    parent : QObject, optional
        Owner.

    Attributes
    ----------
    exposure : Exposure or None
        What is on screen.
    stage : str
        Which of its stages.
    shown : Signal(Exposure or None, str)
        Another stage is on screen, or this one has changed.
    """

    shown = Signal(object, str)

    def __init__(
        self,
        desk: Desk,
        image: ImageView,
        lane: Lane,
        later: Later,
        read_frame: Callable[[Path], StepFrame],
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self.exposure: Exposure | None = None
        self.stage = RATE
        self._image = image
        self._lane = lane
        self._later = later
        self._read_frame = read_frame
        self._follows = True
        self._on_screen: StepFrame | None = None
        self._reading: Job | None = None
        self._reading_key = ""
        desk.changed.connect(self._note)

    def show_exposure(self, exposure: Exposure | None) -> None:
        """Show the step of an exposure that failed, or else its latest stage, or nothing."""
        if exposure is self.exposure:
            return
        self.exposure = exposure
        self._follows = True
        self._show(exposure.first_to_look_at.name if exposure else RATE)

    def show_stage(self, stage: str) -> None:
        """Show a stage of the exposure on screen; where it has no image yet, say so."""
        if self.exposure is None or self.exposure.stages[stage].state is StageState.NOT_APPLICABLE:
            return
        self._follows = stage == self.exposure.first_to_look_at.name
        self._show(stage)

    def _note(self, exposure: Exposure) -> None:
        if exposure is self.exposure:
            # A step that ends and the next one that begins are told apart, and shown together.
            self._later.do("stage", self._refresh)

    def _refresh(self) -> None:
        exposure = self.exposure
        if exposure is None:
            return
        self._show(exposure.first_to_look_at.name if self._follows else self.stage)
        self._follows = self.stage == exposure.first_to_look_at.name

    def _show(self, stage: str) -> None:
        self.stage = stage
        exposure = self.exposure
        if exposure is None:
            self._put(None)
            self._image.show_message("")
        elif exposure.stages[stage].frame is not None:
            self._put(exposure.stages[stage].frame)
        elif stage == RATE:
            self._read(exposure)
        else:
            self._put(None)
            self._image.show_message(_why_no_image(exposure.stages[stage]))
        self.shown.emit(exposure, stage)

    def _put(self, frame: StepFrame | None) -> None:
        if self._reading is not None:
            self._reading.cancel()
            self._reading = None
        if frame is not None and frame is not self._on_screen and self.exposure is not None:
            self._image.show_frame(frame, identity=self.exposure.key, sky=self.exposure.sky)
        self._on_screen = frame

    def _read(self, exposure: Exposure) -> None:
        if self._reading is not None and self._reading_key == exposure.key:
            return
        path = exposure.product.science.path
        self._put(None)
        self._reading_key = exposure.key
        self._image.show_message(f"Reading {path.name}...")
        self._reading = self._lane.submit(
            lambda: self._read_frame(path),
            lambda frame: self._take(exposure, frame),
            lambda error: self._complain(path, error),
        )

    def _take(self, exposure: Exposure, frame: StepFrame) -> None:
        self._reading = None
        rate = exposure.stages[RATE]
        if rate.frame is None:
            rate.frame = frame
        if exposure is self.exposure and self.stage == RATE:
            self._put(rate.frame)
            self.shown.emit(exposure, RATE)

    def _complain(self, path: Path, error: BaseException) -> None:
        self._reading = None
        self._image.show_message(str(error) or f"{path.name} cannot be read.")


def _why_no_image(stage: Stage) -> str:
    match stage.state:
        case StageState.RUNNING:
            return f"{title(stage.name)} is running..."
        case StageState.FAILED:
            return stage.reason
        case _:
            return f"{title(stage.name)} has not been run yet."
