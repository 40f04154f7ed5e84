"""Demonstration references and exposures."""
