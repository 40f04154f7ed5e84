"""Operation files, results and activity logs of QUIP."""
