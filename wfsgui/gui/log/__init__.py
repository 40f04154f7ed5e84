"""Log panel."""
