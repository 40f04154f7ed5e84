"""Levels, stretch, colour map, plane and histogram controls."""
