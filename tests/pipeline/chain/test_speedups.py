"""The C library keeps freed memory, and the garbage collector is restored."""

from __future__ import annotations

import platform
import subprocess
import sys
from typing import Final

import pytest

_PLANE: Final = 2048 * 2048 * 4
"""Bytes of an image plane of NIRCam in single precision."""

# Asks glibc itself how much of what was freed it has kept; the system may need more or fewer page faults for it.
_MEMORY: Final = """\
import ctypes
import numpy as np
from wfsgui.pipeline.chain.speedups import keep_memory

FIELDS = "arena ordblks smblks hblks hblkhd usmblks fsmblks uordblks fordblks keepcost".split()

class Info(ctypes.Structure):
    _fields_ = [(name, ctypes.c_size_t) for name in FIELDS]

ask = ctypes.CDLL(None).mallinfo2
ask.restype = Info
assert keep_memory()
before = ask().fordblks
plane = np.ones((2048, 2048), np.float32)
del plane
print(ask().fordblks - before)
"""

_COLLECTOR: Final = """\
import gc
from wfsgui.pipeline.chain.speedups import freeze_objects, reduced_overhead

frozen = [gc.get_freeze_count()]
with reduced_overhead():
    frozen.append(gc.get_freeze_count())
frozen.append(gc.get_freeze_count())
freeze_objects()
with reduced_overhead():
    pass
frozen.append(gc.get_freeze_count())
print(*(count > 0 for count in frozen))
"""


def _output_of(program: str) -> str:
    """Run a program in a process of its own: what it changes lasts as long as the process."""
    return subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True).stdout


def _has_mallinfo2() -> bool:
    library, version = platform.libc_ver()
    return library == "glibc" and tuple(map(int, version.split(".")[:2])) >= (2, 33)


@pytest.mark.skipif(not _has_mallinfo2(), reason="this C library does not tell what it keeps")
def test_the_c_library_keeps_the_memory_of_a_plane() -> None:
    # Python itself may take a little of the kept memory; without `keep_memory` nothing is kept.
    assert int(_output_of(_MEMORY)) > 0.9 * _PLANE


def test_garbage_collector_is_restored_unless_objects_were_frozen() -> None:
    assert _output_of(_COLLECTOR).split() == ["False", "True", "False", "True"]
