"""User guide, about dialog, crash report."""
