"""Memory that arrays leave is there for the arrays that follow."""

from __future__ import annotations

import mmap
import platform
import subprocess
import sys
from typing import Final

import pytest

_PROGRAM: Final = """\
import resource
import numpy as np
from wfsgui.pipeline.settling import keep_memory

def faults():
    before = resource.getrusage(resource.RUSAGE_SELF).ru_minflt
    for _ in range(3):
        [np.ones((1024, 2048), np.float64) for _ in range(6)]
    return resource.getrusage(resource.RUSAGE_SELF).ru_minflt - before

assert keep_memory()
faults()
print(faults())
"""


@pytest.mark.skipif(platform.libc_ver()[0] != "glibc", reason="other C libraries cannot be told to keep memory")
def test_the_pages_of_arrays_are_used_again() -> None:
    # Small pages, so that there are many to be counted.
    program = [sys.executable, "-c", _PROGRAM]
    ended = subprocess.run(program, capture_output=True, text=True, check=True, env={"NUMPY_MADVISE_HUGEPAGE": "0"})
    pages_of_one = 16 * 1024 * 1024 // mmap.PAGESIZE
    assert int(ended.stdout) < pages_of_one
