"""Requests that are made from tasks."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.gui import fakes
from wfsgui.core.model.apply_event import apply_event
from wfsgui.core.model.exposure import Exposure
from wfsgui.core.model.requests import Fork
from wfsgui.gui.runs.run_queue import Task
from wfsgui.gui.runs.task_requests import advance_request


def fork_of(exposure: Exposure, *, anew: bool = False) -> Fork | None:
    task = Task(exposure=exposure, goal=None, before=exposure.state, anew=anew)
    return advance_request(task, lambda exposure: Path(exposure.key)).fork


def run(exposure: Exposure, *steps: str) -> None:
    for step in steps:
        apply_event(exposure, fakes.finished(exposure, step))


@pytest.fixture
def exposure() -> Exposure:
    return Exposure("first", fakes.product("a"))


def test_exposure_goes_on_from_its_own_state_wherever_that_was_made(exposure: Exposure) -> None:
    assert fork_of(exposure) is None
    run(exposure, "assign_wcs", "flat_field")
    assert fork_of(exposure) == Fork("first", Path("first"), "photom")
    assert fork_of(exposure, anew=True) is None
    run(exposure, "photom")
    assert fork_of(exposure) is None


def test_branch_begins_with_the_state_of_its_origin_and_goes_on_from_its_own(exposure: Exposure) -> None:
    branch = Exposure("second", exposure.product, origin=exposure, fork="flat_field")
    for each in (exposure, branch):
        run(each, "assign_wcs")
    beginning = Fork("first", Path("first"), "flat_field")
    assert fork_of(branch) == beginning
    run(branch, "flat_field")
    assert fork_of(branch) == Fork("second", Path("second"), "photom")
    assert fork_of(branch, anew=True) == beginning
