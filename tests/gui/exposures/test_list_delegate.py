"""A row of the list of exposures says, in every state, how far the exposure is."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QTreeView
from pytestqt.qtbot import QtBot

from tests.gui import fakes
from wfsgui.core.model.apply_event import apply_event
from wfsgui.core.model.events import ProductFinished, ProductResult, ProductState, StepState
from wfsgui.core.model.exposure import Exposure, ExposureState
from wfsgui.core.model.exposure_text import state_text
from wfsgui.gui.exposures.list_delegate import ListDelegate
from wfsgui.gui.exposures.list_model import ListModel
from wfsgui.gui.exposures.row_text import describe, visit_text

LONG = "jw99001001001_02101_00001_nrca3_" + "a_very_long_name_" * 8


def in_state(state: ExposureState) -> Exposure:
    """Bring an exposure into a state as the program does: by events, or by what the analyst decides."""
    exposure = fakes.exposure()
    match state:
        case ExposureState.WAITING:
            pass
        case ExposureState.RUNNING:
            apply_event(exposure, fakes.opened(exposure))
            apply_event(exposure, fakes.finished(exposure, "assign_wcs"))
            apply_event(exposure, fakes.started(exposure, "flat_field"))
        case ExposureState.PAUSED:
            apply_event(exposure, fakes.opened(exposure))
            apply_event(exposure, fakes.finished(exposure, "assign_wcs"))
            apply_event(exposure, fakes.ended(exposure, ProductState.STOPPED))
        case ExposureState.FAILED:
            apply_event(exposure, fakes.opened(exposure))
            apply_event(exposure, fakes.started(exposure, "assign_wcs"))
            why = "The distortion reference is missing."
            apply_event(
                exposure, ProductFinished(ProductResult(exposure.product.name, ProductState.FAILED, 1.0, error=why))
            )
        case ExposureState.WARNED:
            apply_event(exposure, fakes.finished(exposure, "flat_field", warnings=("No flat for many pixels.",)))
            apply_event(exposure, fakes.ended(exposure, ProductState.WARNED, saved=(Path("/session/x_cal.fits"),)))
        case ExposureState.DONE:
            fakes.completed(exposure, Path("/session/x_cal.fits"))
        case ExposureState.SAVED:
            fakes.completed(exposure, Path("/session/x_cal.fits"))
            exposure.saved = Path("/out/x_cal.fits")
            exposure.state = state
        case ExposureState.UNUSABLE:
            apply_event(exposure, fakes.finished(exposure, "flat_field", alarm="No pixel is usable."))
            apply_event(exposure, fakes.ended(exposure, ProductState.WARNED, saved=(Path("/session/x_cal.fits"),)))
            assert exposure.worst_state is state
            return exposure
        case ExposureState.QUEUED | ExposureState.NEEDS_LOOK | ExposureState.REJECTED:
            exposure.state = state
    assert exposure.state is state
    return exposure


STATE_TEXTS = {
    ExposureState.WAITING: "waiting",
    ExposureState.QUEUED: "queued",
    ExposureState.RUNNING: "flat_field, 2 of 3",
    ExposureState.PAUSED: "part done",
    ExposureState.NEEDS_LOOK: "needs a look",
    ExposureState.DONE: "done · not saved",
    ExposureState.WARNED: "1 warning · not saved",
    ExposureState.FAILED: "failed",
    ExposureState.REJECTED: "rejected",
    ExposureState.SAVED: "saved",
    ExposureState.UNUSABLE: "no usable pixels · not saved",
}


@pytest.mark.parametrize("state", ExposureState)
def test_every_state_has_its_text(state: ExposureState) -> None:
    assert state_text(in_state(state)) == STATE_TEXTS[state]


def doubted(state: ExposureState) -> Exposure:
    exposure = in_state(state)
    exposure.stages["flat_field"].doubts = ("Star-shaped holes: 5.", "Sky: not flat.")
    return exposure


def test_saving_does_not_hide_warnings() -> None:
    exposure = in_state(ExposureState.WARNED)
    exposure.saved = Path("/out/x_cal.fits")
    assert state_text(exposure) == "1 warning · saved"


@pytest.mark.parametrize(
    ("state", "text"),
    [
        (ExposureState.PAUSED, "part done · 2 warnings"),
        (ExposureState.NEEDS_LOOK, "needs a look · 2 warnings"),
        (ExposureState.DONE, "2 warnings · not saved"),
        (ExposureState.SAVED, "2 warnings · saved"),
        (ExposureState.REJECTED, "rejected · 2 warnings"),
    ],
)
def test_unmet_expectation_counts_as_a_warning_in_the_list(state: ExposureState, text: str) -> None:
    assert state_text(doubted(state)) == text


@pytest.mark.parametrize("state", [ExposureState.DONE, ExposureState.SAVED])
def test_a_warned_exposure_never_has_the_mark_of_a_clean_one(state: ExposureState) -> None:
    assert in_state(state).worst_state is state
    assert doubted(state).worst_state is ExposureState.WARNED


def test_running_between_two_steps_is_named() -> None:
    exposure = fakes.exposure()
    apply_event(exposure, fakes.opened(exposure))
    assert state_text(exposure) == "running"


def test_skipped_steps_count_as_finished() -> None:
    exposure = fakes.exposure()
    apply_event(exposure, fakes.opened(exposure))
    apply_event(exposure, replace(fakes.finished(exposure, "assign_wcs"), state=StepState.SKIPPED))
    apply_event(exposure, fakes.started(exposure, "flat_field"))
    assert state_text(exposure) == "flat_field, 2 of 3"


@pytest.mark.parametrize(("backgrounds", "words"), [(0, "no backgrounds"), (1, "1 background"), (3, "3 backgrounds")])
def test_an_exposure_is_described_in_two_lines(backgrounds: int, words: str) -> None:
    purpose, what = describe(fakes.exposure(backgrounds=backgrounds))
    assert purpose == f"+8 waves · {words}"
    assert what == "NRCA3 · F212N+WLP8 · 64x48"


def test_a_missing_visit_type_is_named() -> None:
    product = fakes.product()
    info = replace(product.science.info, visit_type="")
    exposure = Exposure(key="x", product=replace(product, science=replace(product.science, info=info)))
    assert visit_text(exposure) == "no visit type"
    assert visit_text(fakes.exposure()) == "routine"


@pytest.mark.parametrize(
    ("state", "words"),
    [
        (ExposureState.FAILED, "The distortion reference is missing."),
        (ExposureState.WARNED, "flat_field: No flat for many pixels."),
        (ExposureState.SAVED, "Saved as /out/x_cal.fits"),
        (ExposureState.NEEDS_LOOK, "State: needs a look"),
    ],
)
def test_the_tool_tip_has_errors_notices_and_findings(qtbot: QtBot, state: ExposureState, words: str) -> None:
    view = QTreeView()
    qtbot.addWidget(view)
    model = ListModel(view)
    exposure = in_state(state)
    model.add([exposure])
    assert words in model.index_of(exposure).data(Qt.ItemDataRole.ToolTipRole)
    assert (
        model.index_of(exposure).data(Qt.ItemDataRole.AccessibleTextRole)
        == f"{exposure.product.name}, {STATE_TEXTS[state]}"
    )


@pytest.mark.parametrize("state", ExposureState)
@pytest.mark.parametrize("width", [60, 230, 400])
def test_every_state_is_painted_at_every_width(qtbot: QtBot, state: ExposureState, width: int) -> None:
    exposure = in_state(state)
    view = QTreeView()
    qtbot.addWidget(view)
    model = ListModel(view)
    model.add([exposure, fakes.exposure(LONG)])
    view.setModel(model)
    view.setHeaderHidden(True)
    view.setItemDelegate(ListDelegate(view))
    view.resize(width, 300)
    before = view.grab().toImage()
    view.setCurrentIndex(model.index_of(exposure))
    assert view.grab().toImage() != before


def test_every_state_looks_different(qtbot: QtBot) -> None:
    pictures = []
    for state in ExposureState:
        exposure = in_state(state)
        view = QTreeView()
        qtbot.addWidget(view)
        model = ListModel(view)
        model.add([exposure])
        view.setModel(model)
        view.setItemDelegate(ListDelegate(view))
        view.resize(300, 120)
        pictures.append(view.grab().toImage())
    same = [number for number, picture in enumerate(pictures) if picture in pictures[:number]]
    assert same == []
