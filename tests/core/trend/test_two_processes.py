"""Two windows use the trend database at once: nothing is lost."""

from __future__ import annotations

import multiprocessing
from collections import Counter
from collections.abc import Callable
from multiprocessing.synchronize import Barrier
from pathlib import Path

from tests.core.trend.records import record
from tests.core.trend.test_store import NEXT, damaged
from tests.limits import WAIT_S
from wfsgui.core.trend.schema import MIGRATIONS
from wfsgui.core.trend.store import TrendStore

SPAWN = multiprocessing.get_context("spawn")
COUNT = 40


def _write(path: Path, name: str, barrier: Barrier) -> None:
    store = TrendStore(path, WAIT_S)
    barrier.wait(WAIT_S)
    for number in range(COUNT):
        store.add([record(float(number), exposure=f"{name}{number}")])
        store.read()


def _migrate(path: Path, _name: str, barrier: Barrier) -> None:
    store = TrendStore(path, WAIT_S, NEXT)
    barrier.wait(WAIT_S)
    store.read()


def _repair(path: Path, name: str, barrier: Barrier) -> None:
    store = TrendStore(path, WAIT_S)
    barrier.wait(WAIT_S)
    store.add([record(exposure=name)])


def _together(work: Callable[[Path, str, Barrier], None], path: Path) -> None:
    """Let two processes begin a task at the same moment."""
    barrier = SPAWN.Barrier(2)
    processes = [SPAWN.Process(target=work, args=(path, name, barrier)) for name in ("a", "b")]
    for process in processes:
        process.start()
    for process in processes:
        process.join(WAIT_S)
    assert [process.exitcode for process in processes] == [0, 0]


def test_two_processes_write_at_once_without_loss(tmp_path: Path) -> None:
    path = tmp_path / "trend.sqlite3"
    _together(_write, path)
    found = TrendStore(path).read().records
    assert Counter(each.exposure for each in found) == Counter(
        f"{name}{number}" for name in ("a", "b") for number in range(COUNT)
    )
    assert {each.exposure[1:] for each in found if each.numbers[0].value != float(each.exposure[1:])} == set()
    assert {len(each.checks) for each in found} == {2}


def test_two_processes_migrate_at_once(tmp_path: Path) -> None:
    store = TrendStore(tmp_path / "trend.sqlite3", migrations=MIGRATIONS)
    store.add([record()])
    _together(_migrate, store.path)
    assert len(TrendStore(store.path, migrations=NEXT).read().records) == 1


def test_two_processes_find_the_same_damage_and_keep_one_new_database(tmp_path: Path) -> None:
    store = TrendStore(tmp_path / "trend.sqlite3")
    store.path.write_bytes(b"damaged" * 1000)
    _together(_repair, store.path)
    assert [path.read_bytes() for path in damaged(store)] == [b"damaged" * 1000]
    assert sorted(each.exposure for each in store.read().records) == ["a", "b"]
