"""Measuring the engine against the stock pipeline, side by side: ``python -m tests.benchmarks``."""
