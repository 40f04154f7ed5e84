from __future__ import annotations

import errno
import fcntl
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from wfsgui.pipeline.output.output_folder import OutputFolder, OutputNameError, Staging


def test_files_are_published_under_their_names_and_the_staging_folder_vanishes(tmp_path: Path) -> None:
    with Staging(OutputFolder(tmp_path / "out" / "deep", overwrite=False)) as staging:
        (staging.folder / "b.fits").write_text("b")
        (staging.folder / "a.fits").write_text("a")
        assert staging.folder.is_relative_to(tmp_path / "out" / "deep")
        published = staging.publish()
    assert published == (tmp_path / "out" / "deep" / "a.fits", tmp_path / "out" / "deep" / "b.fits")
    assert [path.read_text() for path in published] == ["a", "b"]
    assert sorted((tmp_path / "out" / "deep").iterdir()) == list(published)


STAGES_AND_WAITS = """
import sys
from pathlib import Path
from wfsgui.pipeline.output.output_folder import OutputFolder, Staging
with Staging(OutputFolder(Path(sys.argv[1]))) as staging:
    (staging.folder / "a.fits").write_text("half")
    print(staging.folder, flush=True)
    sys.stdin.read()
"""


@contextmanager
def another_process_staging(folder: Path) -> Iterator[tuple[subprocess.Popen[str], Path]]:
    """Have another process write into its staging folder, until it is killed."""
    command = [sys.executable, "-c", STAGES_AND_WAITS, str(folder)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        yield process, Path(process.stdout.readline().strip())
        process.kill()


def test_staging_folders_of_dead_processes_only_are_removed(tmp_path: Path) -> None:
    (tmp_path / ".wfsgui-notes").mkdir()
    with another_process_staging(tmp_path) as (_, used):
        with another_process_staging(tmp_path) as (process, left):
            process.kill()
            process.wait()
            assert (left / "a.fits").exists()
        with Staging(OutputFolder(tmp_path)) as staging:
            assert not left.parent.exists()
            assert (used / "a.fits").read_text() == "half"
            (staging.folder / "b.fits").write_text("whole")
            staging.publish()
    assert (tmp_path / "b.fits").read_text() == "whole"
    assert (tmp_path / ".wfsgui-notes").is_dir()


def test_staging_folders_of_another_machine_are_kept(tmp_path: Path) -> None:
    """Whether its process lives cannot be known: locks on network drives may hold on one machine only."""
    with another_process_staging(tmp_path) as (process, left):
        process.kill()
        process.wait()
    (lock,) = left.parent.glob("*.lock")
    lock.rename(lock.with_name("another-machine.lock"))
    with Staging(OutputFolder(tmp_path)):
        assert (left / "a.fits").exists()


def test_staging_folders_of_one_process_are_independent(tmp_path: Path) -> None:
    output = OutputFolder(tmp_path)
    with Staging(output) as first, Staging(output) as second:
        for name, staging in (("a", first), ("b", second)):
            (staging.folder / name).write_text(name)
            staging.publish()
    assert sorted(path.name for path in tmp_path.iterdir()) == ["a", "b"]


@pytest.mark.parametrize("number", [errno.ENOLCK, errno.EIO])
def test_results_are_published_without_locks(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, number: int) -> None:
    def refuse(*_: object) -> None:
        raise OSError(number, os.strerror(number))

    monkeypatch.setattr(fcntl, "flock", refuse)
    with Staging(OutputFolder(tmp_path)) as staging:
        (staging.folder / "a").write_text("a")
        with Staging(OutputFolder(tmp_path)):
            assert staging.folder.exists()
        staging.publish()
    assert [path.name for path in tmp_path.iterdir()] == ["a"]


def test_file_is_open_for_writing_when_it_is_flushed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Windows flushes nothing else."""
    modes = []
    monkeypatch.setattr(os, "fsync", lambda number: modes.append(fcntl.fcntl(number, fcntl.F_GETFL) & os.O_ACCMODE))
    with Staging(OutputFolder(tmp_path)) as staging:
        (staging.folder / "a.fits").write_text("a")
        staging.publish()
    assert modes == [os.O_RDWR]


def test_incomplete_file_is_never_published(tmp_path: Path) -> None:
    def write_and_fail() -> None:
        with Staging(OutputFolder(tmp_path, overwrite=True)) as staging:
            (staging.folder / "a.fits").write_text("hal")
            raise OSError("disk full")

    with pytest.raises(OSError, match="disk full"):
        write_and_fail()
    assert list(tmp_path.iterdir()) == []


def test_file_that_appears_during_the_run_is_kept(tmp_path: Path) -> None:
    with Staging(OutputFolder(tmp_path, overwrite=False)) as staging:
        staging.output.check_free("a.fits")
        (staging.folder / "a.fits").write_text("new")
        (tmp_path / "a.fits").write_text("precious")
        with pytest.raises(OutputNameError, match="is kept"):
            staging.publish()
    assert (tmp_path / "a.fits").read_text() == "precious"


def test_a_file_that_appears_at_the_last_moment_is_kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(OutputFolder, "check_free", lambda *_: None)
    with Staging(OutputFolder(tmp_path)) as staging:
        (staging.folder / "a.fits").write_text("new")
        (tmp_path / "a.fits").write_text("precious")
        with pytest.raises(OutputNameError, match="appeared during the run and is kept"):
            staging.publish()
    assert (tmp_path / "a.fits").read_text() == "precious"


def test_an_input_is_never_replaced(tmp_path: Path) -> None:
    given = tmp_path / "a_cal.fits"
    given.write_text("precious")
    (tmp_path / "link").symlink_to(tmp_path)
    output = OutputFolder(tmp_path / "link", overwrite=True, inputs=[given])
    with pytest.raises(OutputNameError, match="is an input of this run"):
        output.check_free("a_cal.fits")
    with Staging(output) as staging:
        (staging.folder / "a_cal.fits").write_text("new")
        with pytest.raises(OutputNameError, match="is an input of this run"):
            staging.publish()
    assert given.read_text() == "precious"


def test_a_result_of_the_same_run_is_never_replaced(tmp_path: Path) -> None:
    output = OutputFolder(tmp_path, overwrite=True)
    for number, text in enumerate(("first", "second")):
        with Staging(output) as staging:
            (staging.folder / "a.fits").write_text(text)
            if number == 0:
                staging.publish()
            else:
                with pytest.raises(OutputNameError, match="another result of this run"):
                    staging.publish()
    assert (tmp_path / "a.fits").read_text() == "first"


@pytest.mark.parametrize(
    ("name", "said"), [("étoile_cal.fits", "plain ASCII"), ("a\nb.fits", "plain ASCII"), ("a" * 256, "too long")]
)
def test_name_that_is_not_allowed_is_declined_before_the_run(tmp_path: Path, name: str, said: str) -> None:
    with pytest.raises(OutputNameError, match=said):
        OutputFolder(tmp_path).check_free(name)


def test_a_folder_is_never_replaced(tmp_path: Path) -> None:
    (tmp_path / "a.fits").mkdir()
    with pytest.raises(OutputNameError, match="exists and is kept"):
        OutputFolder(tmp_path, overwrite=True).check_free("a.fits")


def test_a_dangling_link_counts_as_a_file(tmp_path: Path) -> None:
    (tmp_path / "a.fits").symlink_to(tmp_path / "nowhere")
    with Staging(OutputFolder(tmp_path, overwrite=False)) as staging, pytest.raises(OutputNameError):
        staging.output.check_free("a.fits")


def test_overwriting_replaces_the_file(tmp_path: Path) -> None:
    (tmp_path / "a.fits").write_text("old")
    with Staging(OutputFolder(tmp_path, overwrite=True)) as staging:
        (staging.folder / "a.fits").write_text("new")
        staging.publish()
    assert (tmp_path / "a.fits").read_text() == "new"


def test_without_hard_links_a_file_is_still_never_replaced(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object) -> None:
        raise PermissionError("no hard links here")

    monkeypatch.setattr(os, "link", refuse)
    with Staging(OutputFolder(tmp_path, overwrite=False)) as staging:
        (staging.folder / "a.fits").write_text("new")
        assert staging.publish()[0].read_text() == "new"
    with Staging(OutputFolder(tmp_path)) as staging:
        (staging.folder / "a.fits").write_text("newer")
        with pytest.raises(OutputNameError):
            staging.publish()
    assert (tmp_path / "a.fits").read_text() == "new"


def test_results_have_the_permissions_of_the_umask(tmp_path: Path) -> None:
    mask = os.umask(0o027)
    try:
        with Staging(OutputFolder(tmp_path, overwrite=False)) as staging:
            (staging.folder / "a.fits").write_text("a")
            (path,) = staging.publish()
    finally:
        os.umask(mask)
    assert path.stat().st_mode & 0o777 == 0o640
