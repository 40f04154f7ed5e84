"""Whenever the program is killed, the former state of a session or the new one can be read."""

from __future__ import annotations

import errno
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from tests.core.session.states import whole_state
from tests.limits import PROGRAM_S
from wfsgui.core.errors import WfsguiError
from wfsgui.core.session.document import SessionEncoder
from wfsgui.core.session.generations import Generations, read_generations

KILLED = """
import os, resource, signal, sys
from pathlib import Path
from wfsgui.core.session.generations import Generations

folder, text, mode, limit = Path(sys.argv[1]), sys.stdin.read(), sys.argv[2], int(sys.argv[3])

def begin(own):
    generations = Generations(own)
    for number in range(4):
        generations.write(text.replace("BEGUN", f"old {number}"))
    return generations

def in_child(act):
    child = os.fork()
    if child == 0:
        act()
        os._exit(0)
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])

def killed_at(own, count):
    generations = begin(own)
    left = count
    def hook(event, arguments):
        nonlocal left
        # The last moment before each operation on a file of the record.
        if event.startswith(("open", "os.")) and any(str(own) in str(argument) for argument in arguments):
            left -= 1
            if left < 0:
                os.kill(os.getpid(), signal.SIGKILL)
    sys.addaudithook(hook)
    generations.write(text.replace("BEGUN", "new"))

def torn_at(own, size):
    generations = begin(own)
    signal.signal(signal.SIGXFSZ, signal.SIG_DFL)
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    def hook(event, arguments):
        # The system kills the program in the middle of writing this file.
        if event == "open" and mode in str(arguments[0]):
            resource.setrlimit(resource.RLIMIT_FSIZE, (size, size))
    sys.addaudithook(hook)
    generations.write(text.replace("BEGUN", "new"))

act = killed_at if mode == "killed" else torn_at
for number in range(0, limit, 1 if mode == "killed" else max(limit // 7, 1)):
    own = folder / f"{number}"
    print(in_child(lambda: act(own, number)))
"""


def text_of(begun: str) -> str:
    return SessionEncoder().encode(replace(whole_state(), begun=begun))


def write_and_die(folder: Path, mode: str, limit: int) -> list[int]:
    """Let many processes write a fifth generation, and die at different moments; return their exit codes."""
    run = subprocess.run(
        [sys.executable, "-c", KILLED, str(folder), mode, str(limit)],
        input=text_of("BEGUN"),
        text=True,
        capture_output=True,
        check=True,
        timeout=PROGRAM_S,
    )
    return [int(line) for line in run.stdout.split()]


@pytest.mark.skipif(sys.platform == "win32", reason="needs fork and signals")
def test_a_program_that_is_killed_at_any_operation_leaves_the_old_or_the_new_state(tmp_path: Path) -> None:
    codes = write_and_die(tmp_path, "killed", 20)
    # It was killed before each operation, and then there was none left.
    assert codes.count(-9) >= 5
    assert codes[-1] == 0
    begun = []
    for number in range(len(codes)):
        read = read_generations(tmp_path / f"{number}")
        assert read is not None
        assert not read.notices
        begun.append(read.state.begun)
        # The next start can write.
        Generations(tmp_path / f"{number}").write(text_of("next"))
        again = read_generations(tmp_path / f"{number}")
        assert again is not None
        assert again.state.begun == "next"
    assert set(begun) == {"old 3", "new"}
    assert begun == sorted(begun, key=["old 3", "new"].index)


@pytest.mark.skipif(sys.platform == "win32", reason="needs fork and signals")
@pytest.mark.parametrize(("file", "size"), [("generation-00000005", 6000), ("manifest", 200)])
def test_a_program_that_is_killed_in_the_middle_of_writing_leaves_the_old_state(
    tmp_path: Path, file: str, size: int
) -> None:
    codes = write_and_die(tmp_path, file, size)
    assert set(codes) == {-25}
    for number in tmp_path.iterdir():
        read = read_generations(number)
        assert read is not None
        assert read.state.begun == "old 3"


def test_the_last_generations_are_kept_and_equal_ones_written_once(tmp_path: Path) -> None:
    generations = Generations(tmp_path)
    for number in (1, 2, 3, 4, 5, 5):
        generations.write(text_of(f"{number}"))
    assert sorted(path.name for path in tmp_path.iterdir()) == [
        "generation-00000003.json",
        "generation-00000004.json",
        "generation-00000005.json",
        "manifest.json",
    ]


@pytest.mark.parametrize("damage", ["changed", "cut", "gone"])
def test_a_damaged_newest_generation_falls_back_to_the_one_before(tmp_path: Path, damage: str) -> None:
    generations = Generations(tmp_path)
    for begun in ("before", "last"):
        generations.write(text_of(begun))
    newest = tmp_path / "generation-00000002.json"
    content = newest.read_bytes()
    match damage:
        case "changed":
            newest.write_bytes(content.replace(b"last", b"lost"))
        case "cut":
            newest.write_bytes(content[:-9])
        case _:
            newest.unlink()
    read = read_generations(tmp_path)
    assert read is not None
    assert read.state.begun == "before"
    (notice,) = read.notices
    assert notice.startswith("The last state of the session is lost: ")
    assert notice.endswith("The state before it was opened.")
    (tmp_path / "generation-00000001.json").unlink()
    with pytest.raises(WfsguiError, match="cannot be opened"):
        read_generations(tmp_path)


def test_a_damaged_manifest_is_an_error_and_no_manifest_is_no_session(tmp_path: Path) -> None:
    assert read_generations(tmp_path) is None
    (tmp_path / "manifest.json").write_text('{"generations": [{"name": "../x", "sha256": ""}]}')
    with pytest.raises(WfsguiError, match="damaged"):
        read_generations(tmp_path)
    (tmp_path / "manifest.json").write_text("{")
    with pytest.raises(WfsguiError, match="damaged"):
        read_generations(tmp_path)


def test_a_full_disk_leaves_no_partial_file(tmp_path: Path) -> None:
    generations = Generations(tmp_path)
    generations.write(text_of("before"))
    (tmp_path / "manifest.tmp").mkdir()
    with pytest.raises(OSError, match="directory") as caught:
        generations.write(text_of("last"))
    assert caught.value.errno in (errno.EISDIR, errno.EACCES)
    assert not (tmp_path / "generation-00000002.json").exists()
    (tmp_path / "manifest.tmp").rmdir()
    generations.write(text_of("last"))
    read = read_generations(tmp_path)
    assert read is not None
    assert read.state.begun == "last"
