"""Files that are dropped on an exposure: to be opened, or to be its backgrounds."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QMessageBox, QWidget

from wfsgui.core.files.fits_files import FITS_ENDINGS
from wfsgui.core.intake.attached_backgrounds import candidates_for
from wfsgui.core.intake.products import take_in
from wfsgui.core.model.exposure import Exposure
from wfsgui.core.model.product import Product
from wfsgui.gui.threads.worker_thread import WorkerThread
from wfsgui.gui.visit.backgrounds_control import BackgroundsControl
from wfsgui.gui.widgets.dialogs import ask

__all__ = ["Drops"]

_Role = QMessageBox.ButtonRole


class Drops(QObject):
    """Ask what dropped files are for, where both answers make sense.

    Parameters
    ----------
    window : QWidget
        The window: parent of the question.
    worker : WorkerThread
        Thread that reads headers.
    backgrounds : BackgroundsControl
        Attaches backgrounds.
    open_files : callable
        ``open_files(paths)``: opens files.
    """

    def __init__(
        self,
        window: QWidget,
        worker: WorkerThread,
        backgrounds: BackgroundsControl,
        open_files: Callable[[Sequence[Path]], None],
    ) -> None:
        super().__init__(window)
        self._window, self._worker, self._backgrounds, self._open = window, worker, backgrounds, open_files

    def take(self, paths: Sequence[Path], row: Exposure | None, shown: Exposure | None) -> None:
        """Take dropped files; returns at once.

        Parameters
        ----------
        paths : sequence of Path
            Files and folders.
        row : Exposure or None
            The exposure of the list on which they were dropped.
        shown : Exposure or None
            The exposure on screen, if they were dropped on its image. The question is asked then only if all files are
            exposures of the same detector, filter and pupil.
        """
        if not all(path.name.lower().endswith(FITS_ENDINGS) for path in paths):
            self._open(paths)
        elif row is not None:
            self._ask(paths, row)
        elif shown is not None:
            self._ask_if_alike(paths, shown)
        else:
            self._open(paths)

    def _ask_if_alike(self, paths: Sequence[Path], shown: Exposure) -> None:
        product = shown.product

        def take(others: Sequence[Path]) -> None:
            if others:
                self._open(paths)
            else:
                self._ask(paths, shown)

        self._worker.submit(lambda: _others(paths, product), take)

    def _ask(self, paths: Sequence[Path], exposure: Exposure) -> None:
        one = len(paths) == 1
        ask(
            self._window,
            f"Open {'this file' if one else 'these files'}, or subtract {'it' if one else 'their average'} from "
            f"{exposure.product.science.path.name} as {'a background' if one else 'backgrounds'}?",
            [path.name for path in paths],
            [
                ("Open", _Role.AcceptRole, lambda: self._open(paths)),
                (
                    "Use as background" if one else "Use as backgrounds",
                    _Role.AcceptRole,
                    lambda: self._backgrounds.attach(exposure, paths),
                ),
                ("Cancel", _Role.RejectRole, lambda: None),
            ],
        )


def _others(paths: Sequence[Path], product: Product) -> list[Path]:
    """Return the files that could not be backgrounds of a product: other detector, filter or pupil, or no exposure."""
    taken = take_in(paths, one_folder=False).products
    alike = {info.path for info in candidates_for(product, (each.science.info for each in taken))}
    return [path for path in paths if path not in alike]
