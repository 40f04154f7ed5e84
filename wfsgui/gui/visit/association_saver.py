"""Saves the association that an exposure and its backgrounds amount to."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Final

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QMessageBox, QWidget

from wfsgui.core.errors import WfsguiError
from wfsgui.core.files.atomic_text import write_text
from wfsgui.core.intake.attached_backgrounds import association_text
from wfsgui.core.model.product import Product
from wfsgui.gui.threads.worker_thread import WorkerThread
from wfsgui.gui.widgets.dialogs import ask, ask_new_file

__all__ = ["AssociationSaver"]

_KINDS: Final = "Associations (*.json)"
_Role = QMessageBox.ButtonRole


class AssociationSaver(QObject):
    """Ask for a name and write an association, atomically; asks before a file is replaced.

    Parameters
    ----------
    window : QWidget
        The window: parent of the dialogs.
    worker : WorkerThread
        Thread that writes.

    Attributes
    ----------
    saved : Signal(str)
        An association was saved: where.
    failed : Signal(str)
        It was not saved: why.
    """

    saved = Signal(str)
    failed = Signal(str)

    def __init__(self, window: QWidget, worker: WorkerThread) -> None:
        super().__init__(window)
        self._window, self._worker = window, worker
        self._folder: Path | None = None

    def save(self, product: Product) -> None:
        """Ask for a name, and save the association of a product; returns at once."""
        table = product.association.table if product.association else f"{Path(product.name).stem}_asn.json"
        folder = self._folder or product.science.path.parent

        def chosen(path: Path) -> None:
            self._folder = path.parent
            self._write(product, path, overwrite=False)

        ask_new_file(self._window, "Save the association as", folder / table, _KINDS, chosen, confirm_overwrite=False)

    def _write(self, product: Product, path: Path, *, overwrite: bool) -> None:
        def work() -> bool:
            if path.resolve() in product.identity:
                raise WfsguiError(f"{path} is an exposure of this association; choose another name.")
            if os.path.lexists(path) and not overwrite:
                return False
            write_text(path, association_text(product), overwrite=overwrite)
            return True

        self._worker.submit(
            work,
            lambda written: self._take(product, path, written=written),
            self._fail,
            lasts=True,
        )

    def _take(self, product: Product, path: Path, *, written: bool) -> None:
        if written:
            table = product.association.table if product.association else path.name
            named = "" if table == path.name else f" Results of this window name it {table} (ASNTABLE)."
            self.saved.emit(f"The association is saved as {path}.{named}")
            return
        ask(
            self._window,
            "This file exists. Replace it?",
            [str(path)],
            [
                ("Cancel", _Role.RejectRole, lambda: None),
                ("Replace", _Role.DestructiveRole, lambda: self._write(product, path, overwrite=True)),
            ],
        )

    def _fail(self, error: BaseException) -> None:
        if isinstance(error, WfsguiError):
            self.failed.emit(str(error))
        else:
            self._worker.unhandled.emit(error)
