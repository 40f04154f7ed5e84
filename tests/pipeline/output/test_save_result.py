from __future__ import annotations

import errno
import os
import shutil
import threading
from collections.abc import Callable
from pathlib import Path

import pytest
from astropy.io import fits
from stdatamodels.jwst import datamodels

from tests.exposures import small, write_small
from tests.pipeline.conftest import Engine
from tests.pipeline.parity_helpers import differences
from wfsgui.core.intake.products import take_in
from wfsgui.core.model.events import LogLine, RunFinished
from wfsgui.core.model.requests import RunRequest
from wfsgui.pipeline.chain.error_messages import explain
from wfsgui.pipeline.output.output_folder import OutputFolder, OutputNameError
from wfsgui.pipeline.output.save_result import save_result
from wfsgui.pipeline.runs.batch import run


@pytest.fixture(scope="module")
def original(engine: Engine, references: Callable[[str], None], tmp_path_factory: pytest.TempPathFactory) -> Path:
    references("NRCA3")
    folder = tmp_path_factory.mktemp("original")
    end, _ = engine([write_small(folder / "in", small())], folder / "session")
    return end.results[0].saved[-1]


@pytest.fixture
def result(original: Path, tmp_path: Path) -> Path:
    (tmp_path / "session").mkdir()
    return Path(shutil.copy2(original, tmp_path / "session" / original.name))


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def test_copy_with_the_same_name_is_identical(result: Path, tmp_path: Path) -> None:
    target = tmp_path / "a" / "new folder" / result.name
    assert save_result(result, target, overwrite=False, inputs=()) == target
    assert target.read_bytes() == result.read_bytes()
    assert names(target.parent) == [target.name]
    assert result.exists()


def test_copy_with_another_name_differs_in_name_and_date_only(result: Path, tmp_path: Path) -> None:
    target = save_result(result, tmp_path / "out" / "mine_cal.fits", overwrite=False, inputs=())
    assert names(target.parent) == ["mine_cal.fits"]
    assert differences(target, result) == []
    assert fits.getval(target, "FILENAME") == "mine_cal.fits"
    with datamodels.open(target) as mine, datamodels.open(result) as original:
        assert mine.meta.filename == "mine_cal.fits"
        assert mine.cal_logs.instance == original.cal_logs.instance
        mine_tree, tree = (model.to_flat_dict(include_arrays=False) for model in (mine, original))
    differing = {key for key in tree.keys() | mine_tree.keys() if str(tree.get(key)) != str(mine_tree.get(key))}
    assert differing - {"meta.wcs"} <= {"meta.filename", "meta.date", "_fits_hash"}


def test_an_extension_is_added(result: Path, tmp_path: Path) -> None:
    assert save_result(result, tmp_path / "x_cal", overwrite=False, inputs=()) == tmp_path / "x_cal.fits"


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("x_cal.png", "does not end in .fits"),
        ("x_i2d.fits", "taken for another product"),
        ("x_rate", "taken for another product"),
        ("étoile_cal.fits", "plain ASCII"),
        ("a" * 251 + ".fits", "too long"),
    ],
)
def test_name_that_is_not_allowed_is_declined(result: Path, tmp_path: Path, name: str, said: str) -> None:
    with pytest.raises(OutputNameError, match=said):
        save_result(result, tmp_path / "out" / name, overwrite=True, inputs=())
    assert not (tmp_path / "out").exists()


def test_a_folder_may_have_any_name(result: Path, tmp_path: Path) -> None:
    folder = tmp_path / "Spiegel-Prüfung 鏡"
    for name in (result.name, "other_cal.fits"):
        assert save_result(result, folder / name, overwrite=False, inputs=()).exists()


@pytest.mark.parametrize("name", ["", "other_cal.fits"])
def test_a_file_that_exists_is_replaced_only_when_agreed(result: Path, tmp_path: Path, name: str) -> None:
    target = tmp_path / (name or result.name)
    target.write_text("precious")
    with pytest.raises(OutputNameError, match="exists and is kept"):
        save_result(result, target, overwrite=False, inputs=())
    assert target.read_text() == "precious"
    save_result(result, target, overwrite=True, inputs=())
    assert differences(target, result) == []


