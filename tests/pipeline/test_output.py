from __future__ import annotations

import os
from pathlib import Path

import pytest

from wfsgui.pipeline.output import OutputExistsError, Staging


def test_files_are_published_under_their_names_and_the_staging_folder_vanishes(tmp_path: Path) -> None:
    with Staging(tmp_path / "out" / "deep", overwrite=False) as staging:
        (staging.folder / "b.fits").write_text("b")
        (staging.folder / "a.fits").write_text("a")
        assert staging.folder.parent == tmp_path / "out" / "deep"
        published = staging.publish()
    assert published == (tmp_path / "out" / "deep" / "a.fits", tmp_path / "out" / "deep" / "b.fits")
    assert [path.read_text() for path in published] == ["a", "b"]
    assert sorted((tmp_path / "out" / "deep").iterdir()) == list(published)


def test_half_a_file_is_never_published(tmp_path: Path) -> None:
    def write_and_fail() -> None:
        with Staging(tmp_path, overwrite=True) as staging:
            (staging.folder / "a.fits").write_text("hal")
            raise OSError("disk full")

    with pytest.raises(OSError, match="disk full"):
        write_and_fail()
    assert list(tmp_path.iterdir()) == []


def test_a_file_that_appears_meanwhile_is_kept(tmp_path: Path) -> None:
    with Staging(tmp_path, overwrite=False) as staging:
        staging.check_free("a.fits")
        (staging.folder / "a.fits").write_text("new")
        (tmp_path / "a.fits").write_text("precious")
        with pytest.raises(OutputExistsError, match="exists and is kept"):
            staging.publish()
    assert (tmp_path / "a.fits").read_text() == "precious"


def test_a_dangling_link_counts_as_a_file(tmp_path: Path) -> None:
    (tmp_path / "a.fits").symlink_to(tmp_path / "nowhere")
    with Staging(tmp_path, overwrite=False) as staging, pytest.raises(OutputExistsError):
        staging.check_free("a.fits")


def test_overwriting_replaces_the_file(tmp_path: Path) -> None:
    (tmp_path / "a.fits").write_text("old")
    with Staging(tmp_path, overwrite=True) as staging:
        (staging.folder / "a.fits").write_text("new")
        staging.publish()
    assert (tmp_path / "a.fits").read_text() == "new"


def test_without_hard_links_a_file_is_still_never_replaced(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object) -> None:
        raise PermissionError("no hard links here")

    monkeypatch.setattr(os, "link", refuse)
    with Staging(tmp_path, overwrite=False) as staging:
        (staging.folder / "a.fits").write_text("new")
        assert staging.publish()[0].read_text() == "new"
        (staging.folder / "a.fits").write_text("newer")
        with pytest.raises(OutputExistsError):
            staging.publish()
    assert (tmp_path / "a.fits").read_text() == "new"


def test_results_have_the_permissions_that_the_user_wants(tmp_path: Path) -> None:
    mask = os.umask(0o027)
    try:
        with Staging(tmp_path, overwrite=False) as staging:
            (staging.folder / "a.fits").write_text("a")
            (path,) = staging.publish()
    finally:
        os.umask(mask)
    assert path.stat().st_mode & 0o777 == 0o640
