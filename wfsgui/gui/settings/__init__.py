"""Settings, their dialog, recent files."""
