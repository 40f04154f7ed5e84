"""Runs: step by step, and a whole batch."""
