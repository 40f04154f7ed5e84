"""Verdict store: order, concurrent writers, damaged files."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from dataclasses import asdict
from pathlib import Path

import pytest

from tests.gui import fakes
from wfsgui.core.files.verdict_store import VerdictStore
from wfsgui.core.judgement.verdicts import Judgement, Verdict

ACCEPTED = Verdict("flat_field", Judgement.ACCEPTED, "fine — «ok»", "2026-01-01T00:00:00+00:00")
REJECTED = Verdict("photom", Judgement.REJECTED, "", "2026-01-01T00:01:00+00:00")

WRITER = """
import sys
from pathlib import Path
from tests.gui import fakes
from wfsgui.core.files.verdict_store import VerdictStore
from wfsgui.core.judgement.verdicts import Judgement, Verdict

verdict_store, product = VerdictStore(Path(sys.argv[1])), fakes.product()
print("ready", flush=True)
sys.stdin.readline()
for number in range(40):
    verdict_store.add(product, Verdict("photom", Judgement.ACCEPTED, f"{sys.argv[2]} {number}", ""))
"""


def entries(folder: Path) -> list[Path]:
    return sorted(path for path in folder.rglob("*") if path.is_file())


def test_verdicts_are_read_in_order_in_a_later_session(tmp_path: Path) -> None:
    product = fakes.product()
    for verdict in (ACCEPTED, REJECTED):
        VerdictStore(tmp_path).add(product, verdict)
    assert VerdictStore(tmp_path).read(product).verdicts == (ACCEPTED, REJECTED)


def test_same_file_name_in_two_folders_has_separate_verdicts(tmp_path: Path) -> None:
    verdict_store = VerdictStore(tmp_path)
    verdict_store.add(fakes.product(folder=Path("/a")), ACCEPTED)
    assert verdict_store.read(fakes.product(folder=Path("/b"))).verdicts == ()


def test_concurrent_processes_keep_all_verdicts(tmp_path: Path) -> None:
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
        assert writer.stdin is not None
        writer.stdin.write("go\n")
        writer.stdin.flush()
    for writer in writers:
        writer.communicate()
        assert writer.returncode == 0
    page = VerdictStore(tmp_path).read(fakes.product())
    for name in ("first", "second"):
        notes = [verdict.note for verdict in page.verdicts if verdict.note.startswith(name)]
        assert notes == [f"{name} {number}" for number in range(40)]
    assert page.unread == ()


def test_two_stores_of_one_folder_keep_all_verdicts(tmp_path: Path) -> None:
    first, second, product = VerdictStore(tmp_path), VerdictStore(tmp_path), fakes.product()
    for verdict_store, verdict in ((first, ACCEPTED), (second, REJECTED), (first, REJECTED)):
        verdict_store.read(product)
        verdict_store.add(product, verdict)
    assert second.read(product).verdicts == (ACCEPTED, REJECTED, REJECTED)


@pytest.mark.parametrize(
    "text", ["", "{", "[]", '{"stage": 1, "note": "", "when": ""}', '{"verdicts": 3}', "3", "null"]
)
def test_damaged_verdict_file_is_reported_and_kept(tmp_path: Path, text: str) -> None:
    verdict_store, product = VerdictStore(tmp_path), fakes.product()
    verdict_store.add(product, ACCEPTED)
    (damaged,) = entries(tmp_path)
    damaged.write_text(text, encoding="utf-8")
    for _ in range(2):
        verdict_store.add(product, REJECTED)
    page = verdict_store.read(product)
    assert page.verdicts == (REJECTED, REJECTED)
    (sentence,) = page.unread
    assert str(damaged) in sentence
    assert "damaged" in sentence
    assert damaged.read_text(encoding="utf-8") == text


def test_unreadable_verdict_file_is_reported_and_kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    verdict_store, product = VerdictStore(tmp_path), fakes.product()
    verdict_store.add(product, ACCEPTED)
    (kept,) = entries(tmp_path)
    before, read_text = kept.read_bytes(), Path.read_text

    def refuse(path: Path, encoding: str | None = None) -> str:
        if path == kept:
            raise PermissionError(13, "Permission denied", str(path))
        return read_text(path, encoding)

    with monkeypatch.context() as patch:
        patch.setattr(Path, "read_text", refuse)
        verdict_store.add(product, REJECTED)
        page = verdict_store.read(product)
    assert page.verdicts == (REJECTED,)
    assert "Permission denied" in page.unread[0]
    assert kept.read_bytes() == before
    assert verdict_store.read(product).verdicts == (ACCEPTED, REJECTED)


def test_verdict_file_of_an_earlier_version_is_read_and_kept(tmp_path: Path) -> None:
    verdict_store, product = VerdictStore(tmp_path), fakes.product()
    verdict_store.add(product, REJECTED)
    (entry,) = entries(tmp_path)
    page = entry.parent.with_suffix(".json")
    page.write_text(json.dumps({"exposure": "x", "product": "y", "verdicts": [asdict(ACCEPTED)]}), encoding="utf-8")
    assert verdict_store.read(product).verdicts == (ACCEPTED, REJECTED)


def test_temporary_file_is_not_read_as_a_verdict(tmp_path: Path) -> None:
    verdict_store, product = VerdictStore(tmp_path), fakes.product()
    verdict_store.add(product, ACCEPTED)
    (entry,) = entries(tmp_path)
    entry.with_suffix(".tmp").write_text("{", encoding="utf-8")
    assert verdict_store.read(product).verdicts == (ACCEPTED,)
    assert verdict_store.read(product).unread == ()


def test_failed_write_raises_and_leaves_no_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    verdict_store, product = VerdictStore(tmp_path), fakes.product()
    verdict_store.add(product, ACCEPTED)

    def full(_path: Path, _target: Path) -> Path:
        raise OSError(28, os.strerror(28))

    with monkeypatch.context() as patch:
        patch.setattr(Path, "replace", full)
        with pytest.raises(OSError, match="No space"):
            verdict_store.add(product, REJECTED)
    assert len(entries(tmp_path)) == 1
    assert verdict_store.read(product).verdicts == (ACCEPTED,)


def test_verdicts_on_a_branch_are_kept_apart(tmp_path: Path) -> None:
    store, product = VerdictStore(tmp_path), fakes.product()
    first = Verdict("flat_field", Judgement.ACCEPTED, "", "2026-01-01T00:00:00+00:00")
    of_branch = Verdict("flat_field", Judgement.REJECTED, "too wide", "2026-01-01T00:01:00+00:00")
    store.add(product, first)
    store.add(product, of_branch, "b1", "wide flat")
    assert store.read(product).verdicts == (first,)
    assert store.read(product, "b1").verdicts == (of_branch,)
    assert store.read(product, "b2").verdicts == ()
