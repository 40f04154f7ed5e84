"""Parts of the window that deal with a visit: preflight, backgrounds, parameter files."""

from __future__ import annotations

import logging
from collections.abc import Callable
from typing import Protocol

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QWidget

from wfsgui.core.model.exposure import Exposure
from wfsgui.gui.exposures.list_panel import ExposureList
from wfsgui.gui.exposures.open_exposures import OpenExposures
from wfsgui.gui.exposures.opener import Opener
from wfsgui.gui.messages.message_bar import MessageBar
from wfsgui.gui.runs.engine_runner import EngineRunner
from wfsgui.gui.steps.panel import StepPanel
from wfsgui.gui.threads.worker_thread import WorkerThread
from wfsgui.gui.visit.backgrounds_control import BackgroundsControl
from wfsgui.gui.visit.drops import Drops
from wfsgui.gui.visit.parameter_files import ParameterFiles

__all__ = ["VisitParts", "VisitServices"]


class VisitServices(Protocol):
    """What these parts need of the services of the window."""

    @property
    def open_exposures(self) -> OpenExposures:
        """The exposures."""

    @property
    def opener(self) -> Opener:
        """Opens files."""

    @property
    def runner(self) -> EngineRunner:
        """Asks the engine."""

    @property
    def file_worker(self) -> WorkerThread:
        """Thread that reads headers and writes small files."""


class VisitParts(QObject):
    """Create these parts, connect them and show their messages.

    Parameters
    ----------
    window : QWidget
        The window: parent of the dialogs.
    services : VisitServices
        Exposures, engine and files.
    messages : MessageBar
        Messages above the image.
    exposures : ExposureList
        The list of exposures.
    step : StepPanel
        Shows the origin of parameters.

    Attributes
    ----------
    backgrounds : BackgroundsControl
        Backgrounds that the analyst attaches.
    drops : Drops
        Files that are dropped on an exposure.
    parameter_files : ParameterFiles
        Parameter files of the pipeline.
    """

    def __init__(
        self,
        window: QWidget,
        services: VisitServices,
        messages: MessageBar,
        exposures: ExposureList,
        step: StepPanel,
    ) -> None:
        super().__init__(window)
        open_exposures, runner, worker = services.open_exposures, services.runner, services.file_worker
        self.parameter_files = ParameterFiles(window, open_exposures, exposures.selected, runner, worker)
        self.backgrounds = BackgroundsControl(window, open_exposures, runner, worker)
        self.drops = Drops(window, worker, self.backgrounds, services.opener.open)
        for part in (self.backgrounds, self.parameter_files):
            part.message.connect(lambda text: messages.show_message(text, logging.INFO, stays=True))
            part.error.connect(lambda text: messages.show_message(text, logging.WARNING))
        services.opener.parameter_files_given.connect(self.parameter_files.offer)
        exposures.backgrounds_requested.connect(self.backgrounds.choose)
        step.set_parameter_files(self.parameter_files.known)

    def handlers(self, current: Callable[[], Exposure | None]) -> dict[str, Callable[[], object]]:
        """Return the handlers of the actions.

        Parameters
        ----------
        current : callable
            ``current() -> Exposure | None``: the exposure on screen.
        """

        def on_current(act: Callable[[Exposure], None]) -> Callable[[], None]:
            def handle() -> None:
                exposure = current()
                if exposure is not None:
                    act(exposure)

            return handle

        return {
            "backgrounds": on_current(self.backgrounds.choose),
            "parameter_file": self.parameter_files.choose,
            "no_parameter_file": self.parameter_files.take_off,
            "save_association": on_current(self.backgrounds.save_association),
        }
