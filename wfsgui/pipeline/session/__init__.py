"""One product taken along the chain."""
