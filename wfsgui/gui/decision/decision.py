"""Construction of everything that helps to decide, and its connections."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from PySide6.QtCore import QObject, QPointF, Signal
from PySide6.QtWidgets import QLabel, QWidget

from wfsgui.core.assess.limits import Limits
from wfsgui.core.files.decision_store import DecisionStore
from wfsgui.core.model.exposure import Exposure
from wfsgui.core.regions.shapes import Region, enclosing_circle
from wfsgui.gui.actions.action_set import Actions
from wfsgui.gui.assess.assessments import Assessments
from wfsgui.gui.assess.decisions import Decisions, subject_of
from wfsgui.gui.assess.limits_memory import load_limits, save_limits
from wfsgui.gui.canvas.image_canvas import ImageCanvas
from wfsgui.gui.exposures.list_model import ListModel
from wfsgui.gui.exposures.open_exposures import OpenExposures
from wfsgui.gui.exposures.stage_presenter import StagePresenter
from wfsgui.gui.settings.settings import Settings
from wfsgui.gui.steps.step_effects import StepEffects
from wfsgui.gui.threads.deferred_work import DeferredWork
from wfsgui.gui.threads.worker_thread import WorkerThread
from wfsgui.gui.verdict.lines import Line
from wfsgui.gui.verdict.panel import VerdictPanel
from wfsgui.gui.verdict.region_control import RegionControl
from wfsgui.gui.verdict.sbr_light import SbrLight
from wfsgui.gui.verdict.verdict_control import VerdictControl
from wfsgui.gui.widgets.pages import Pages

__all__ = ["DecisionParts", "Surroundings"]

_IMAGE: Final = "image"
_PAIR: Final = "pair"
# Share of the view that a region fills when it is shown.
_FILLED: Final = 0.6


@dataclass(frozen=True, kw_only=True)
class Surroundings:
    """Parts of the window that are needed here.

    Attributes
    ----------
    window : QWidget
        Parent of the dialogs.
    settings : Settings
        Settings of the analyst.
    store : DecisionStore
        Files of the decisions.
    table : Actions
        Actions of the window.
    open_exposures : OpenExposures
        The exposures.
    presenter : StagePresenter
        The stage on screen.
    assessments : Assessments
        Assessments of the exposures.
    effects : StepEffects
        Effects of the steps.
    deferred : DeferredWork
        Work that can wait.
    file_worker : WorkerThread
        Thread that reads and writes files.
    canvas : ImageCanvas
        Canvas of the image.
    pages : Pages
        Pages in the middle of the window.
    panel : VerdictPanel
        Panel *Verdict*.
    model : ListModel
        The exposure list.
    fly_to : callable
        ``fly_to(x, y)``: shows a pixel of the image.
    bring_up : callable
        ``bring_up(name)``: shows a panel.
    """

    window: QWidget
    settings: Settings
    store: DecisionStore
    table: Actions
    open_exposures: OpenExposures
    presenter: StagePresenter
    assessments: Assessments
    effects: StepEffects
    deferred: DeferredWork
    file_worker: WorkerThread
    canvas: ImageCanvas
    pages: Pages
    panel: VerdictPanel
    model: ListModel
    fly_to: Callable[[int, int], None]
    bring_up: Callable[[str], None]


class DecisionParts(QObject):
    """Make the controllers of the panel, the overlays and the pages, and connect them with the window.

    Parameters
    ----------
    around : Surroundings
        Parts of the window.

    Attributes
    ----------
    assessments : Assessments
        Assessments of the exposures.
    decisions : Decisions
        Decisions of the analyst.
    verdict : VerdictControl
        Controller of the panel *Verdict*.
    regions : RegionControl
        Regions on the image.
    error : Signal(str)
        What could not be read or written: why, in one sentence.
    """

    error = Signal(str)

    def __init__(self, around: Surroundings) -> None:
        super().__init__(around.window)
        self._around = around
        self.assessments = around.assessments
        self.decisions = Decisions(around.store, around.file_worker, self)
        self.verdict = VerdictControl(
            around.panel, self.assessments, around.effects, self.decisions, around.deferred, self
        )
        self.regions = RegionControl(around.canvas, self.assessments, around.table["assess_regions"], self)
        self._light = SbrLight(around.model, self.assessments, lambda: around.open_exposures.everything, self)
        self._connect()

    @property
    def status_label(self) -> QLabel:
        """Label for the status bar: SBR of the stage on screen."""
        return self._light.label

    def begin(self) -> None:
        """Take the limits of the settings; to be called when `error` is connected."""
        read = load_limits(self._around.settings)
        self.assessments.set_limits(read.limits)
        for notice in read.notices:
            self.error.emit(notice)

    def _connect(self) -> None:
        around, exposures = self._around, self._around.open_exposures
        around.presenter.shown.connect(self._show_stage)
        exposures.added.connect(self._load_decisions)
        exposures.changed.connect(self._light.refresh)
        around.panel.seen.connect(self.regions.follow_panel)
        around.panel.limits_asked.connect(self.show_limits)
        self.verdict.line_chosen.connect(self._go)
        self.decisions.error.connect(self.error)

    def show_limits(self) -> None:
        """Open the dialog of the limits."""
        from wfsgui.gui.verdict.limits_dialog import LimitsDialog

        dialog = LimitsDialog(self.assessments.limits, self._around.window)
        dialog.chosen.connect(self._set_limits)
        dialog.open()

    def _set_limits(self, limits: Limits) -> None:
        save_limits(self._around.settings, limits)
        self.assessments.set_limits(limits)

    def _show_stage(self, exposure: Exposure | None, stage: str) -> None:
        self.assessments.show_stage(exposure, stage)
        self.verdict.show_exposure(exposure)
        self.regions.show_stage(exposure, stage)
        self._light.show_stage(exposure, stage)

    def _load_decisions(self, exposures: list[Exposure]) -> None:
        self.decisions.load(map(subject_of, exposures))

    def _go(self, exposure: Exposure, line: Line) -> None:
        """Show what a line is about."""
        around = self._around
        if line.of_pair:
            if _PAIR in around.pages.names:
                around.pages.show_page(_PAIR)
            return
        around.pages.show_page(_IMAGE)
        if exposure is not around.presenter.exposure:
            return
        if line.stage and line.stage != around.presenter.stage:
            around.presenter.show_stage(line.stage)
        if line.place is not None:
            around.fly_to(round(line.place[0]), round(line.place[1]))
        elif line.region is not None:
            self._show_region(line.region)
        elif line.stage:
            around.bring_up("step")

    def _show_region(self, region: Region) -> None:
        """Centre the view on a region, with a zoom at which it fills the view."""
        canvas, circle = self._around.canvas, enclosing_circle(region)
        room = min(canvas.width(), canvas.height()) * canvas.devicePixelRatioF()
        scale = _FILLED * room / max(2 * circle.radius, 1.0)
        canvas.centre_on(QPointF(circle.x + 0.5, circle.y + 0.5), scale)
