"""Page *Trend*: plot and table have the same points, and both can be used with the keyboard."""

from __future__ import annotations

from dataclasses import replace
from itertools import count
from math import nan

import numpy as np
import pyqtgraph as pg
import pytest
from PySide6.QtCore import QEvent, QPoint, QPointF, Qt
from PySide6.QtGui import QColor, QPalette
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QCheckBox, QComboBox, QLabel, QPushButton, QTableView
from pytestqt.qtbot import QtBot

from tests.core.trend.records import record
from tests.gui.window_driver import find
from wfsgui.core.trend.points import points_of
from wfsgui.core.trend.record import TrendNumber, TrendRecord
from wfsgui.gui.trend.marks import JUDGEMENTS, OTHER_SYMBOL, defocus_colour, judgement_symbol, known_defocus
from wfsgui.gui.trend.page import TrendPage
from wfsgui.gui.widgets.theme import apply_scheme
from wfsgui.gui.widgets.tokens import DARK, LIGHT, contrast

EARLY, LATE = "2026-01-01T00:00:00.000", "2026-02-01T00:00:00.000"


@pytest.fixture
def page(qtbot: QtBot) -> TrendPage:
    """Make a page that is shown and active."""
    made = TrendPage()
    qtbot.addWidget(made)
    made.resize(700, 700)
    made.show()
    made.activateWindow()
    qtbot.waitUntil(made.isActiveWindow)
    return made


def records() -> list[TrendRecord]:
    """Make three decisions, the last first."""
    return [
        record(2500.0, exposure="late", time=LATE, defocus="WLM8", judgement="not fit", folder="/late"),
        record(1800.0, exposure="early", time=EARLY, detector="NRCA1", aperture="NRCA1_FP6", folder="/early"),
        record(nan, exposure="unmeasured", time=EARLY, defocus="", judgement="fit with care"),
    ]


def scatter(page: TrendPage) -> pg.ScatterPlotItem:
    """Find the points, which are more than the ring around the chosen one."""
    items = [item for item in page.plot.graphics.getPlotItem().items if isinstance(item, pg.ScatterPlotItem)]
    return items[0]


def drawn(page: TrendPage) -> list[tuple[float, float]]:
    """List the points of the plot."""
    return [(spot.pos().x(), spot.pos().y()) for spot in scatter(page).points()]


def ring(page: TrendPage) -> list[tuple[float, float]]:
    """List the points that are marked as chosen."""
    items = [item for item in page.plot.graphics.getPlotItem().items if isinstance(item, pg.ScatterPlotItem)]
    return [(spot.pos().x(), spot.pos().y()) for spot in items[1].points()]


def column(page: TrendPage, number: int) -> list[str]:
    """List the texts of a column of the table."""
    model = page.table.model()
    return [str(model.index(row, number).data()) for row in range(model.rowCount())]


def box(page: TrendPage, name: str) -> QComboBox:
    return find(page, QComboBox, f"trend_{name}")


def texts(combo: QComboBox) -> list[str]:
    return [combo.itemText(place) for place in range(combo.count())]


def place_of(page: TrendPage, x: float, y: float) -> QPoint:
    """Find where a point is in the viewport of the plot."""
    graphics = page.plot.graphics
    scene = graphics.getPlotItem().getViewBox().mapViewToScene(QPointF(x, y))
    return QPoint(graphics.mapFromScene(scene))


def test_without_decisions_one_line_says_what_to_do(page: TrendPage) -> None:
    message = find(page, QLabel, "trend_message")
    assert message.isVisible()
    assert message.text() == "No decision has been stored yet: decide on an exposure in the panel Verdict."
    assert not any(find(page, QPushButton, f"trend_{name}").isEnabled() for name in ("open", "export", "picture"))
    assert not box(page, "number").isVisible()


def test_points_with_time_and_value_are_drawn_and_all_are_in_the_table(page: TrendPage) -> None:
    page.show_records(records())
    assert sorted(drawn(page)) == [(1767225600.0, 1800.0), (1769904000.0, 2500.0)]
    assert column(page, 8) == ["early", "unmeasured", "late"]
    assert column(page, 1) == ["1800(12)", "", "2500(12)"]
    assert page.table.model().headerData(1, Qt.Orientation.Horizontal) == "SBR"
    assert [found.exposure for found in page.shown] == ["early", "unmeasured", "late"]


