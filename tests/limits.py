"""Time limits that end a test that hangs, long enough for a busy machine. They measure nothing."""

from __future__ import annotations

from typing import Final

__all__ = ["PROGRAM_S", "WAIT_MS", "WAIT_S"]

WAIT_S: Final = 120
"""Limit for a window or a thread, s."""

WAIT_MS: Final = 1000 * WAIT_S
"""The same limit in ms, for Qt."""

PROGRAM_S: Final = 600
"""Limit for a program that imports or runs the pipeline, s."""
