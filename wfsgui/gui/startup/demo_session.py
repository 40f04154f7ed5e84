"""Session without an analyst: runs all exposures, takes pictures of the window, saves results and evidence."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from PySide6.QtCore import QObject, Qt, QTimer, Signal
from PySide6.QtWidgets import QWidget

from wfsgui.core.model.exposure import Exposure
from wfsgui.core.model.exposure_text import state_text
from wfsgui.gui.decision.evidence_opener import EvidenceOpener
from wfsgui.gui.evidence.work import Written
from wfsgui.gui.exposures.opener import Opening
from wfsgui.gui.exposures.saver import can_save, standard_target
from wfsgui.gui.window.parts import WindowParts

__all__ = ["DemoSession"]

_STAGES: Final = ("flat_field", "cal")
_EVIDENCE: Final = "evidence"


class DemoSession(QObject):
    """Trigger the actions of a window.

    Parameters
    ----------
    window : QWidget
        The window, shown.
    parts : WindowParts
        Its parts.
    evidence : EvidenceOpener
        Writes the evidence.
    folder : Path
        Folder for results and pictures; the evidence is in its folder ``evidence``.
    overwrite : bool
        Whether files that exist may be replaced.

    Attributes
    ----------
    failures : list of str
        What went wrong, a sentence each.
    files : list of Path
        The files that were written.
    notes : list of str
        What the evidence does not contain for a reason, a sentence each.
    finished : Signal()
        The session has ended.
    """

    finished = Signal()

    def __init__(
        self, window: QWidget, parts: WindowParts, evidence: EvidenceOpener, folder: Path, *, overwrite: bool
    ) -> None:
        super().__init__(window)
        self._evidence = evidence
        self.failures: list[str] = []
        self.files: list[Path] = []
        self.notes: list[str] = []
        self._failed: list[Exposure] = []
        self._window, self._parts = window, parts
        self._folder = folder
        self._overwrite = overwrite
        self._pictures = list(_STAGES)
        services = parts.services
        services.opener.opened.connect(self._begin)
        services.opener.failed.connect(self._give_up)
        services.runner.load_failed.connect(self._give_up)
        services.control.failed.connect(self._note_failure)
        services.control.ended.connect(self._show_next)
        services.saver.saved.connect(lambda _, path: self.files.append(path))
        services.saver.failed.connect(self._note_failure)
        services.saver.idle.connect(self._write_evidence)

    def _begin(self, opening: Opening) -> None:
        self.failures += [entry.why for entry in opening.declined]
        self._folder.mkdir(parents=True, exist_ok=True)
        if not opening.exposures:
            self._give_up("There is nothing to calibrate.")
            return
        self._parts.table["run_all"].trigger()

    def _show_next(self) -> None:
        """Take a picture of the next stage, as soon as its image is on screen."""
        if not self._pictures:
            self._save()
            return
        presenter, stage, rendered = self._parts.presenter, self._pictures[0], self._parts.workspace.image.rendered
        exposure = presenter.exposure
        is_drawn = presenter.stage == stage or exposure is None or exposure.stages[stage].image is None
        if not is_drawn:
            rendered.connect(self._take_picture, Qt.ConnectionType.SingleShotConnection)
        presenter.show_stage(stage)
        if is_drawn:
            self._take_picture()

    def _take_picture(self) -> None:
        # After the panels have painted.
        QTimer.singleShot(0, self._grab)

    def _grab(self) -> None:
        path = self._folder / f"window_{self._pictures.pop(0)}.png"
        if self._window.grab().save(str(path)):
            self.files.append(path)
        else:
            self.failures.append(f"{path} cannot be written; choose another folder.")
        self._show_next()

    def _save(self) -> None:
        services = self._parts.services
        results = [exposure for exposure in services.open_exposures.exposures if can_save(exposure)]
        for exposure in services.open_exposures.exposures:
            if exposure not in results and exposure not in self._failed:
                self.failures.append(f"{exposure.product.name} has no result: {state_text(exposure)}.")
        for exposure in results:
            services.saver.save(exposure, standard_target(exposure, self._folder), overwrite=self._overwrite)
        if not results:
            self._end()

    def _write_evidence(self) -> None:
        """Write what was measured, of all exposures of the visit; there is no decision, because there is no analyst."""
        control = self._evidence.control
        if control.is_busy:
            return
        control.visit_written.connect(self._take_evidence)
        control.visit_failed.connect(self._give_up)
        control.write_visit(self._folder / _EVIDENCE, overwrite=self._overwrite)

    def _take_evidence(self, written: Written) -> None:
        self.files += written.files
        self.notes += written.notes
        self._end()

    def _note_failure(self, exposure: Exposure, why: str) -> None:
        self._failed.append(exposure)
        self.failures.append(f"{exposure.product.name}: {why}")

    def _give_up(self, why: str) -> None:
        self.failures.append(why)
        self._end()

    def _end(self) -> None:
        self.finished.emit()
