"""Tests of the choices that differ between two runs, and of the steps that they affect."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.gui import fakes
from wfsgui.core.branches.choices import branch_name, changed_choices, first_affected, without_changes
from wfsgui.core.model.requests import StepOptions

TYPES = {"assign_wcs": ("distortion",), "flat_field": ("flat",), "photom": ("photom", "area")}


@pytest.mark.parametrize(
    ("options", "name", "affected"),
    [
        (StepOptions(parameters={"bkg_subtract": {"sigma": "2.5"}}), "background sigma 2.5", None),
        (StepOptions(parameters={"photom": {"inverse": "True"}}), "photom inverse True", "photom"),
        (StepOptions(overrides={"flat": "/data/own.fits"}), "flat_field override flat own.fits", "flat_field"),
        (StepOptions(overrides={"odd": "/data/own.fits"}), "override odd own.fits", "assign_wcs"),
        (StepOptions(skip=frozenset({"flat_field"})), "flat_field skip True", "flat_field"),
        (StepOptions(parameter_file=Path("/data/own.asdf")), "parameter file own.asdf", "assign_wcs"),
        (StepOptions(), "flat_field again", None),
    ],
)
def test_branch_is_named_by_what_differs(options: StepOptions, name: str, affected: str | None) -> None:
    exposure = fakes.completed(fakes.exposure())
    found = changed_choices(StepOptions(), options, TYPES)
    assert branch_name(found, "flat_field") == name
    assert first_affected(found, exposure, TYPES) == affected


def test_long_names_say_how_much_more_differs() -> None:
    options = StepOptions(parameters={"photom": {"a": "1", "b": "2", "c": "3", "d": "4"}})
    assert branch_name(changed_choices(StepOptions(), options), "photom") == "photom a 1, photom b 2, 2 more"


def test_choice_that_was_taken_back_is_that_of_the_pipeline() -> None:
    found = changed_choices(StepOptions(overrides={"flat": "/data/own.fits"}), StepOptions(), TYPES)
    assert branch_name(found, "flat_field") == "flat_field override flat of the pipeline"


def test_changes_for_finished_steps_only_are_given_back() -> None:
    exposure = fakes.exposure()
    exposure.used_options = StepOptions(parameters={"assign_wcs": {"a": "1"}}, overrides={"distortion": "/used"})
    exposure.stages = fakes.completed(fakes.exposure()).stages
    exposure.forget_from("photom")
    exposure.options = StepOptions(
        parameters={"flat_field": {"inverse": "True"}, "photom": {"inverse": "True"}},
        overrides={"distortion": "/other", "area": "/area"},
        skip=frozenset({"flat_field", "photom"}),
        parameter_file=Path("/data/own.asdf"),
    )
    assert without_changes(exposure, TYPES) == StepOptions(
        parameters={"assign_wcs": {"a": "1"}, "photom": {"inverse": "True"}},
        overrides={"area": "/area", "distortion": "/used"},
        skip=frozenset({"photom"}),
    )
