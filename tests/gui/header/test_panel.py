"""Header panel: content, search, copy, and state from step to step."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QItemSelectionModel, QModelIndex, Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QAbstractItemModelTester, QTest
from PySide6.QtWidgets import QLabel, QLineEdit, QTreeView
from pytestqt.qtbot import QtBot

from tests.gui import fakes
from tests.gui.children import child
from wfsgui.core.files.headers import Card, HeaderSection
from wfsgui.gui.header.panel import HeaderPanel
from wfsgui.gui.header.reader import HeaderReader
from wfsgui.gui.threads.worker_thread import WorkerThread
from wfsgui.gui.widgets.theme import plain_tip

SECTIONS = (
    HeaderSection(
        "PRIMARY",
        (
            Card("FILTER", "F212N", "Name of the filter element"),
            Card("PUPIL", "WLP8", "Name of the pupil element"),
            Card("HISTORY", "<b>made</b> & checked", ""),
        ),
    ),
    HeaderSection("SCI", (Card("BUNIT", "DN/s", "physical units"),)),
)
METADATA = {
    "meta.instrument.filter": "F212N",
    "meta.instrument.name": "NIRCAM",
    "meta.cal_step.flat_field": "COMPLETE",
    "top": "level",
}


@pytest.fixture
def panel(qtbot: QtBot) -> HeaderPanel:
    made = HeaderPanel()
    qtbot.addWidget(made)
    made.resize(500, 400)
    made.show_headers(SECTIONS, METADATA, title="a: rate")
    with qtbot.waitExposed(made):
        made.show()
    return made


def view_of(panel: HeaderPanel) -> QTreeView:
    return child(panel, QTreeView, "header_view")


def search_of(panel: HeaderPanel) -> QLineEdit:
    return child(panel, QLineEdit, "header_search")


def hits(panel: HeaderPanel) -> str:
    found = child(panel, QLabel, "header_hits")
    return found.text() if found.isVisible() else ""


def index_at(panel: HeaderPanel, *path: str) -> QModelIndex:
    model, place = view_of(panel).model(), QModelIndex()
    for name in path:
        rows = [model.index(row, 0, place) for row in range(model.rowCount(place))]
        (place,) = [row for row in rows if row.data() == name]
    return place


def visible_rows(panel: HeaderPanel) -> list[str]:
    """Return the texts of the visible rows of the first column."""
    view = view_of(panel)
    index, found = view.model().index(0, 0), []
    while index.isValid():
        found.append(str(index.data()))
        index = view.indexBelow(index)
    return found


def type_in(panel: HeaderPanel, text: str) -> None:
    panel.focus_search()
    QTest.keyClicks(search_of(panel), text)


def test_sections_and_metadata_are_a_tree(panel: HeaderPanel) -> None:
    model = view_of(panel).model()
    assert [model.index(row, 0).data() for row in range(model.rowCount())] == ["PRIMARY", "SCI", "metadata"]
    unit = index_at(panel, "SCI", "BUNIT")
    assert [unit.siblingAtColumn(column).data() for column in range(3)] == ["BUNIT", "DN/s", "physical units"]
    assert index_at(panel, "metadata", "meta", "instrument", "name").siblingAtColumn(1).data() == "NIRCAM"
    assert index_at(panel, "metadata", "top").siblingAtColumn(1).data() == "level"
    assert [model.headerData(column, Qt.Orientation.Horizontal) for column in range(3)] == [
        "Keyword",
        "Value",
        "Comment",
    ]


def test_models_pass_the_qt_model_tester(panel: HeaderPanel) -> None:
    mode = QAbstractItemModelTester.FailureReportingMode.Fatal
    tester = QAbstractItemModelTester(view_of(panel).model(), mode, panel)
    type_in(panel, "filter")
    panel.show_headers((), METADATA, title="a: flat_field")
    search_of(panel).clear()
    panel.show_headers(SECTIONS, {}, title="a: cal")
    panel.show_message("Nothing.")
    assert tester.model().rowCount() == 0


def test_message_replaces_the_tree(panel: HeaderPanel) -> None:
    panel.show_message("x_rate.fits cannot be read.")
    texts = [label.text() for label in panel.findChildren(QLabel) if label.isVisible()]
    assert "x_rate.fits cannot be read." in texts
    assert not view_of(panel).isVisible()
    panel.show_headers(SECTIONS, {}, title="a: rate")
    assert view_of(panel).isVisible()


@pytest.mark.parametrize("name", ["<b>a</b>: rate", "a & b: rate"])
def test_names_are_shown_as_plain_text(panel: HeaderPanel, name: str) -> None:
    title = child(panel, QLabel, "header_title")
    panel.show_headers(SECTIONS, {}, title=name)
    assert title.text() == name
    assert title.textFormat() is Qt.TextFormat.PlainText


@pytest.mark.parametrize(
    ("typed", "count", "rows"),
    [
        ("bunit", "1 found", ["SCI", "BUNIT"]),
        ("WLP8", "1 found", ["PRIMARY", "PUPIL"]),
        ("pupil ELEMENT", "1 found", ["PRIMARY", "PUPIL"]),
        ("f212", "2 found", ["PRIMARY", "FILTER", "metadata", "meta", "instrument", "filter"]),
        ("<b>", "1 found", ["PRIMARY", "HISTORY"]),
        (".*", "Nothing found", []),
        ("no such thing", "Nothing found", []),
    ],
)
def test_search_shows_matching_rows_and_their_count(
    panel: HeaderPanel, typed: str, count: str, rows: list[str]
) -> None:
    type_in(panel, typed)
    assert hits(panel) == count
    assert visible_rows(panel) == rows


def test_escape_clears_the_search_and_restores_the_branches(panel: HeaderPanel) -> None:
    before = visible_rows(panel)
    type_in(panel, "complete")
    assert visible_rows(panel) == ["metadata", "meta", "cal_step", "flat_field"]
    QTest.keyClick(search_of(panel), Qt.Key.Key_Escape)
    assert search_of(panel).text() == ""
    assert hits(panel) == ""
    assert visible_rows(panel) == before


def test_focus_search_selects_the_text(panel: HeaderPanel) -> None:
    type_in(panel, "bunit")
    view_of(panel).setFocus()
    type_in(panel, "pupil")
    assert search_of(panel).text() == "pupil"


def test_search_stays_in_the_next_step(panel: HeaderPanel) -> None:
    type_in(panel, "flat_field")
    panel.show_headers((), {**METADATA, "meta.cal_step.flat_field": "SKIPPED"}, title="a: photom")
    assert search_of(panel).text() == "flat_field"
    found = index_at(panel, "metadata", "meta", "cal_step", "flat_field")
    assert found.siblingAtColumn(1).data() == "SKIPPED"
    assert visible_rows(panel) == ["metadata", "meta", "cal_step", "flat_field"]


def test_open_branches_stay_open(panel: HeaderPanel) -> None:
    view = view_of(panel)
    view.collapseAll()
    for path in (("SCI",), ("metadata",), ("metadata", "meta"), ("metadata", "meta", "instrument")):
        view.setCurrentIndex(index_at(panel, *path))
        QTest.keyClick(view, Qt.Key.Key_Right)
    opened = visible_rows(panel)
    assert "name" in opened
    assert "FILTER" not in opened
    panel.show_headers((), METADATA, title="a: flat_field")
    panel.show_message("Reading...")
    panel.show_headers(SECTIONS, METADATA, title="a: cal")
    assert visible_rows(panel) == opened
    type_in(panel, "pupil")
    search_of(panel).clear()
    assert visible_rows(panel) == opened


def test_scroll_position_stays_in_the_next_step(panel: HeaderPanel, qtbot: QtBot) -> None:
    many = (HeaderSection("PRIMARY", tuple(Card(f"KEY{number}", str(number), "") for number in range(2000))),)
    panel.show_headers(many, {}, title="a: rate")
    bar = view_of(panel).verticalScrollBar()
    qtbot.waitUntil(lambda: bar.maximum() > 1000)
    bar.setValue(900)
    panel.show_headers(many, METADATA, title="b: rate")
    assert bar.value() == 900


def test_selected_lines_are_copied(panel: HeaderPanel) -> None:
    view = view_of(panel)
    flags = QItemSelectionModel.SelectionFlag.Select | QItemSelectionModel.SelectionFlag.Rows
    view.setFocus()
    for name in ("FILTER", "HISTORY"):
        view.selectionModel().select(index_at(panel, "PRIMARY", name), flags)
    QTest.keyClick(view, Qt.Key.Key_C, Qt.KeyboardModifier.ControlModifier)
    expected = "FILTER\tF212N\tName of the filter element\nHISTORY\t<b>made</b> & checked"
    assert QGuiApplication.clipboard().text() == expected


def test_context_menu_copies(panel: HeaderPanel) -> None:
    view = view_of(panel)
    view.setCurrentIndex(index_at(panel, "SCI", "BUNIT"))
    (copy,) = [action for action in view.actions() if action.text() == "Copy"]
    assert view.contextMenuPolicy() is Qt.ContextMenuPolicy.ActionsContextMenu
    copy.trigger()
    assert QGuiApplication.clipboard().text() == "BUNIT\tDN/s\tphysical units"


@pytest.mark.parametrize("width", [230, 900])
def test_long_values_do_not_widen_the_panel(panel: HeaderPanel, width: int) -> None:
    long = "value " * 200
    panel.show_headers((HeaderSection("PRIMARY", (Card("LONG", long, long),)),), {}, title="a_long_name_" * 12)
    panel.resize(width, 300)
    assert panel.minimumSizeHint().width() <= 230
    view_of(panel).expandAll()
    assert index_at(panel, "PRIMARY", "LONG").siblingAtColumn(1).data(Qt.ItemDataRole.ToolTipRole) == plain_tip(long)


def test_late_headers_of_a_removed_exposure_are_not_shown(panel: HeaderPanel, qtbot: QtBot) -> None:
    worker = WorkerThread()
    feed = HeaderReader(panel, worker)
    worker.pause("test")
    feed.show_stage(fakes.exposure(), "rate")
    feed.show_stage(None, "")
    worker.resume("test")
    qtbot.waitUntil(lambda: not worker.is_busy)
    worker.close()
    assert "No exposure is chosen." in [label.text() for label in panel.findChildren(QLabel)]
