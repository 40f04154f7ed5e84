"""Where the frozen program starts."""

from __future__ import annotations

import multiprocessing
import sys

from wfsgui.cli import main

# The program starts itself as `sys.executable -m wfsgui`; here the executable is the program already.
_AS_MODULE = ["-m", "wfsgui"]

if __name__ == "__main__":
    # A spawned process starts this executable again: it must become the worker before it reads any option.
    multiprocessing.freeze_support()
    if sys.argv[1:3] == _AS_MODULE:
        del sys.argv[1:3]
    sys.exit(main())
