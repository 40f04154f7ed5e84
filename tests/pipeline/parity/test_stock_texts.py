"""The strun line and the Python call, run as they are shown, give the same bits as the program."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.exposures import small, write_association, write_small
from tests.pipeline.conftest import Engine
from tests.pipeline.parity_helpers import differences, inside
from wfsgui.core.intake.products import take_in
from wfsgui.core.model.engine_info import EngineInfo
from wfsgui.core.model.events import RunFinished
from wfsgui.core.model.requests import StepOptions
from wfsgui.core.script.python_call import python_call
from wfsgui.core.script.stock_call import StockCall, stock_call
from wfsgui.core.script.strun_line import strun_line
from wfsgui.demo.references.crds_cache import environment
from wfsgui.pipeline.chain.parameter_origins import save_parameters
from wfsgui.pipeline.chain.step_parameters import parameter_specs, reference_types


@dataclass(frozen=True)
class Case:
    """A result of the program, and the call that is to make it again."""

    result: Path
    call: StockCall


@pytest.fixture(scope="module")
def case(
    engine: Engine, references: Callable[[str], None], demo_cache: Path, tmp_path_factory: pytest.TempPathFactory
) -> Case:
    """Calibrate an exposure with backgrounds, with choices of every kind, in a folder whose name has a blank."""
    references("NRCA3")
    folder = tmp_path_factory.mktemp("two words")
    science, *sky = (write_small(folder / "in, it's", small(exposure=number)) for number in range(1, 5))
    table = write_association(science.parent / "x_asn.json", {science: sky})
    flat = next(demo_cache.rglob("*_flat_*nrca3*.fits"))
    mine = folder / "my flat #2.fits"
    mine.write_bytes(flat.read_bytes())
    (product,) = take_in([table]).products
    first = StepOptions(parameters={"assign_wcs": {"sip_npoints": "14"}, "photom": {"skip": "true"}})
    options = StepOptions(
        parameters={"bkg_subtract": {"sigma": "1.5", "maxiters": "2"}, "photom": {"skip": "false"}},
        overrides={"flat": str(mine)},
        skip=frozenset({"assign_wcs"}),
        parameter_file=save_parameters(product, first, folder / "my parameters.asdf"),
    )
    end, _ = engine([table], folder / "ours", options)
    assert isinstance(end, RunFinished), end
    info = EngineInfo(crds=environment(demo_cache), parameters=parameter_specs(), reference_types=reference_types())
    (result,) = (folder / "ours").iterdir()
    return Case(result, stock_call(product, options, info))


def only_result(folder: Path) -> Path:
    (found,) = folder.iterdir()
    return found


def test_strun_gives_the_same_bits(case: Case, tmp_path: Path) -> None:
    line = strun_line(case.call)
    assert line.notes == ()
    # The command of this environment, whatever others are installed.
    search = f"PATH={Path(sys.executable).parent}:$PATH\n"
    done = subprocess.run(["sh", "-c", search + line.text], cwd=tmp_path, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert only_result(tmp_path).name == case.result.name
    assert differences(case.result, only_result(tmp_path)) == []


def test_the_python_call_gives_the_same_bits(case: Case, tmp_path: Path) -> None:
    with inside(tmp_path):
        exec(compile(python_call(case.call), "shown", "exec"), {})
    assert only_result(tmp_path).name == case.result.name
    assert differences(case.result, only_result(tmp_path)) == []
