"""Welcome page, user guide, about dialog, crash report."""
