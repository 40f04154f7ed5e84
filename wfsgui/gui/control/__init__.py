"""Construction of what gives the analyst control of runs: branches, references, CRDS, sessions."""
