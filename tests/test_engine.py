"""The engine of the window imports no pipeline into the process of the window."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
from collections.abc import Callable
from pathlib import Path

import pytest
from astropy.io import fits
from crds.core.exceptions import CrdsError
from stpipe.config_parser import ValidationError

from tests.exposures import small, write_small
from tests.pipeline.parity_helpers import differences
from wfsgui.core.errors import StoppedError, WfsguiError
from wfsgui.core.intake.products import take_in
from wfsgui.core.model.events import Event, RunFailed, RunFinished
from wfsgui.core.model.queries import ReferencesQuery
from wfsgui.core.model.requests import AdvanceRequest, StepOptions
from wfsgui.demo.references.crds_cache import CONTEXT_NAME, environment
from wfsgui.jwst_engine import CrdsChoice, JwstEngine
from wfsgui.pipeline.chain.error_messages import explain
from wfsgui.pipeline.output import renaming
from wfsgui.pipeline.output.renaming import write_renamed_elsewhere
from wfsgui.pipeline.output.save_result import save_result
from wfsgui.pipeline.processes.aside import AsideProcesses

SAVES = """
import sys
from pathlib import Path
from wfsgui.jwst_engine import CrdsChoice, JwstEngine
from wfsgui.gui.engine_api import SaveRequest

engine = JwstEngine(lambda: CrdsChoice({}))
result, folder = map(Path, sys.argv[1:])

def save(target, result=result):
    try:
        return engine.save(SaveRequest(result, target, False, ()))
    except Exception as error:
        return engine.explain(error, f"saving {target.name}")

(folder / "file").write_text("")
print(save(folder / result.name))
print(save(folder / "other_cal.fits"))
print(save(folder / result.name))
print(save(folder / "file" / result.name))
print(save(folder / "third_cal.fits", folder / "nowhere_cal.fits"))
print(sorted({"jwst", "stdatamodels", "crds", "stpipe"} & {name.partition(".")[0] for name in sys.modules}))
"""


@pytest.fixture
def result(tmp_path: Path) -> Path:
    rate = write_small(tmp_path / "session", small())
    return rate.rename(rate.with_name("a_cal.fits"))


def test_saving_imports_no_pipeline(result: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    out.mkdir()
    command = [sys.executable, "-c", SAVES, str(result), str(out)]
    ran = subprocess.run(command, capture_output=True, text=True, check=True, timeout=120)
    copied, renamed, taken, misplaced, missing, imported = ran.stdout.splitlines()
    assert (copied, renamed) == (str(out / "a_cal.fits"), str(out / "other_cal.fits"))
    assert "exists and is kept" in taken
    assert "cannot be used" in misplaced
    assert (
        missing
        == f"The file {out / 'nowhere_cal.fits'} that saving third_cal.fits needs does not exist; check its name."
    )
    assert imported == "[]"
    assert (out / "a_cal.fits").read_bytes() == result.read_bytes()
    assert fits.getval(out / "other_cal.fits", "FILENAME") == "other_cal.fits"
    assert differences(out / "other_cal.fits", result) == []
    assert sorted(path.name for path in out.iterdir()) == ["a_cal.fits", "file", "other_cal.fits"]


def test_process_that_dies_while_saving_raises(result: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(renaming, "_try_to_write", _die)
    with pytest.raises(WfsguiError, match=r"that saves b_cal.fits ended unexpectedly"):
        save_result(result, tmp_path / "b_cal.fits", overwrite=False, inputs=(), rename=write_renamed_elsewhere)
    assert [path.name for path in tmp_path.iterdir()] == ["session"]


def _die(_result: Path, _target: Path) -> None:
    os.kill(os.getpid(), signal.SIGKILL)


def test_errors_of_the_pipeline_are_explained_after_its_import() -> None:
    assert explain(CrdsError("no rule"), "flat_field").startswith("CRDS failed while flat_field (no rule)")
    assert explain(ValidationError("sigma"), "bkg").startswith("The parameters for bkg are not accepted")


def test_change_of_the_crds_settings_takes_effect_in_the_same_session(
    references: Callable[[str], None], demo_cache: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for key, value in environment(demo_cache).items():
        # So that what the engine sets ends with this test.
        monkeypatch.setenv(key, value)
    references("NRCA3")
    cache = tmp_path / "broken"
    engine = JwstEngine(lambda: CrdsChoice(environment(cache)))
    (product,) = take_in([write_small(tmp_path, small())]).products
    request = AdvanceRequest(key="one", product=product, options=StepOptions(), result_dir=tmp_path / "results")
    events: list[Event] = []
    try:
        engine.restart()
        assert isinstance(engine.advance(request, events.append, threading.Event()), RunFailed)
        cache = demo_cache
        assert engine.restart().crds["CRDS_PATH"] == str(demo_cache)
        end = engine.advance(request, events.append, threading.Event())
    finally:
        engine.close()
    assert isinstance(end, RunFinished), end
    assert end.results[0].context == CONTEXT_NAME


def test_question_aside_is_answered_beside_a_run_and_can_be_stopped(
    references: Callable[[str], None], tmp_path: Path
) -> None:
    references("NRCA3")
    (product,) = take_in([write_small(tmp_path, small())]).products
    aside, cancel = AsideProcesses(), threading.Event()
    assert aside.ask(ReferencesQuery(product), cancel)["flat"].endswith(".fits")
    cancel.set()
    with pytest.raises(StoppedError):
        aside.ask(ReferencesQuery(product), cancel)
