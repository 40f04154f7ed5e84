"""Badge beside the name of an exposure."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QModelIndex, Qt
from PySide6.QtWidgets import QApplication, QTreeView
from pytestqt.qtbot import QtBot

from tests.gui import fakes
from wfsgui.core.assess.results import Level
from wfsgui.core.model.exposure import Exposure
from wfsgui.gui.exposures.list_delegate import ListDelegate
from wfsgui.gui.exposures.list_model import BADGE_ROLE, Badge, ListModel
from wfsgui.gui.widgets.levels import level_colour
from wfsgui.gui.widgets.theme import apply_scheme
from wfsgui.gui.widgets.tokens import contrast, palette

BADGE = Badge("SBR 900", Level.BAD, "The SBR is <900>.")


@pytest.fixture
def view(qtbot: QtBot) -> QTreeView:
    view = QTreeView()
    view.setModel(ListModel(view))
    view.setItemDelegate(ListDelegate(view))
    view.setHeaderHidden(True)
    qtbot.addWidget(view)
    view.resize(420, 200)
    view.show()
    return view


@pytest.fixture
def exposure(view: QTreeView) -> Exposure:
    exposure = fakes.exposure()
    model_of(view).add([exposure])
    return exposure


def model_of(view: QTreeView) -> ListModel:
    model = view.model()
    assert isinstance(model, ListModel)
    return model


def colours(view: QTreeView) -> set[str]:
    """Return the colours on the right of the first line of the exposure, which is below a heading."""
    row = view.visualRect(view.model().index(1, 0))
    picture = view.viewport().grab().toImage()
    lines = range(row.top(), row.top() + row.height() // 3)
    return {picture.pixelColor(x, y).name() for x in range(row.right() - 100, row.right()) for y in lines}


@pytest.mark.usefixtures("schemes")
def test_badge_is_painted_in_the_colour_of_its_level(view: QTreeView, exposure: Exposure) -> None:
    model_of(view).set_badge(exposure, BADGE)
    for scheme in ("dark", "light"):
        apply_scheme(scheme)
        QApplication.processEvents()
        for is_selected in (False, True):
            view.setCurrentIndex(model_of(view).index_of(exposure) if is_selected else QModelIndex())
            assert {level_colour(Level.BAD), palette().panel} <= colours(view)
    model_of(view).set_badge(exposure, None)
    assert level_colour(Level.BAD) not in colours(view)


@pytest.mark.usefixtures("schemes")
def test_text_of_the_badge_is_legible_on_its_ground() -> None:
    for scheme in ("dark", "light"):
        apply_scheme(scheme)
        assert all(contrast(level_colour(level), palette().panel) >= 4.5 for level in Level)


def test_narrow_list_leaves_the_badge_out(view: QTreeView, exposure: Exposure) -> None:
    model_of(view).set_badge(exposure, BADGE)
    view.resize(150, 200)
    QApplication.processEvents()
    row = view.visualRect(view.model().index(1, 0))
    picture = view.viewport().grab().toImage()
    seen = {
        picture.pixelColor(x, y).name() for x in range(row.left(), row.right()) for y in range(row.top(), row.bottom())
    }
    assert level_colour(Level.BAD) not in seen


def test_badge_is_told_by_screen_reader_and_tool_tip(view: QTreeView, exposure: Exposure) -> None:
    model_of(view).set_badge(exposure, BADGE)
    index = model_of(view).index_of(exposure)
    assert index.data(BADGE_ROLE) == BADGE
    assert index.data(Qt.ItemDataRole.AccessibleTextRole).endswith("SBR 900")
    assert "The SBR is &lt;900&gt;." in index.data(Qt.ItemDataRole.ToolTipRole)
    model_of(view).refresh(exposure)
    assert "SBR 900" in index.data(Qt.ItemDataRole.AccessibleTextRole)


def test_same_badge_repaints_nothing(view: QTreeView, exposure: Exposure) -> None:
    model_of(view).set_badge(exposure, BADGE)
    changes: list[object] = []
    model_of(view).dataChanged.connect(lambda *what: changes.append(what))
    model_of(view).set_badge(exposure, Badge("SBR 900", Level.BAD, "The SBR is <900>."))
    assert changes == []


def test_badge_of_a_removed_exposure_is_ignored(view: QTreeView, exposure: Exposure) -> None:
    model_of(view).remove([exposure])
    model_of(view).set_badge(exposure, BADGE)
    assert model_of(view).rowCount() == 0
