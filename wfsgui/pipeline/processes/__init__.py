"""Calibration in other processes."""
