"""A session without an analyst: run everything, save it, and take pictures of the window on the way."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from PySide6.QtCore import QObject, QTimer, Signal
from PySide6.QtWidgets import QWidget

from wfsgui.core.model.exposure import Exposure
from wfsgui.gui.exposures.opener import Opening
from wfsgui.gui.exposures.saver import can_save, standard_target
from wfsgui.gui.window.parts import WindowParts

__all__ = ["DemoSession"]

_STAGES: Final = ("flat_field", "cal")


class DemoSession(QObject):
    """Drive a window by its own actions.

    Parameters
    ----------
    window : QWidget
        The window, shown.
    parts : WindowParts
        Its parts.
    folder : Path
        Where results and pictures go.
    overwrite : bool
        Whether files that exist may be replaced.

    Attributes
    ----------
    failures : list of str
        What went wrong, a sentence each.
    files : list of Path
        What was written.
    finished : Signal()
        Everything is done.
    """

    finished = Signal()

    def __init__(self, window: QWidget, parts: WindowParts, folder: Path, *, overwrite: bool) -> None:
        super().__init__(window)
        self.failures: list[str] = []
        self.files: list[Path] = []
        self._window, self._parts = window, parts
        self._folder = folder
        self._overwrite = overwrite
        self._pictures = list(_STAGES)
        services = parts.services
        services.opener.opened.connect(self._begin)
        services.opener.failed.connect(self._give_up)
        services.runner.load_failed.connect(self._give_up)
        services.control.failed.connect(lambda exposure, why: self.failures.append(f"{exposure.product.name}: {why}"))
        services.control.ended.connect(self._look)
        services.saver.saved.connect(lambda _, path: self.files.append(path))
        services.saver.failed.connect(lambda exposure, why: self.failures.append(f"{exposure.product.name}: {why}"))
        services.saver.idle.connect(self._end)

    def _begin(self, opening: Opening) -> None:
        self.failures += [entry.why for entry in opening.declined]
        self._folder.mkdir(parents=True, exist_ok=True)
        if not opening.exposures:
            self._give_up("There is nothing to calibrate.")
            return
        self._parts.table["run_all"].trigger()

    def _look(self) -> None:
        """Take a picture of each stage, when its image is on screen."""
        if not self._pictures:
            self._save()
            return
        self._parts.workspace.image.rendered.connect(self._take_picture)
        if self._parts.presenter.stage == self._pictures[0]:
            self._take_picture()
        else:
            self._parts.presenter.show_stage(self._pictures[0])

    def _take_picture(self) -> None:
        self._parts.workspace.image.rendered.disconnect(self._take_picture)
        # After the panels have painted what the image told them.
        QTimer.singleShot(0, self._grab)

    def _grab(self) -> None:
        path = self._folder / f"window_{self._pictures.pop(0)}.png"
        if self._window.grab().save(str(path)):
            self.files.append(path)
        else:
            self.failures.append(f"{path} cannot be written; choose another folder.")
        self._look()

    def _save(self) -> None:
        results = [exposure for exposure in self._parts.services.open_exposures.exposures if can_save(exposure)]
        for exposure in results:
            self._save_one(exposure)
        if not results:
            self._end()

    def _save_one(self, exposure: Exposure) -> None:
        target = standard_target(exposure, self._folder)
        self._parts.services.saver.save(exposure, target, overwrite=self._overwrite)

    def _give_up(self, why: str) -> None:
        self.failures.append(why)
        self._end()

    def _end(self) -> None:
        self.finished.emit()
