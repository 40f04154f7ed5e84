"""Start of the frozen program."""

from __future__ import annotations

import multiprocessing
import sys

from wfsgui.cli import main

# The program starts itself as `sys.executable -m wfsgui`; in the frozen program the executable is wfsgui itself.
_AS_MODULE = ["-m", "wfsgui"]

if __name__ == "__main__":
    # A spawned process starts this executable again and must become the worker before options are read.
    multiprocessing.freeze_support()
    if sys.argv[1:3] == _AS_MODULE:
        del sys.argv[1:3]
    sys.exit(main())
