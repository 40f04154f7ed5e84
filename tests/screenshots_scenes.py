"""Pictures of the main states of the window."""

from __future__ import annotations

from functools import partial

from PySide6.QtWidgets import QToolButton

from tests.screenshots_camera import Photographer, awaits, check_flags, choose, clear_flags, redo_with_large_flat
from wfsgui.core.image.compare import Mode
from wfsgui.core.measure.measured import View
from wfsgui.core.model.requests import StepOptions
from wfsgui.gui.window.main_window import MainWindow

__all__ = ["every_state"]


def every_state(window: MainWindow, photographer: Photographer) -> None:
    """Take all pictures."""
    _review(window, photographer)
    _look_around(window, photographer)
    _inspect(window, photographer)


def _review(window: MainWindow, photographer: Photographer) -> None:
    """Run the first exposure step by step, and fail on a flat that is too large."""
    exposure = window.services.open_exposures.exposures[0]
    window.table["review"].setChecked(True)
    window.table["run_all"].trigger()
    for step in ("bkg_subtract", "assign_wcs", "flat_field"):
        photographer.until(partial(awaits, window, exposure, step))
        if step != "flat_field":
            photographer.take(f"review_{step}")
            window.table["accept"].trigger()
    for toggle in window.docks.step.findChildren(QToolButton, "form_toggle"):
        toggle.click()
    photographer.until_known(exposure, "flat_field")
    photographer.take("review_parameters")
    redo_with_large_flat(window, photographer, exposure)
    photographer.take("failed")
    window.services.open_exposures.set_options(exposure, StepOptions())
    window.messages.clear()
    window.table["review"].setChecked(False)
    window.table["stop"].trigger()
    photographer.until(lambda: not window.services.control.is_busy)


def _look_around(window: MainWindow, photographer: Photographer) -> None:
    """Show finished exposures in every view."""
    services = window.services
    for exposure in services.open_exposures.exposures:
        if services.stops.take(exposure) is not None:
            services.open_exposures.set_state(exposure, exposure.unfinished_state)
    window.table["run_all"].trigger()
    photographer.wait()
    photographer.take("running")
    photographer.until(lambda: not window.services.control.is_busy)
    window.docks.exposures.select(window.services.open_exposures.exposures[-1])
    photographer.take("finished")
    window.workspace.image.set_plane("DQ")
    photographer.take("dq")
    window.workspace.image.set_plane("SCI")
    for panel in ("verdict", "header", "log"):
        window.docks.bring_up(panel)
        photographer.take(panel)
    window.docks.bring_up("step")
    photographer.take_dialog("settings", "settings")
    photographer.take_dialog("shortcuts", "shortcut")
    photographer.take_dialog("about", "about")


def _inspect(window: MainWindow, photographer: Photographer) -> None:
    """Show step checks, comparisons, flags, pixels and measurements."""
    exposure = window.services.open_exposures.exposures[0]
    window.docks.exposures.select(exposure)
    window.presenter.show_stage("flat_field")
    photographer.until_known(exposure, "flat_field")
    for mode in Mode:
        window.compare.set_mode(mode)
        photographer.take(f"compare_{mode.name.lower()}")
    window.compare.set_mode(Mode.VALUE)
    window.docks.bring_up("dq")
    photographer.wait()
    check_flags(window)
    photographer.take("flags")
    window.table["next_flagged"].trigger()
    window.table["pixel_values"].trigger()
    photographer.take("pixels")
    window.table["pixel_values"].trigger()
    clear_flags(window)
    window.workspace.image.canvas.fit()
    window.presenter.show_stage("cal")
    window.table["grid"].setChecked(True)
    window.table["mark_star"].trigger()
    photographer.until(lambda: len(window.docks.regions.regions) > 0)
    for what in View:
        choose(window.docks.measure, "view", what)
        photographer.take(f"measure_{what.name.lower()}")
