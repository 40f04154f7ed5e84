"""Run queue and engine threads."""
