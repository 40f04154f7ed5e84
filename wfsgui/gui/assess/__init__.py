"""Assessments of the open exposures, and the limits of the analyst."""
