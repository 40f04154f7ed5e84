"""Number of products that are calibrated side by side."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from tests.gui import fakes
from wfsgui.core.machine import available_memory, cores, jobs_for
from wfsgui.core.model.product import Product

GIB = 2**30


def products(number: int, backgrounds: int = 0) -> list[Product]:
    return [fakes.product(f"p{index}", backgrounds=backgrounds) for index in range(number)]


@pytest.mark.parametrize(("number", "machine", "jobs"), [(8, 2, 2), (8, 1, 1), (1, 4, 1), (3, 4, 3), (0, 4, 1)])
def test_jobs_are_limited_by_cores_and_products(number: int, machine: int, jobs: int) -> None:
    assert jobs_for(products(number), machine, None) == jobs
    assert jobs_for(products(number), machine, 64 * GIB) == jobs


def test_jobs_are_limited_by_memory() -> None:
    many = products(16, backgrounds=3)
    jobs = [jobs_for(many, 16, amount * GIB // 4) for amount in range(1, 40)]
    assert jobs == sorted(jobs)
    assert jobs[0] == 1
    assert jobs[-1] > 4


def test_this_machine_has_cores_and_memory() -> None:
    assert 1 <= cores() <= (os.cpu_count() or 1)
    assert available_memory() > 2**20


def make_group(folder: Path, contents: dict[str, str]) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    for name, content in contents.items():
        (folder / name).write_text(content + "\n")


def version_1(limit: int) -> dict[str, str]:
    stat = "cache 1\ntotal_inactive_file 4096"
    return {"memory.limit_in_bytes": f"{limit}", "memory.usage_in_bytes": "8192", "memory.stat": stat}


def version_2(limit: str) -> dict[str, str]:
    return {"memory.max": limit, "memory.current": "8192", "memory.stat": "anon 1\ninactive_file 4096"}


@pytest.mark.parametrize(
    ("line", "groups"),
    [
        ("0::/a/b", {"a/b": version_2("65536"), "a": version_2("max")}),
        ("0::/a/b", {"a/b": version_2("max"), "a": version_2("65536")}),
        ("0::/a/b", {"a/b": version_2("131072"), "a": version_2("65536")}),
        ("0::/elsewhere", {"": version_2("65536")}),
        ("4:memory:/a", {"memory/a": version_1(65536), "memory": version_1(2**63 - 4096)}),
        ("4:cpu,memory:/elsewhere", {"memory": version_1(65536)}),
    ],
)
def test_memory_is_limited_by_the_container(tmp_path: Path, line: str, groups: dict[str, dict[str, str]]) -> None:
    membership = tmp_path / "cgroup"
    membership.write_text(f"1:cpuset:/a\n{line}\n")
    for folder, contents in groups.items():
        make_group(tmp_path / "mounted" / folder, contents)
    assert available_memory(membership, tmp_path / "mounted") == 65536 - 8192 + 4096


def test_container_that_uses_more_than_its_limit_has_no_memory_left(tmp_path: Path) -> None:
    membership = tmp_path / "cgroup"
    membership.write_text("0::/\n")
    make_group(tmp_path / "mounted", version_2("1000"))
    assert available_memory(membership, tmp_path / "mounted") == 0


@pytest.mark.parametrize("content", ["max", "", "no number"])
def test_container_without_limit_has_the_memory_of_the_machine(tmp_path: Path, content: str) -> None:
    membership = tmp_path / "cgroup"
    membership.write_text("0::/\n")
    make_group(tmp_path / "mounted", version_2(content))
    assert available_memory(membership, tmp_path / "mounted") > 2**20
    assert available_memory(tmp_path / "missing", tmp_path / "mounted") > 2**20
