"""Tests of the branches of open exposures."""

from __future__ import annotations

import pytest

from tests.gui import fakes
from wfsgui.core.model.exposure import Exposure, ExposureState
from wfsgui.core.model.requests import StepOptions
from wfsgui.core.model.stages import RATE
from wfsgui.gui.exposures.open_exposures import OpenExposures

OTHER = StepOptions(skip=frozenset({"flat_field"}))


@pytest.fixture
def opened() -> tuple[OpenExposures, Exposure]:
    """Two exposures; the first one has its result."""
    open_exposures = OpenExposures()
    (first, _), _ = open_exposures.add([fakes.product("a"), fakes.product("b")])
    fakes.completed(first)
    return open_exposures, first


def test_branch_shares_the_images_before_its_fork_and_changes_nothing_else(
    opened: tuple[OpenExposures, Exposure],
) -> None:
    open_exposures, first = opened
    before = {name: (stage.state, stage.image) for name, stage in first.stages.items()}
    branch = open_exposures.add_branch(first, "flat_field", OTHER, "no flat")
    assert {name: (stage.state, stage.image) for name, stage in first.stages.items()} == before
    assert branch.stages[RATE].image is first.stages[RATE].image
    assert branch.stages["assign_wcs"].image is first.stages["assign_wcs"].image is not None
    assert branch.stages["assign_wcs"] is not first.stages["assign_wcs"]
    assert branch.pending_steps == ("flat_field", "photom")
    assert branch.state is ExposureState.PAUSED
    assert branch.serial
    assert not first.serial


def test_only_the_marked_branch_is_among_the_exposures(opened: tuple[OpenExposures, Exposure]) -> None:
    open_exposures, first = opened
    branch = open_exposures.add_branch(first, "photom", OTHER, "no flat")
    assert branch not in open_exposures.exposures
    assert open_exposures.holds(branch)
    assert not open_exposures.is_marked(branch)
    marked: list[tuple[Exposure, Exposure]] = []
    open_exposures.marked.connect(lambda *both: marked.append(both))
    open_exposures.mark(branch)
    open_exposures.mark(branch)
    assert marked == [(branch, first)]
    assert open_exposures.exposures[0] is branch
    assert first not in open_exposures.exposures
    assert open_exposures.everything[:2] == [first, branch]


def test_branches_are_in_the_order_of_their_tree_with_names_of_their_own(
    opened: tuple[OpenExposures, Exposure],
) -> None:
    open_exposures, first = opened
    one = open_exposures.add_branch(first, "photom", OTHER, "x")
    two = open_exposures.add_branch(first, "flat_field", OTHER, "x")
    under = open_exposures.add_branch(one, "photom", OTHER, "x")
    assert open_exposures.branches_of(two) == (first, one, under, two)
    assert [branch.branch for branch in (first, one, two, under)] == ["", "x", "x (2)", "x (3)"]
    open_exposures.rename(two, "  wide   flat ")
    open_exposures.rename(under, "wide flat")
    open_exposures.rename(one, " ")
    assert [branch.branch for branch in (one, two, under)] == ["x", "wide flat", "wide flat (2)"]


def test_removed_branch_leaves_its_branches_to_its_origin(opened: tuple[OpenExposures, Exposure]) -> None:
    open_exposures, first = opened
    branch = open_exposures.add_branch(first, "assign_wcs", OTHER, "x")
    fakes.completed(branch)
    under = open_exposures.add_branch(branch, "photom", OTHER, "y")
    gone: list[list[Exposure]] = []
    open_exposures.removed.connect(gone.append)
    open_exposures.remove([branch])
    assert gone == [[branch]]
    assert (under.origin, under.fork) == (first, "assign_wcs")
    open_exposures.mark(under)
    open_exposures.remove([first])
    assert (under.origin, under.fork) == (None, "")
    assert open_exposures.branches_of(under) == (under,)


def test_removal_of_the_result_removes_all_branches(opened: tuple[OpenExposures, Exposure]) -> None:
    open_exposures, first = opened
    branch = open_exposures.add_branch(first, "photom", OTHER, "x")
    gone: list[list[Exposure]] = []
    open_exposures.removed.connect(gone.append)
    open_exposures.remove([branch, first])
    assert gone == [[first, branch]]
    assert not open_exposures.holds(branch)
    assert [exposure.product.name for exposure in open_exposures.exposures] == ["b"]


def test_branch_needs_the_steps_before_its_fork(opened: tuple[OpenExposures, Exposure]) -> None:
    open_exposures, _ = opened
    with pytest.raises(ValueError, match="no state before photom"):
        open_exposures.add_branch(open_exposures.exposures[1], "photom", OTHER, "x")
