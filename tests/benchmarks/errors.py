"""What goes wrong in a benchmark."""

from __future__ import annotations

__all__ = ["BenchmarkError"]


class BenchmarkError(Exception):
    """Something that was to be measured failed, or gave a wrong result."""
