"""Regions of the star on the image: drawn, dragged, resized."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

import numpy as np
import pytest
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from tests.gui import fakes
from tests.gui.assess.assess_helpers import BACKGROUND, SIGNAL, Assessor
from tests.gui.canvas_helpers import drag, near, pixels
from wfsgui.core.assess.results import Assessment, StarRegions
from wfsgui.core.errors import WfsguiError
from wfsgui.core.model.exposure import Exposure
from wfsgui.core.model.stages import CAL
from wfsgui.core.regions.shapes import Annulus, Circle
from wfsgui.gui.assess.assessments import Assessments
from wfsgui.gui.canvas.image_canvas import ImageCanvas
from wfsgui.gui.canvas.overlay import is_kept_out_of_exports
from wfsgui.gui.display.colours import colour_table
from wfsgui.gui.measure.region_list import RegionList
from wfsgui.gui.measure.region_tool import RegionTool
from wfsgui.gui.threads.worker_thread import WorkerThread
from wfsgui.gui.verdict.region_control import RegionControl
from wfsgui.gui.verdict.region_layer import COLOURS

# Centre of the signal region in positions of the canvas.
X, Y = SIGNAL.x + 0.5, SIGNAL.y + 0.5


@dataclass
class Scene:
    """Canvas with the regions of an exposure, ten screen pixels for an image pixel."""

    qtbot: QtBot
    canvas: ImageCanvas
    regions: RegionList
    assessor: Assessor
    assessments: Assessments
    action: QAction
    control: RegionControl
    exposure: Exposure

    def settle(self) -> None:
        self.qtbot.waitUntil(lambda: not self.assessments.is_behind)

    @property
    def found(self) -> Assessment:
        """The assessment of the result."""
        self.settle()
        found = self.assessments.find(self.exposure, CAL)
        assert found is not None
        return found

    @property
    def drawn(self) -> StarRegions | None:
        return self.control.layer.regions


@pytest.fixture
def scene(qtbot: QtBot, qapp: QApplication) -> Iterator[Scene]:
    canvas, worker, assessor = ImageCanvas(), WorkerThread(qapp), Assessor()
    qtbot.addWidget(canvas)
    canvas.resize(640, 480)
    canvas.show()
    canvas.set_colours(colour_table("grey", inverse=False))
    canvas.show_index(np.zeros((48, 64), np.uint8))
    regions = RegionList(qapp)
    RegionTool(canvas, regions)
    assessments = Assessments(worker, qapp, assessor)
    action = QAction(canvas)
    action.setCheckable(True)
    control = RegionControl(canvas, assessments, action, canvas)
    scene = Scene(qtbot, canvas, regions, assessor, assessments, action, control, fakes.completed(fakes.exposure()))
    action.setChecked(True)
    assessments.show_stage(scene.exposure, CAL)
    control.show_stage(scene.exposure, CAL)
    scene.settle()
    yield scene
    assessor.gate.set()
    worker.close()


def test_both_regions_are_drawn_and_not_exported(scene: Scene) -> None:
    assert scene.drawn == StarRegions(25.0, 30.0, SIGNAL, BACKGROUND, in_focus=False)
    seen = pixels(scene.canvas)
    assert all(near(seen, colour).any() for colour in COLOURS.values())
    assert is_kept_out_of_exports(scene.control.layer)
    scene.action.setChecked(False)
    seen = pixels(scene.canvas)
    assert not any(near(seen, colour).any() for colour in COLOURS.values())


def test_region_that_is_moved_is_the_analysts_and_is_measured(scene: Scene) -> None:
    drag(scene.canvas, (X, Y + 8), (X + 2, Y + 9), (X + 4, Y + 10))
    regions = scene.found.regions
    assert regions is not None
    assert isinstance(regions.signal, Circle)
    assert (regions.signal.x, regions.signal.y) == pytest.approx((29, 32), abs=0.11)
    assert regions.signal.radius == 8
    assert regions.background == BACKGROUND
    assert scene.control.layer.labels == ("signal (set by you)", "background")


def test_region_is_resized_by_its_handle(scene: Scene) -> None:
    drag(scene.canvas, (X + 16, Y), (X + 18, Y))
    regions = scene.found.regions
    assert regions is not None
    assert regions.signal == SIGNAL
    assert (regions.background.inner, regions.background.x) == (12, 25)
    assert regions.background.outer == pytest.approx(18, abs=0.11)
    assert regions.by_analyst == ("background",)


def test_region_follows_the_drag_and_stays_until_it_is_measured(scene: Scene) -> None:
    scene.assessor.gate.clear()
    drag(scene.canvas, (X, Y + 8), (X + 4, Y + 8))
    scene.qtbot.waitUntil(lambda: scene.assessments.is_behind)
    drawn = scene.drawn
    assert drawn is not None
    assert drawn.signal.x == pytest.approx(29, abs=0.11)
    scene.assessor.gate.set()
    assert scene.found.regions == drawn


def test_region_does_not_become_much_larger_than_the_image(scene: Scene) -> None:
    drag(scene.canvas, (X + 16, Y), (X + 18, Y), (X + 5000, Y))
    regions = scene.found.regions
    assert regions is not None
    assert regions.background.outer == pytest.approx(18, abs=0.11)


def test_click_on_a_region_changes_nothing(scene: Scene) -> None:
    drag(scene.canvas, (X, Y + 8), (X, Y + 8))
    scene.settle()
    assert scene.assessments.choice(scene.exposure).signal is None


def test_drag_in_the_middle_of_the_star_is_left_to_panning(scene: Scene) -> None:
    drag(scene.canvas, (X, Y), (X + 3, Y))
    assert scene.assessments.choice(scene.exposure).signal is None


def test_small_region_on_the_screen_is_not_dragged(scene: Scene) -> None:
    scene.canvas.zoom_to(0.5)
    drag(scene.canvas, (X, Y + 8), (X + 10, Y + 8))
    assert scene.assessments.choice(scene.exposure).signal is None


def test_hidden_regions_are_not_dragged(scene: Scene) -> None:
    scene.action.setChecked(False)
    drag(scene.canvas, (X, Y + 8), (X + 4, Y + 8))
    assert scene.assessments.choice(scene.exposure).signal is None


def test_region_of_the_measure_panel_is_dragged_first(scene: Scene) -> None:
    scene.regions.add(Circle(25, 30, 8))
    drag(scene.canvas, (X, Y + 8), (X + 4, Y + 8))
    moved = scene.regions.regions[0].region
    assert isinstance(moved, Circle)
    assert moved.x == pytest.approx(29, abs=0.11)
    assert scene.assessments.choice(scene.exposure).signal is None


def test_reset_brings_the_automatic_regions_back(scene: Scene) -> None:
    drag(scene.canvas, (X, Y + 8), (X + 4, Y + 8))
    scene.settle()
    scene.assessments.set_regions(scene.exposure)
    scene.settle()
    assert scene.drawn == StarRegions(25.0, 30.0, SIGNAL, BACKGROUND, in_focus=False)


def test_exposure_without_a_star_has_no_regions(scene: Scene) -> None:
    other = fakes.completed(fakes.exposure("other"))
    scene.assessor.fault = WfsguiError("There is no star.")
    scene.control.show_stage(other, CAL)
    # At once: those of the former exposure would mislead.
    assert scene.drawn is None
    scene.assessments.show_stage(other, CAL)
    scene.settle()
    assert scene.drawn is None
    scene.control.show_stage(scene.exposure, CAL)
    assert scene.drawn is not None


def test_regions_follow_the_panel_until_the_switch_is_used(scene: Scene) -> None:
    scene.control.follow_panel(False)
    assert not scene.action.isChecked()
    scene.control.follow_panel(True)
    assert scene.action.isChecked()
    scene.action.trigger()
    assert not scene.action.isChecked()
    scene.control.follow_panel(True)
    assert not scene.action.isChecked()


def test_annulus_as_signal_region_is_drawn(scene: Scene) -> None:
    signal = Annulus(25, 30, 3, 8)
    scene.assessments.set_regions(scene.exposure, signal=signal)
    scene.settle()
    assert scene.drawn is not None
    assert scene.drawn == replace(scene.drawn, signal=signal)
