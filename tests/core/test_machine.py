"""How many products are calibrated side by side."""

from __future__ import annotations

import os

import pytest

from tests.gui import fakes
from wfsgui.core.machine import available_memory, cores, jobs_for
from wfsgui.core.model.product import Product

GIB = 2**30


def products(number: int, backgrounds: int = 0) -> list[Product]:
    return [fakes.product(f"p{index}", backgrounds=backgrounds) for index in range(number)]


@pytest.mark.parametrize(("number", "machine", "jobs"), [(8, 2, 2), (8, 1, 1), (1, 4, 1), (3, 4, 3), (0, 4, 1)])
def test_a_job_for_each_core_but_no_more_than_products(number: int, machine: int, jobs: int) -> None:
    assert jobs_for(products(number), machine, None) == jobs
    assert jobs_for(products(number), machine, 64 * GIB) == jobs


def test_no_more_than_there_is_memory_for() -> None:
    many = products(16, backgrounds=3)
    jobs = [jobs_for(many, 16, amount * GIB // 4) for amount in range(1, 40)]
    assert jobs == sorted(jobs)
    assert jobs[0] == 1
    assert jobs[-1] > 4


def test_the_system_is_asked() -> None:
    assert 1 <= cores() <= (os.cpu_count() or 1)
    memory = available_memory()
    assert memory is None or memory > 2**20
