"""Database of verdicts and quantities of many visits."""