def test_symbol_says_the_decision_and_colour_the_defocus(page: TrendPage) -> None:
    page.show_records([*records(), record(exposure="other", judgement="to be seen", defocus="WLX")])
    spots = {spot.pos().y(): spot for spot in scatter(page).points()}
    assert {y: spot.symbol() for y, spot in spots.items()} == {2500.0: "x", 1800.0: "o", 2140.0: OTHER_SYMBOL}
    assert spots[2500.0].brush().color() == defocus_colour("WLM8")
    assert spots[1800.0].brush().color() == defocus_colour("WLP8")
    assert len({defocus_colour(name).name() for name in known_defocus()}) == len(known_defocus())
    assert len({judgement_symbol(name) for name in (*JUDGEMENTS, "")}) == len(JUDGEMENTS) + 1


def test_errors_that_are_known_are_drawn(page: TrendPage) -> None:
    without = record(2000.0, error=nan, exposure="b", time=LATE)
    page.show_records([record(1800.0, time=EARLY), without])
    (bars,) = (item for item in page.plot.graphics.getPlotItem().items if isinstance(item, pg.ErrorBarItem))
    assert (list(bars.opts["x"]), list(bars.opts["top"])) == ([1767225600.0], [12.0])
    page.show_records([without])
    assert not any(isinstance(item, pg.ErrorBarItem) for item in page.plot.graphics.getPlotItem().items)


def test_limits_are_drawn_and_in_view(page: TrendPage) -> None:
    page.show_records([record(2500.0), record(2400.0, limit=750.0, exposure="b")])
    lines = [item for item in page.plot.graphics.getPlotItem().items if isinstance(item, pg.InfiniteLine)]
    assert [(line.value(), line.label.format) for line in lines] == [
        (750.0, "more than 750"),
        (1500.0, "more than 1500"),
    ]
    low, high = page.plot.graphics.getPlotItem().getViewBox().viewRange()[1]
    assert low < 750.0
    assert high > 2500.0


def test_legend_names_what_is_drawn(page: TrendPage) -> None:
    page.show_records(records())
    legend = next(item for item in page.plot.graphics.scene().items() if isinstance(item, pg.LegendItem))
    assert [label.text for _, label in legend.items] == ["WLP8", "WLM8", "fit", "not fit"]


@pytest.mark.parametrize(
    ("name", "chosen", "left"),
    [
        ("aperture", "NRCA1_FP6", ["early"]),
        ("detector", "NRCA3", ["unmeasured", "late"]),
        ("defocus", "no lens", ["unmeasured"]),
    ],
)
def test_filter_boxes_choose_what_plot_and_table_show(page: TrendPage, name: str, chosen: str, left: list[str]) -> None:
    page.show_records(records())
    box(page, name).setCurrentText(chosen)
    assert column(page, 8) == left
    assert len(drawn(page)) == len([exposure for exposure in left if exposure != "unmeasured"])
    box(page, name).setCurrentText("all")
    assert len(column(page, 8)) == 3


def test_choice_that_nothing_fits_is_told(page: TrendPage) -> None:
    page.show_records(records())
    box(page, "aperture").setCurrentText("NRCA1_FP6")
    box(page, "defocus").setCurrentText("WLM8")
    message = find(page, QLabel, "trend_message")
    assert message.isVisible()
    assert message.text() == "No decision fits this choice of field point, defocus and detector."
    assert box(page, "defocus").isVisible()


def test_boxes_offer_what_the_decisions_have_and_keep_the_choice(page: TrendPage) -> None:
    page.show_records(records())
    assert texts(box(page, "defocus")) == ["all", "WLP8", "no lens", "WLM8"]
    assert texts(box(page, "detector")) == ["all", "NRCA1", "NRCA3"]
    box(page, "detector").setCurrentText("NRCA3")
    page.show_records([*records(), record(exposure="new", detector="NRCB4", time=LATE)])
    assert box(page, "detector").currentText() == "NRCA3"
    assert texts(box(page, "detector")) == ["all", "NRCA1", "NRCA3", "NRCB4"]
    page.show_records(records()[1:2])
    assert box(page, "detector").currentText() == "all"
    assert column(page, 8) == ["early"]


