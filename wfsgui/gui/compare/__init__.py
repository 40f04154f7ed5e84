"""Comparison of the image with another step or exposure."""
