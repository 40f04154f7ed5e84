"""Handlers of the actions."""

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
from wfsgui.core.model.exposure import Exposure
from wfsgui.core.model.stages import STAGES
from wfsgui.core.regions.shapes import Shape
from wfsgui.gui.exposures.save_dialogs import SaveDialogs
from wfsgui.gui.widgets.dialogs import ask, ask_files, ask_folder
from wfsgui.gui.window.action_state import can_run_to, met_needs, stages_to_show
from wfsgui.gui.window.parts import WindowParts

__all__ = ["ActionHandlers"]

# Topic of the message about a parameter value that is not accepted.
_REFUSED: Final = "a value that is refused"


class ActionHandlers(QObject):
    """Do what the actions of the window say.

    Parameters
    ----------
    window : QWidget
        The window: parent of the dialogs; *Quit* closes it.
    parts : WindowParts
        Its parts.
    saves : SaveDialogs
        Saves results.
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
        self._workspace.verdict_bar.set_guard(self._when_allowed)

    def handlers(self) -> dict[str, Callable[[], object]]:
        """Return the handler of each action, but for those of the window itself."""
        return {
            **self._file_handlers(),
            **self._run_handlers(),
            **self._view_handlers(),
            **self._image_handlers(),
            **self._inspect_handlers(),
        }

    def switches(self) -> dict[str, Callable[[bool], object]]:
        """Return the handler of each switch, but for those of the window itself."""
        layer, ruler = self._inspection.sky.layer, self._inspection.sky.ruler
        image = self._workspace.image
        return {
            "lock": lambda checked: image.display.set_locked(locked=checked),
            "grid": lambda checked: layer.set_grid_shown(shown=checked),
            "compass": lambda checked: layer.set_compass_shown(shown=checked),
            "target": lambda checked: layer.set_target_shown(shown=checked),
            "ruler": lambda checked: ruler.set_active(active=checked),
            # `RegionControl` listens to the action itself.
            "assess_regions": lambda _checked: None,
        }

    def refresh(self) -> None:
        """Enable what can be done now."""
        met = met_needs(self._services, self._presenter, self._docks.exposures.selected())
        self._table.set_met(met, stages_to_show(self._presenter.exposure))

    def save(self, exposures: list[Exposure]) -> None:
        """Save the results of exposures under their standard names."""
        self._saves.save(exposures)

    def remove(self, exposures: list[Exposure]) -> None:
        """Remove exposures from the list; ask first if a result or several branches would be lost."""
        opened = self._services.open_exposures
        leaving = opened.leaving(exposures)
        unsaved = [exposure.label for exposure in leaving if exposure.is_unsaved]
        branches = [exposure.label for exposure in leaving if exposure not in exposures]
        if not unsaved and not branches:
            opened.remove(exposures)
            return
        question = (
            "This result has not been saved. Remove it anyway?"
            if len(unsaved) == 1
            else f"These {len(unsaved)} results have not been saved. Remove them anyway?"
        )
        if branches:
            what = "1 other branch" if len(branches) == 1 else f"{len(branches)} other branches"
            question = f"Remove the result with {what}?" + (f" {question}" if unsaved else "")
        ask(
            self._window,
            question,
            unsaved or branches,
            [
                ("Cancel", QMessageBox.ButtonRole.RejectRole, lambda: None),
                (
                    "Remove",
                    QMessageBox.ButtonRole.DestructiveRole,
                    lambda: opened.remove(exposures),
                ),
            ],
        )

    def run(self, exposures: list[Exposure]) -> None:
        """Run exposures to their results, unless the parameter form has a value that is not accepted."""
        self._when_allowed(lambda: self._services.control.run(exposures))

    def run_to(self, stage: str) -> None:
        """Run the exposure on screen up to a stage, unless the parameter form has a value that is not accepted."""
        exposure = self._presenter.exposure
        if exposure is not None and can_run_to(exposure, stage):
            self._when_allowed(lambda: self._services.control.run_to(exposure, stage))

    def redo(self) -> None:
        """Run the stage on screen again; if it waits for a verdict, with the note of the verdict bar."""
        exposure, stage = self._presenter.exposure, self._presenter.stage
        if exposure is None:
            return
        if self._services.stops.awaited_stage(exposure) == stage:
            self._workspace.verdict_bar.redo()
        else:
            self._when_allowed(lambda: self._services.verdicts.redo(exposure, stage))

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
            "run_all": self._if_allowed(control.run_all),
            "run_selected": lambda: self.run(self._docks.exposures.selected()),
            "next_step": self._if_allowed(self._for_current(control.next_step)),
            "run_to_here": lambda: self.run_to(self._presenter.stage),
            "stop": control.stop,
            "check_parity": self._for_current(self._services.parity.check),
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

    def _when_allowed(self, act: Callable[[], object]) -> None:
        """Start a run as soon as typed values are checked, unless one is not accepted: the run would not use it."""
        self._docks.step.finish()
        exposure = self._presenter.exposure

        def start() -> None:
            fault, messages = self._docks.step.fault, self._messages
            if exposure is not self._presenter.exposure:
                fault = "another exposure was selected while a reference file was checked. Run it again."
            messages.close_topic(_REFUSED)
            if fault:
                messages.show_message(f"Nothing was run: {fault}", logging.WARNING, topic=_REFUSED)
            else:
                act()

        self._docks.step.when_checked(start)

    def _if_allowed(self, act: Callable[[], object]) -> Callable[[], object]:
        return lambda: self._when_allowed(act)

    def _open(self, paths: list[Path]) -> None:
        self._folder = paths[0].parent
        self._services.opener.open(paths)

    def _find(self) -> None:
        if self._docks.is_up("log"):
            self._docks.log.focus_search()
        else:
            self._docks.bring_up("header")
            self._docks.header.focus_search()
