"""Checks of one exposure: light under flags, placement, WCS of the header, background."""
