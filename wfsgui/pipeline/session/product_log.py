"""Log that is stored in the product (`cal_logs`)."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path

__all__ = ["ProductLog"]


class ProductLog:
    """Lines in the format of stpipe.

    Attributes
    ----------
    lines : list of str
        The lines, oldest first.
    """

    def __init__(self) -> None:
        self.lines: list[str] = []

    def record(self, text: str) -> None:
        """Add a line of wfsgui in the format of stpipe."""
        now = datetime.now(UTC)
        self.lines.append(f"{now:%Y-%m-%dT%H:%M:%S}.{now.microsecond // 1000:03d} - wfsgui - INFO - {text}")

    def record_parameters(self, step: str, parameters: Mapping[str, object]) -> None:
        """Add a line with the parameters of a step.

        Folders of paths are left out, because the log of a product must not name the user or the host.
        """
        shown = {key: Path(v).name if isinstance(v, str) and "/" in v else v for key, v in parameters.items()}
        self.record(f"Step {step} parameters: {shown}")
