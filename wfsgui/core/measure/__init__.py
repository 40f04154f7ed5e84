"""Measurements on planes: statistics, profiles, stars."""
