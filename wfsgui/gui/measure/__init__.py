"""Measure panel: regions, star, curves."""
