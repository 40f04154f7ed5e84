"""The log that a product carries in itself (`cal_logs`)."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path

__all__ = ["ProductLog"]


class ProductLog:
    """Lines in the form that stpipe gives them.

    Attributes
    ----------
    lines : list of str
        The lines, oldest first.
    """

    def __init__(self) -> None:
        self.lines: list[str] = []

    def record(self, text: str) -> None:
        """Add a line of our own, in the form of the others."""
        now = datetime.now(UTC)
        self.lines.append(f"{now:%Y-%m-%dT%H:%M:%S}.{now.microsecond // 1000:03d} - wfsgui - INFO - {text}")

    def record_parameters(self, step: str, parameters: Mapping[str, object]) -> None:
        """Add a line with what a step runs with.

        The folders of paths are left out: a product's log names neither user nor host.
        """
        said = {key: Path(v).name if isinstance(v, str) and "/" in v else v for key, v in parameters.items()}
        self.record(f"Step {step} parameters: {said}")

    def cut(self, length: int) -> None:
        """Take back every line after the first `length`."""
        del self.lines[length:]
