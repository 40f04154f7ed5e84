"""Exposures of a session are made again, with the results that are still there."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from tests.core.session.states import whole_state
from tests.gui import fakes
from wfsgui.core.errors import InputDeclinedError
from wfsgui.core.files.checkpoints import CheckpointFolder
from wfsgui.core.model.events import ExposureOpened
from wfsgui.core.model.exposure import Exposure, ExposureState, StageState
from wfsgui.core.model.exposure_info import ExposureInfo
from wfsgui.core.session.fingerprint import take_fingerprint
from wfsgui.core.session.places import find_places
from wfsgui.core.session.reopen import Reopened, reopen
from wfsgui.core.session.restore_stages import restore_exposure
from wfsgui.core.session.state import ExposureRecord, FileRecord, SessionState, StageRecord
from wfsgui.core.session.take_over import take_over

STEPS = ("bkg_subtract", "assign_wcs", "flat_field", "photom")


def read_info(path: Path) -> ExposureInfo:
    if not path.exists():
        raise InputDeclinedError(f"{path} does not exist; give a _rate file.")
    return replace(fakes.info(path.name.removesuffix("_rate.fits"), path.parent), filter="read again")


def written(folder: Path) -> SessionState:
    """Write the files of a session, and return the session with their fingerprints and headers."""
    state = whole_state(folder)
    members = [member.path for record in state.exposures for member in record.members]
    files = []
    for path in dict.fromkeys(members):
        path.write_text("pixels")
        info = fakes.info(path.name.removesuffix("_rate.fits"), folder)
        files.append(FileRecord(path=path, fingerprint=take_fingerprint(path), info=info))
    return replace(state, files=tuple(files))


def reopened(state: SessionState) -> Reopened:
    known = {record.path: record.fingerprint for record in state.files}
    return reopen(state, find_places(state.inputs, known), read_info)


def test_unchanged_files_are_opened_with_the_headers_of_the_session(tmp_path: Path) -> None:
    state = written(tmp_path)
    first, branch, second = reopened(state).exposures
    exposure = first.exposure
    assert exposure.product.science.info.filter == "F212N"
    assert exposure.product.science.found_by is state.exposures[0].science.found_by
    assert exposure.product.association == state.exposures[0].association
    assert exposure.options == state.exposures[0].options
    assert exposure.verdicts == list(state.exposures[0].verdicts)
    assert (branch.exposure.origin, branch.exposure.fork) == (exposure, "flat_field")
    assert (branch.exposure.branch, branch.exposure.serial) == ("no flat", "abc")
    assert second.exposure.origin is None


def test_the_headers_of_a_file_that_has_changed_are_read_again(tmp_path: Path) -> None:
    state = written(tmp_path)
    changed = state.exposures[2].science.path
    changed.write_text("other pixels")
    result = reopened(state)
    assert [each.exposure.product.science.info.filter for each in result.exposures] == ["F212N", "F212N", "read again"]
    assert f"{changed.name} has changed since the session was written; look at it again." in result.notices


def test_missing_files_are_said_and_the_rest_opens(tmp_path: Path) -> None:
    state = written(tmp_path)
    background = state.exposures[0].backgrounds[0].path
    background.unlink()
    state.exposures[2].science.path.unlink()
    result = reopened(state)
    assert [name for name, _ in result.left_out] == ["second"]
    assert [each.exposure.product.backgrounds for each in result.exposures] == [(), ()]
    said = "\n".join(result.notices)
    assert f"first: The background {background.name} is left out" in said
    assert "first: the flat reference /refs/flat.fits does not exist any more" in said
    assert "first: the parameter file /refs/pars.asdf does not exist any more" in said


def plain_record(folder: Path, state: ExposureState, *, result: bool) -> ExposureRecord:
    """Make a record of an exposure that was run."""
    science = whole_state(folder).exposures[2].science
    return ExposureRecord(
        key="7",
        name="second",
        science=science,
        state=state,
        stages=tuple(
            StageRecord(name=name, state=StageState.DONE, warnings=("Warned.",)) for name in (*STEPS[1:], "cal")
        ),
        result=Path("/gone/session-1/results/7/second_cal.fits") if result else None,
    )


def exposure_of(folder: Path) -> Exposure:
    return fakes.exposure("second", folder)


def test_a_result_is_restored_without_the_images_of_its_steps(tmp_path: Path) -> None:
    (tmp_path / "second_cal.fits").write_text("pixels")
    exposure = exposure_of(tmp_path)
    restore_exposure(exposure, plain_record(tmp_path, ExposureState.WARNED, result=True), tmp_path)
    assert exposure.result == tmp_path / "second_cal.fits"
    assert exposure.is_unsaved
    assert exposure.state is ExposureState.WARNED
    assert exposure.finished_steps == STEPS[1:]
    assert exposure.warnings[0] == "assign_wcs: Warned."
    assert exposure.latest.name == "cal"


@pytest.mark.parametrize("state", [ExposureState.RUNNING, ExposureState.QUEUED, ExposureState.NEEDS_LOOK])
def test_a_run_that_was_interrupted_without_images_waits_again(tmp_path: Path, state: ExposureState) -> None:
    exposure = exposure_of(tmp_path)
    restore_exposure(exposure, plain_record(tmp_path, state, result=False), tmp_path)
    assert exposure.state is ExposureState.WAITING
    assert exposure.finished_steps == ()


def test_steps_whose_images_are_kept_are_finished_again(tmp_path: Path) -> None:
    exposure = exposure_of(tmp_path)
    checkpoints = CheckpointFolder(tmp_path / "1")
    opened = ExposureOpened(exposure.product, STEPS[1:], "jwst_1.pmap", (), fakes.image())
    checkpoints.keep(opened, b"")
    for step in STEPS[1:3]:
        checkpoints.keep(fakes.finished_product(exposure.product, step), b"")
    assert take_over([(tmp_path / "1", tmp_path / "2")]) == []
    record = plain_record(tmp_path, ExposureState.RUNNING, result=False)
    restore_exposure(exposure, record, tmp_path / "2")
    assert exposure.state is ExposureState.PAUSED
    assert exposure.finished_steps == STEPS[1:3]
    assert exposure.stages["flat_field"].image is not None
    assert exposure.stages["rate"].image is not None
    branch = Exposure(key="8", product=exposure.product, origin=exposure, fork="flat_field")
    restore_exposure(branch, record, tmp_path / "3")
    assert branch.finished_steps == ("assign_wcs",)
    assert branch.stages["assign_wcs"].image is exposure.stages["assign_wcs"].image


def test_images_of_a_run_with_other_backgrounds_are_not_used(tmp_path: Path) -> None:
    other = fakes.product("second", tmp_path, backgrounds=1)
    checkpoints = CheckpointFolder(tmp_path)
    checkpoints.keep(ExposureOpened(other, STEPS, "", (), fakes.image()), b"")
    checkpoints.keep(fakes.finished_product(other, "assign_wcs"), b"")
    exposure = exposure_of(tmp_path)
    restore_exposure(exposure, plain_record(tmp_path, ExposureState.RUNNING, result=False), tmp_path)
    assert exposure.finished_steps == ()
