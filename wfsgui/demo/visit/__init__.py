"""Simulated exposures of the demonstration."""
