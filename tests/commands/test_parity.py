"""``wfsgui run --check-parity``: comparison of results with those of the official pipeline."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.commands.conftest import Command
from tests.exposures import small, write_small


@pytest.fixture(autouse=True)
def nrca3(references: Callable[[str], None]) -> None:
    references("NRCA3")


def test_identical_results_are_told_and_in_the_summary(command: Command, tmp_path: Path) -> None:
    rates = [write_small(tmp_path / "in", small(exposure=number)) for number in (1, 2)]
    result = command("run", *rates, "-o", tmp_path / "out", "--check-parity", "--json")
    assert result.status == 0
    reports = json.loads(result.out)["parity"]
    assert sorted(reports) == [rate.name for rate in rates]
    for report in reports.values():
        assert (report["differences"], report["failure"]) == ([], "")
        assert {"SCI", "ERR", "DQ"} <= set(report["extensions"])
    assert result.err.count("The result is identical to that of Image2Pipeline.call of jwst ") == 2


def test_result_of_some_steps_is_not_compared_and_the_status_says_so(command: Command, tmp_path: Path) -> None:
    rate = write_small(tmp_path / "in", small())
    result = command("run", rate, "-o", tmp_path / "out", "--check-parity", "--stop-after", "flat_field")
    assert result.status == 1
    assert "Only a result of all steps can be compared with the official pipeline." in result.out
