"""Limits that end a test that hangs: long enough for a machine that does other work, too. They measure nothing."""

from __future__ import annotations

from typing import Final

__all__ = ["PROGRAM_S", "WAIT_MS", "WAIT_S"]

WAIT_S: Final = 120
"""For what a window or a thread does, s."""

WAIT_MS: Final = 1000 * WAIT_S
"""The same in milliseconds, as Qt counts."""

PROGRAM_S: Final = 600
"""For a program that imports or runs the pipeline, s."""
