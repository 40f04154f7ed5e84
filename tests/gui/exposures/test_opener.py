"""Files become exposures, off the GUI thread, and whatever goes wrong is told."""

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
from wfsgui.core.files.verdict_store import Notebook
from wfsgui.core.model.product import Product
from wfsgui.core.model.verdicts import Judgement, Verdict
from wfsgui.core.prefetch import FirstLook
from wfsgui.gui.exposures.open_exposures import Desk
from wfsgui.gui.exposures.opener import Opener, Opening
from wfsgui.gui.threads.worker_thread import Lane

Say = Callable[[str], None]


@dataclass
class Bench:
    """What a test plays with."""

    desk: Desk
    lane: Lane
    notebook: Notebook
    opener: Opener
    qtbot: QtBot

    def open(self, *paths: Path) -> Opening:
        with self.qtbot.waitSignal(self.opener.opened) as opened:
            self.opener.open(paths)
        (opening,) = opened.args
        assert isinstance(opening, Opening)
        return opening


@pytest.fixture
def bench(qapp: QApplication, qtbot: QtBot, tmp_path: Path) -> Iterator[Bench]:
    desk, lane, notebook = Desk(qapp), Lane(qapp), Notebook(tmp_path / "notebook")
    yield Bench(desk, lane, notebook, Opener(desk, notebook, lane, FirstLook().take_in, qapp), qtbot)
    lane.close()


def test_files_become_exposures(bench: Bench, rates: tuple[Path, ...]) -> None:
    opening = bench.open(*rates)
    assert [exposure.product.science.path for exposure in bench.desk.exposures] == list(rates)
    assert opening.exposures == bench.desk.exposures
    assert opening.given == rates
    assert (opening.declined, opening.passed_over) == ([], [])


def test_bad_files_are_declined_each_with_its_reason(bench: Bench, rates: tuple[Path, ...], tmp_path: Path) -> None:
    bad = tmp_path / "bad_rate.fits"
    bad.write_bytes(b"\0" * 2880)
    opening = bench.open(bad, rates[0], tmp_path / "missing_rate.fits")
    assert [entry.what for entry in opening.declined] == [str(bad), str(tmp_path / "missing_rate.fits")]
    assert all(entry.why.endswith(".") for entry in opening.declined)
    assert len(opening.exposures) == 1


def test_what_is_on_the_desk_is_passed_over(bench: Bench, rates: tuple[Path, ...]) -> None:
    bench.open(rates[0])
    opening = bench.open(rates[0], rates[1])
    assert len(bench.desk.exposures) == 2
    (again,) = opening.passed_over
    assert "is in the list already" in again.why


@pytest.mark.parametrize("together", [True, False])
def test_exposures_of_one_name_from_two_folders_are_both_taken(
    bench: Bench, rates: tuple[Path, ...], tmp_path: Path, *, together: bool
) -> None:
    folders = [tmp_path / name for name in ("one", "two")]
    for folder in folders:
        folder.mkdir()
        copy(rates[0], folder)
    openings = [bench.open(*folders)] if together else [bench.open(folder) for folder in folders]
    assert [exposure.product.science.path.parent for exposure in bench.desk.exposures] == folders
    assert [opening.declined for opening in openings] == [[]] * len(openings)


def test_what_an_association_that_cannot_be_read_may_name_is_declined_unless_asked_for(
    bench: Bench, rates: tuple[Path, ...]
) -> None:
    folder = rates[0].parent
    (folder / "x_asn.json").write_text("{")
    opening = bench.open(folder)
    assert opening.exposures == []
    assert "x_asn.json is not valid JSON" in opening.declined[0].why
    assert "give the _rate files by name" in opening.declined[-1].why
    assert len(bench.open(rates[0]).exposures) == 1