def test_any_number_can_be_plotted_and_stays_chosen(page: TrendPage) -> None:
    flux = replace(record(exposure="b", time=LATE), numbers=(TrendNumber("flux", "Flux", 0.5, 0.1, "Jy"),), checks=())
    page.show_records([record(1800.0, time=EARLY), flux])
    assert texts(box(page, "number")) == ["SBR", "Flux [Jy]"]
    assert box(page, "number").currentText() == "SBR"
    box(page, "number").setCurrentText("Flux [Jy]")
    assert drawn(page) == [(1769904000.0, 0.5)]
    assert page.plot.graphics.getPlotItem().getAxis("left").labelText == "Flux [Jy]"
    page.show_records([flux, record(1800.0, time=EARLY)])
    assert box(page, "number").currentText() == "Flux [Jy]"


def test_decisions_without_any_number_are_in_the_table(page: TrendPage) -> None:
    page.show_records([TrendRecord(exposure="a", judgement="fit", decided="2026-01-01T00:00:00+00:00")])
    assert (column(page, 8), column(page, 0), column(page, 1)) == (["a"], ["no date"], [""])
    assert page.table.isVisible()
    assert drawn(page) == []


def test_earlier_decisions_are_shown_when_asked_for(page: TrendPage) -> None:
    early = record(1800.0, judgement="not fit", decided="2026-01-02T00:00:00+00:00")
    late = record(1900.0, decided="2026-01-03T00:00:00+00:00")
    page.show_records([early, late])
    assert column(page, 3) == ["fit"]
    find(page, QCheckBox, "trend_history").click()
    assert sorted(column(page, 3)) == ["fit", "not fit"]
    assert len(drawn(page)) == 2


def test_chosen_row_is_marked_in_the_plot_and_described(page: TrendPage) -> None:
    page.show_records(records())
    page.table.setFocus()
    QTest.keyClick(page.table, Qt.Key.Key_Down)
    QTest.keyClick(page.table, Qt.Key.Key_Down)
    QTest.keyClick(page.table, Qt.Key.Key_Down)
    assert page.chosen is not None
    assert page.chosen.exposure == "late"
    assert ring(page) == [(1769904000.0, 2500.0)]
    about = find(page, QLabel, "trend_about").text()
    assert about.startswith(
        "late; 2026-02-01 00:00 UTC, NRCA3 NRCA3_FP1 WLM8; SBR: 2500(12) (more than 1500, good); not fit"
    )
    QTest.keyClick(page.table, Qt.Key.Key_Up)
    # It was not measured: there is no point to mark.
    assert ring(page) == []


@pytest.mark.parametrize("key", [Qt.Key.Key_Return, Qt.Key.Key_Enter])
def test_return_in_the_table_opens_the_visit(page: TrendPage, qtbot: QtBot, key: Qt.Key) -> None:
    page.show_records(records())
    page.table.setFocus()
    QTest.keyClick(page.table, Qt.Key.Key_Down)
    with qtbot.waitSignal(page.opened) as opened:
        QTest.keyClick(page.table, key)
    assert [found.folder for found in opened.args] == [page.chosen.folder if page.chosen else ""]


def test_tab_leaves_the_table(page: TrendPage) -> None:
    page.show_records(records())
    page.table.setFocus()
    QTest.keyClick(page.table, Qt.Key.Key_Tab)
    assert QApplication.focusWidget() is not page.table


def test_click_on_a_point_chooses_its_row_and_a_double_click_opens_its_visit(page: TrendPage, qtbot: QtBot) -> None:
    page.show_records(records())
    viewport = page.plot.graphics.viewport()
    spot = place_of(page, 1769904000.0, 2500.0)
    with qtbot.waitSignal(page.plot.chosen):
        QTest.mouseClick(viewport, Qt.MouseButton.LeftButton, pos=spot)
    assert page.chosen is not None
    assert page.chosen.exposure == "late"
    # It is still there: what is written about it does not move the plot.
    assert place_of(page, 1769904000.0, 2500.0) == spot
    with qtbot.waitSignal(page.opened) as opened:
        QTest.mouseDClick(viewport, Qt.MouseButton.LeftButton, pos=spot)
        QTest.mouseRelease(viewport, Qt.MouseButton.LeftButton, pos=spot)
    assert [found.folder for found in opened.args] == ["/late"]


