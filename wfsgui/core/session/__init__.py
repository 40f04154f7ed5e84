"""Sessions: what is open and was decided, in files."""
