"""Control of the trend: decisions are stored, read, exported and opened; nothing is lost when that fails."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from astropy.table import Table
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QFileDialog
from pytestqt.qtbot import QtBot

from tests.core.trend.records import record
from tests.core.trend.test_store import damaged
from tests.gui.window_driver import find
from tests.limits import WAIT_S
from wfsgui.core.trend.store import TrendStore
from wfsgui.gui.threads.worker_thread import WorkerThread
from wfsgui.gui.trend.control import TrendControl
from wfsgui.gui.trend.page import TrendPage


@dataclass
class Driver:
    """Control, page and database, with what the control has said."""

    qtbot: QtBot
    folder: Path
    busy_s: float = WAIT_S
    messages: list[str] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)
    wanted: list[Path] = field(default_factory=list)
    faults: list[BaseException] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.store = TrendStore(self.folder / "trend.sqlite3", self.busy_s)
        self.page = TrendPage()
        self.page.resize(700, 700)
        self.qtbot.addWidget(self.page)
        self.worker = WorkerThread()
        self.worker.unhandled.connect(self.faults.append)
        self.control = TrendControl(self.store, self.worker, self.page)
        self.control.set_page(self.page)
        self.control.message.connect(self.messages.append)
        self.control.warning.connect(self.warnings.append)
        self.control.visit_wanted.connect(self.wanted.append)

    def settle(self) -> None:
        """Wait until the thread has done everything."""
        self.qtbot.waitUntil(lambda: not self.worker.is_busy)
        assert self.faults == []

    def stored(self) -> list[str]:
        """List the exposures in the database."""
        return [found.exposure for found in TrendStore(self.store.path).read().records]

    def shown(self) -> list[str]:
        """List the exposures on the page."""
        return [found.exposure for found in self.page.shown]

    def save_as(self, path: Path) -> None:
        """Answer the dialog that asks for a name."""
        dialog = find(self.page, QFileDialog, "file_dialog")
        dialog.filesSelected.emit([str(path)])
        dialog.close()
        self.settle()


@pytest.fixture
def make(qtbot: QtBot, tmp_path: Path) -> Iterator[Callable[..., Driver]]:
    made: list[Driver] = []

    def make_driver(busy_s: float = WAIT_S) -> Driver:
        made.append(Driver(qtbot, tmp_path, busy_s))
        return made[-1]

    yield make_driver
    for driver in made:
        driver.worker.close()


@pytest.fixture
def driver(make: Callable[..., Driver]) -> Driver:
    return make()


def test_decision_is_stored_and_shown(driver: Driver) -> None:
    driver.control.record(record(exposure="a"))
    driver.settle()
    assert (driver.stored(), driver.shown(), driver.warnings) == (["a"], ["a"], [])


def test_decision_of_another_window_is_shown_after_a_refresh(driver: Driver) -> None:
    driver.control.record(record(exposure="a"))
    TrendStore(driver.store.path).add([record(exposure="b", time="2026-05-01T00:00:00")])
    driver.control.refresh()
    driver.settle()
    assert sorted(driver.shown()) == ["a", "b"]


def test_refresh_without_a_database_shows_nothing_and_makes_none(driver: Driver) -> None:
    driver.control.refresh()
    driver.settle()
    assert (driver.shown(), driver.warnings, driver.store.path.exists()) == ([], [], False)


def test_decision_that_could_not_be_stored_is_stored_with_the_next_one(make: Callable[..., Driver]) -> None:
    driver = make(0.0)
    driver.store.add([record(exposure="a")])
    with closing(sqlite3.connect(driver.store.path, isolation_level=None)) as other:
        other.execute("BEGIN EXCLUSIVE")
        driver.control.record(record(exposure="b"))
        driver.settle()
    (warning,) = driver.warnings
    assert "close the other program that uses it, and try again" in warning
    assert driver.stored() == ["a"]
    driver.control.record(record(exposure="c"))
    driver.settle()
    assert driver.stored() == ["a", "b", "c"]


def test_decision_that_could_not_be_stored_is_stored_by_a_refresh(make: Callable[..., Driver]) -> None:
    driver = make(0.0)
    driver.store.add([record(exposure="a")])
    with closing(sqlite3.connect(driver.store.path, isolation_level=None)) as other:
        other.execute("BEGIN EXCLUSIVE")
        driver.control.record(record(exposure="b"))
        driver.settle()
    driver.control.refresh()
    driver.settle()
    assert driver.stored() == ["a", "b"]
    driver.control.refresh()
    driver.settle()
    assert driver.stored() == ["a", "b"]


def test_decision_is_stored_although_the_window_closes_at_once(driver: Driver) -> None:
    driver.worker.pause("test")
    driver.control.record(record(exposure="a"))
    driver.worker.close()
    assert driver.stored() == ["a"]


def test_damaged_database_is_told_once(driver: Driver) -> None:
    driver.store.path.write_bytes(b"damaged")
    for name in ("a", "b"):
        driver.control.record(record(exposure=name))
    driver.settle()
    (kept,) = damaged(driver.store)
    (warning,) = driver.warnings
    assert str(kept) in warning
    assert driver.stored() == ["a", "b"]


def test_table_is_exported_as_ecsv(driver: Driver, tmp_path: Path) -> None:
    driver.page.show_records([record(2140.0), record(1800.0, exposure="b", detector="NRCA1")])
    driver.page.export_clicked.emit()
    driver.save_as(tmp_path / "x.ecsv")
    table = Table.read(tmp_path / "x.ecsv", format="ascii.ecsv")
    assert sorted(table["sbr"]) == [1800.0, 2140.0]
    assert table.meta["decisions"] == "2"
    assert driver.messages == [f"The table is saved as {tmp_path / 'x.ecsv'}."]


def test_export_that_fails_is_told_in_one_sentence(driver: Driver, tmp_path: Path) -> None:
    driver.page.show_records([record()])
    driver.page.export_clicked.emit()
    driver.save_as(tmp_path / "missing" / "x.ecsv")
    (warning,) = driver.warnings
    assert "cannot be written" in warning
    assert driver.messages == []


def test_export_of_nothing_asks_nothing(driver: Driver) -> None:
    driver.control.export(driver.page)
    assert driver.page.findChild(QFileDialog) is None


@pytest.mark.parametrize("suffix", ["png", "pdf", "svg"])
def test_picture_of_the_plot_is_saved(driver: Driver, tmp_path: Path, suffix: str) -> None:
    driver.page.show()
    driver.page.show_records([record(), record(1800.0, exposure="b", time="2026-05-01T00:00:00")])
    driver.page.picture_clicked.emit()
    path = tmp_path / f"x.{suffix}"
    driver.save_as(path)
    assert driver.messages == [f"The picture is saved as {path}."]
    if suffix == "png":
        image = QImage(str(path))
        colours = {
            image.pixelColor(x, y).name() for x in range(0, image.width(), 3) for y in range(0, image.height(), 3)
        }
        assert len(colours) > 2
        assert image.pixelColor(2, 2).name() == "#ffffff"
    else:
        assert path.stat().st_size > 1000


def test_folder_of_a_visit_is_wanted(driver: Driver, tmp_path: Path) -> None:
    driver.page.opened.emit(record(folder=str(tmp_path)))
    driver.settle()
    assert (driver.wanted, driver.warnings) == ([tmp_path], [])


@pytest.mark.parametrize("folder", ["gone", ""])
def test_folder_that_is_gone_is_told(driver: Driver, tmp_path: Path, folder: str) -> None:
    driver.page.opened.emit(record(folder=str(tmp_path / folder) if folder else "", exposure="a"))
    driver.settle()
    assert driver.wanted == []
    (warning,) = driver.warnings
    assert "of a does not exist any more" in warning