def test_links_are_resolved_in_the_thread_that_reads(
    bench: Bench, rates: tuple[Path, ...], monkeypatch: pytest.MonkeyPatch
) -> None:
    threads: set[threading.Thread] = set()
    resolve = Path.resolve

    def noted(path: Path, *, strict: bool = False) -> Path:
        threads.add(threading.current_thread())
        return resolve(path, strict=strict)

    monkeypatch.setattr(Path, "resolve", noted)
    bench.open(rates[0])
    bench.open(rates[0], rates[1])
    assert threads
    assert threading.main_thread() not in threads
    assert len(bench.desk.exposures) == 2


def test_the_same_file_by_a_link_is_passed_over(bench: Bench, rates: tuple[Path, ...], tmp_path: Path) -> None:
    link = tmp_path / rates[0].name
    link.symlink_to(rates[0])
    bench.open(rates[0])
    assert len(bench.open(link).passed_over) == 1


def test_verdicts_that_cannot_be_read_are_told_of(bench: Bench, rates: tuple[Path, ...], tmp_path: Path) -> None:
    path = Path(copy(rates[0], tmp_path))
    (exposure,) = bench.open(path).exposures
    bench.notebook.add(exposure.product, Verdict("photom", Judgement.ACCEPTED, "fine", ""))
    for entry in (tmp_path / "notebook").rglob("*.json"):
        entry.write_text("{")
    bench.desk.remove([exposure])
    opening = bench.open(path)
    assert opening.exposures[0].verdicts == []
    assert exposure.product.name in opening.unread[0]


def test_nothing_given_is_nothing_done(bench: Bench) -> None:
    bench.opener.open([])
    assert not bench.opener.is_busy
    assert not bench.lane.is_busy


def test_it_is_busy_until_everything_is_there(bench: Bench, rates: tuple[Path, ...]) -> None:
    gate, busy = threading.Event(), []
    bench.opener.busy_changed.connect(lambda: busy.append(bench.opener.is_busy))
    bench.lane.submit(gate.wait)
    bench.opener.open(rates[:1])
    bench.opener.open(rates[1:])
    assert bench.opener.is_busy
    gate.set()
    bench.qtbot.waitUntil(lambda: len(bench.desk.exposures) == len(rates))
    assert busy == [True, False]


def test_earlier_verdicts_come_along(bench: Bench, rates: tuple[Path, ...], tmp_path: Path) -> None:
    path = Path(copy(rates[0], tmp_path))
    (exposure,) = bench.open(path).exposures
    verdict = Verdict("photom", Judgement.ACCEPTED, "fine", "2026-01-01T00:00:00+00:00")
    bench.notebook.add(exposure.product, verdict)
    bench.desk.remove([exposure])
    (again,) = bench.open(path).exposures
    assert again.verdicts == [verdict]


def test_products_that_are_made_are_opened_and_tell_what_they_do(bench: Bench) -> None:
    def make(say: Say) -> tuple[Product, ...]:
        say("Making the visit...")
        return (fakes.product("a"), fakes.product("b"))

    with bench.qtbot.waitSignals([bench.opener.said, bench.opener.opened], order="strict"):
        bench.opener.open_products(make)
    assert [exposure.product.name for exposure in bench.desk.exposures] == ["a", "b"]


def test_products_that_cannot_be_made_are_told_in_one_sentence(bench: Bench) -> None:
    def make(_say: Say) -> tuple[Product, ...]:
        raise WfsguiError("poppy is not installed.")

    with bench.qtbot.waitSignal(bench.opener.failed) as failed:
        bench.opener.open_products(make)
    assert failed.args == ["poppy is not installed."]
    assert not bench.opener.is_busy


def test_what_nobody_expected_goes_to_the_report(bench: Bench, rates: tuple[Path, ...]) -> None:
    def make(_say: Say) -> tuple[Product, ...]:
        raise LookupError("nobody expected this")

    with bench.qtbot.waitSignal(bench.lane.unhandled) as unhandled:
        bench.opener.open_products(make)
    assert isinstance(unhandled.args[0], LookupError)
    assert not bench.opener.is_busy
    assert len(bench.open(rates[0]).exposures) == 1
