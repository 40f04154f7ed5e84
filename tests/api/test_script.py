"""The script that is copied in the window gives the same bits as the engine of the window."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from astropy.io import fits

from tests.exposures import small, write_association, write_small
from tests.pipeline.parity_helpers import differences
from tests.pipeline.stepwise_driver import Driver
from wfsgui.core.branches.make_branch import make_branch
from wfsgui.core.model.apply_event import apply_event
from wfsgui.core.model.engine_info import EngineInfo
from wfsgui.core.model.exposure import Exposure
from wfsgui.core.model.requests import StepOptions
from wfsgui.core.script.api_script import api_script
from wfsgui.demo.references.crds_cache import environment
from wfsgui.pipeline.chain.step_parameters import parameter_specs, reference_types


@pytest.fixture(scope="module")
def info(references: Callable[[str], None], demo_cache: Path) -> EngineInfo:
    """Tell what the window knows of the engine."""
    references("NRCA3")
    return EngineInfo(crds=environment(demo_cache), parameters=parameter_specs(), reference_types=reference_types())


@pytest.fixture(scope="module")
def flat(references: Callable[[str], None], demo_cache: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Write another flat field."""
    references("NRCA3")
    (path,) = demo_cache.rglob("*_flat_*nrca3*.fits")
    mine = Path(shutil.copy(path, tmp_path_factory.mktemp("flat") / 'my "flat".fits'))
    with fits.open(mine, mode="update") as hdus:
        hdus["SCI"].data *= np.float32(1.25)
    return mine


def run(driver: Driver, exposure: Exposure, options: StepOptions, until: str | None = None) -> None:
    """Run steps as the window does."""
    exposure.options = exposure.used_options = options
    count = len(driver.events)
    driver.advance(until, options)
    for event in driver.events[count:]:
        apply_event(exposure, event)


def executed(script: str, folder: Path) -> None:
    """Run a script in this process, in a folder of its own."""
    before = Path.cwd()
    folder.mkdir()
    os.chdir(folder)
    try:
        exec(compile(script, "script.py", "exec"), {})
    finally:
        os.chdir(before)


def test_script_of_a_branch_with_backgrounds_gives_the_same_bits(info: EngineInfo, flat: Path, tmp_path: Path) -> None:
    science, *sky = (write_small(tmp_path / "in", small(exposure=number)) for number in (1, 2, 3))
    table = write_association(tmp_path / "in" / "jw99001-o001_image2_00001_asn.json", {science: sky})
    driver = Driver(table, tmp_path / "first")
    exposure = Exposure(driver.key, driver.request.product)
    choices: dict[str, dict[str, str]] = {"bkg_subtract": {"sigma": "1.50", "maxiters": "None"}}
    run(driver, exposure, StepOptions(parameters=choices), "flat_field")
    options = StepOptions(
        parameters={**choices, "photom": {"apply_time_correction": "false"}}, overrides={"flat": str(flat)}
    )
    forked = driver.branch(table, "second", "flat_field")
    branch = make_branch(exposure, "flat_field", options, key=forked.key, name="my flat")
    run(forked, branch, options)
    assert branch.result is not None
    branch.saved = tmp_path / "result_cal.fits"
    script = api_script(branch, info)
    assert 'exposure.step("assign_wcs")' in script
    assert 'branch_1 = exposure.branch("flat_field", "my flat")' in script
    executed(script, tmp_path / "here")
    assert differences(branch.saved, branch.result) == []
    # Later choices, and a run that was not saved.
    run(driver, exposure, StepOptions(parameters=choices))
    exposure.options = StepOptions()
    script = api_script(exposure, info)
    assert "What was chosen after its last run is not in here." in script
    executed(script.replace("# exposure.save", "exposure.save"), tmp_path / "other")
    assert exposure.result is not None
    assert differences(tmp_path / "other" / exposure.result.name, exposure.result) == []


def test_script_of_an_exposure_with_skipped_steps_and_a_parameter_file(info: EngineInfo, tmp_path: Path) -> None:
    rate = write_small(tmp_path / "in", small())
    file = tmp_path / "mine.cfg"
    head = 'name = "Image2Pipeline"\nclass = "jwst.pipeline.Image2Pipeline"\n'
    file.write_text(f"{head}[steps]\n[[assign_wcs]]\nsip_degree = 3\n", "utf-8")
    driver = Driver(rate, tmp_path / "ours")
    exposure = Exposure(driver.key, driver.request.product)
    run(driver, exposure, StepOptions(skip=frozenset({"flat_field"}), parameter_file=file))
    exposure.saved = tmp_path / "mine_cal.fits"
    executed(api_script(exposure, info), tmp_path / "here")
    assert exposure.result is not None
    assert differences(exposure.saved, exposure.result) == []
