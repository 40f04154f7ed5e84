"""Tests of the tables of what differs between two branches."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from tests.gui import fakes
from wfsgui.core.assess.results import Assessment, CheckResult, Level, Quantity
from wfsgui.core.branches.differences import DifferenceRow, DifferenceTable, Topic, compare_branches
from wfsgui.core.branches.make_branch import make_branch
from wfsgui.core.model.apply_event import apply_event
from wfsgui.core.model.events import Reference
from wfsgui.core.model.exposure import Exposure
from wfsgui.core.model.requests import StepOptions

OWN = Reference("flat", "/data/flat.fits")


def two_branches() -> tuple[Exposure, Exposure]:
    """Make a first run and a branch that has another flat, a log line and a header value of its own."""
    first = fakes.completed(fakes.exposure())
    branch = make_branch(first, "flat_field", StepOptions(), key="2", name="own flat")
    done = fakes.finished(branch, "flat_field", level=120.0)
    apply_event(branch, fakes.started(branch, "flat_field"))
    apply_event(
        branch,
        replace(
            done,
            references=(OWN,),
            parameters={**done.parameters, "inverse": "True"},
            log=(done.log[0], fakes.line("No value in 3 pixels."), done.log[1]),
            metadata={**done.metadata, "meta.ref_file.flat.name": "flat.fits"},
        ),
    )
    return first, branch


def table(found: tuple[DifferenceTable, ...], topic: Topic) -> DifferenceTable:
    return next(each for each in found if each.topic is topic)


def test_differing_rows_come_first_in_each_table() -> None:
    first, branch = two_branches()
    found = compare_branches(first.stages, branch.stages)
    assert [each.topic for each in found] == list(Topic)
    assert table(found, Topic.PARAMETERS).rows[:2] == (
        DifferenceRow("flat_field", "inverse", "", "True", differs=True),
        DifferenceRow("photom", "state", "done", "not run", differs=True),
    )
    assert table(found, Topic.REFERENCES).rows[0] == DifferenceRow(
        "flat_field", "flat", "crds://jwst_nircam_flat_field_0001.fits", "/data/flat.fits", differs=True
    )
    assert table(found, Topic.LOG).rows[0] == DifferenceRow("flat_field", "", "", "No value in 3 pixels.", differs=True)
    header = table(found, Topic.HEADER)
    assert header.rows[0] == DifferenceRow("flat_field", "meta.ref_file.flat.name", "", "flat.fits", differs=True)
    assert header.count == 1
    for each in found:
        assert [row.differs for row in each.rows] == sorted((row.differs for row in each.rows), reverse=True)


def test_steps_before_the_fork_are_shared_and_later_ones_are_compared_pixel_by_pixel() -> None:
    first, branch = two_branches()
    rows = table(compare_branches(first.stages, branch.stages), Topic.NUMBERS).rows
    assert DifferenceRow("assign_wcs", "image", "shared", "shared", differs=False) in rows
    image = first.stages["flat_field"].image
    assert image is not None
    # Everything but the pixel that is NaN in both.
    count = image.sci.size - int(np.count_nonzero(np.isnan(image.sci)))
    assert DifferenceRow("flat_field", "SCI pixels that differ", "", str(count), differs=True) in rows
    assert DifferenceRow("flat_field", "DQ pixels that differ", "", "0", differs=False) in rows
    assert DifferenceRow("flat_field", "pixels without a value", "1", "1", differs=False) in rows


def test_numbers_that_cannot_be_measured_are_none_and_equal() -> None:
    first, branch = two_branches()
    unknown = Quantity("sbr", "SBR", float("nan"), reason="There is no star.")
    light = Quantity("light", "Light", 12.5, 0.1, "MJy/sr")
    check = CheckResult("sbr", "SBR", Level.CARE, "12", "It is low.")
    one = Assessment("a", "flat_field", None, (unknown, light), (check,))
    other = replace(one, quantities=(unknown, replace(light, value=13.5)), checks=(replace(check, level=Level.BAD),))
    rows = table(
        compare_branches(first.stages, branch.stages, ({"flat_field": one}, {"flat_field": other})), Topic.NUMBERS
    ).rows
    assert DifferenceRow("flat_field", "SBR", "none", "none", differs=False) in rows
    assert DifferenceRow("flat_field", "Light", "12.50(10) MJy/sr", "13.50(10) MJy/sr", differs=True) in rows
    assert DifferenceRow("flat_field", "check of SBR", "care, 12", "bad, 12", differs=True) in rows


def test_two_runs_with_the_same_choices_do_not_differ() -> None:
    first, second = (fakes.completed(fakes.exposure()) for _ in range(2))
    assert [each.count for each in compare_branches(first.stages, second.stages)] == [0] * len(Topic)
