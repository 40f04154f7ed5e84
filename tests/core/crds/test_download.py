"""Downloads from a server that works, is slow, is broken and lies."""

from __future__ import annotations

import hashlib
import os
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from filelock import FileLock

from tests.crds_server import NOBODY, CrdsServer, serving
from wfsgui.core.crds.cache_folder import part_of
from wfsgui.core.crds.download import download
from wfsgui.core.crds.faults import FaultKind
from wfsgui.core.crds.needs import CrdsFile
from wfsgui.core.crds.progress import DownloadResult, FileProgress

NAMES = ("jwst_nircam_flat_0001.fits", "jwst_nircam_area_0002.fits")
SIZE = 300_000
NEVER = threading.Event()


@pytest.fixture(scope="module")
def published(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("published")
    (folder / "references").mkdir()
    for number, name in enumerate(NAMES):
        (folder / "references" / name).write_bytes(os.urandom(SIZE + number))
    return folder


@pytest.fixture
def server(published: Path) -> Iterator[CrdsServer]:
    with serving(published) as state:
        yield state


class StopLater:
    """Cancel flag that is set when it has been asked some times."""

    def __init__(self) -> None:
        self.asked = 0

    def is_set(self) -> bool:
        self.asked += 1
        return self.asked > 6


def files(published: Path, cache: Path, url: str, *names: str) -> list[CrdsFile]:
    def described(name: str) -> CrdsFile:
        content = (published / "references" / name).read_bytes()
        return CrdsFile(
            name, cache / "deep" / name, len(content), hashlib.sha1(content).hexdigest(), f"{url}/files/{name}"
        )

    return [described(name) for name in names or NAMES]


def kinds(result: DownloadResult) -> list[FaultKind]:
    return [faulty.fault.kind for faulty in result.failed]


def names_in(cache: Path) -> list[str]:
    return sorted(path.name for path in cache.rglob("*") if path.is_file())


def same(cache: Path, published: Path, name: str) -> bool:
    return (cache / "deep" / name).read_bytes() == (published / "references" / name).read_bytes()


def test_files_arrive_with_progress_in_bytes(published: Path, server: CrdsServer, tmp_path: Path) -> None:
    seen: list[FileProgress] = []
    result = download(files(published, tmp_path, server.url), seen.append, NEVER)
    assert result == DownloadResult(NAMES, (), 2 * SIZE + 1)
    assert all(same(tmp_path, published, name) for name in NAMES)
    assert names_in(tmp_path) == sorted(NAMES)
    done = [progress.all_done for progress in seen]
    assert done == sorted(done)
    assert seen[0].all_done == 0
    assert seen[-1] == FileProgress(NAMES[1], SIZE + 1, SIZE + 1, 2 * SIZE + 1, 2 * SIZE + 1, 2, 2)


@pytest.mark.parametrize("ranges", [True, False])
def test_stopped_download_is_continued(published: Path, server: CrdsServer, tmp_path: Path, *, ranges: bool) -> None:
    server.ranges = ranges
    wanted = files(published, tmp_path, server.url, NAMES[0])
    result = download(wanted, lambda _: None, StopLater())
    assert result.cancelled
    # There is no file of this name, only a part beside it.
    assert names_in(tmp_path) == [part_of(wanted[0].path).name]
    kept = part_of(wanted[0].path).stat().st_size
    assert 0 < kept <= SIZE // 2
    result = download(wanted, lambda _: None, NEVER)
    assert same(tmp_path, published, NAMES[0])
    assert server.starts == [0, kept if ranges else 0]
    assert result.size == (SIZE - kept if ranges else SIZE)


def test_broken_connection_is_taken_up_again_while_something_arrives(
    published: Path, server: CrdsServer, tmp_path: Path
) -> None:
    server.cut.add(NAMES[0])
    result = download(files(published, tmp_path, server.url), lambda _: None, NEVER)
    # Three attempts, each of which receives half of the rest; then all is given up, because no server answers.
    assert [start // 10_000 for start in server.starts] == [0, 14, 21]
    assert kinds(result) == [FaultKind.NO_SERVER, FaultKind.NO_SERVER]
    assert "download again, which continues" in result.failed[0].fault.sentence
    assert names_in(tmp_path) == [f".{NAMES[0]}.part"]


def test_wrong_part_is_not_continued(published: Path, server: CrdsServer, tmp_path: Path) -> None:
    (file,) = files(published, tmp_path, server.url, NAMES[0])
    file.path.parent.mkdir()
    for content in (b"x" * 1000, b"x" * SIZE, b"x" * (SIZE + 1000)):
        part_of(file.path).write_bytes(content)
        file.path.unlink(missing_ok=True)
        assert download([file], lambda _: None, NEVER).downloaded == (NAMES[0],)
        assert same(tmp_path, published, NAMES[0])
    assert names_in(tmp_path) == [NAMES[0]]


def test_damaged_download_is_not_kept_and_the_others_are_downloaded(
    published: Path, server: CrdsServer, tmp_path: Path
) -> None:
    server.damaged.add(NAMES[0])
    result = download(files(published, tmp_path, server.url), lambda _: None, NEVER)
    assert kinds(result) == [FaultKind.BAD_CHECKSUM]
    assert result.downloaded == (NAMES[1],)
    assert names_in(tmp_path) == [NAMES[1]]


def test_damaged_file_stays_until_its_download_is_verified(published: Path, server: CrdsServer, tmp_path: Path) -> None:
    (file,) = files(published, tmp_path, server.url, NAMES[0])
    file.path.parent.mkdir()
    file.path.write_bytes(b"damaged")
    server.damaged.add(NAMES[0])
    download([file], lambda _: None, NEVER)
    assert file.path.read_bytes() == b"damaged"
    server.damaged.clear()
    assert download([file], lambda _: None, NEVER).downloaded == (NAMES[0],)
    assert same(tmp_path, published, NAMES[0])


@pytest.mark.parametrize(
    ("situation", "kind"),
    [
        ("longer", FaultKind.BAD_SIZE),
        ("absent", FaultKind.NOT_ON_SERVER),
        ("status", FaultKind.WRONG_ANSWER),
        ("nobody", FaultKind.NO_SERVER),
        ("no address", FaultKind.MISSING),
    ],
)
def test_fault_of_the_server_has_its_sentence(
    published: Path, server: CrdsServer, tmp_path: Path, situation: str, kind: FaultKind
) -> None:
    url = NOBODY if situation == "nobody" else server.url
    (file,) = files(published, tmp_path, url, NAMES[0])
    match situation:
        case "longer":
            server.longer.add(file.name)
        case "absent":
            server.absent.add(file.name)
        case "status":
            server.status = 503
        case "no address":
            file = CrdsFile(file.name, file.path, file.size, file.sha1sum)
    result = download([file], lambda _: None, NEVER)
    assert kinds(result) == [kind]
    assert names_in(tmp_path) == []


def test_slow_server_is_given_up_and_what_came_is_kept(published: Path, server: CrdsServer, tmp_path: Path) -> None:
    server.stalled.add(NAMES[0])
    result = download(files(published, tmp_path, server.url), lambda _: None, NEVER, timeout=0.2)
    assert kinds(result) == [FaultKind.SLOW_SERVER, FaultKind.SLOW_SERVER]
    assert "did not answer within 0.2 s" in result.failed[0].fault.sentence
    assert names_in(tmp_path) == [f".{NAMES[0]}.part"]


def test_file_that_another_process_downloads_is_waited_for(published: Path, server: CrdsServer, tmp_path: Path) -> None:
    (file,) = files(published, tmp_path, server.url, NAMES[0])
    file.path.parent.mkdir()
    with FileLock(f"{file.path}.lock"):
        result = download([file], lambda _: None, NEVER, lock_timeout=0)
        assert kinds(result) == [FaultKind.LOCKED]
        file.path.write_bytes((published / "references" / file.name).read_bytes())
    assert download([file], lambda _: None, NEVER).downloaded == (file.name,)
    # The other one has downloaded it.
    assert server.served == []


def test_cache_that_cannot_be_written_has_its_sentence(
    published: Path, server: CrdsServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "deep").write_text("a file in place of the folder", "utf-8")
    result = download(files(published, tmp_path, server.url), lambda _: None, NEVER)
    assert kinds(result) == [FaultKind.NO_CACHE, FaultKind.NO_CACHE]
    monkeypatch.setenv("CRDS_READONLY_CACHE", "1")
    result = download(files(published, tmp_path / "other", server.url), lambda _: None, NEVER)
    assert kinds(result) == [FaultKind.READ_ONLY, FaultKind.READ_ONLY]


def test_full_disk_has_its_sentence(published: Path, server: CrdsServer, tmp_path: Path) -> None:
    (file,) = files(published, tmp_path, server.url, NAMES[0])
    huge = CrdsFile(file.name, file.path, 2**60, file.sha1sum, file.url)
    result = download([huge], lambda _: None, NEVER)
    assert kinds(result) == [FaultKind.DISK_FULL]
    assert "1152922 TB are needed" in result.failed[0].fault.sentence
    assert server.served == []
    # What the system says while the file is being written.
    full = CrdsFile(file.name, tmp_path / "full" / file.name, file.size, file.sha1sum, file.url)
    full.path.parent.mkdir()
    part_of(full.path).symlink_to("/dev/full")
    assert kinds(download([full], lambda _: None, NEVER)) == [FaultKind.DISK_FULL]
