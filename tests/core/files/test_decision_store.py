"""Decision store: order, pairs, drafts, other programs, damaged files."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.gui import fakes
from wfsgui.core.files.decision_store import DecisionStore, StoredDecisions
from wfsgui.core.files.verdict_store import VerdictStore
from wfsgui.core.judgement.decision import Decision, Fitness
from wfsgui.core.judgement.verdicts import Judgement, Verdict

FIT = Decision(Fitness.FIT, "fine, «ok»", "2026-01-01T00:00:00+00:00", "cal")
NOT_FIT = Decision(Fitness.NOT_FIT, "", "2026-01-01T00:01:00+00:00")
ONE, OTHER = Path("/data/one_rate.fits"), Path("/data/other_rate.fits")

WRITER = """
import sys
from pathlib import Path
from wfsgui.core.files.decision_store import DecisionStore
from wfsgui.core.judgement.decision import Decision, Fitness

store = DecisionStore(Path(sys.argv[1]))
print("ready", flush=True)
sys.stdin.readline()
for number in range(40):
    store.add((Path("/data/one_rate.fits"),), Decision(Fitness.CARE, f"{sys.argv[2]} {number}", ""))
"""


def entries(folder: Path) -> list[Path]:
    return sorted(path for path in folder.rglob("*") if path.is_file())


def test_decisions_are_read_in_order_in_a_later_session(tmp_path: Path) -> None:
    for decision in (FIT, NOT_FIT):
        DecisionStore(tmp_path).add((ONE,), decision)
    assert DecisionStore(tmp_path).read((ONE,)) == StoredDecisions((FIT, NOT_FIT))
    assert DecisionStore(tmp_path).read((OTHER,)) == StoredDecisions()


def test_pair_has_its_own_decisions_in_any_order(tmp_path: Path) -> None:
    store = DecisionStore(tmp_path)
    store.add((ONE, OTHER), FIT)
    assert store.read((OTHER, ONE)).decisions == (FIT,)
    assert store.read((ONE,)).decisions == store.read((OTHER,)).decisions == ()


def test_two_processes_keep_all_decisions(tmp_path: Path) -> None:
    writers = [
        subprocess.Popen(
            [sys.executable, "-c", WRITER, str(tmp_path), name],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        for name in ("first", "second")
    ]
    for writer in writers:
        assert writer.stdout is not None
        assert writer.stdout.readline() == "ready\n"
    for writer in writers:
        writer.communicate("go\n")
        assert writer.returncode == 0
    read = DecisionStore(tmp_path).read((ONE,))
    for name in ("first", "second"):
        notes = [decision.note for decision in read.decisions if decision.note.startswith(name)]
        assert notes == [f"{name} {number}" for number in range(40)]
    assert read.unread == ()


def test_verdicts_on_steps_and_decisions_do_not_disturb_each_other(tmp_path: Path) -> None:
    product = fakes.product()
    verdict = Verdict("flat_field", Judgement.ACCEPTED, "", "2026-01-01T00:00:00+00:00")
    VerdictStore(tmp_path).add(product, verdict)
    DecisionStore(tmp_path).add((product.science.path,), FIT)
    DecisionStore(tmp_path).set_draft((product.science.path,), "half a no")
    stored = VerdictStore(tmp_path).read(product)
    assert (stored.verdicts, stored.unread) == ((verdict,), ())
    assert DecisionStore(tmp_path).read((product.science.path,)) == StoredDecisions((FIT,), "half a no")


def test_earlier_version_reads_no_decision_as_a_verdict(tmp_path: Path) -> None:
    # It reads every .json file in the folder of an exposure.
    product = fakes.product()
    VerdictStore(tmp_path).add(product, Verdict("photom", Judgement.ACCEPTED, "", ""))
    (verdict,) = entries(tmp_path)
    DecisionStore(tmp_path).add((product.science.path,), FIT)
    assert [path for path in verdict.parent.iterdir() if path.suffix == ".json"] == [verdict]


def test_draft_is_replaced_and_removed(tmp_path: Path) -> None:
    store = DecisionStore(tmp_path)
    for text in ("two st", "two stars"):
        store.set_draft((ONE,), text)
    assert DecisionStore(tmp_path).read((ONE,)).draft == "two stars"
    for _ in range(2):
        store.set_draft((ONE,), "")
    assert DecisionStore(tmp_path).read((ONE,)) == StoredDecisions()
    assert entries(tmp_path) == []


@pytest.mark.parametrize("text", ["", "{", "[]", "null", '{"judgement": "fit", "note": 1, "when": ""}', '{"note": ""}'])
def test_damaged_file_is_reported_and_kept(tmp_path: Path, text: str) -> None:
    store = DecisionStore(tmp_path)
    store.add((ONE,), FIT)
    (damaged,) = entries(tmp_path)
    damaged.write_text(text, encoding="utf-8")
    store.add((ONE,), NOT_FIT)
    read = store.read((ONE,))
    assert read.decisions == (NOT_FIT,)
    (sentence,) = read.unread
    assert str(damaged) in sentence
    assert "one_rate.fits" in sentence
    assert damaged.read_text(encoding="utf-8") == text


def test_damaged_draft_is_reported_and_kept(tmp_path: Path) -> None:
    store = DecisionStore(tmp_path)
    store.set_draft((ONE,), "x")
    (damaged,) = entries(tmp_path)
    damaged.write_text('{"note": 3}', encoding="utf-8")
    read = store.read((ONE,))
    assert read.draft == ""
    assert str(damaged) in read.unread[0]
    assert damaged.exists()


def test_entry_of_a_later_version_is_read(tmp_path: Path) -> None:
    store = DecisionStore(tmp_path)
    store.add((ONE,), FIT)
    (entry,) = entries(tmp_path)
    content = json.loads(entry.read_text(encoding="utf-8"))
    entry.write_text(json.dumps({**content, "mood": "good"}), encoding="utf-8")
    assert store.read((ONE,)).decisions == (FIT,)


def test_failed_write_raises_and_leaves_no_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    store = DecisionStore(tmp_path)
    store.set_draft((ONE,), "kept")

    def full(_path: Path, _target: Path) -> Path:
        raise OSError(28, os.strerror(28))

    with monkeypatch.context() as patch:
        patch.setattr(Path, "replace", full)
        with pytest.raises(OSError, match="No space"):
            store.add((ONE,), FIT)
        with pytest.raises(OSError, match="No space"):
            store.set_draft((ONE,), "lost")
    assert store.read((ONE,)) == StoredDecisions((), "kept")
