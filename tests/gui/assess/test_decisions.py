"""Decisions in the window: read, written, and notes that are being typed."""

from __future__ import annotations

import os
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from tests.gui import fakes
from wfsgui.core.files.decision_store import DecisionStore
from wfsgui.core.judgement.decision import Decision, Fitness
from wfsgui.gui.assess.decisions import Decisions, subject_of
from wfsgui.gui.threads.worker_thread import WorkerThread

OLD = Decision(Fitness.CARE, "two stars", "2026-01-01T00:00:00+00:00", "cal")
ONE, OTHER = (Path("/data/one_rate.fits"),), (Path("/data/other_rate.fits"),)


@pytest.fixture
def worker(qapp: QApplication) -> Iterator[WorkerThread]:
    worker = WorkerThread(qapp)
    yield worker
    worker.close()


@pytest.fixture
def store(tmp_path: Path) -> DecisionStore:
    return DecisionStore(tmp_path)


@pytest.fixture
def decisions(store: DecisionStore, worker: WorkerThread, qapp: QApplication) -> Decisions:
    return Decisions(store, worker, qapp)


def test_earlier_decisions_and_draft_are_restored(qtbot: QtBot, decisions: Decisions, store: DecisionStore) -> None:
    store.add(ONE, OLD)
    store.set_draft(ONE, "half a no")
    with qtbot.waitSignal(decisions.changed) as changed:
        decisions.load([ONE, OTHER])
    assert changed.args == [ONE]
    assert decisions.latest(ONE) == OLD
    assert decisions.draft(ONE) == "half a no"
    assert decisions.latest(OTHER) is None


def test_decision_is_known_at_once_and_written(qtbot: QtBot, decisions: Decisions, store: DecisionStore) -> None:
    with qtbot.waitSignal(decisions.decided) as decided:
        decisions.decide(ONE, Fitness.FIT, "  fine ", "cal")
    new = decisions.latest(ONE)
    assert decided.args == [ONE, new]
    assert new is not None
    assert (new.judgement, new.note, new.stage) == (Fitness.FIT, "fine", "cal")
    qtbot.waitUntil(lambda: store.read(ONE).decisions == (new,))


def test_decision_before_the_earlier_ones_are_read_is_the_last(
    qtbot: QtBot, worker: WorkerThread, decisions: Decisions, store: DecisionStore
) -> None:
    store.add(ONE, OLD)
    store.set_draft(ONE, "old draft")
    worker.pause("test")
    decisions.load([ONE])
    decisions.decide(ONE, Fitness.FIT, "")
    worker.resume("test")
    qtbot.waitUntil(lambda: len(decisions.find(ONE)) == 2)
    assert [decision.judgement for decision in decisions.find(ONE)] == [Fitness.CARE, Fitness.FIT]
    assert decisions.draft(ONE) == ""
    qtbot.waitUntil(lambda: not worker.is_busy)
    assert store.read(ONE).draft == ""
    assert len(store.read(ONE).decisions) == 2


def test_pair_is_the_same_in_any_order(decisions: Decisions) -> None:
    decisions.decide((*OTHER, *ONE), Fitness.FIT, "")
    assert decisions.latest((*ONE, *OTHER)) is not None
    assert decisions.latest(ONE) is None
    exposures = fakes.exposure("b"), fakes.exposure("a")
    assert subject_of(*exposures) == subject_of(*reversed(exposures))


def test_note_that_is_being_typed_survives_the_end_of_the_program(
    worker: WorkerThread, decisions: Decisions, store: DecisionStore
) -> None:
    gate = threading.Event()
    worker.submit(gate.wait)
    for text in ("t", "tw", "two"):
        decisions.set_draft(ONE, text)
    gate.set()
    # As when the window is closed at once.
    worker.close()
    assert store.read(ONE).draft == "two"


def test_letter_that_is_typed_while_the_note_is_written_is_written_too(
    qtbot: QtBot, worker: WorkerThread, decisions: Decisions, store: DecisionStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    entered, gate, write = threading.Event(), threading.Event(), store.set_draft

    def slow(subject: tuple[Path, ...], note: str) -> None:
        entered.set()
        gate.wait()
        write(subject, note)

    monkeypatch.setattr(store, "set_draft", slow)
    decisions.set_draft(ONE, "tw")
    qtbot.waitUntil(entered.is_set)
    decisions.set_draft(ONE, "two")
    gate.set()
    worker.close()
    assert store.read(ONE).draft == "two"


def test_decision_uses_up_the_draft(
    qtbot: QtBot, worker: WorkerThread, decisions: Decisions, store: DecisionStore
) -> None:
    decisions.set_draft(ONE, "two stars")
    decisions.decide(ONE, Fitness.CARE, "two stars")
    assert decisions.draft(ONE) == ""
    qtbot.waitUntil(lambda: not worker.is_busy)
    assert store.read(ONE).draft == ""
    assert store.read(ONE).decisions[0].note == "two stars"


def test_unreadable_file_is_told(qtbot: QtBot, decisions: Decisions, store: DecisionStore, tmp_path: Path) -> None:
    store.add(ONE, OLD)
    (file,) = (path for path in tmp_path.rglob("*.json"))
    file.write_text("{", encoding="utf-8")
    with qtbot.waitSignal(decisions.error) as told:
        decisions.load([ONE])
    assert str(file) in told.args[0]


def test_decision_that_cannot_be_written_is_told_and_stays(
    qtbot: QtBot, decisions: Decisions, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(_path: Path, _target: Path) -> Path:
        raise OSError(28, os.strerror(28))

    monkeypatch.setattr(Path, "replace", full)
    with qtbot.waitSignal(decisions.error) as told:
        decisions.decide(ONE, Fitness.FIT, "")
    assert "No space" in told.args[0]
    assert decisions.latest(ONE) is not None
