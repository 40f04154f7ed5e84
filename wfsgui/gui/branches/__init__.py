"""Branches of exposures: tree, comparison, choice of the result."""
