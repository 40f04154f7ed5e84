"""Tests of the opening of files and folders in a worker thread."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from shutil import copy

import pytest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from tests.gui import fakes
from wfsgui.core.errors import WfsguiError
from wfsgui.core.files.verdict_store import VerdictStore
from wfsgui.core.judgement.verdicts import Judgement, Verdict
from wfsgui.core.model.product import Product
from wfsgui.core.prefetch import Prefetch
from wfsgui.gui.exposures.open_exposures import OpenExposures
from wfsgui.gui.exposures.opener import Opener, Opening
from wfsgui.gui.threads.worker_thread import WorkerThread

Say = Callable[[str], None]


@dataclass
class OpenerDriver:
    """Object under test and the objects around it."""

    open_exposures: OpenExposures
    worker: WorkerThread
    verdict_store: VerdictStore
    opener: Opener
    qtbot: QtBot

    def open(self, *paths: Path) -> Opening:
        with self.qtbot.waitSignal(self.opener.opened) as opened:
            self.opener.open(paths)
        (opening,) = opened.args
        assert isinstance(opening, Opening)
        return opening


@pytest.fixture
def driver(qapp: QApplication, qtbot: QtBot, tmp_path: Path) -> Iterator[OpenerDriver]:
    open_exposures, worker, verdict_store = OpenExposures(qapp), WorkerThread(qapp), VerdictStore(tmp_path / "verdicts")
    yield OpenerDriver(
        open_exposures,
        worker,
        verdict_store,
        Opener(open_exposures, verdict_store, worker, Prefetch().take_in, qapp),
        qtbot,
    )
    worker.close()


def test_files_become_exposures(driver: OpenerDriver, rates: tuple[Path, ...]) -> None:
    opening = driver.open(*rates)
    assert [exposure.product.science.path for exposure in driver.open_exposures.exposures] == list(rates)
    assert opening.exposures == driver.open_exposures.exposures
    assert opening.given == rates
    assert (opening.declined, opening.passed_over) == ([], [])


def test_bad_files_are_declined_each_with_its_reason(
    driver: OpenerDriver, rates: tuple[Path, ...], tmp_path: Path
) -> None:
    bad = tmp_path / "bad_rate.fits"
    bad.write_bytes(b"\0" * 2880)
    opening = driver.open(bad, rates[0], tmp_path / "missing_rate.fits")
    assert [entry.what for entry in opening.declined] == [str(bad), str(tmp_path / "missing_rate.fits")]
    assert all(entry.why.endswith(".") for entry in opening.declined)
    assert len(opening.exposures) == 1


def test_an_open_exposure_is_passed_over(driver: OpenerDriver, rates: tuple[Path, ...]) -> None:
    driver.open(rates[0])
    opening = driver.open(rates[0], rates[1])
    assert len(driver.open_exposures.exposures) == 2
    (again,) = opening.passed_over
    assert "is in the list already" in again.why


@pytest.mark.parametrize("together", [True, False])
def test_exposures_of_one_name_from_two_folders_are_both_taken(
    driver: OpenerDriver, rates: tuple[Path, ...], tmp_path: Path, *, together: bool
) -> None:
    folders = [tmp_path / name for name in ("one", "two")]
    for folder in folders:
        folder.mkdir()
        copy(rates[0], folder)
    openings = [driver.open(*folders)] if together else [driver.open(folder) for folder in folders]
    assert [exposure.product.science.path.parent for exposure in driver.open_exposures.exposures] == folders
    assert [opening.declined for opening in openings] == [[]] * len(openings)


def test_rates_beside_an_unreadable_association_are_declined_unless_asked_for(
    driver: OpenerDriver, rates: tuple[Path, ...]
) -> None:
    folder = rates[0].parent
    (folder / "x_asn.json").write_text("{")
    opening = driver.open(folder)
    assert opening.exposures == []
    assert "x_asn.json is not valid JSON" in opening.declined[0].why
    assert "give the _rate files by name" in opening.declined[-1].why
    assert len(driver.open(rates[0]).exposures) == 1


def test_links_are_resolved_in_the_thread_that_reads(
    driver: OpenerDriver, rates: tuple[Path, ...], monkeypatch: pytest.MonkeyPatch
) -> None:
    threads: set[threading.Thread] = set()
    resolve = Path.resolve

    def noted(path: Path, *, strict: bool = False) -> Path:
        threads.add(threading.current_thread())
        return resolve(path, strict=strict)

    monkeypatch.setattr(Path, "resolve", noted)
    driver.open(rates[0])
    driver.open(rates[0], rates[1])
    assert threads
    assert threading.main_thread() not in threads
    assert len(driver.open_exposures.exposures) == 2


def test_the_same_file_by_a_link_is_passed_over(driver: OpenerDriver, rates: tuple[Path, ...], tmp_path: Path) -> None:
    link = tmp_path / rates[0].name
    link.symlink_to(rates[0])
    driver.open(rates[0])
    assert len(driver.open(link).passed_over) == 1


def test_verdicts_that_cannot_be_read_are_reported(
    driver: OpenerDriver, rates: tuple[Path, ...], tmp_path: Path
) -> None:
    path = Path(copy(rates[0], tmp_path))
    (exposure,) = driver.open(path).exposures
    driver.verdict_store.add(exposure.product, Verdict("photom", Judgement.ACCEPTED, "fine", ""))
    for entry in (tmp_path / "verdicts").rglob("*.json"):
        entry.write_text("{")
    driver.open_exposures.remove([exposure])
    opening = driver.open(path)
    assert opening.exposures[0].verdicts == []
    assert exposure.product.name in opening.unread[0]


def test_opening_no_files_does_nothing(driver: OpenerDriver) -> None:
    driver.opener.open([])
    assert not driver.opener.is_busy
    assert not driver.worker.is_busy


def test_the_opener_is_busy_until_all_files_are_open(driver: OpenerDriver, rates: tuple[Path, ...]) -> None:
    gate, busy = threading.Event(), []
    driver.opener.busy_changed.connect(lambda: busy.append(driver.opener.is_busy))
    driver.worker.submit(gate.wait)
    driver.opener.open(rates[:1])
    driver.opener.open(rates[1:])
    assert driver.opener.is_busy
    gate.set()
    driver.qtbot.waitUntil(lambda: len(driver.open_exposures.exposures) == len(rates))
    assert busy == [True, False]


def test_verdicts_of_earlier_sessions_are_read(driver: OpenerDriver, rates: tuple[Path, ...], tmp_path: Path) -> None:
    path = Path(copy(rates[0], tmp_path))
    (exposure,) = driver.open(path).exposures
    verdict = Verdict("photom", Judgement.ACCEPTED, "fine", "2026-01-01T00:00:00+00:00")
    driver.verdict_store.add(exposure.product, verdict)
    driver.open_exposures.remove([exposure])
    (again,) = driver.open(path).exposures
    assert again.verdicts == [verdict]


def test_created_products_are_opened_and_progress_is_reported(driver: OpenerDriver) -> None:
    def make(say: Say) -> tuple[Product, ...]:
        say("Making the visit...")
        return (fakes.product("a"), fakes.product("b"))

    with driver.qtbot.waitSignals([driver.opener.message, driver.opener.opened], order="strict"):
        driver.opener.open_products(make)
    assert [exposure.product.name for exposure in driver.open_exposures.exposures] == ["a", "b"]


def test_products_that_cannot_be_created_are_reported_in_one_sentence(driver: OpenerDriver) -> None:
    def make(_say: Say) -> tuple[Product, ...]:
        raise WfsguiError("poppy is not installed.")

    with driver.qtbot.waitSignal(driver.opener.failed) as failed:
        driver.opener.open_products(make)
    assert failed.args == ["poppy is not installed."]
    assert not driver.opener.is_busy


def test_an_unexpected_exception_goes_to_the_crash_report(driver: OpenerDriver, rates: tuple[Path, ...]) -> None:
    def make(_say: Say) -> tuple[Product, ...]:
        raise LookupError("nobody expected this")

    with driver.qtbot.waitSignal(driver.worker.unhandled) as unhandled:
        driver.opener.open_products(make)
    assert isinstance(unhandled.args[0], LookupError)
    assert not driver.opener.is_busy
    assert len(driver.open(rates[0]).exposures) == 1
