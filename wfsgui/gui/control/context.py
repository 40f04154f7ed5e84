"""What the parts for control need from the window."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

from PySide6.QtWidgets import QMainWindow, QWidget

from wfsgui.core.model.exposure import Exposure
from wfsgui.gui.assess.assessments import Assessments
from wfsgui.gui.compare.compare_control import CompareControl
from wfsgui.gui.exposures.list_panel import ExposureList
from wfsgui.gui.exposures.open_exposures import OpenExposures
from wfsgui.gui.exposures.opener import Opener
from wfsgui.gui.exposures.saver import Saver
from wfsgui.gui.exposures.stage_presenter import StagePresenter
from wfsgui.gui.image.view import ImageView
from wfsgui.gui.runs.engine_runner import EngineRunner
from wfsgui.gui.runs.run_control import RunControl
from wfsgui.gui.runs.verdict_control import VerdictControl
from wfsgui.gui.session.sources import SessionSources
from wfsgui.gui.settings.settings import Settings
from wfsgui.gui.steps.panel import StepPanel
from wfsgui.gui.threads.worker_thread import WorkerThread

__all__ = ["ControlContext", "ControlServices"]


class ControlServices(Protocol):
    """What these parts need of the services of the window."""

    @property
    def open_exposures(self) -> OpenExposures:
        """The exposures."""

    @property
    def opener(self) -> Opener:
        """Opens files."""

    @property
    def saver(self) -> Saver:
        """Saves results."""

    @property
    def runner(self) -> EngineRunner:
        """Asks the engine."""

    @property
    def control(self) -> RunControl:
        """Runs exposures."""

    @property
    def verdicts(self) -> VerdictControl:
        """Verdicts on steps."""

    @property
    def assessments(self) -> Assessments:
        """What was measured of the exposures."""

    @property
    def measure_worker(self) -> WorkerThread:
        """Thread that measures."""

    @property
    def file_worker(self) -> WorkerThread:
        """Thread that reads and writes files."""

    @property
    def read_worker(self) -> WorkerThread:
        """Thread that reads images."""

    @property
    def render_worker(self) -> WorkerThread:
        """Thread that draws images."""

    @property
    def aside_worker(self) -> WorkerThread:
        """Thread that waits for other programs."""

    @property
    def crds_worker(self) -> WorkerThread:
        """Thread that waits for CRDS."""


@dataclass(frozen=True, kw_only=True)
class ControlContext:
    """Parts of the window that are needed here.

    Attributes
    ----------
    window : QMainWindow
        Parent of the dialogs.
    services : ControlServices
        Exposures, runs, files and threads.
    settings : Settings
        Settings of the analyst.
    presenter : StagePresenter
        The stage on screen.
    image : ImageView
        The image.
    compare : CompareControl
        The comparison of the image with another one.
    exposures : ExposureList
        The list of exposures.
    step : StepPanel
        Panel *Step*.
    selected : callable
        ``selected()``: the exposures that are selected in the list.
    session : SessionSources
        Parts whose state belongs to the session.
    add_panel : callable
        ``add_panel(name, title, widget)``: adds a panel beside the others of the right column.
    bring_up : callable
        ``bring_up(name)``: shows a panel.
    """

    window: QMainWindow
    services: ControlServices
    settings: Settings
    presenter: StagePresenter
    image: ImageView
    compare: CompareControl
    exposures: ExposureList
    step: StepPanel
    selected: Callable[[], list[Exposure]]
    session: SessionSources
    add_panel: Callable[[str, str, QWidget], None]
    bring_up: Callable[[str], None]
