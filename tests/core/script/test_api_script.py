"""Text of the script for what is not run to its end."""

from __future__ import annotations

import ast
from dataclasses import replace
from pathlib import Path

import pytest

from tests.core.visit.exposures import exposure as info_of
from wfsgui.core.branches.make_branch import make_branch
from wfsgui.core.model.engine_info import EngineInfo
from wfsgui.core.model.exposure import Exposure, StageState
from wfsgui.core.model.product import Member, Product
from wfsgui.core.model.requests import StepOptions
from wfsgui.core.script.api_script import api_script

ENGINE = EngineInfo(
    crds={"CRDS_PATH": "/cache", "CRDS_SERVER_URL": "", "CRDS_CONTEXT": ""},
    reference_types={"flat_field": ("flat",), "photom": ("photom", "area"), "assign_wcs": ("distortion",)},
)


@pytest.fixture
def exposure() -> Exposure:
    info = replace(info_of("WLP8"), path=Path("/data/a_rate.fits"))
    return Exposure("a", Product("a_rate.fits", Member(info)))


def finish(exposure: Exposure, *steps: str) -> None:
    for step in steps:
        exposure.stages[step].state = StageState.DONE
    exposure.used_options, exposure.context = exposure.options, "jwst_1234.pmap"


def test_nothing_was_run(exposure: Exposure) -> None:
    assert api_script(exposure, ENGINE) == (
        "# a_rate.fits, calibrated as in the window of wfsgui.\n"
        "from wfsgui.api import open_product\n\n"
        'with open_product("/data/a_rate.fits", crds={"CRDS_PATH": "/cache"}) as session:\n'
        "    exposure = session.exposure\n"
    )


def test_some_steps_and_a_failure(exposure: Exposure) -> None:
    exposure.options = StepOptions(overrides={"area": "/my/area.fits", "flat": "N/A"}, skip=frozenset({"photom"}))
    finish(exposure, "assign_wcs", "flat_field")
    exposure.error = "photom failed:\nno table."
    script = api_script(exposure, ENGINE)
    assert "# Its last run failed: photom failed: no table.\n" in script
    assert '"CRDS_CONTEXT": "jwst_1234.pmap"' in script
    assert script.endswith(
        '    exposure.choose(override={"area": "/my/area.fits", "flat": "N/A"}, skip=["photom"])\n'
        '    exposure.step("flat_field")\n'
    )


def test_branch_of_a_branch_that_leaves_the_first_run_before_it(exposure: Exposure) -> None:
    exposure.options = StepOptions(parameters={"assign_wcs": {"sip_degree": "3"}})
    finish(exposure, "assign_wcs", "flat_field", "photom")
    middle = make_branch(exposure, "photom", exposure.options, key="b", name="middle")
    options = replace(exposure.options, overrides={"flat": "/my.fits"}, skip=frozenset({"photom"}))
    last = make_branch(middle, "flat_field", options, key="c", name="last")
    body = api_script(last, ENGINE).partition("as session:\n")[2]
    assert body == (
        "    exposure = session.exposure\n"
        '    exposure.choose(assign_wcs={"sip_degree": "3"})\n'
        '    exposure.step("assign_wcs")\n'
        '    branch_1 = exposure.branch("flat_field", "last")\n'
        '    branch_1.choose(override={"flat": "/my.fits"}, skip=["photom"])\n'
    )
    ast.parse(api_script(last, ENGINE))
