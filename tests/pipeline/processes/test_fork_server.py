"""The fork server: a Ctrl-C reaches every process of the terminal."""

from __future__ import annotations

import subprocess
import sys

from tests.limits import PROGRAM_S

_SCRIPT = """
import os, signal
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import resource_tracker

import psutil
from wfsgui.pipeline.processes.fork_server import process_context, start_server

signal.signal(signal.SIGINT, lambda *_: print("parent", flush=True))
resource_tracker.ensure_running()
others = set(psutil.Process().children())
start_server()
(server,) = set(psutil.Process().children()) - others
os.killpg(0, signal.SIGINT)
with ProcessPoolExecutor(1, mp_context=process_context()) as pool:
    print("same server" if pool.submit(os.getppid).result() == server.pid else "other server")
"""


def test_interrupt_while_the_server_imports_the_engine_reaches_the_parent_only() -> None:
    process = subprocess.run(
        [sys.executable, "-c", _SCRIPT],
        capture_output=True,
        text=True,
        check=False,
        timeout=PROGRAM_S,
        start_new_session=True,
    )

    assert (process.returncode, process.stdout.split("\n")) == (0, ["parent", "same server", ""]), process.stderr