def test_point_under_the_cursor_is_described_as_plain_text(page: TrendPage, qtbot: QtBot) -> None:
    page.show_records([record(2500.0, exposure="<b>late</b>", time=LATE)])
    box_ = page.plot.graphics.getPlotItem().getViewBox()
    viewport, place = page.plot.graphics.viewport(), place_of(page, 1769904000.0, 2500.0)

    steps = count()

    def shows(text: str, where: QPoint) -> bool:
        # Again each time: pyqtgraph leaves out moves that follow each other fast, and a move to the same place is none.
        QTest.mouseMove(viewport, where + QPoint(next(steps) % 2, 0))
        return text in box_.toolTip() if text else not box_.toolTip()

    qtbot.waitUntil(lambda: shows("&lt;b&gt;late&lt;/b&gt;", place))
    assert "SBR: 2500(12) (more than 1500, good)" in box_.toolTip()
    qtbot.waitUntil(lambda: shows("", place + QPoint(60, 60)))


def test_table_is_sorted_by_number_and_not_by_text(page: TrendPage) -> None:
    page.show_records([record(value, exposure=f"{value}") for value in (900.0, 10000.0, 2000.0, nan)])
    page.table.sortByColumn(1, Qt.SortOrder.AscendingOrder)
    assert column(page, 8) == ["nan", "900.0", "2000.0", "10000.0"]


def test_chosen_decision_stays_chosen_when_another_comes(page: TrendPage) -> None:
    known = records()
    page.show_records(known)
    page.table.setCurrentIndex(page.table.model().index(2, 0))
    page.show_records([*known, record(exposure="newest", time="2026-03-01T00:00:00", judgement="fit")])
    assert page.chosen is known[0]
    page.show_records([record(exposure="others")])
    assert page.chosen is None
    assert not find(page, QPushButton, "trend_open").isEnabled()


def test_one_point_has_a_range_around_it(page: TrendPage) -> None:
    for value in (0.0, 2140.0, -3e-9):
        page.plot.show_points(points_of([record(value, limit=nan)], page.filters.number), page.filters.number)
        page.show_records([replace(record(value), checks=())])
        (left, right), (low, high) = page.plot.graphics.getPlotItem().getViewBox().viewRange()
        assert left < 1767225600.0 < right
        assert low < value < high
        assert np.isfinite((left, right, low, high)).all()


@pytest.mark.usefixtures("schemes")
def test_colours_follow_the_theme_and_are_told_from_the_background(page: TrendPage) -> None:
    page.show_records(records())
    for scheme, palette in (("light", LIGHT), ("dark", DARK)):
        apply_scheme(scheme)
        QApplication.sendEvent(page.plot, QEvent(QEvent.Type.PaletteChange))
        colours = {spot.pos().y(): spot.brush().color() for spot in scatter(page).points()}
        assert colours[2500.0] == defocus_colour("WLM8")
        assert all(contrast(defocus_colour(name).name(), palette.panel) >= 3 for name in (*known_defocus(), "WLX"))


@pytest.mark.usefixtures("schemes")
def test_printed_plot_has_dark_ink_on_white_in_every_theme(page: TrendPage, qtbot: QtBot) -> None:
    apply_scheme("dark")
    qtbot.waitUntil(lambda: page.palette().color(QPalette.ColorRole.Base).lightness() < 128)
    page.show_records(records())
    page.plot.set_printed(printed=True)
    assert page.plot.graphics.backgroundBrush().color() == QColor("white")
    assert page.plot.graphics.getPlotItem().getAxis("left").textPen().color() == QColor("black")
    page.plot.set_printed(printed=False)
    assert page.plot.graphics.backgroundBrush().color() != QColor("white")


def test_table_view_is_named_for_screen_readers(page: TrendPage) -> None:
    assert find(page, QTableView, "trend_table").accessibleName()
    assert page.plot.graphics.accessibleName()
