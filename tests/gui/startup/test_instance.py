"""Open requests arrive at the one window of the user; others are refused."""

from __future__ import annotations

import logging
import os
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from tests.limits import WAIT_S
from wfsgui.gui.startup import instance_server
from wfsgui.gui.startup.instance import TAKEN, Request, hand_over, is_served, meeting_point
from wfsgui.gui.startup.instance_server import Instance

pytestmark = pytest.mark.usefixtures("qapp")

ODD_NAMES = ("with spaces_rate.fits", "two\nlines_rate.fits", "Grüße_rate.fits", os.fsdecode(b"not\xffutf8_rate.fits"))

CLIENT = """\
import os, sys
from pathlib import Path
from wfsgui.gui.startup.instance import hand_over
sys.exit(0 if hand_over([Path(os.fsdecode(name)) for name in map(os.fsencode, sys.argv[2:])], sys.argv[1]) else 7)
"""


LOOKS_FOR_FOLDERS = """\
from wfsgui.gui.startup.instance import meeting_point
from wfsgui.gui.startup.instance_server import _lock_of
print(meeting_point())
print(_lock_of("window"))
"""


@pytest.fixture
def where(tmp_path: Path) -> str:
    return meeting_point(tmp_path / "run")


class Host:
    """A window that takes what comes."""

    def __init__(self, where: str) -> None:
        self.came: list[Request] = []
        self.is_open = True
        self.refusals: list[str] = []
        self.instance = Instance(where, self._take)
        self._log = logging.getLogger(instance_server.__name__)
        self._log.addFilter(self._note_refusal)

    def close(self) -> None:
        self._log.removeFilter(self._note_refusal)
        self.instance.close()

    def _note_refusal(self, record: logging.LogRecord) -> bool:
        if "refused" in record.msg:
            self.refusals.extend(map(str, record.args or ()))
        return True

    def _take(self, request: Request) -> bool:
        if self.is_open:
            self.came.append(request)
        return self.is_open


@pytest.fixture
def host(where: str) -> Iterator[Host]:
    host = Host(where)
    assert host.instance.claim([])
    assert is_served(where)
    yield host
    host.close()


def start(where: str, *names: str, folder: Path | None = None) -> subprocess.Popen[bytes]:
    """Start the program as a desktop would, up to the point where files are handed over."""
    return subprocess.Popen([sys.executable, "-c", CLIENT, where, *names], cwd=folder)


def status_of(process: subprocess.Popen[bytes], qtbot: QtBot) -> int:
    qtbot.waitUntil(lambda: process.poll() is not None)
    return process.wait()


@pytest.mark.parametrize("name", ODD_NAMES)
def test_a_request_survives_the_way(tmp_path: Path, name: str) -> None:
    request = Request((tmp_path / name,), "a token")
    assert Request.unpacked(request.packed().removesuffix(b"\n")) == request
    assert request.packed().count(b"\n") == 1


@pytest.mark.parametrize(
    "line",
    [
        b"",
        b"{}",
        b"[1]",
        b"\xff",
        b'{"version": 2, "paths": [], "token": ""}',
        b'{"version": 1, "paths": [3], "token": ""}',
        b'{"version": 1, "paths": ["relative"], "token": ""}',
        b'{"version": 1, "paths": ["/nul\\u0000"], "token": ""}',
        b'{"version": 1, "paths": [], "token": 5}',
    ],
)
def test_bytes_that_are_no_request_are_refused(line: bytes) -> None:
    with pytest.raises(ValueError, match=r".+"):
        Request.unpacked(line)


def test_files_reach_the_window_that_is_there(host: Host, where: str, tmp_path: Path, qtbot: QtBot) -> None:
    assert status_of(start(where, "x_rate.fits", "/abs/y_rate.fits", folder=tmp_path), qtbot) == 0
    assert [request.paths for request in host.came] == [(tmp_path / "x_rate.fits", Path("/abs/y_rate.fits"))]


def test_two_starts_at_once_are_both_heard(host: Host, where: str, qtbot: QtBot) -> None:
    starts = [start(where, f"/{name}") for name in ("a", "b")]
    assert [status_of(process, qtbot) for process in starts] == [0, 0]
    assert {request.paths for request in host.came} == {(Path("/a"),), (Path("/b"),)}


def test_a_window_that_is_closing_takes_nothing(host: Host, where: str, qtbot: QtBot) -> None:
    host.is_open = False
    assert status_of(start(where, "/a"), qtbot) == 7


