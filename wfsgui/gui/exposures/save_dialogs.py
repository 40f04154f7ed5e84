"""Dialogs of Save, Save as and Save all; they ask before a file is replaced."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QMessageBox, QWidget

from wfsgui.core.model.exposure import Exposure, ExposureState
from wfsgui.gui.exposures.saver import Saver, can_save, standard_target
from wfsgui.gui.widgets.dialogs import ask, ask_file, ask_folder

__all__ = ["SaveDialogs"]

_Role = QMessageBox.ButtonRole
_LeftOut = Sequence[tuple[Exposure, str]]


class SaveDialogs(QObject):
    """Ask for names, and save results.

    Parameters
    ----------
    window : QWidget
        The window: parent of the dialogs.
    saver : Saver
        Writes the files.
    folder : callable
        ``folder() -> Path | None``: the output folder of the settings.

    Attributes
    ----------
    refused : Signal(str)
        Results were not saved because of their names: why, in one sentence.
    gave_up : Signal()
        The analyst cancelled a question.
    left_out : Signal(list of (Exposure, str))
        Exposures that are not saved with the others, and why.
    """

    refused = Signal(str)
    left_out = Signal(object)
    gave_up = Signal()

    def __init__(self, window: QWidget, saver: Saver, folder: Callable[[], Path | None]) -> None:
        super().__init__(window)
        self._window = window
        self._saver = saver
        self._folder = folder

    def save(self, exposures: Sequence[Exposure]) -> None:
        """Save results under their standard names, beside their inputs or in the output folder."""
        self._save(exposures, self._folder())

    def save_as(self, exposure: Exposure) -> None:
        """Ask for a name, and save the result of an exposure."""
        if not can_save(exposure):
            return

        def chosen(target: Path) -> None:
            # The dialog has asked whether to replace an existing file.
            self._saver.find_existing(
                [target], lambda existing: self._saver.save(exposure, target, overwrite=target in existing)
            )

        suggestion = exposure.saved or standard_target(exposure, self._folder())
        ask_file(self._window, "Save the calibrated image as", suggestion, chosen)

    def save_all(self, exposures: Sequence[Exposure]) -> None:
        """Ask for a folder, and save the results there under their standard names."""
        saved = [exposure for exposure in exposures if can_save(exposure)]
        if not saved:
            return

        def chosen(folder: Path) -> None:
            self._save(exposures, folder)

        start = standard_target(saved[0], self._folder()).parent
        ask_folder(self._window, f"Save {len(saved)} calibrated images into the folder", start, chosen)

    def _save(self, exposures: Sequence[Exposure], folder: Path | None) -> None:
        targets = {exposure: standard_target(exposure, folder) for exposure in exposures if can_save(exposure)}
        if not targets:
            return
        left_out = [(exposure, _why_not(exposure)) for exposure in exposures if not can_save(exposure)]
        counts = Counter(targets.values())
        twice = sorted({path.name for path, count in counts.items() if count > 1})
        if twice:
            self.refused.emit(
                f"Several results are called {', '.join(twice)} and would replace each other; "
                "save them one by one under other names."
            )
            return
        self._saver.find_existing(
            list(targets.values()), lambda existing: self._write_or_ask(targets, existing, left_out)
        )

    def _write_or_ask(self, targets: Mapping[Exposure, Path], existing: frozenset[Path], left_out: _LeftOut) -> None:
        taken = {exposure: path for exposure, path in targets.items() if path in existing}
        if not taken:
            self._write(targets, overwrite=False, left_out=left_out)
            return
        free = {exposure: path for exposure, path in targets.items() if exposure not in taken}
        one = len(taken) == 1
        text = "This file exists. Replace it?" if one else f"These {len(taken)} files exist. Replace them?"
        answers = [
            ("Cancel", _Role.RejectRole, self.gave_up.emit),
            ("Replace", _Role.DestructiveRole, lambda: self._replace(taken, free, left_out)),
        ]
        if free:
            keep = f"Keep {'it' if one else 'them'}, save the others"
            kept = [*left_out, *((exposure, f"{path} was kept") for exposure, path in taken.items())]
            answers.append((keep, _Role.AcceptRole, lambda: self._write(free, overwrite=False, left_out=kept)))
        ask(self._window, text, [str(path) for path in taken.values()], answers)

    def _replace(self, taken: Mapping[Exposure, Path], free: Mapping[Exposure, Path], left_out: _LeftOut) -> None:
        self._write(free, overwrite=False, left_out=left_out)
        self._write(taken, overwrite=True)

    def _write(self, targets: Mapping[Exposure, Path], *, overwrite: bool, left_out: _LeftOut = ()) -> None:
        if left_out:
            self.left_out.emit(list(left_out))
        for exposure, path in targets.items():
            self._saver.save(exposure, path, overwrite=overwrite)


def _why_not(exposure: Exposure) -> str:
    """Return why an exposure cannot be saved, in few words."""
    return "rejected" if exposure.state is ExposureState.REJECTED else "no result yet"
