"""Imported once, by the process that workers are forked from: they find all imports done, and share their memory."""

from __future__ import annotations

from wfsgui.pipeline.chain.speedups import freeze_objects
from wfsgui.pipeline.runs import batch as runner

__all__ = ["runner"]

freeze_objects()
