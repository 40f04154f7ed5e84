"""Module that the fork server imports once, so that workers start with the engine imported and share its memory."""

from __future__ import annotations

from wfsgui.pipeline.chain.speedups import freeze_objects
from wfsgui.pipeline.runs import batch

__all__ = ["batch"]

freeze_objects()