def test_without_a_window_nothing_is_handed_over(where: str) -> None:
    assert not hand_over([Path("/a")], where)
    assert not is_served(where)


def test_a_socket_that_was_left_behind_is_taken_over(where: str) -> None:
    with socket.socket(socket.AF_UNIX) as dead:
        dead.bind(where)
    host = Host(where)
    assert host.instance.claim([Path("/a")])
    assert is_served(where)
    host.close()


@pytest.mark.parametrize("answers", [True, False])
def test_a_busy_window_is_waited_for_as_long_as_its_process_is_alive(where: str, *, answers: bool) -> None:
    impatient = f"from wfsgui.gui.startup import instance; instance.ANSWER_MS = 50\n{CLIENT}"
    with socket.socket(socket.AF_UNIX) as busy:
        busy.bind(where)
        busy.listen()
        busy.settimeout(WAIT_S)
        command = [sys.executable, "-c", impatient, where, "/a"]
        with subprocess.Popen(command, stderr=subprocess.PIPE, text=True) as process:
            client, _ = busy.accept()
            with client:
                assert b"/a" in client.recv(1000)
                assert process.stderr is not None
                assert process.stderr.readline() == "The open window is busy. Waiting for its answer.\n"
                if answers:
                    client.sendall(TAKEN)
            # Without an answer: the socket of a process that has ended is closed.
            assert process.wait(WAIT_S) == (0 if answers else 7)


def test_a_second_window_leaves_the_first_one_its_place(host: Host, where: str, qtbot: QtBot) -> None:
    second = Host(where)
    assert second.instance.claim(None)
    assert status_of(start(where, "/a"), qtbot) == 0
    assert len(host.came) == 1


def connected(where: str) -> socket.socket:
    client = socket.socket(socket.AF_UNIX)
    client.settimeout(WAIT_S)
    client.connect(where)
    return client


def test_nonsense_is_refused_and_the_next_request_taken(host: Host, where: str, qtbot: QtBot) -> None:
    with connected(where) as client:
        client.sendall(b"GET / HTTP/1.1\r\n")
        qtbot.waitUntil(lambda: bool(host.refusals))
        assert client.recv(10) == b""
    assert status_of(start(where, "/a"), qtbot) == 0
    assert len(host.came) == 1


def test_a_request_that_is_too_large_is_refused(host: Host, where: str, qtbot: QtBot) -> None:
    with connected(where) as client:
        client.setblocking(False)
        rest = b"x" * (1 << 21)

        def is_refused() -> bool:
            nonlocal rest
            with suppress(BlockingIOError, BrokenPipeError, ConnectionResetError):
                rest = rest[client.send(rest) :]
            return bool(host.refusals)

        qtbot.waitUntil(is_refused)
    assert host.refusals == ["it is too large"]


def test_a_client_without_a_request_is_refused_after_a_while(
    host: Host, where: str, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(instance_server, "ANSWER_MS", 50)
    with connected(where):
        qtbot.waitUntil(lambda: host.refusals == ["it took too long"])


@pytest.mark.skipif(sys.platform != "linux", reason="the system does not tell whose process it is")
def test_another_user_is_refused(host: Host, where: str, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "getuid", lambda: 12345)
    process = start(where, "/a")
    assert status_of(process, qtbot) == 7
    assert host.refusals == ["it comes from another user"]
    assert host.came == []


def test_a_folder_that_others_can_write_to_is_no_meeting_point(tmp_path: Path) -> None:
    tmp_path.chmod(0o777)
    with pytest.raises(PermissionError, match="not a private folder"):
        meeting_point(tmp_path)


def test_sending_a_request_imports_nothing_of_the_window() -> None:
    found = "any(m in sys.modules for m in ('numpy', 'pyqtgraph', 'jwst'))"
    code = f"import sys, wfsgui.gui.startup.instance; sys.exit({found})"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


@pytest.mark.parametrize("named", [None, "relative"])
def test_a_session_that_names_no_folder_of_its_own_is_no_warning(tmp_path: Path, named: str | None) -> None:
    environment = {key: value for key, value in os.environ.items() if key != "XDG_RUNTIME_DIR"}
    environment |= {"TMPDIR": str(tmp_path)} | ({"XDG_RUNTIME_DIR": named} if named else {})
    told = subprocess.run(
        [sys.executable, "-c", LOOKS_FOR_FOLDERS], capture_output=True, text=True, check=True, env=environment
    )
    assert len(told.stdout.splitlines()) == 2
    assert told.stderr == ""
