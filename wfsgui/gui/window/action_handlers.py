"""What each action does, and when it can be done."""

from __future__ import annotations

import logging
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Final

from PySide6.QtCore import QObject
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QMessageBox, QWidget

from wfsgui.core.image.compare import Mode
from wfsgui.core.model.exposure import Exposure, StageState
from wfsgui.core.model.stages import CAL, STAGES
from wfsgui.core.regions.shapes import Shape
from wfsgui.gui.exposures.save_dialogs import SaveDialogs
from wfsgui.gui.exposures.saver import can_save
from wfsgui.gui.widgets.dialogs import ask, ask_files, ask_folder
from wfsgui.gui.window.parts import WindowParts

__all__ = ["ActionHandlers"]

_REFUSED: Final = "a value that is refused"


class ActionHandlers(QObject):
    """Connect the table of actions to what they do.

    Parameters
    ----------
    window : QWidget
        The window: owner of dialogs, closed by *Quit*.
    parts : WindowParts
        Its parts.
    saves : SaveDialogs
        Saving.
    """

    def __init__(self, window: QWidget, parts: WindowParts, saves: SaveDialogs) -> None:
        super().__init__(window)
        self._window = window
        self._table = parts.table
        self._services = parts.services
        self._presenter, self._compare = parts.presenter, parts.compare
        self._docks, self._workspace = parts.docks, parts.workspace
        self._inspection, self._readout, self._messages = parts.inspection, parts.status.readout, parts.messages
        self._saves = saves
        self._folder = Path.cwd()
        self._workspace.verdict_bar.set_check(self._may_run)

    def handlers(self) -> dict[str, Callable[[], object]]:
        """Return what each action does, but for those that concern the window itself."""
        return {
            **self._file_handlers(),
            **self._run_handlers(),
            **self._view_handlers(),
            **self._image_handlers(),
            **self._inspect_handlers(),
        }

    def switches(self) -> dict[str, Callable[[bool], object]]:
        """Return what each switch does, but for those that concern the window itself."""
        layer, ruler = self._inspection.sky.layer, self._inspection.sky.ruler
        image = self._workspace.image
        return {
            "lock": lambda checked: image.display.set_locked(locked=checked),
            "grid": lambda checked: layer.set_grid_shown(shown=checked),
            "compass": lambda checked: layer.set_compass_shown(shown=checked),
            "target": lambda checked: layer.set_target_shown(shown=checked),
            "ruler": lambda checked: ruler.set_active(active=checked),
        }

    def refresh(self) -> None:
        """Enable what can be done now."""
        control, exposures = self._services.control, self._services.open_exposures.exposures
        exposure, stage = self._presenter.exposure, self._presenter.stage
        selected = self._docks.exposures.selected()
        awaited = control.awaited_stage(exposure) if exposure else None
        enabled = {
            "save": any(can_save(chosen) for chosen in selected),
            "save_as": exposure is not None and can_save(exposure),
            "save_all": any(can_save(each) for each in exposures),
            "remove": bool(selected),
            "run_all": any(control.can_step(each) for each in exposures),
            "run_selected": any(control.can_run(chosen) for chosen in selected),
            "next_step": exposure is not None and control.can_step(exposure),
            "run_to_here": self._can_run_to_here(),
            "stop": control.is_busy,
            "accept": awaited is not None,
            "redo": exposure is not None and control.can_redo(exposure, stage),
            "reject": awaited is not None,
            "next_exposure": len(exposures) > 1,
            "previous_exposure": len(exposures) > 1,
            "find": exposure is not None,
        }
        for number, name in enumerate(STAGES, start=1):
            enabled[f"stage_{number}"] = (
                exposure is not None and exposure.stages[name].state is not StageState.NOT_APPLICABLE
            )
        for name in (*self._image_handlers(), *self._inspect_handlers()):
            enabled[name] = exposure is not None
        self._table.set_enabled(enabled)

    def save(self, exposures: list[Exposure]) -> None:
        """Save the results of exposures under their standard names."""
        self._saves.save(exposures)

    def remove(self, exposures: list[Exposure]) -> None:
        """Take exposures off the list; ask first where a result would be lost."""
        unsaved = [exposure.product.name for exposure in exposures if exposure.is_unsaved]
        if not unsaved:
            self._services.open_exposures.remove(exposures)
            return
        ask(
            self._window,
            "This result has not been saved. Remove it all the same?"
            if len(unsaved) == 1
            else f"These {len(unsaved)} results have not been saved. Remove them all the same?",
            unsaved,
            [
                ("Cancel", QMessageBox.ButtonRole.RejectRole, lambda: None),
                (
                    "Remove",
                    QMessageBox.ButtonRole.DestructiveRole,
                    lambda: self._services.open_exposures.remove(exposures),
                ),
            ],
        )

    def run_to(self, stage: str) -> None:
        """Run the exposure on screen up to a stage."""
        if self._presenter.exposure is not None:
            self._services.control.run_to(self._presenter.exposure, stage)

    def redo(self) -> None:
        """Run the stage on screen again; where a verdict is waited for, with its note."""
        exposure, stage = self._presenter.exposure, self._presenter.stage
        if exposure is None:
            return
        if self._services.control.awaited_stage(exposure) == stage:
            self._workspace.verdict_bar.redo()
        elif self._may_run():
            self._services.control.redo(exposure, stage)

    def _file_handlers(self) -> dict[str, Callable[[], object]]:
        return {
            "open": lambda: ask_files(self._window, "Open exposures and associations", self._folder, self._open),
            "open_folder": lambda: ask_folder(self._window, "Open a folder", self._folder, lambda f: self._open([f])),
            "save": lambda: self._saves.save(self._docks.exposures.selected()),
            "save_as": self._for_current(self._saves.save_as),
            "save_all": lambda: self._saves.save_all(self._services.open_exposures.exposures),
            "remove": lambda: self.remove(self._docks.exposures.selected()),
            "quit": self._window.close,
        }

    def _run_handlers(self) -> dict[str, Callable[[], object]]:
        control = self._services.control
        bar = self._workspace.verdict_bar
        return {
            "run_all": self._if_it_may_run(control.run_all),
            "run_selected": self._if_it_may_run(lambda: control.run(self._docks.exposures.selected())),
            "next_step": self._if_it_may_run(self._for_current(control.next_step)),
            "run_to_here": self._if_it_may_run(self._run_to_here),
            "stop": control.stop,
            "accept": bar.accept,
            "redo": self.redo,
            "reject": bar.reject,
        }

    def _view_handlers(self) -> dict[str, Callable[[], object]]:
        stages = {
            f"stage_{number}": partial(self._presenter.show_stage, name) for number, name in enumerate(STAGES, start=1)
        }
        return {
            **stages,
            "next_exposure": self._docks.exposures.select_next,
            "previous_exposure": self._docks.exposures.select_previous,
            "find": self._find,
        }

    def _image_handlers(self) -> dict[str, Callable[[], object]]:
        image = self._workspace.image
        return {
            "fit": image.canvas.fit,
            "one_to_one": partial(image.canvas.zoom_to, 1.0),
            "zoom_in": partial(image.canvas.zoom_by, 1),
            "zoom_out": partial(image.canvas.zoom_by, -1),
            "next_plane": image.next_plane,
            "auto_limits": image.display.set_auto_limits,
            "copy_position": self._copy_readout,
            "export": self._inspection.exports.export,
            "export_table": self._inspection.tables.save,
        }

    def _inspect_handlers(self) -> dict[str, Callable[[], object]]:
        toggle, dq = self._compare.toggle, self._docks.dq
        return {
            **{f"compare_{mode.name.lower()}": partial(toggle, mode) for mode in Mode},
            **{f"draw_{shape}": partial(self._inspection.measures.draw, shape) for shape in Shape},
            "mark_star": self._inspection.measures.mark_star,
            "next_flagged": dq.navigation.next_pixel,
            "previous_flagged": dq.navigation.previous_pixel,
            "pixel_values": partial(self._docks.toggle, "pixels"),
        }

    def _copy_readout(self) -> None:
        QGuiApplication.clipboard().setText(self._readout.text())

    def _for_current(self, act: Callable[[Exposure], object]) -> Callable[[], object]:
        def on_current() -> None:
            if self._presenter.exposure is not None:
                act(self._presenter.exposure)

        return on_current

    def _may_run(self) -> bool:
        """Whether a run may begin; not while a value that was typed is refused: it would use another one."""
        self._docks.step.finish()
        fault, messages = self._docks.step.fault, self._messages
        messages.close_topic(_REFUSED)
        if fault:
            messages.show_message(f"Nothing was run: {fault}", logging.WARNING, topic=_REFUSED)
        return not fault

    def _if_it_may_run(self, act: Callable[[], object]) -> Callable[[], object]:
        return lambda: self._may_run() and act()

    def _open(self, paths: list[Path]) -> None:
        self._folder = paths[0].parent
        self._services.opener.open(paths)

    def _can_run_to_here(self) -> bool:
        exposure = self._presenter.exposure
        if exposure is None or not self._services.control.can_step(exposure):
            return False
        return self._presenter.stage in (*exposure.pending_steps, CAL)

    def _run_to_here(self) -> None:
        if self._can_run_to_here():
            self.run_to(self._presenter.stage)

    def _find(self) -> None:
        if self._docks.is_up("log"):
            self._docks.log.focus_search()
        else:
            self._docks.bring_up("header")
            self._docks.header.focus_search()
