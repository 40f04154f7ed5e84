"""Comparison of results with those of the official pipeline."""
