from __future__ import annotations

import shutil
from pathlib import Path
from typing import NamedTuple

import pytest

from wfsgui.core.visit.card import State
from wfsgui.core.visit.space import disk_line, result_size


class Usage(NamedTuple):
    """Result of `shutil.disk_usage`."""

    total: int
    used: int
    free: int


def test_result_size_equals_that_of_an_official_result() -> None:
    """117 535 680 bytes for NRCA3 with the references of the demonstration."""
    assert 117_535_680 <= result_size((2048, 2048)) <= 1.01 * 117_535_680


@pytest.mark.parametrize(
    ("free", "state"), [(10**12, State.GO), (2.0, State.GO), (1.9, State.CARE), (1.0, State.CARE), (0.9, State.NO_GO)]
)
def test_disk_line_compares_needed_and_free_space(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, free: float, state: State
) -> None:
    shapes = [(2048, 2048), (64, 64)]
    need = sum(map(result_size, shapes))
    monkeypatch.setattr(shutil, "disk_usage", lambda _folder: Usage(10**15, 0, int(free * need)))
    line = disk_line(tmp_path, shapes)
    assert line.state is state
    assert line.value.startswith("118 MB needed, ")
    assert line.value.endswith(f" free in {tmp_path}")
    assert bool(line.reason) is (state is not State.GO)


def test_disk_line_of_a_missing_folder_uses_its_parent(tmp_path: Path) -> None:
    line = disk_line(tmp_path / "results" / "today", [(64, 64)])
    assert line.state is State.GO
    assert line.value.startswith("0.4 MB needed, ")


def test_disk_line_reports_a_disk_error(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(_folder: Path) -> Usage:
        raise OSError(5, "Input/output error")

    monkeypatch.setattr(shutil, "disk_usage", fail)
    line = disk_line(tmp_path, [(64, 64)])
    assert (line.state, line.value) == (State.CANNOT_TELL, "0.4 MB needed")
    assert line.reason == f"The free space of {tmp_path} cannot be read: Input/output error."
