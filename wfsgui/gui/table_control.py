"""Saving the table that is in front as ECSV."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Final, NamedTuple

from PySide6.QtCore import QObject, Signal

from wfsgui.core.errors import WfsguiError
from wfsgui.core.stages import title
from wfsgui.core.value_table import Values, write_table
from wfsgui.gui.questions import ask_new_file

if TYPE_CHECKING:
    from wfsgui.gui.main_window import MainWindow

__all__ = ["TableControl"]

_ECSV: Final = "ECSV tables (*.ecsv)"


class _Table(NamedTuple):
    name: str
    columns: Mapping[str, Values]
    units: Mapping[str, str]
    about: Mapping[str, str]


class TableControl(QObject):
    """Save what a step did, the flags or a measurement: whatever of these is in front.

    Parameters
    ----------
    window : MainWindow
        The window, with its panels made.

    Attributes
    ----------
    said : Signal(str)
        Where the table was saved.
    complained : Signal(str)
        Why it was not.
    """

    said = Signal(str)
    complained = Signal(str)

    def __init__(self, window: MainWindow) -> None:
        super().__init__(window)
        self._window = window
        self._docks, self._presenter = window.docks, window.presenter
        self._lane = window.services.file_lane
        self._folder: Path | None = None

    def save(self) -> None:
        """Ask for a name and write the table; where none is in front, say so."""
        exposure, stage, found = self._presenter.exposure, self._presenter.stage, self._find()
        if exposure is None or found is None:
            self.complained.emit("There is no table in front: bring up what the step did, the flags or a measurement.")
            return
        product = exposure.product
        about = {"exposure": product.name, "step": title(stage), "context": exposure.context, **found.about}
        folder = self._folder or product.science.path.parent

        def write(path: Path) -> None:
            self._folder = path.parent
            self._lane.submit(
                # The dialog has asked before an existing file was chosen.
                lambda: write_table(path, found.columns, found.units, about, overwrite=True),
                lambda _: self.said.emit(f"The table is saved as {path}."),
                self._complain,
                lasts=True,
            )

        ask_new_file(self._window, "Save the table", folder / f"{product.name}_{stage}_{found.name}.ecsv", _ECSV, write)

    def _find(self) -> _Table | None:
        if self._docks.is_up("measure"):
            return self._measurement()
        if self._docks.is_up("dq"):
            columns, units = self._docks.dq.table()
            return _Table("flags", columns, units, {}) if columns else None
        rows = self._docks.step.effect_rows()
        if not rows or not self._docks.is_up("step"):
            return None
        names = ("kind", "name", "found")
        return _Table("effect", dict(zip(names, zip(*rows, strict=True), strict=True)), {}, {})

    def _measurement(self) -> _Table | None:
        shown, selected = self._docks.measure.table(), self._docks.regions.selected
        if shown is None or selected is None:
            return None
        about = {"region": f"{selected.name}: {selected.region}", "pixels": "counted from 0"}
        return _Table("measurement", shown.columns, shown.units, about)

    def _complain(self, error: BaseException) -> None:
        if not isinstance(error, WfsguiError):
            raise error
        self.complained.emit(str(error))
