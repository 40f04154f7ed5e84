"""Region shapes and DS9 region files."""
