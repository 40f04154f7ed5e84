"""The trend database: what is stored is read again, whatever happens to the file."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from dataclasses import replace
from math import inf, isnan
from pathlib import Path

import pytest

from tests.core.trend.records import record
from wfsgui.core.errors import WfsguiError
from wfsgui.core.trend.record import TrendRecord, newest
from wfsgui.core.trend.schema import MIGRATIONS
from wfsgui.core.trend.store import TrendContent, TrendStore

NEXT = (*MIGRATIONS, ("ALTER TABLE decision ADD COLUMN seen TEXT NOT NULL DEFAULT 'no'",))
# A lock is held for the whole test where this is used: it is not waited for.
AT_ONCE = 0.0


@pytest.fixture
def store(tmp_path: Path) -> TrendStore:
    return TrendStore(tmp_path / "data" / "trend.sqlite3")


def damaged(store: TrendStore) -> list[Path]:
    """List the files that were set aside."""
    return sorted(path for path in store.path.parent.iterdir() if ".damaged-" in path.name)


def query(path: Path, statement: str) -> list[tuple[object, ...]]:
    """Ask the database without the store."""
    with closing(sqlite3.connect(path)) as connection:
        return connection.execute(statement).fetchall()


def change(path: Path, statement: str) -> None:
    """Change the database without the store."""
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        connection.execute(statement)


def test_no_database_is_empty_and_is_not_created(store: TrendStore) -> None:
    assert store.read() == TrendContent()
    assert not store.path.parent.exists()


def test_record_is_read_as_it_was_stored(store: TrendStore) -> None:
    stored = record()
    assert store.add([stored]) == ()
    (found,) = store.read().records
    assert {name: getattr(found, name) for name in ("uid", "identity", "judgement", "note", "versions", "checks")} == {
        name: getattr(stored, name) for name in ("uid", "identity", "judgement", "note", "versions", "checks")
    }
    assert found.numbers[0] == stored.numbers[0]
    assert isnan(found.numbers[1].value)
    assert isnan(found.numbers[1].error)
    assert (found.rate, found.result, found.folder, found.context) == (
        stored.rate,
        stored.result,
        stored.folder,
        stored.context,
    )


def test_infinite_number_and_any_text_are_kept(store: TrendStore) -> None:
    text = 'it\'s "quoted"; DROP TABLE decision; \N{GREEK SMALL LETTER MU}m\n\N{SNOWMAN}'
    store.add([record(inf, note=text)])
    (found,) = store.read().records
    assert (found.note, found.numbers[0].value) == (text, inf)


def test_name_that_is_no_text_is_kept_as_an_escape(store: TrendStore) -> None:
    store.add([record(rate="/data/\udcff_rate.fits")])
    assert store.read().records[0].rate == "/data/\\udcff_rate.fits"


def test_records_without_numbers_are_kept(store: TrendStore) -> None:
    store.add([TrendRecord(exposure="a", judgement="fit", decided="2026-01-01T00:00:00+00:00")])
    assert [(found.exposure, found.numbers, found.checks) for found in store.read().records] == [("a", (), ())]


def test_record_that_is_added_twice_is_stored_once(store: TrendStore) -> None:
    stored = record()
    store.add([stored])
    store.add([stored, record(exposure="b")])
    found = store.read().records
    assert [each.exposure for each in found] == [stored.exposure, "b"]
    assert [len(each.numbers) for each in found] == [2, 2]


def test_record_that_is_added_again_with_its_numbers_replaces_itself(store: TrendStore) -> None:
    complete = record(1.0, note="complete")
    store.add([replace(complete, numbers=(), checks=(), note=""), record(exposure="b")])
    store.add([complete])
    found = store.read().records
    assert [(each.exposure, each.note, len(each.numbers), len(each.checks)) for each in found] == [
        (complete.exposure, "complete", 2, 2),
        ("b", "a note", 2, 2),
    ]


def test_history_is_kept_and_the_newest_decision_counts(store: TrendStore) -> None:
    early = record(judgement="fit", decided="2026-01-02T10:00:00+00:00", folder="/copy")
    late = record(judgement="not fit", decided="2026-01-03T10:00:00+00:00")
    store.add([late])
    store.add([early])
    found = store.read().records
    assert [each.judgement for each in found] == ["not fit", "fit"]
    assert [each.judgement for each in newest(found)] == ["not fit"]


@pytest.mark.parametrize("time", ["", "2026-01-02T10:00:00+00:00"])
def test_of_decisions_at_one_time_the_one_that_was_stored_last_counts(store: TrendStore, time: str) -> None:
    store.add([record(judgement="fit", decided=time)])
    store.add([record(judgement="not fit", decided=time)])
    assert [each.judgement for each in newest(store.read().records)] == ["not fit"]


def test_exposures_of_one_name_with_other_start_or_detector_are_different() -> None:
    records = [record(), record(detector="NRCA1"), record(time="2026-01-05T00:00:00.000"), record(subject="pair")]
    assert newest(records) == tuple(records)


def test_all_of_it_or_nothing_is_stored(store: TrendStore) -> None:
    store.add([record(exposure="first")])
    change(
        store.path,
        "CREATE TRIGGER refuse BEFORE INSERT ON decision WHEN NEW.exposure = 'bad' "
        "BEGIN SELECT RAISE(ABORT, 'refused'); END",
    )
    with pytest.raises(WfsguiError, match=r"cannot be written \(refused\)"):
        store.add([record(exposure="good"), record(exposure="bad")])
    assert [each.exposure for each in store.read().records] == ["first"]


def test_journal_is_the_one_that_is_safe_on_network_drives(store: TrendStore) -> None:
    store.add([record()])
    assert query(store.path, "PRAGMA journal_mode") == [("delete",)]
    change(store.path, "PRAGMA journal_mode = WAL")
    store.add([record(exposure="b")])
    assert query(store.path, "PRAGMA journal_mode") == [("delete",)]
    assert len(store.read().records) == 2


@pytest.mark.parametrize("content", [b"this is no database", b"SQLite format 3\0" + bytes(4000), b"x" * 100_000])
def test_damaged_database_is_set_aside_and_told(store: TrendStore, content: bytes) -> None:
    store.path.parent.mkdir()
    store.path.write_bytes(content)
    (notice,) = store.add([record()])
    (kept,) = damaged(store)
    assert kept.read_bytes() == content
    assert notice.startswith("The trend database was damaged (")
    assert notice.endswith(f" and is kept as {kept}; a new one is begun.")
    assert len(store.read().records) == 1
    assert store.add([record(exposure="b")]) == ()


def test_damage_is_found_when_the_database_is_read(store: TrendStore) -> None:
    store.add([record(exposure=f"e{number}", note="n" * 500) for number in range(200)])
    content = bytearray(store.path.read_bytes())
    # A page in the middle.
    place = len(content) // 8192 * 4096
    content[place : place + 4096] = b"\xff" * 4096
    store.path.write_bytes(content)
    found = TrendStore(store.path).read()
    (kept,) = damaged(store)
    assert kept.read_bytes() == bytes(content)
    assert found.records == ()
    assert str(kept) in found.notices[0]


def test_damage_while_the_window_is_open_is_found(store: TrendStore) -> None:
    store.add([record()])
    store.path.write_bytes(b"overwritten" * 1000)
    assert len(store.add([record()])) == 1
    assert (len(damaged(store)), len(store.read().records)) == (1, 1)


def test_several_damaged_databases_are_all_kept(store: TrendStore) -> None:
    store.path.parent.mkdir()
    for number in range(3):
        store.path.write_bytes(f"damaged {number}".encode())
        store.add([record()])
    assert sorted(path.read_bytes() for path in damaged(store)) == [b"damaged 0", b"damaged 1", b"damaged 2"]


def test_database_of_another_program_is_set_aside(store: TrendStore) -> None:
    store.path.parent.mkdir()
    change(store.path, "CREATE TABLE other (x)")
    (notice,) = store.add([record()])
    assert "it is a database of another program" in notice
    assert query(damaged(store)[0], "SELECT name FROM sqlite_master") == [("other",)]


@pytest.mark.parametrize("statement", ["DROP TABLE number", "ALTER TABLE decision DROP COLUMN note"])
def test_database_without_a_table_or_column_is_set_aside(store: TrendStore, statement: str) -> None:
    store.add([record()])
    change(store.path, statement)
    assert len(TrendStore(store.path).read().notices) == 1
    assert len(damaged(store)) == 1


def test_values_of_the_wrong_type_are_read_as_unknown(store: TrendStore) -> None:
    store.add([record()])
    change(store.path, "UPDATE number SET value = 'none'")
    change(store.path, "UPDATE decision SET versions = '[1]'")
    (found,) = store.read().records
    assert isnan(found.numbers[0].value)
    assert found.versions == {}


def test_newer_database_is_read_not_changed_and_told(store: TrendStore) -> None:
    TrendStore(store.path, migrations=NEXT).add([record()])
    before = store.path.read_bytes()
    content = store.read()
    assert [each.exposure for each in content.records] == [record().exposure]
    (notice,) = content.notices
    assert "is of a newer wfsgui (version 2, this one knows 1)" in notice
    with pytest.raises(WfsguiError, match="use the newer program to add decisions"):
        store.add([record()])
    assert store.path.read_bytes() == before
    assert damaged(store) == []


def test_newer_database_with_other_columns_is_told_and_stays(store: TrendStore) -> None:
    dropped = (*MIGRATIONS, ("ALTER TABLE decision DROP COLUMN note",))
    store.path.parent.mkdir()
    with closing(sqlite3.connect(store.path)) as connection:
        for statement in (*MIGRATIONS[0], *dropped[1]):
            connection.execute(statement)
        connection.execute("PRAGMA application_id = 0x77667367")
        connection.execute("PRAGMA user_version = 2")
    before = store.path.read_bytes()
    with pytest.raises(WfsguiError, match="cannot be read"):
        store.read()
    assert (damaged(store), store.path.read_bytes()) == ([], before)


def test_older_database_is_migrated_and_keeps_its_records(store: TrendStore) -> None:
    store.add([record()])
    newer = TrendStore(store.path, migrations=NEXT)
    assert len(newer.read().records) == 1
    assert query(store.path, "SELECT seen FROM decision") == [("no",)]
    assert query(store.path, "PRAGMA user_version") == [(2,)]


def test_migration_that_fails_changes_nothing(store: TrendStore) -> None:
    store.add([record()])
    broken = (*NEXT[:1], (*NEXT[1], "ALTER TABLE missing ADD COLUMN x"))
    with pytest.raises(WfsguiError, match="cannot be written"):
        TrendStore(store.path, migrations=broken).add([record()])
    assert query(store.path, "PRAGMA user_version") == [(1,)]
    assert (len(store.read().records), damaged(store)) == (1, [])


def test_locked_database_is_told_and_is_not_set_aside(store: TrendStore) -> None:
    store.add([record()])
    with closing(sqlite3.connect(store.path, isolation_level=None)) as other:
        other.execute("BEGIN EXCLUSIVE")
        for attempt in (lambda: TrendStore(store.path, AT_ONCE).add([record()]), TrendStore(store.path, AT_ONCE).read):
            with pytest.raises(WfsguiError, match="close the other program that uses it, and try again"):
                attempt()
    assert (len(store.read().records), damaged(store)) == (1, [])


def test_path_that_is_a_folder_is_told_in_one_sentence(tmp_path: Path) -> None:
    store = TrendStore(tmp_path)
    with pytest.raises(WfsguiError, match="cannot be written"):
        store.add([record()])
    with pytest.raises(WfsguiError, match="cannot be read"):
        store.read()


def test_folder_that_cannot_be_made_is_told_in_one_sentence(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("", encoding="utf-8")
    with pytest.raises(WfsguiError, match="free some disk space, or make it readable and writable"):
        TrendStore(tmp_path / "file" / "trend.sqlite3").add([record()])


def test_write_that_was_interrupted_is_undone(store: TrendStore) -> None:
    """A hot journal: the program was killed between the change of the database and its commit."""
    store.add([record()])
    journal = store.path.with_name(f"{store.path.name}-journal")
    with closing(sqlite3.connect(store.path, isolation_level=None)) as other:
        other.execute("PRAGMA cache_size = 1")
        other.execute("BEGIN IMMEDIATE")
        for number in range(500):
            other.execute("UPDATE decision SET note = ?", ("x" * 1000 + f"{number}",))
            other.execute(
                "INSERT INTO number SELECT decision, position + 2, key, name, value, error, unit FROM number "
                "WHERE position >= (SELECT max(position) - 1 FROM number)"
            )
        copies = {path.name: path.read_bytes() for path in (store.path, journal)}
        other.execute("ROLLBACK")
    other_place = store.path.parent / "copy"
    other_place.mkdir()
    for name, content in copies.items():
        (other_place / name).write_bytes(content)
    (found,) = TrendStore(other_place / store.path.name).read().records
    assert (found.note, len(found.numbers)) == ("a note", 2)
