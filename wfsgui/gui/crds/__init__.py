"""Panel of CRDS."""
