"""Parts of the window that deal with a visit: preflight, backgrounds, parameter files."""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from pathlib import Path

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QWidget

from wfsgui.core.model.exposure import Exposure
from wfsgui.gui.exposures.open_exposures import OpenExposures
from wfsgui.gui.messages.message_bar import MessageBar
from wfsgui.gui.runs.engine_runner import EngineRunner
from wfsgui.gui.threads.worker_thread import WorkerThread
from wfsgui.gui.visit.backgrounds_control import BackgroundsControl
from wfsgui.gui.visit.drops import Drops
from wfsgui.gui.visit.parameter_files import ParameterFiles

__all__ = ["VisitParts"]


class VisitParts(QObject):
    """Create these parts, and show their messages.

    Parameters
    ----------
    window : QWidget
        The window: parent of the dialogs.
    open_exposures : OpenExposures
        The exposures.
    runner : EngineRunner
        Asks the engine.
    worker : WorkerThread
        Thread that reads headers and writes small files.
    messages : MessageBar
        Messages above the image.
    selected : callable
        ``selected() -> list of Exposure``: the exposures that are selected in the list.
    open_files : callable
        ``open_files(paths)``: opens files.

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
        open_exposures: OpenExposures,
        runner: EngineRunner,
        worker: WorkerThread,
        messages: MessageBar,
        selected: Callable[[], list[Exposure]],
        open_files: Callable[[Sequence[Path]], None],
    ) -> None:
        super().__init__(window)
        self.parameter_files = ParameterFiles(window, open_exposures, selected, runner, worker)
        self.backgrounds = BackgroundsControl(window, open_exposures, runner, worker)
        self.drops = Drops(window, worker, self.backgrounds, open_files)
        for part in (self.backgrounds, self.parameter_files):
            part.message.connect(lambda text: messages.show_message(text, logging.INFO, stays=True))
            part.error.connect(lambda text: messages.show_message(text, logging.WARNING))

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
