"""Scripts that repeat what was done in the window."""
