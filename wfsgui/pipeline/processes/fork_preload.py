"""Imported once, by the process that workers are forked from: they find all imports done, and share their memory."""

from __future__ import annotations

from wfsgui.pipeline import runner
from wfsgui.pipeline.chain.speedups import settle

__all__ = ["runner"]

settle()