@pytest.mark.parametrize("name", ["", "other_cal.fits"])
def test_file_that_appears_during_the_run_is_kept(
    result: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    target, publish = tmp_path / (name or result.name), OutputFolder.publish

    def appear_then_publish(output: OutputFolder, path: Path) -> Path:
        target.write_text("precious")
        return publish(output, path)

    monkeypatch.setattr(OutputFolder, "publish", appear_then_publish)
    with pytest.raises(OutputNameError, match="is kept"):
        save_result(result, target, overwrite=False, inputs=())
    assert target.read_text() == "precious"


def test_an_input_and_the_result_itself_are_never_replaced(result: Path, tmp_path: Path) -> None:
    given = tmp_path / "given_cal.fits"
    given.write_text("precious")
    with pytest.raises(OutputNameError, match="is an input"):
        save_result(result, given, overwrite=True, inputs=(given,))
    with pytest.raises(OutputNameError, match="is an input"):
        save_result(result, result, overwrite=True, inputs=())
    assert given.read_text() == "precious"
    assert fits.getval(result, "S_PHOTOM") == "COMPLETE"


def failure_of(result: Path, target: Path) -> str:
    with pytest.raises(OSError, match=r".") as caught:
        save_result(result, target, overwrite=False, inputs=())
    return explain(caught.value, f"saving {target.name}")


@pytest.mark.parametrize("name", ["", "other_cal.fits"])
def test_a_full_disk_leaves_nothing_behind(
    result: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    def full(_file: int) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    assert "disk is full" in failure_of(result, tmp_path / "out" / (name or result.name))
    assert names(tmp_path / "out") == []


def test_folder_without_write_permission_is_reported(
    result: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(path: Path, *_: object, **__: object) -> None:
        raise PermissionError(errno.EACCES, "Permission denied", str(path))

    monkeypatch.setattr(Path, "mkdir", refuse)
    said = failure_of(result, tmp_path / "locked" / result.name)
    assert f"was not allowed to use {tmp_path / 'locked'}; change its permissions" in said


def test_file_in_place_of_the_folder_and_long_path_are_reported(result: Path, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    assert "cannot be used" in failure_of(result, tmp_path / "file" / result.name)
    assert "cannot be used" in failure_of(result, tmp_path / ("d" * 300) / result.name)


def test_missing_result_is_reported(result: Path, tmp_path: Path) -> None:
    result.unlink()
    assert "does not exist" in failure_of(result, tmp_path / "out" / result.name)
    assert names(tmp_path / "out") == []


def test_saving_while_the_chain_runs(result: Path, tmp_path: Path) -> None:
    """Nor does what is saved appear in the log of what is run."""
    saved: list[Path] = []
    failures: list[BaseException] = []
    ended = threading.Event()

    def save_many() -> None:
        number = 0
        try:
            while number < 4 or (number < 8 and not ended.is_set()):
                name = result.name if number % 2 else "other_cal.fits"
                saved.append(save_result(result, tmp_path / str(number) / name, overwrite=False, inputs=()))
                number += 1
        except Exception as error:
            failures.append(error)
            raise

    rates = [write_small(tmp_path / "in", small(exposure=number)) for number in (1, 2, 3)]
    events: list[object] = []
    saver = threading.Thread(target=save_many)
    saver.start()
    request = RunRequest(products=tuple(take_in(rates).products), output_dir=tmp_path / "out", images=True)
    end = run(request, events.append, threading.Event())
    ended.set()
    saver.join()
    assert isinstance(end, RunFinished), end
    assert not failures
    assert len(saved) >= 4
    for path in saved:
        assert differences(path, result) == []
    assert differences(end.results[0].saved[-1], result) == []
    assert not [event for event in events if isinstance(event, LogLine) and "other_cal" in event.text]
