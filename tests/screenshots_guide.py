"""Pictures of the user guide."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import QPointF
from PySide6.QtWidgets import QWidget

from tests.gui.canvas_helpers import drag
from tests.screenshots_camera import Photographer, awaits, check_flags, choose, clear_flags, redo_with_large_flat
from wfsgui.core.image.compare import Link, Mode
from wfsgui.core.measure.measured import View
from wfsgui.core.model.exposure import Exposure
from wfsgui.core.model.requests import StepOptions
from wfsgui.core.regions.pixel_numbers import FROM_1
from wfsgui.gui.export.content import describe
from wfsgui.gui.export.view_recording import record_view
from wfsgui.gui.window.main_window import MainWindow

__all__ = ["guide_pictures", "pages_pictures"]

EXPORT_SIZE = (1050, 760)


def guide_pictures(window: MainWindow, photographer: Photographer) -> None:
    """Take the pictures in the order of the pages."""
    first = window.services.open_exposures.exposures[0]
    _review(window, photographer, first)
    window.table["run_all"].trigger()
    photographer.until(lambda: any(each.result is not None for each in window.services.open_exposures.exposures))
    photographer.take("exposures", _dock(window, "exposures"), height=360)
    photographer.until(lambda: not window.services.control.is_busy)
    window.docks.exposures.select(first)
    _verdict(window, photographer)
    star = _star(window, photographer, first)
    _compare(window, photographer, star)
    _flags(window, photographer, star)
    _measure(window, photographer, star)
    _sky(window, photographer)
    pages_pictures(window, photographer)


def pages_pictures(window: MainWindow, photographer: Photographer) -> None:
    """Take the pictures of the pages beside the image."""
    pages, assessments = window.late_pages.parts, window.services.assessments
    window.pages.show_page("pair")
    photographer.until(lambda: pages.pair.pair is not None and not (pages.pair.is_comparing or pages.pair.is_searching))
    photographer.take("pair", window.pages)
    window.pages.show_page("visit")
    photographer.wait()
    photographer.until(lambda: not (pages.visit.thumbnails.is_behind or assessments.is_behind))
    photographer.take("visit", window.pages, height=420)
    window.pages.show_page("image")


def _dock(window: MainWindow, name: str) -> QWidget:
    (dock,) = [dock for dock in window.docks.all if dock.objectName() == f"{name}_dock"]
    return dock


def _star(window: MainWindow, photographer: Photographer, exposure: Exposure) -> QPointF:
    """Find the star, in coordinates of the canvas."""
    window.services.stars.circle(exposure)
    photographer.until(lambda: window.services.stars.is_known(exposure))
    circle = window.services.stars.circle(exposure)
    if circle is None:
        raise ValueError("The demonstration has no star.")
    return QPointF(circle.x + 0.5, circle.y + 0.5)


def _review(window: MainWindow, photographer: Photographer, exposure: Exposure) -> None:
    window.table["review"].setChecked(True)
    window.table["run_all"].trigger()
    for step in ("bkg_subtract", "assign_wcs"):
        photographer.until(partial(awaits, window, exposure, step))
        window.table["accept"].trigger()
    photographer.until(partial(awaits, window, exposure, "flat_field"))
    photographer.until_known(exposure, "flat_field")
    window.docks.bring_up("step")
    photographer.take("review")
    photographer.take("step", _dock(window, "step"), height=540)
    redo_with_large_flat(window, photographer, exposure)
    photographer.take("message", window.messages)
    window.services.open_exposures.set_options(exposure, StepOptions())
    window.messages.clear()
    window.table["review"].setChecked(False)
    window.table["stop"].trigger()
    photographer.until(lambda: not window.services.control.is_busy)


def _verdict(window: MainWindow, photographer: Photographer) -> None:
    window.docks.bring_up("verdict")
    assessments, effects = window.services.assessments, window.services.effects
    photographer.until(lambda: not (assessments.is_behind or effects.is_behind))
    photographer.take("verdict")
    window.docks.bring_up("step")


def _compare(window: MainWindow, photographer: Photographer, star: QPointF) -> None:
    window.presenter.show_stage("flat_field")
    window.compare.set_mode(Mode.RATIO)
    photographer.take("ratio", window.workspace)
    window.compare.set_mode(Mode.VALUE)
    window.presenter.show_stage("cal")
    choose(window.workspace, "stretch", "asinh")
    choose(window.workspace, "limits", "99.9 %")
    photographer.wait()
    window.workspace.image.canvas.centre_on(star, 3)
    photographer.take("image", window.workspace)
    window.compare.set_mode(Mode.SWIPE)
    choose(window.workspace, "compare_target", window.services.open_exposures.exposures[1].product.name)
    choose(window.workspace, "compare_link", Link.STAR)
    photographer.wait(3000)
    photographer.take("swipe", window.workspace)
    choose(window.workspace, "compare_target", "before the chain")
    window.compare.set_mode(Mode.VALUE)


def _flags(window: MainWindow, photographer: Photographer, star: QPointF) -> None:
    window.presenter.show_stage("flat_field")
    window.docks.bring_up("dq")
    photographer.wait()
    check_flags(window, "JUMP_DET")
    window.workspace.image.canvas.centre_on(star, 3)
    photographer.take("flags")
    window.table["pixel_values"].trigger()
    window.docks.pixels.pin(int(star.x()), int(star.y()))
    photographer.take("pixels", _dock(window, "pixels"))
    window.table["pixel_values"].trigger()
    clear_flags(window)


def _measure(window: MainWindow, photographer: Photographer, star: QPointF) -> None:
    window.presenter.show_stage("cal")
    window.table["mark_star"].trigger()
    photographer.until(lambda: len(window.docks.regions.regions) > 0)
    choose(window.docks.measure, "view", View.ENERGY)
    photographer.wait()
    window.workspace.image.canvas.centre_on(star, 3)
    photographer.take("measure")
    window.docks.regions.clear()


def _sky(window: MainWindow, photographer: Photographer) -> None:
    window.workspace.image.canvas.fit()
    for name in ("grid", "ruler"):
        window.table[name].setChecked(True)
    photographer.wait()
    drag(window.workspace.image.canvas, (1000.0, 700.0), (1400.0, 900.0), (1700.0, 1300.0))
    photographer.take("sky", window.workspace)
    window.table["ruler"].setChecked(False)
    subject = describe(window.presenter, window.workspace.image, FROM_1)
    if subject is None:
        raise ValueError("There is no image.")
    window.resize(*EXPORT_SIZE)
    photographer.wait()
    record_view(window.workspace.image.canvas, subject.caption, subject.key).save(photographer.folder / "export.png")
