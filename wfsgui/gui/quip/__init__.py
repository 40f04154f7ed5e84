"""Operation files of QUIP in the window, and the files that they end with."""
