"""Comparison of two exposures of the same star."""
