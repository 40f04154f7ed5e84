"""Export of the visible table as ECSV."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Final, NamedTuple

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QWidget

from wfsgui.core.errors import WfsguiError
from wfsgui.core.files.ecsv import Values, write_table
from wfsgui.core.model.stages import title
from wfsgui.core.regions.pixel_numbers import FROM_1, PixelNumbers
from wfsgui.gui.exposures.stage_presenter import StagePresenter
from wfsgui.gui.threads.deferred_work import DeferredWork
from wfsgui.gui.threads.worker_thread import WorkerThread
from wfsgui.gui.widgets.dialogs import ask_new_file
from wfsgui.gui.window.docks import Docks

__all__ = ["TableExport"]

_ECSV: Final = "ECSV tables (*.ecsv)"


class _Table(NamedTuple):
    name: str
    columns: Mapping[str, Values]
    units: Mapping[str, str]
    about: Mapping[str, str]
    descriptions: Mapping[str, str]


class TableExport(QObject):
    """Save the table of the Step, DQ or Measure panel, whichever is visible.

    Parameters
    ----------
    docks : Docks
        The panels with the tables.
    presenter : StagePresenter
        The exposure and the stage on screen.
    worker : WorkerThread
        Thread that writes the table.
    deferred : DeferredWork
        Updates of the panels that are still waiting.
    parent : QWidget
        Owner of the dialog.

    Attributes
    ----------
    message : Signal(str)
        The table was saved: where.
    error : Signal(str)
        The table was not saved: why.
    """

    message = Signal(str)
    error = Signal(str)

    def __init__(
        self, docks: Docks, presenter: StagePresenter, worker: WorkerThread, deferred: DeferredWork, parent: QWidget
    ) -> None:
        super().__init__(parent)
        self._dialog_parent = parent
        self._docks, self._presenter = docks, presenter
        self._worker, self._deferred = worker, deferred
        self._folder: Path | None = None
        self._numbers = FROM_1

    def set_pixel_numbers(self, numbers: PixelNumbers) -> None:
        """Set how pixels are numbered."""
        self._numbers = numbers

    def save(self) -> None:
        """Ask for a name and write the table; report an error if no table is visible."""
        # The panels may still show the former stage.
        self._deferred.finish()
        exposure, stage, found = self._presenter.exposure, self._presenter.stage, self._find()
        if exposure is None or found is None:
            self.error.emit("No table is visible: open the Step, DQ or Measure panel.")
            return
        product = exposure.product
        about = {"exposure": product.name, "step": title(stage), "context": exposure.context, **found.about}
        folder = self._folder or product.science.path.parent

        def write(path: Path) -> None:
            self._folder = path.parent
            self._worker.submit(
                # The dialog has asked before an existing file was chosen.
                lambda: write_table(path, found.columns, found.units, about, found.descriptions, overwrite=True),
                lambda _: self.message.emit(f"The table is saved as {path}."),
                self._report_error,
                lasts=True,
            )

        ask_new_file(
            self._dialog_parent, "Save the table", folder / f"{product.name}_{stage}_{found.name}.ecsv", _ECSV, write
        )

    def _find(self) -> _Table | None:
        if self._docks.is_up("measure"):
            return self._measurement()
        if self._docks.is_up("dq"):
            columns, units = self._docks.dq.table()
            about = self._docks.dq.conditions(self._numbers)
            return _Table("flags", columns, units, about, {}) if columns else None
        rows = self._docks.step.effect_rows()
        if not rows or not self._docks.is_up("step"):
            return None
        names = ("kind", "name", "found")
        return _Table("effect", dict(zip(names, zip(*rows, strict=True), strict=True)), {}, {}, {})

    def _measurement(self) -> _Table | None:
        shown, selected = self._docks.measure.table(), self._docks.regions.selected
        if shown is None or selected is None:
            return None
        region = f"{selected.name}: {self._numbers.region(selected.region)}"
        about = {"region": region, "pixels": self._numbers.convention}
        return _Table("measurement", shown.columns, shown.units, about, shown.descriptions)

    def _report_error(self, error: BaseException) -> None:
        if not isinstance(error, WfsguiError):
            raise error
        self.error.emit(str(error))
